import type { Facts } from '../check.ts';
import { all, any, NotSeen, type Seen } from '../seen.ts';
import type { Gap } from '../snapshot.ts';
import type { KubernetesObject, ManagedNamespace, Namespace, Pod } from '../wire.ts';
import { adminEffect } from './isolationAdmin.ts';
import { calicoEffect } from './isolationCalico.ts';
import { ciliumEffects } from './isolationCilium.ts';
import { type Direction, type Effect, type Labels, nameLabel, type NamespaceView } from './isolationEffect.ts';
import { kubernetesEffect } from './isolationKubernetes.ts';
import { systemNamespaces } from './namespaces.ts';
import { ownPolicyEngine, policyEngine } from './networkEngine.ts';
import { once } from './once.ts';
import { hasEnded } from './replicas.ts';

export const isolationNeeds = [
  'cluster',
  'daemonSets',
  'namespaces',
  'pods',
  'managedNamespaces',
  'networkPolicies',
  'ciliumNetworkPolicies',
  'ciliumClusterwideNetworkPolicies',
  'calicoNetworkPolicies',
  'calicoGlobalNetworkPolicies',
  'adminNetworkPolicies',
  'baselineAdminNetworkPolicies',
  'clusterNetworkPolicies',
] as const;
export type IsolationFacts = Facts<(typeof isolationNeeds)[number]>;

/** What enforces policies; `other` is a CNI of one's own that knows NetworkPolicy and no more, as far as is known here. */
type Engine = 'azure' | 'calico' | 'cilium' | 'other' | 'none';

export interface Isolation {
  /** Whether every pod of the namespace, present and to come, is closed in this direction but for narrow allows. */
  isolated: boolean;
  /** Undefined when nothing tells; then `isolated` says what the policies would do if all kinds were enforced. */
  engine: Engine | undefined;
  /** Of the policies seen, what each does to the namespace. */
  effects: readonly Effect[];
}

export const coversAllPods = ({ pods }: Effect): boolean => pods === undefined;
export const isDefaultDeny = (effect: Effect): boolean => coversAllPods(effect) && effect.allows === 'narrow';

/** Throws NotSeen when a policy, or the engine, that was not seen could decide it. */
export function isolationOf(facts: IsolationFacts, namespace: string, direction: Direction): Isolation {
  let engine: Engine | undefined;
  const effects: Effect[] = [];
  const view = viewOf(facts, namespace);
  const collect = (policyEffects: () => readonly Effect[]) => () => {
    effects.push(...policyEffects().filter(({ isolates }) => isolates !== false));
    return false;
  };
  const reads = () =>
    families
      .filter(({ engines }) => engine === undefined || engines === 'every' || engines.includes(engine))
      .flatMap((family) => [...family.effects(facts, view, direction).map(collect), () => whole(family.gaps(facts, view))]);
  const isolated = all(
    () => {
      engine = engineOf(facts);
      return engine !== 'none';
    },
    () => any(...reads(), () => effects.some(isDefaultDeny)),
  );
  return { isolated, engine, effects };
}

/** What every policy that is enforced does to the namespace, those that isolate nothing included; throws NotSeen when any of them was not seen. */
export function everyEffect(facts: IsolationFacts, namespace: string, direction: Direction): Omit<Isolation, 'isolated'> {
  const engine = engineOf(facts);
  if (engine === 'none') return { engine, effects: [] };
  const view = viewOf(facts, namespace);
  const enforced = families.filter(({ engines }) => engine === undefined || engines === 'every' || engines.includes(engine));
  whole(enforced.flatMap((each) => each.gaps(facts, view)));
  return { engine, effects: enforced.flatMap((each) => each.effects(facts, view, direction).flatMap((read) => read())) };
}

/**
 * From the cluster; else from the DaemonSet by which an engine runs, which proves that it is there. Undefined when the
 * cluster was read but came without its network profile, as some exports do.
 */
function engineOf(facts: IsolationFacts): Engine | undefined {
  let engine: Engine | undefined;
  any(
    () => {
      if (facts.cluster.properties.networkProfile == null) return false;
      const declared = policyEngine(facts.cluster);
      engine = declared === 'own' ? (ownPolicyEngine(facts.daemonSets)?.engine ?? 'none') : declared;
      return true;
    },
    () => {
      const found = facts.daemonSets.items.find(
        ({ metadata }) => systemNamespaces.has(metadata.namespace ?? '') && Object.hasOwn(engineDaemonSets, metadata.name),
      );
      engine = found && engineDaemonSets[found.metadata.name];
      return found !== undefined;
    },
  );
  return engine;
}
const engineDaemonSets: Readonly<Record<string, Engine>> = { cilium: 'cilium', 'calico-node': 'calico', 'azure-npm': 'azure' };

/** One kind of policy. */
interface Family {
  engines: 'every' | readonly Engine[];
  /** Per policy that may concern the namespace: its effects, once asked for. */
  effects: (facts: IsolationFacts, namespace: NamespaceView, direction: Direction) => (() => readonly Effect[])[];
  gaps: (facts: IsolationFacts, namespace: NamespaceView) => readonly Gap[];
}
type EffectsOf<P> = (policy: P, namespace: NamespaceView, direction: Direction) => Effect | readonly Effect[] | undefined;

