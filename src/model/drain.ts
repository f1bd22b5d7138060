import { type Seen, seen } from '../seen.ts';
import type { AgentPool, KarpenterNodePool, Node } from '../wire.ts';
import { arrivals, type Missing, place } from './fit.ts';
import { type Host, type HostKind, type Landscape, type LandscapeFacts, landscape } from './landscape.ts';
import { poolNameOf, provisionerOf, surgeOf } from './nodePools.ts';
import { once } from './once.ts';
import { zonesOf } from './zones.ts';

/** How an upgrade goes through a pool: so many nodes at a time, after as many were added (`surge`), or none. */
export interface Pace {
  nodes: number;
  surge: boolean;
}

/** @param count nodes of the pool. Where surge and unavailability are both set, the surge is tried first. */
export function paceOf(pool: AgentPool, count: number): Pace {
  const surge = surgeOf(pool, count);
  if (surge > 0) return { nodes: Math.min(surge, count), surge: true };
  const away = share(pool.properties.upgradeSettings?.maxUnavailable, count) ?? 1;
  return { nodes: Math.min(Math.max(1, away), count), surge: false };
}

/**
 * Nodes that Karpenter replaces at a time when they drift: the least that budgets without a schedule allow, a tenth where
 * none are set; all of them while only scheduled budgets are. It adds the new node before it drains the old one.
 */
export function disruptedNodes({ spec }: KarpenterNodePool, count: number): number {
  const budgets = spec?.disruption?.budgets ?? [{ nodes: '10%' }];
  const always = budgets.filter(({ schedule, reasons }) => schedule == null && (reasons == null || reasons.includes('Drifted')));
  return Math.min(count, ...always.map(({ nodes }) => share(nodes ?? '10%', count) ?? count));
}

/** `5` or `33%`, which rounds up; undefined when it is neither. */
function share(text: unknown, of: number): number | undefined {
  const [matched, number, percent] = /^\s*(\d{1,9})\s*(%)?\s*$/.exec(String(text ?? '')) ?? [];
  if (matched === undefined) return undefined;
  return percent === undefined ? Number(number) : Math.ceil((of * Number(number)) / 100);
}

/** AKS waits half an hour for a node to drain unless the pool says otherwise; five minutes are the least that it can say. */
export const drainMinutes = ({ properties }: AgentPool): number => properties.upgradeSettings?.drainTimeoutInMinutes ?? 30;
export const leastDrainMinutes = 5;

export type DrainFacts = LandscapeFacts & { readonly agentPools: Seen<AgentPool>; readonly karpenterNodePools: Seen<KarpenterNodePool> };

/** The pool of a node, as ARM has it; undefined for nodes of node auto-provisioning, and of pools that are gone. */
export const poolOf = ({ agentPools }: Pick<DrainFacts, 'agentPools'>, node: Node): AgentPool | undefined => {
  const name = poolNameOf(node);
  return name === undefined ? undefined : agentPools.find((pool) => pool.name.toLowerCase() === name.toLowerCase());
};

/** How many nodes of a node's pool are drained at a time; one where nothing says more. NotSeen where the pool was not seen. */
function drainedWith(facts: DrainFacts, host: Host): number {
  facts.nodes.all();
  const count = hostsByPool(facts).get(host.pool ?? '')?.length ?? 1;
  const pool = poolOf(facts, host.node);
  if (pool !== undefined) return paceOf(pool, count).nodes;
  const name = provisionerOf(host.node);
  const provisioner = name === undefined ? undefined : facts.karpenterNodePools.find(({ metadata }) => metadata.name === name);
  return provisioner === undefined ? 1 : disruptedNodes(provisioner, count);
}

/**
 * Whether nodes of one pool are drained at once, by the order of their names: AKS promises none, and takes them mostly so.
 * One node is, unless nothing may be drained of its pool.
 */
export function areDrainedTogether(facts: DrainFacts, hosts: readonly Host[]): boolean {
  const [first] = hosts;
  if (first === undefined) return false;
  if (hosts.length === 1 && poolNameOf(first.node) !== undefined) return true;
  const size = drainedWith(facts, first);
  const places = placesInPool(facts);
  return size > 0 && new Set(hosts.map((host) => Math.floor((places.get(host) ?? 0) / size))).size === 1;
}

