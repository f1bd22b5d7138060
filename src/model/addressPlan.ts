import { normalId } from '../seen.ts';
import type { AgentPool, ManagedCluster, Subnet } from '../wire.ts';
import { largestSize, podsPerNode, poolMode, surgeOf } from './nodePools.ts';
import { holders } from './subnets.ts';

/** What one pool takes of a subnet at its largest, while it is upgraded. */
export interface PoolClaim {
  cluster: ManagedCluster;
  pool: AgentPool;
  /** undefined when its size is not known: of a fixed pool that is stopped, `count` says nothing. */
  nodes: number | undefined;
  surge: number;
  addressesPerNode: number;
  addresses: number;
}

/** How a subnet is used: by pools, and by everything else that stands in it. */
export interface AddressPlan {
  pools: PoolClaim[];
  /** Load balancers, private endpoints, other machines. */
  others: number;
  demand: number;
  /** Addresses held at present. */
  held: number;
}

/** A cluster and those of its pools that were seen. */
export interface ClusterPools {
  cluster: ManagedCluster;
  pools: readonly AgentPool[];
}

/**
 * Addresses a node takes of a subnet that its pool uses (AKS, "IP address planning").
 * Node subnet: one, and under Azure CNI without overlay one more for each pod. Pod subnet, in blocks: 16 at a time while
 * fewer than 8 are free, or for StaticBlock as many /28 as hold the pods and the node.
 */
export function addressesPerNode(cluster: ManagedCluster, pool: AgentPool, use: 'nodes' | 'pods'): number {
  const { podIPAllocationMode, podSubnetID } = pool.properties;
  const pods = podsPerNode(cluster, pool);
  const blocks = (addresses: number) => 16 * Math.ceil(addresses / 16);
  if (use === 'pods') return podIPAllocationMode?.toLowerCase() === 'staticblock' ? blocks(pods + 1) : blocks(pods + 8);
  const { networkProfile } = cluster.properties;
  const flat = networkProfile?.networkPlugin?.toLowerCase() === 'azure' && networkProfile.networkPluginMode?.toLowerCase() !== 'overlay';
  return flat && !podSubnetID ? pods + 1 : 1;
}

/** @param growth multiplies the largest number of nodes, for growth that is planned for */
export function claimOf(cluster: ManagedCluster, pool: AgentPool, subnetId: string, growth: number): PoolClaim | undefined {
  const uses = [usedFor(pool.properties.vnetSubnetID, 'nodes'), usedFor(pool.properties.podSubnetID, 'pods')].filter(
    (use) => use !== undefined,
  );
  if (uses.length === 0) return undefined;
  const perNode = uses.reduce((sum, use) => sum + addressesPerNode(cluster, pool, use), 0);
  const largest = largestSize(cluster, pool, growth);
  if (largest === undefined) return { cluster, pool, nodes: undefined, surge: 0, addressesPerNode: perNode, addresses: 0 };
  return { cluster, pool, ...largest, addressesPerNode: perNode, addresses: (largest.nodes + largest.surge) * perNode };

  function usedFor(id: string | undefined | null, use: 'nodes' | 'pods') {
    return id && normalId(id) === normalId(subnetId) ? use : undefined;
  }
}

/** The demand on a subnet of all pools of these clusters at their largest, with what else holds addresses of it. */
export function addressPlan(subnet: Subnet, clusters: readonly ClusterPools[], growth: number): AddressPlan {
  const pools = clusters.flatMap(({ cluster, pools }) => pools.flatMap((pool) => claimOf(cluster, pool, subnet.id, growth) ?? []));
  const known = new Set(clusters.map(({ cluster }) => nodeGroupOf(cluster)));
  const all = holders(subnet);
  const others = all.filter((holder) => !(known.has(holder.group) && holder.node));
  const endpoints = others.filter((holder) => holder.privateEndpoint).length;
  const unlisted = Math.max(0, (subnet.properties.privateEndpoints ?? []).length - endpoints);
  const expected = clusters.filter(({ cluster, pools }) => expectsEndpoint(cluster, pools, subnet)).length;
  const rest = others.length + unlisted + expected;
  return { pools, others: rest, demand: pools.reduce((sum, { addresses }) => sum + addresses, rest), held: all.length + unlisted };
}

/** `/subscriptions/<id>/resourcegroups/<node resource group>`, in lower case. */
export function nodeGroupOf({ id, properties }: ManagedCluster): string {
  return `/subscriptions/${id.split('/')[2] ?? ''}/resourcegroups/${properties.nodeResourceGroup ?? ''}`.toLowerCase();
}

/** The resource groups of clusters whose nodes stand in a subnet, but that are none of these. */
export function unseenClusters(subnet: Subnet, clusters: readonly ManagedCluster[]): string[] {
  const known = new Set(clusters.map(nodeGroupOf));
  return [...new Set(holders(subnet).flatMap(({ aks, group }) => (aks && !known.has(group) ? [group] : [])))].sort();
}

/** A private cluster's API server has an endpoint in the subnet of its system nodes, which the subnet lists once it is there. */
function expectsEndpoint(cluster: ManagedCluster, pools: readonly AgentPool[], subnet: Subnet): boolean {
  const access = cluster.properties.apiServerAccessProfile;
  if (access?.enablePrivateCluster !== true || access.enableVnetIntegration === true) return false;
  const group = nodeGroupOf(cluster);
  const listed =
    holders(subnet).some((holder) => holder.privateEndpoint && holder.group === group) ||
    (subnet.properties.privateEndpoints ?? []).some(({ id }) => id?.toLowerCase().startsWith(`${group}/`));
  return (
    !listed && pools.some((pool) => poolMode(pool) === 'system' && normalId(pool.properties.vnetSubnetID ?? '') === normalId(subnet.id))
  );
}

/** The fewest nodes of the pool that takes most at which the subnet overflows, the other pools at their largest; undefined when they alone do. */
export function overflowsAt(plan: AddressPlan, usable: number): { claim: PoolClaim; nodes: number } | undefined {
  const claim = plan.pools.reduce<PoolClaim | undefined>(
    (most, each) => (most === undefined || each.addresses > most.addresses ? each : most),
    undefined,
  );
  if (claim === undefined) return undefined;
  const left = usable - (plan.demand - claim.addresses);
  if (left < 0) return undefined;
  let nodes = 0;
  while ((nodes + surgeOf(claim.pool, nodes)) * claim.addressesPerNode <= left) nodes += 1;
  return { claim, nodes };
}
