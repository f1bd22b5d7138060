import type { AdminNetworkPolicy, AdminPolicyRule, LabelSelector } from '../wire.ts';
import {
  type Direction,
  type Effect,
  hasNoTerms,
  isEveryAddress,
  type NamespaceView,
  selectsEveryNamespace,
  selectsNamespace,
} from './isolationEffect.ts';
import { isObject } from './objects.ts';
import { selects } from './selectors.ts';

/**
 * An AdminNetworkPolicy, BaselineAdminNetworkPolicy or ClusterNetworkPolicy: rules in order, the first that matches
 * decides. It isolates only by denying everything, and only when no rule before let everything through.
 */
export function adminEffect(policy: AdminNetworkPolicy, namespace: NamespaceView, direction: Direction): Effect | undefined {
  const pods = selected(policy.spec?.subject, namespace);
  if (pods === undefined) return undefined;
  const rules: readonly (AdminPolicyRule | null)[] = policy.spec?.[direction] ?? [];
  const index = rules.findIndex((rule) => rule !== null && isOfEverything(rule, direction));
  if (rules[index]?.action?.toLowerCase() !== 'deny') return undefined;
  const { name } = policy.metadata;
  return {
    policy,
    name,
    pointer: `/spec/${direction}/${index}`,
    ...(hasNoTerms(pods) ? {} : { pods: (labels) => selects(pods, labels) }),
    allows: 'narrow',
  };
}

type Subject = NonNullable<AdminNetworkPolicy['spec']>['subject'];
/** The selector of pods inside the namespace; undefined when the subject leaves the namespace alone. An empty selector selects all. */
function selected(subject: Subject, namespace: NamespaceView): LabelSelector | undefined {
  if (subject?.namespaces) return selectsNamespace(subject.namespaces, namespace) ? {} : undefined;
  if (!subject?.pods) return undefined;
  return selectsNamespace(subject.pods.namespaceSelector ?? {}, namespace) ? (subject.pods.podSelector ?? {}) : undefined;
}

/** All peers that the API can name: for ingress those in the cluster, for egress all addresses, which hold the cluster's own. */
function isOfEverything({ from, to, ports, protocols }: AdminPolicyRule, direction: Direction): boolean {
  if ((ports ?? []).length > 0 || (protocols ?? []).length > 0) return false;
  const peers = (direction === 'ingress' ? from : to) ?? [];
  if (direction === 'ingress') return peers.some(isEveryPod);
  return peers.some(({ networks }) => Array.isArray(networks) && networks.some(isEveryAddress));
}

function isEveryPod({ namespaces, pods }: Readonly<Record<string, unknown>>): boolean {
  if (isObject(namespaces)) return isEveryNamespace(namespaces);
  if (!isObject(pods)) return false;
  const { namespaceSelector, podSelector } = pods;
  return isObject(namespaceSelector) && selectsEveryNamespace(namespaceSelector) && hasNoTerms(isObject(podSelector) ? podSelector : {});
}

/** A selector; in the first versions of the API it stood below, beside labels to be compared with those of the own namespace. */
function isEveryNamespace({ namespaceSelector, sameLabels, notSameLabels, ...selector }: Readonly<Record<string, unknown>>): boolean {
  if (sameLabels !== undefined || notSameLabels !== undefined) return false;
  return selectsEveryNamespace(isObject(namespaceSelector) ? namespaceSelector : selector);
}
