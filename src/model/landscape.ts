import type { Seen } from '../seen.ts';
import type { State } from '../snapshot.ts';
import type { Node, Pod } from '../wire.ts';
import { hostnameKey, type Labelled, repellents, zoneKeys } from './nodeAffinity.ts';
import { nodeNameOf, poolNameOf, provisionerOf } from './nodePools.ts';
import { once } from './once.ts';
import { type CountedRule, groupPods, type PodGroup, type Sieve } from './podGroups.ts';
import { amountsOf } from './requests.ts';
import { zoneOf } from './zones.ts';

export type LandscapeFacts = { readonly snapshot: object } & {
  readonly [K in 'nodes' | 'pods' | 'replicaSets' | 'jobs' | 'cronJobs' | 'persistentVolumes']: Seen<State[K][number]>;
};

/** A node and what is left of it. */
export interface Host extends Labelled {
  node: Node;
  /** Name of its pool, or of the Karpenter NodePool it is of. */
  pool: string | undefined;
  zone: string | undefined;
  /** Nodes that admit the same pods, but for those that ask for a name. */
  kind: HostKind;
  /** Left of each resource, in the order of `resources`; undefined when the node does not say what it has. */
  free: readonly number[] | undefined;
  /** How many pods of each group it runs. */
  pods: Map<PodGroup, number>;
}
export interface HostKind extends Labelled {
  id: number;
  taints: ReturnType<typeof repellents>;
  /** The emptiest first. */
  hosts: Host[];
}

/** All nodes and pods as the scheduler reads them: pods that are alike are one group, nodes that are alike one kind. */
export interface Landscape {
  hosts: ReadonlyMap<string, Host>;
  kinds: readonly HostKind[];
  groups: readonly PodGroup[];
  resources: readonly string[];
  /** The domains of a rule for pods of a sieve, once they were asked. */
  domains: Map<Sieve, Map<CountedRule, ReadonlySet<string>>>;
  /** All that is free on nodes that a sieve admits, or on all, once it was asked. */
  supplies: Map<Sieve | undefined, readonly number[]>;
}

/** Built once a snapshot, of what was seen of it: linear in pods, then in groups. */
export const landscape: (facts: LandscapeFacts) => Landscape = once((facts: LandscapeFacts) => {
  const nodes = [...facts.nodes.items].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const { groups, resources, keys } = groupPods(facts);
  const kinds = new Map<string, HostKind>();
  const hosts = new Map<string, Host>();
  for (const node of nodes) {
    const kind = kindOf(node, keys, kinds);
    const host: Host = {
      node,
      name: node.metadata.name,
      pool: poolNameOf(node) ?? provisionerOf(node),
      zone: zoneOf(node),
      kind,
      label: (key) => labelOf(node, key),
      free: undefined,
      pods: new Map(),
    };
    kind.hosts.push(host);
    hosts.set(host.name, host);
  }
  for (const group of groups) for (const pod of group.pods) settle(pod, group, hosts);
  for (const host of hosts.values()) host.free = leftOf(host, resources);
  for (const { hosts: alike } of kinds.values())
    alike.sort((a, b) => (b.free?.[0] ?? 0) - (a.free?.[0] ?? 0) || (a.name < b.name ? -1 : 1));
  for (const group of groups) countFor(group);
  return { hosts, kinds: [...kinds.values()], groups, resources, domains: new Map(), supplies: new Map() };
});

function labelOf({ metadata, ...node }: Node, key: string): string | undefined {
  const own = metadata.labels?.[key];
  if (own !== undefined) return own;
  if (key === hostnameKey) return metadata.name;
  return zoneKeys.includes(key) ? zoneOf({ metadata, ...node }) : undefined;
}

/** Only labels that some pod reads tell kinds apart. */
function kindOf(node: Node, keys: readonly string[], kinds: Map<string, HostKind>): HostKind {
  const labels = keys.map((key) => [key, labelOf(node, key)] as const);
  const taints = repellents(node);
  const key = JSON.stringify([labels, taints.map(({ key, value, effect }) => `${key}=${value ?? ''}:${effect}`).sort()]);
  const before = kinds.get(key);
  if (before !== undefined) return before;
  const byKey = new Map(labels);
  const made: HostKind = { id: kinds.size, name: '', label: (each) => byKey.get(each), taints, hosts: [] };
  kinds.set(key, made);
  return made;
}

function settle(pod: Pod, group: PodGroup, hosts: ReadonlyMap<string, Host>): void {
  const host = hosts.get(nodeNameOf(pod) ?? '');
  if (host === undefined) return;
  host.pods.set(group, (host.pods.get(group) ?? 0) + 1);
  group.at.set(host, (group.at.get(host) ?? 0) + 1);
}

function leftOf({ node, pods }: Host, resources: readonly string[]): readonly number[] | undefined {
  if (node.status?.allocatable == null) return undefined;
  const allocatable = amountsOf(node.status.allocatable);
  const left = resources.map((resource) => allocatable.get(resource) ?? 0);
  for (const [{ request }, count] of pods) for (const [at, amount] of request) left[at] = (left[at] ?? 0) - count * amount;
  return left;
}

/** The value of a topology key of a node: the domain it is in. */
export const domainOf = (host: Host, key: string): string | undefined => (key === hostnameKey ? host.name : host.kind.label(key));

function countFor(group: PodGroup): void {
  for (const [host, count] of group.at) {
    for (const counted of group.readBy) tally(counted.matching, domainOf(host, counted.rule.topologyKey), count);
    for (const counted of group.rules)
      if (counted.rule.kind === 'apart') tally(counted.holders, domainOf(host, counted.rule.topologyKey), count);
  }
}

export function tally(counts: Map<string, number>, domain: string | undefined, by: number): void {
  if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + by);
}
