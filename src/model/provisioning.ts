import { normalId, type Seen } from '../seen.ts';
import type { AgentPool, CustomObject, KarpenterNodePool, ManagedCluster } from '../wire.ts';
import { poolMode } from './nodePools.ts';
import { parseQuantity } from './quantities.ts';

/** The most nodes that a Karpenter NodePool's limits allow; undefined without a limit. AKS runs no VM size of fewer than two cores. */
export function mostNodes({ spec }: KarpenterNodePool): number | undefined {
  const nodes = parseQuantity(spec?.limits?.nodes);
  const cores = parseQuantity(spec?.limits?.cpu);
  const bounds = [nodes, cores === undefined ? undefined : Math.floor(cores / 2)].filter((bound) => bound !== undefined);
  return bounds.length === 0 ? undefined : Math.min(...bounds);
}

/** The subnet of provisioned nodes whose AKSNodeClass names none: that of the cluster's system nodes. */
export function defaultNodeSubnet(cluster: ManagedCluster, agentPools: Seen<AgentPool>): string | undefined {
  const hosted = cluster.properties.hostedSystemProfile?.nodeSubnetID;
  return hosted || agentPools.find((pool) => poolMode(pool) === 'system' && !!pool.properties.vnetSubnetID)?.properties.vnetSubnetID;
}

export interface ProvisioningFacts {
  cluster: ManagedCluster;
  agentPools: Seen<AgentPool>;
  karpenterNodePools: Seen<KarpenterNodePool>;
  aksNodeClasses: Seen<CustomObject>;
}

/** The most addresses that node auto-provisioning may take of a subnet; undefined when a NodePool there has no limit. */
export function provisionedAddresses(
  { cluster, agentPools, karpenterNodePools, aksNodeClasses }: ProvisioningFacts,
  subnetId: string,
): number | undefined {
  const { networkProfile } = cluster.properties;
  const flat = networkProfile?.networkPlugin?.toLowerCase() === 'azure' && networkProfile.networkPluginMode?.toLowerCase() !== 'overlay';
  let total = 0;
  for (const pool of karpenterNodePools.all()) {
    const name = pool.spec?.template?.spec?.nodeClassRef?.name;
    const spec = aksNodeClasses.find(({ metadata }) => metadata.name === name)?.spec;
    const subnet = typeof spec?.vnetSubnetID === 'string' ? spec.vnetSubnetID : defaultNodeSubnet(cluster, agentPools);
    if (normalId(subnet ?? '') !== normalId(subnetId)) continue;
    const nodes = mostNodes(pool);
    if (nodes === undefined) return undefined;
    total += nodes * (flat ? (typeof spec?.maxPods === 'number' ? spec.maxPods : 30) + 1 : 1);
  }
  return total;
}

/** The most nodes that node auto-provisioning may add; undefined when a NodePool has no limit. */
export function provisionedNodes(karpenterNodePools: Seen<KarpenterNodePool>): number | undefined {
  return karpenterNodePools
    .all()
    .map(mostNodes)
    .reduce<number | undefined>((sum, nodes) => (sum === undefined || nodes === undefined ? undefined : sum + nodes), 0);
}
