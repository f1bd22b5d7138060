import type { LabelSelector, NetworkPolicy } from '../wire.ts';
import {
  type Direction,
  type Effect,
  hasNoTerms,
  isEveryAddress,
  type NamespaceView,
  type Openness,
  opensEveryPort,
  selectsEveryNamespace,
  selectsNamespace,
  widest,
} from './isolationEffect.ts';
import { selects } from './selectors.ts';

type Spec = NonNullable<NetworkPolicy['spec']>;
interface Peer {
  ipBlock?: { cidr?: string; except?: string[] };
  namespaceSelector?: LabelSelector;
  podSelector?: LabelSelector;
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol?: string; port?: unknown; endPort?: number }[];
}

/** A NetworkPolicy (networking.k8s.io/v1): additive allows, and the pods it selects are closed to all else. */
export function kubernetesEffect(policy: NetworkPolicy, namespace: NamespaceView, direction: Direction): Effect | undefined {
  const spec = policy.spec ?? {};
  if (!governs(spec, direction)) return undefined;
  const { podSelector } = spec;
  const rules: readonly (Rule | null)[] = spec[direction] ?? [];
  return {
    policy,
    name: policy.metadata.name,
    pointer: '/spec',
    ...(hasNoTerms(podSelector) ? {} : { pods: (labels) => selects(podSelector, labels) }),
    allows: widest(rules.map((rule) => openness(rule ?? {}, namespace))),
  };
}

/**
 * Rules of a policy, by their index, that let every peer through on every port; those of `onPort` were so but for their
 * ports, which are that one alone.
 */
export function blanketRules(spec: Spec, direction: Direction, onPort?: number): number[] {
  const rules: readonly (Rule | null)[] = governs(spec, direction) ? (spec[direction] ?? []) : [];
  return rules.flatMap((rule, index) => {
    const isOfPort = onPort === undefined || ((rule?.ports ?? []).length > 0 && rule?.ports?.every(({ port }) => port === onPort));
    const judged = onPort === undefined ? rule : { ...rule, ports: [] };
    return isOfPort && openness(judged ?? {}, nowhere) === 'blanket' ? [index] : [];
  });
}
/** What is open to every namespace is so whichever the own is. */
const nowhere: NamespaceView = { name: '', label: () => undefined };

/** Without policyTypes a policy is of Ingress, and of Egress only when it has egress rules (API comments of NetworkPolicySpec). */
export function governs(spec: Pick<Spec, 'policyTypes' | 'egress'>, direction: Direction): boolean {
  const types: readonly string[] = spec.policyTypes ?? [];
  if (types.length > 0) return types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
  return direction === 'ingress' || (spec.egress ?? []).length > 0;
}

/** An empty or absent list of peers is every peer, one of ports every port. */
function openness({ from, to, ports }: Rule, namespace: NamespaceView): Openness {
  const everyPort = (ports ?? []).length === 0 || ports?.some(({ protocol, port, endPort }) => opensEveryPort(protocol, port, endPort));
  if (!everyPort) return 'narrow';
  const peers = from ?? to ?? [];
  return peers.length === 0 ? 'blanket' : widest(peers.map((peer) => opennessOf(peer, namespace)));
}

function opennessOf({ ipBlock, namespaceSelector, podSelector }: Peer, namespace: NamespaceView): Openness {
  if (ipBlock) return isEveryAddress(ipBlock.cidr) && (ipBlock.except ?? []).length === 0 ? 'blanket' : 'narrow';
  if (!hasNoTerms(podSelector)) return 'narrow';
  if (namespaceSelector) {
    if (selectsEveryNamespace(namespaceSelector)) return 'blanket';
    return selectsNamespace(namespaceSelector, namespace) ? 'own-namespace' : 'narrow';
  }
  return podSelector ? 'own-namespace' : 'narrow';
}
