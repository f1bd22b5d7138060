import { any, type Seen } from '../seen.ts';
import type { AgentPool, ManagedCluster, Node } from '../wire.ts';

/** Day of Microsoft's list of regions that the two tables below were read from. Regions gain zones and never lose them. */
export const regionsReadOn = '2025-09-23';
const zoned = new Set(
  (
    'australiaeast austriaeast belgiumcentral brazilsouth canadacentral centralindia centralus chilecentral chinanorth3 denmarkeast eastasia eastus eastus2 ' +
    'francecentral germanywestcentral indonesiacentral israelcentral italynorth japaneast japanwest koreacentral malaysiawest mexicocentral newzealandnorth ' +
    'northeurope norwayeast polandcentral qatarcentral southafricanorth southcentralus southeastasia spaincentral swedencentral switzerlandnorth uaenorth ' +
    'uksouth usgovvirginia westeurope westus2 westus3'
  ).split(' '),
);
/** Without those that were announced to gain zones (North Central US, West Central US). */
const unzoned = new Set(
  (
    'australiacentral australiacentral2 australiasoutheast brazilsoutheast canadaeast francesouth germanynorth koreasouth norwaywest southafricawest southindia ' +
    'switzerlandwest uaecentral ukwest westindia westus'
  ).split(' '),
);

/** Whether a region has availability zones, by the tables; undefined for one that they do not know. */
export function hasZones(location: string | undefined): boolean | undefined {
  const region = regionName(location);
  return zoned.has(region) ? true : unzoned.has(region) ? false : undefined;
}

/** Whether the cluster's region has availability zones, by the tables or by any pool or node in one; undefined when nothing tells. */
export function regionHasZones({ location }: ManagedCluster, agentPools: Seen<AgentPool>, nodes: Seen<Node>): boolean | undefined {
  const region = regionName(location);
  if (zoned.has(region)) return true;
  const shown = any(
    () => agentPools.some((pool) => zonesOf(pool).length > 0),
    () => nodes.some((node) => zoneOf(node) !== undefined),
  );
  return shown || (unzoned.has(region) ? false : undefined);
}

/** Regions stand by name or as people read them: `westeurope`, `West Europe`. */
export const regionName = (location: string | undefined): string => (location ?? '').toLowerCase().replaceAll(' ', '');

/** The zones a pool is configured for, each once: `1`, `2`, `3`, or `auto`, by which AKS places the nodes. */
export const zonesOf = ({ properties }: AgentPool): string[] => [
  ...new Set((properties.availabilityZones ?? []).map((zone) => String(zone).toLowerCase())),
];

/** The zone of a node, `westeurope-1`; the bare number on a node outside zones is its fault domain. */
export function zoneOf({ metadata }: Node): string | undefined {
  const label = metadata.labels?.['topology.kubernetes.io/zone'];
  return label !== undefined && /-\d+$/.test(label) ? label : undefined;
}

/** How many nodes are in each zone; `none` for those outside zones. */
export function nodesByZone(nodes: readonly Node[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes) counts.set(zoneOf(node) ?? 'none', (counts.get(zoneOf(node) ?? 'none') ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether nodes are in so many zones, or each in one of its own when they are fewer; zones that were seen settle it. */
export function spreads(nodes: Seen<Node>, minZones: number): boolean {
  const zones = new Set(nodes.items.map(zoneOf).filter((zone) => zone !== undefined)).size;
  return zones >= minZones || zones >= Math.min(minZones, nodes.all().length);
}

/** Pools of one size, mode and set of taints, each in a single zone, stand in for one pool that spans their zones. */
export function sisters(pool: AgentPool, agentPools: Seen<AgentPool>): Seen<AgentPool> {
  const own = classOf(pool);
  return agentPools.filter((other) => inOneZone(other) && classOf(other) === own);
}

export const inOneZone = (pool: AgentPool): boolean => zonesOf(pool).length === 1 && zonesOf(pool)[0] !== 'auto';

function classOf({ properties }: AgentPool): string {
  const { vmSize, mode, osType, scaleSetPriority, nodeTaints } = properties;
  const facts = [vmSize, mode ?? 'User', osType ?? 'Linux', scaleSetPriority ?? 'Regular', ...[...(nodeTaints ?? [])].sort()];
  return JSON.stringify(facts).toLowerCase();
}
