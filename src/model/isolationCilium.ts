import type { CiliumNetworkPolicy, CiliumPeerRule, CiliumRule, LabelSelector } from '../wire.ts';
import {
  type Direction,
  type Effect,
  hasNoTerms,
  isEveryAddress,
  type Labels,
  type NamespaceView,
  type Openness,
  opensEveryPort,
  widest,
} from './isolationEffect.ts';
import { selects } from './selectors.ts';

// Cilium's policy language, from its documentation and rule validation: a rule is in default deny for a direction when it
// has a section for it; sections hold allows (ingress, egress) and denies (ingressDeny, egressDeny).

const podNamespace = 'io.kubernetes.pod.namespace';
const namespaceLabel = 'io.cilium.k8s.namespace.labels.';

/** The effects of a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy, one a rule: `spec`, and each of `specs`. */
export function ciliumEffects(policy: CiliumNetworkPolicy, namespace: NamespaceView, direction: Direction): Effect[] {
  const rules: [string, CiliumRule | null | undefined][] = [
    ['/spec', policy.spec],
    ...(policy.specs ?? []).map((rule, index): [string, CiliumRule | null] => [`/specs/${index}`, rule]),
  ];
  return rules.flatMap(([pointer, rule]) => (rule ? (effectOf(policy, rule, pointer, namespace, direction) ?? []) : []));
}

function effectOf(
  policy: CiliumNetworkPolicy,
  rule: CiliumRule,
  pointer: string,
  namespace: NamespaceView,
  direction: Direction,
): Effect | undefined {
  const isolates = deniesByDefault(rule, direction);
  if (rule.nodeSelector || !rule.endpointSelector || !(isolates || speaksOf(rule, direction))) return undefined;
  const { ofNamespace, ofPod } = split(rule.endpointSelector);
  if (!selectsOwn(ofNamespace, namespace)) return undefined;
  const clusterwide = policy.kind === 'CiliumClusterwideNetworkPolicy';
  return {
    policy,
    name: policy.metadata.name,
    pointer,
    ...(hasNoTerms(ofPod) ? {} : { pods: (labels: Labels) => selects(ofPod, labels) }),
    allows: widest((rule[direction] ?? []).map((each: CiliumPeerRule | null) => openness(each ?? {}, namespace, clusterwide))),
    ...(isolates ? {} : { isolates }),
  };
}

/** A section that is empty or missing has no effect; `[{}]` is a section that allows nothing. */
export function deniesByDefault(rule: CiliumRule, direction: Direction): boolean {
  const chosen = rule.enableDefaultDeny?.[direction];
  if (typeof chosen === 'boolean') return chosen;
  return speaksOf(rule, direction);
}

const speaksOf = (rule: CiliumRule, direction: Direction): boolean =>
  (rule[direction] ?? []).length > 0 || (rule[`${direction}Deny`] ?? []).length > 0;

const blanketEntities: ReadonlySet<string> = new Set(['all', 'world', 'world-ipv4', 'world-ipv6', 'cluster']);

/** A rule without peers or ports allows nothing; one with ports alone allows every peer on them. */
function openness(rule: CiliumPeerRule, namespace: NamespaceView, clusterwide: boolean): Openness {
  const endpoints = rule.fromEndpoints ?? rule.toEndpoints;
  const entities = rule.fromEntities ?? rule.toEntities;
  const ranges = rule.fromCIDR ?? rule.toCIDR;
  const rangeSets = rule.fromCIDRSet ?? rule.toCIDRSet;
  const ports: readonly unknown[] = rule.toPorts ?? [];
  if (ports.length > 0 ? !ports.some(isEveryPort) : (rule.icmps ?? []).length > 0) return 'narrow';
  const peers: Openness[] = [
    ...(endpoints ?? []).map((selector) => opennessOf(selector, namespace, clusterwide)),
    ...(entities ?? []).map((entity) => blanketIf(blanketEntities.has(entity))),
    ...(ranges ?? []).map((cidr) => blanketIf(isEveryAddress(cidr))),
    ...(rangeSets ?? []).map(({ cidr, except }) => blanketIf(isEveryAddress(cidr) && (except ?? []).length === 0)),
    ...(rule.toFQDNs ?? []).map((name) => blanketIf(isRecord(name) && /^\*+$/.test(String(name.matchPattern ?? '')))),
  ];
  const named = [
    endpoints,
    entities,
    ranges,
    rangeSets,
    rule.toFQDNs,
    rule.toServices,
    rule.fromGroups ?? rule.toGroups,
    rule.fromNodes ?? rule.toNodes,
    rule.fromRequires ?? rule.toRequires,
  ];
  return ports.length > 0 && named.every((list) => list == null) ? 'blanket' : widest(peers);
}

const blanketIf = (holds: boolean): Openness => (holds ? 'blanket' : 'narrow');

/** In a namespaced policy a selector that names no namespace is of the own one; in a clusterwide one it is of all. */
function opennessOf(selector: LabelSelector | null, namespace: NamespaceView, clusterwide: boolean): Openness {
  const { ofNamespace, ofPod } = split(selector ?? {});
  if (!hasNoTerms(ofPod)) return 'narrow';
  if (hasNoTerms(ofNamespace)) return clusterwide ? 'blanket' : 'own-namespace';
  const everyNamespace =
    Object.keys(ofNamespace.matchLabels ?? {}).length === 0 &&
    ofNamespace.matchExpressions?.every(({ key, operator }) => key === podNamespace && operator === 'Exists');
  if (everyNamespace) return 'blanket';
  return selectsOwn(ofNamespace, namespace) ? 'own-namespace' : 'narrow';
}

/** The terms about the namespace, and those about the pod itself; sources of labels (`k8s:`, `any:`) are dropped. */
function split(selector: LabelSelector): { ofNamespace: LabelSelector; ofPod: LabelSelector } {
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => [bare(key), value] as const);
  const expressions = (selector.matchExpressions ?? []).map((each) => ({ ...each, key: bare(each.key ?? '') }));
  const part = (test: (key: string) => boolean): LabelSelector => ({
    matchLabels: Object.fromEntries(labels.filter(([key]) => test(key))),
    matchExpressions: expressions.filter(({ key }) => test(key)),
  });
  return { ofNamespace: part(isOfNamespace), ofPod: part((key) => !isOfNamespace(key)) };
}
const bare = (key: string): string => key.replace(/^(?:k8s|any):/, '');
const isOfNamespace = (key: string): boolean => key === podNamespace || key.startsWith(namespaceLabel);

function selectsOwn(selector: LabelSelector, { name, label }: NamespaceView): boolean {
  const keys = [...Object.keys(selector.matchLabels ?? {}), ...(selector.matchExpressions ?? []).map(({ key }) => key ?? '')];
  const values = keys.map((key) => [key, key === podNamespace ? name : label(key.slice(namespaceLabel.length))] as const);
  return selects(selector, Object.fromEntries(values.filter(([, value]) => value !== undefined)));
}

/** An entry of toPorts without ports is about every port, unless it has rules for requests. */
function isEveryPort(entry: unknown): boolean {
  if (!isRecord(entry) || entry.rules != null) return false;
  const ports = Array.isArray(entry.ports) ? (entry.ports as readonly unknown[]) : [];
  return ports.length === 0 || ports.some((port) => isRecord(port) && opensEveryPort(port.protocol ?? 'ANY', port.port, port.endPort));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
