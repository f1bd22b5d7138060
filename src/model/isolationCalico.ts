import type { CalicoEntity, CalicoNetworkPolicy, CalicoRule } from '../wire.ts';
import { parseCalicoSelector, unknown, type CalicoSelector, type Lookup } from './isolationCalicoSelector.ts';
import { type Direction, type Effect, isEveryAddress, type Labels, type NamespaceView, type Openness } from './isolationEffect.ts';

type Spec = NonNullable<CalicoNetworkPolicy['spec']>;

/** A NetworkPolicy or GlobalNetworkPolicy of Calico: rules in order, and whatever none of them decides is denied. */
export function calicoEffect(policy: CalicoNetworkPolicy, namespace: NamespaceView, direction: Direction): Effect | undefined {
  const spec = policy.spec ?? {};
  const global = policy.kind === 'GlobalNetworkPolicy';
  const selector = parseCalicoSelector(spec.selector ?? '');
  if (selector === undefined || !governs(spec, direction)) return undefined;
  if (global && !coversNamespace(spec.namespaceSelector, namespace)) return undefined;
  const ofAll = selector(podLookup(namespace));
  if (ofAll === false) return undefined;
  const limited = (spec.serviceAccountSelector ?? '').trim() !== '';
  return {
    policy,
    name: policy.metadata.name,
    pointer: '/spec',
    // Labels do not tell the service account, so a policy of some accounts isolates no pod for certain.
    ...(limited ? { pods: () => false } : ofAll === true ? {} : { pods: (labels) => selector(podLookup(namespace, labels)) === true }),
    allows: openness(spec[direction] ?? [], namespace, direction, global),
  };
}

/** The API server fills in absent types: by the sections there are, and Ingress when there are none (Calico's reference). */
export function governs(spec: Pick<Spec, 'types' | 'ingress' | 'egress'>, direction: Direction): boolean {
  const types: readonly string[] = spec.types ?? [];
  if (types.length > 0) return types.some((type) => type.toLowerCase() === direction);
  const hasEgress = (spec.egress ?? []).length > 0;
  return direction === 'egress' ? hasEgress : !hasEgress || (spec.ingress ?? []).length > 0;
}

/** Rules apply in order: the first about every peer settles the whole, the first about the own namespace settles that. */
function openness(rules: readonly (CalicoRule | null)[], namespace: NamespaceView, direction: Direction, global: boolean): Openness {
  let own: Openness | undefined;
  for (const rule of rules) {
    const action = rule?.action?.toLowerCase();
    const reach = rule === null || action === 'log' ? 'narrow' : reachOf(rule, namespace, direction, global);
    if (reach === 'blanket') return action === 'deny' ? (own ?? 'narrow') : 'blanket';
    if (reach === 'own-namespace') own ??= action === 'deny' ? 'narrow' : 'own-namespace';
  }
  return own ?? 'narrow';
}

/** How much of the traffic a rule is about. A protocol other than TCP, a port or an HTTP or ICMP match makes it narrow. */
function reachOf(rule: CalicoRule, namespace: NamespaceView, direction: Direction, global: boolean): Openness {
  const { protocol, notProtocol, http, icmp } = rule;
  if (notProtocol != null || http != null || icmp != null || (protocol != null && !['tcp', '6'].includes(String(protocol).toLowerCase())))
    return 'narrow';
  const [peer, self] = direction === 'ingress' ? [rule.source, rule.destination] : [rule.destination, rule.source];
  return isSpecific(self) || selectorOf(self) !== '' || isSpecific(peer) ? 'narrow' : peerReach(peer ?? {}, namespace, global);
}

const selectorOf = (entity: CalicoEntity | null | undefined): string => (entity?.selector ?? '').trim();

function isSpecific(entity: CalicoEntity | null | undefined): boolean {
  if (!entity) return false;
  const { nets, notNets, notSelector, ports, notPorts, serviceAccounts, services } = entity;
  const lists: readonly (readonly unknown[] | undefined)[] = [notNets, ports, notPorts];
  if (lists.some((list) => (list ?? []).length > 0) || notSelector || serviceAccounts != null || services != null) return true;
  return (nets ?? []).length > 0 && !nets?.some(isEveryAddress);
}

/** Without a namespaceSelector, a selector in a namespaced policy is of its own namespace; without either, every address is meant. */
function peerReach(peer: CalicoEntity, namespace: NamespaceView, global: boolean): Openness {
  const inNamespaces = (peer.namespaceSelector ?? '').trim();
  const selector = parseCalicoSelector(selectorOf(peer));
  if (selectorOf(peer) === '' && inNamespaces === '') return 'blanket';
  if (selector?.(podLookup(namespace)) !== true) return 'narrow';
  if (inNamespaces === '') return global ? ofEveryNamespace(selector) : 'own-namespace';
  const reached = parseCalicoSelector(inNamespaces);
  if (reached?.(anyNamespace) === true) return 'blanket';
  return coversNamespace(inNamespaces, namespace) ? 'own-namespace' : 'narrow';
}

const ofEveryNamespace = (selector: CalicoSelector): Openness => (selector(() => unknown) === true ? 'blanket' : 'own-namespace');
/** Calico gives every namespace its name as a label; what else it has is not known. */
const anyNamespace: Lookup = () => unknown;

/** @param selector of a namespace; absent and empty select every one */
function coversNamespace(selector: string | undefined, namespace: NamespaceView): boolean {
  const parsed = parseCalicoSelector(selector ?? '');
  return parsed?.((key) => (key === 'projectcalico.org/name' ? namespace.name : namespace.label(key))) === true;
}

/** What Calico's labels say of a pod of this namespace; without its labels, of any such pod. */
function podLookup(namespace: NamespaceView, labels?: Labels): Lookup {
  return (key) => {
    if (key === 'projectcalico.org/namespace') return namespace.name;
    if (key === 'projectcalico.org/orchestrator') return 'k8s';
    if (key.startsWith('pcns.')) return namespace.label(key.slice('pcns.'.length));
    if (key === 'projectcalico.org/serviceaccount' || key.startsWith('pcsa.') || labels === undefined) return unknown;
    return Object.hasOwn(labels, key) ? labels[key] : undefined;
  };
}
