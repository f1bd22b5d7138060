import type { LabelSelector, PodSpec } from '../wire.ts';
import { hostnameKey } from './nodeAffinity.ts';
import { selects } from './selectors.ts';

type Labels = Readonly<Record<string, string | undefined>>;

/** What a pod requires of the pods around it: none alike in a domain, one there, or as many in each. */
export interface PodRule {
  kind: 'apart' | 'together' | 'spread';
  /** Label of nodes; each of its values is a domain. */
  topologyKey: string;
  /** Namespaces whose pods it reads; undefined for all. */
  namespaces: readonly string[] | undefined;
  selector: LabelSelector;
  /** Of a spread: how much more one domain may have than another. */
  maxSkew: number;
  minDomains: number;
  /** Of a spread: domains of nodes that repel the pod do not count. */
  minusTainted: boolean;
}

/**
 * The rules that a scheduler must keep: required pod affinity and anti-affinity, and topology spread constraints with
 * DoNotSchedule. What is merely preferred keeps no pod from its place. Any namespaceSelector is read as all namespaces.
 * @param labels of the pod, which `matchLabelKeys` take values from
 */
export function podRules(spec: PodSpec, namespace: string, labels: Labels): PodRule[] {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  const terms = [
    ...(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => ['apart', term] as const),
    ...(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => ['together', term] as const),
  ];
  const plain = { maxSkew: 1, minDomains: 1, minusTainted: false };
  const around = terms.flatMap(([kind, term]): PodRule[] => {
    const { labelSelector, topologyKey, namespaces, namespaceSelector, matchLabelKeys } = term;
    if (labelSelector == null) return [];
    const selector = narrowed(labelSelector, matchLabelKeys, labels);
    const read = namespaceSelector == null ? (namespaces?.length ? namespaces : [namespace]) : undefined;
    return [{ kind, topologyKey: topologyKey ?? hostnameKey, namespaces: read, selector, ...plain }];
  });
  const spreads = (spec.topologySpreadConstraints ?? []).flatMap((constraint): PodRule[] => {
    const { labelSelector, topologyKey, whenUnsatisfiable, maxSkew, minDomains, nodeTaintsPolicy, matchLabelKeys } = constraint;
    if (whenUnsatisfiable === 'ScheduleAnyway' || labelSelector == null) return [];
    return [
      {
        kind: 'spread',
        topologyKey: topologyKey ?? hostnameKey,
        namespaces: [namespace],
        selector: narrowed(labelSelector, matchLabelKeys, labels),
        maxSkew: maxSkew ?? 1,
        minDomains: minDomains ?? 1,
        minusTainted: nodeTaintsPolicy === 'Honor',
      },
    ];
  });
  return [...around, ...spreads];
}

/** `matchLabelKeys` add the pod's own values to the selector; a key that it does not carry adds nothing. */
function narrowed(selector: LabelSelector, keys: readonly string[] | null | undefined, labels: Labels): LabelSelector {
  const own = (keys ?? []).flatMap((key): [string, string][] => {
    const value = labels[key];
    return value === undefined ? [] : [[key, value]];
  });
  return own.length === 0 ? selector : { ...selector, matchLabels: { ...selector.matchLabels, ...Object.fromEntries(own) } };
}

export const ruleReads = ({ namespaces, selector }: PodRule, namespace: string, labels: Labels): boolean =>
  (namespaces === undefined || namespaces.includes(namespace)) && selects(selector, labels);