const placesInPool = once(
  (facts: LandscapeFacts): ReadonlyMap<Host, number> =>
    new Map([...hostsByPool(facts).values()].flatMap((hosts) => hosts.map((host, at) => [host, at] as const))),
);

/** The nodes of each pool, by name. */
export const hostsByPool: (facts: LandscapeFacts) => ReadonlyMap<string, readonly Host[]> = once((facts: LandscapeFacts) => {
  const pools = new Map<string, Host[]>();
  for (const host of landscape(facts).hosts.values()) {
    const alike = pools.get(host.pool ?? '');
    if (alike === undefined) pools.set(host.pool ?? '', [host]);
    else alike.push(host);
  }
  for (const hosts of pools.values()) hosts.sort((a, b) => (a.name < b.name ? -1 : 1));
  return pools;
});

/** The pools that have nodes; more may, while not all nodes were seen. */
export const poolsWithNodes = (facts: LandscapeFacts & Pick<DrainFacts, 'agentPools'>): Seen<AgentPool> =>
  facts.agentPools.filter((pool) => hostsByPool(facts).has(pool.name)).concat(seen<AgentPool>([], facts.nodes.gaps));

/** What an upgrade of a pool does to its pods: the batch that leaves most of them without room, and all that wait for their node. */
export interface PoolDrain {
  pool: AgentPool;
  pace: Pace;
  hosts: readonly Host[];
  worst: { batch: readonly Host[]; evicted: number; missing: readonly Missing[] };
}

/** The drain of every pool that was seen to have nodes. */
export const drains: (facts: DrainFacts) => readonly PoolDrain[] = once((facts: DrainFacts) =>
  facts.agentPools.items.filter((pool) => hostsByPool(facts).has(pool.name)).map((pool) => drainPool(facts, pool)),
);

/** Drains a pool batch by batch, in the order of its nodes' names; a batch is back before the next one goes. */
export function drainPool(facts: LandscapeFacts, pool: AgentPool): PoolDrain {
  const land = landscape(facts);
  const hosts = hostsByPool(facts).get(pool.name) ?? [];
  const pace = paceOf(pool, hosts.length);
  const added = pace.surge ? arriving(land, pool, hosts, pace.nodes) : [];
  let worst: PoolDrain['worst'] = { batch: [], evicted: 0, missing: [] };
  for (let from = 0; from < hosts.length; from += pace.nodes) {
    const batch = hosts.slice(from, from + pace.nodes);
    const missing = place(land, batch, added);
    if (from === 0 || badness(missing) > badness(worst.missing)) worst = { batch, evicted: evictedFrom(batch), missing };
  }
  return { pool, pace, hosts, worst };
}

const badness = (missing: readonly Missing[]): number =>
  missing.reduce((sum, { why, certain, count }) => sum + count * (why !== 'room' ? 1 : certain ? 1_000_000 : 1_000), 0);

const evictedFrom = (hosts: readonly Host[]): number =>
  hosts.reduce((sum, { pods }) => sum + [...pods].reduce((own, [{ evictable }, count]) => own + (evictable ? count : 0), 0), 0);

/** Surge nodes. The scale set chooses their zones: what is certain is one in each for every whole round of the zones, or the one zone. */
function arriving(land: Landscape, pool: AgentPool, hosts: readonly Host[], count: number): HostKind[] {
  const like = hosts[0];
  if (like === undefined) return [];
  const there = [...new Set(hosts.flatMap(({ zone }) => zone ?? []))].sort();
  const zones = there.length > 0 && there.length >= zonesOf(pool).length ? there : [undefined];
  const rounds = Math.floor(count / zones.length);
  const kinds = zones.map((zone, index) => arrivals(land, like, rounds, index, zone));
  return [...kinds, arrivals(land, like, count - rounds * zones.length, zones.length, undefined)].filter(({ hosts }) => hosts.length > 0);
}