function family<P>(
  engines: Family['engines'],
  list: (facts: IsolationFacts) => Seen<P>,
  effectsOf: EffectsOf<P>,
  namespaceOf: (policy: P) => string,
  gaps?: Family['gaps'],
): Family {
  const byNamespace = once((facts: IsolationFacts) => Map.groupBy(list(facts).items, namespaceOf));
  return {
    engines,
    effects: (facts, namespace, direction) =>
      [...(byNamespace(facts).get(namespace.name) ?? []), ...(byNamespace(facts).get(everywhere) ?? [])].map(
        (policy) => () => [effectsOf(policy, namespace, direction) ?? []].flat(),
      ),
    gaps: gaps ?? ((facts, { name }) => list(facts).gaps.filter(({ scope }) => scope === undefined || scope === name)),
  };
}
const everywhere = '*';
const own = ({ metadata }: KubernetesObject): string => metadata.namespace ?? 'default';
const clusterwide = (): string => everywhere;

/** The admin tier counts for Calico alone: Azure's engine and Cilium do not implement it. */
const families: readonly Family[] = [
  family('every', (facts) => facts.networkPolicies, kubernetesEffect, own),
  family(
    'every',
    (facts) => facts.managedNamespaces,
    managedEffect,
    ({ name }) => name.toLowerCase(),
    (facts, namespace) => (mayBeManaged(facts, namespace) ? facts.managedNamespaces.gaps : []),
  ),
  family(['cilium'], (facts) => facts.ciliumNetworkPolicies, ciliumEffects, own),
  family(['cilium'], (facts) => facts.ciliumClusterwideNetworkPolicies, ciliumEffects, clusterwide),
  family(['calico'], (facts) => facts.calicoNetworkPolicies, calicoEffect, own),
  family(['calico'], (facts) => facts.calicoGlobalNetworkPolicies, calicoEffect, clusterwide),
  family(['calico'], (facts) => facts.adminNetworkPolicies, adminEffect, clusterwide),
  family(['calico'], (facts) => facts.baselineAdminNetworkPolicies, adminEffect, clusterwide),
  family(['calico'], (facts) => facts.clusterNetworkPolicies, adminEffect, clusterwide),
];

/** The policy that AKS puts into a managed namespace: a NetworkPolicy, to which others add. */
function managedEffect(managed: ManagedNamespace, _namespace: NamespaceView, direction: Direction): Effect | undefined {
  const { defaultNetworkPolicy, provisioningState } = managed.properties;
  const inPlace = ['succeeded', 'updating'].includes((provisioningState ?? 'Succeeded').toLowerCase());
  const rule = defaultNetworkPolicy?.[direction]?.toLowerCase();
  if (!inPlace || rule === undefined) return undefined;
  const allows = rule === 'denyall' ? 'narrow' : rule === 'allowsamenamespace' ? 'own-namespace' : 'blanket';
  return { policy: managed, name: managed.name, pointer: `/properties/defaultNetworkPolicy/${direction}`, allows };
}

/** AKS labels the namespaces that it manages, so one that was seen without the label has no policy in ARM. */
function mayBeManaged(facts: IsolationFacts, { name }: NamespaceView): boolean {
  const namespace = namespacesByName(facts).get(name);
  return namespace === undefined || namespace.metadata.labels?.['kubernetes.azure.com/managedByArm'] !== undefined;
}

function whole(gaps: readonly Gap[]): false {
  if (gaps.length > 0) throw new NotSeen(gaps);
  return false;
}

const namespacesByName = once(
  ({ namespaces }: IsolationFacts): ReadonlyMap<string, Namespace> => new Map(namespaces.items.map((each) => [each.metadata.name, each])),
);

function viewOf(facts: IsolationFacts, name: string): NamespaceView {
  const namespace = namespacesByName(facts).get(name);
  return {
    name,
    label(key) {
      if (key === nameLabel) return name;
      if (namespace === undefined) whole(facts.namespaces.gaps);
      const labels: Labels = namespace?.metadata.labels ?? {};
      return Object.hasOwn(labels, key) ? labels[key] : undefined;
    },
  };
}

const podsByNamespace = once(({ pods, inScope }: IsolationFacts) =>
  Map.groupBy(
    pods.items.filter((pod) => inScope(pod.metadata.namespace) && pod.spec?.hostNetwork !== true && !hasEnded(pod)),
    own,
  ),
);

/** The pods that policies can reach: not those of the host's network, nor those that have ended. */
export const reachablePods = (facts: IsolationFacts, namespace: string): readonly Pod[] => podsByNamespace(facts).get(namespace) ?? [];

/** The namespaces in scope that hold such a pod; one that was not seen itself stands by its name. */
export function namespacesWithPods(facts: IsolationFacts): Namespace[] {
  return [...podsByNamespace(facts).keys()]
    .sort()
    .map((name) => namespacesByName(facts).get(name) ?? { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

/** How many pods some policy isolates. Pods of equal labels are judged once. */
export function countIsolated(pods: readonly Pod[], effects: readonly Effect[]): number {
  const closing = effects.filter(({ allows }) => allows !== 'blanket');
  if (closing.some(coversAllPods)) return pods.length;
  const alike = Map.groupBy(pods, ({ metadata }) => JSON.stringify(Object.entries(metadata.labels ?? {}).sort()));
  return [...alike.values()].reduce(
    (sum, group) => (closing.some(({ pods: selects }) => selects?.(group[0]?.metadata.labels ?? {})) ? sum + group.length : sum),
    0,
  );
}
