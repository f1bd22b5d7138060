import type { Seen } from '../seen.ts';
import type { AgentPool } from '../wire.ts';
import { inNamespace } from './byNamespace.ts';
import { hostsByPool } from './drain.ts';
import { arrivals, type Missing, place } from './fit.ts';
import { type Host, type HostKind, type LandscapeFacts, landscape } from './landscape.ts';
import { poolSize } from './nodePools.ts';
import { once } from './once.ts';
import { hostsOf, type Placed, type PlacedFacts } from './placed.ts';
import type { Workload } from './workloadPods.ts';
import { zonesOf } from './zones.ts';

export type ZoneFacts = LandscapeFacts & { readonly agentPools: Seen<AgentPool> };

/** What the loss of a zone leaves without a place: on the nodes that stay, and on those that autoscaled pools may add. */
export interface ZoneLoss {
  zone: string;
  missing: readonly Missing[];
  /** Workloads with pods that can start in no other zone, for their volumes are in this one. */
  bound: ReadonlySet<Workload>;
}

/** Every zone that has nodes, lost by itself, in order. The nodes that are lost count as pending for their pools: none is added for them. */
export const zoneLosses: (facts: ZoneFacts) => readonly ZoneLoss[] = once((facts: ZoneFacts) => {
  const land = landscape(facts);
  const byZone = new Map<string, Host[]>();
  for (const host of land.hosts.values()) {
    if (host.zone === undefined) continue;
    const alike = byZone.get(host.zone);
    if (alike === undefined) byZone.set(host.zone, [host]);
    else alike.push(host);
  }
  return [...byZone.keys()].sort().map((zone): ZoneLoss => {
    const room = facts.agentPools.items.flatMap((pool, index) => addable(facts, pool, index, zone));
    const missing = place(land, byZone.get(zone) ?? [], room);
    return { zone, missing, bound: new Set(missing.flatMap(({ why, group }) => (why === 'volumes' ? [group.workload] : []))) };
  });
});

/** The nodes that the cluster autoscaler may add to a pool, in zones that no one knows. */
function addable(facts: ZoneFacts, pool: AgentPool, id: number, lost: string): HostKind[] {
  const { autoscaled, max = 0 } = poolSize(pool);
  const hosts = hostsByPool(facts).get(pool.name) ?? [];
  const like = hosts.find(({ zone }) => zone !== lost);
  return !autoscaled || like === undefined || max <= hosts.length
    ? []
    : [arrivals(landscape(facts), like, max - hosts.length, id, undefined)];
}

/** Where the ready replicas of a workload are: how many in each zone, and how many on nodes outside zones. */
export interface ZonesOfWorkload {
  byZone: ReadonlyMap<string, number>;
  outside: number;
}
export function zonesOfWorkload({ ready }: Placed, facts: LandscapeFacts): ZonesOfWorkload {
  const byZone = new Map<string, number>();
  let outside = 0;
  for (const [{ zone }, count] of hostsOf(facts, ready)) {
    if (zone === undefined) outside += count;
    else byZone.set(zone, (byZone.get(zone) ?? 0) + count);
  }
  return { byZone, outside };
}

/** NotSeen while replicas of the workload may be where none was seen. */
export function needAll({ workload }: Placed, facts: PlacedFacts): void {
  inNamespace(facts.pods, workload.namespace).all();
  if (workload.kind === 'ReplicaSet') facts.replicaSets.all(); // it may be one of several of a Deployment
}

/** The zone with most replicas, and how many are left without it. */
export function worstZone({ byZone, outside }: ZonesOfWorkload): { zone: string; lost: number; left: number } {
  const [[zone, lost] = ['', 0]] = [...byZone].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const all = [...byZone.values()].reduce((sum, count) => sum + count, outside);
  return { zone, lost, left: all - lost };
}

/** How many nodes of a pool are in each of its zones, none in a zone that it names and has no node in. */
export function nodesInZones(pool: AgentPool, hosts: readonly Host[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { zone } of hosts) if (zone !== undefined) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  const region = [...counts.keys()][0]?.replace(/-[^-]*$/, '');
  if (region !== undefined)
    for (const zone of zonesOf(pool)) if (/^\d+$/.test(zone) && !counts.has(`${region}-${zone}`)) counts.set(`${region}-${zone}`, 0);
  return counts;
}

/** Pods of a pool for which there is no room elsewhere without one of its zones; `certain`: in whatever order they are placed. */
export interface Shortage {
  zone: string;
  missing: readonly Missing[];
  certain: boolean;
}
export const shortagesOf = (pool: AgentPool, facts: ZoneFacts): Shortage[] =>
  zoneLosses(facts).flatMap(({ zone, missing }): Shortage[] => {
    const own = missing.filter(
      ({ why, group }) => why === 'room' && [...group.at.keys()].some((host) => host.zone === zone && host.pool === pool.name),
    );
    return own.length === 0 ? [] : [{ zone, missing: own, certain: own.some(({ certain }) => certain) }];
  });
