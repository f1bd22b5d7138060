import type { Seen } from '../seen.ts';
import type { AgentPool, ComputeUsage, ManagedCluster, VmSku } from '../wire.ts';
import { capability, sizesOf, skuFor } from './compute.ts';
import { isSpot, largestSize, poolSize } from './nodePools.ts';

/** Cores that pools may still ask for of one quota, and of which pools. */
export interface QuotaNeed {
  /** A family of sizes, `cores` of all families, or `lowPriorityCores` of Spot. */
  quota: string;
  cores: number;
  pools: readonly AgentPool[];
  /** Pools that do not say how large they may become. */
  unsaid: readonly AgentPool[];
}

/**
 * What pools ask for at their largest, with the nodes that an upgrade of each adds, beyond what they have. Regular pools count
 * towards their family and all cores, Spot ones towards those of Spot alone. A pool of several sizes counts with its largest.
 * NotSeen where a size was not read.
 */
export function quotaNeeds(cluster: ManagedCluster, pools: readonly AgentPool[], skus: Seen<VmSku>): QuotaNeed[] {
  const needs = new Map<string, { cores: number; pools: AgentPool[]; unsaid: AgentPool[] }>();
  for (const pool of pools) {
    const sizes = sizesOf(pool).sizes.map((size) => skuFor(cluster, size, skus));
    const families = isSpot(pool) ? [] : sizes.flatMap(({ properties }) => properties.family ?? []);
    const nodes = moreNodes(cluster, pool);
    const cores = nodes === undefined ? undefined : nodes * Math.max(0, ...sizes.map((sku) => Number(capability(sku, 'vCPUs') ?? 0)));
    for (const quota of new Set([...families, isSpot(pool) ? 'lowPriorityCores' : 'cores'])) {
      const need = needs.get(quota) ?? { cores: 0, pools: [], unsaid: [] };
      needs.set(quota, need);
      if (cores === undefined) need.unsaid.push(pool);
      else need.cores += cores;
      need.pools.push(pool);
    }
  }
  return [...needs].map(([quota, need]) => ({ quota, ...need })).sort((a, b) => (a.quota < b.quota ? -1 : 1));
}

/** Nodes between what a pool has and its largest, and those of its upgrade. */
export function moreNodes(cluster: ManagedCluster, pool: AgentPool): number | undefined {
  const largest = largestSize(cluster, pool);
  const { current } = poolSize(pool);
  return largest === undefined || current === undefined ? undefined : Math.max(0, largest.nodes - current) + largest.surge;
}

/** Cores that are left of a quota; undefined when it does not say. */
export function leftOf({ properties: { currentValue, limit } }: ComputeUsage): number | undefined {
  const left = Number(limit) - Number(currentValue);
  return limit == null || currentValue == null || Number.isNaN(left) ? undefined : left;
}

/** Why a size cannot be had in a zone of the pool, or in the region; undefined when it can. */
export function restrictionOf({ properties }: VmSku, zones: readonly string[]): { pointer: string; where: string } | undefined {
  for (const [index, { type, restrictionInfo }] of (properties.restrictions ?? []).entries()) {
    const pointer = `/properties/restrictions/${index}`;
    if (type?.toLowerCase() === 'location') return { pointer, where: 'this region' };
    const closed = (restrictionInfo?.zones ?? []).filter((zone) => zones.includes(zone));
    if (type?.toLowerCase() === 'zone' && closed.length > 0) return { pointer, where: `zone ${closed.join(', ')}` };
  }
  return undefined;
}
