import type { Seen } from '../seen.ts';
import type { AgentPool, Firewall, KarpenterNodePool, ManagedCluster } from '../wire.ts';
import { autoProvisions, largestSize, poolMode } from './nodePools.ts';
import { provisionedNodes } from './provisioning.ts';

/**
 * Ports that one public address gives for outgoing connections (Azure Load Balancer, NAT Gateway, Azure Firewall). A
 * firewall gives 2496 on each of its instances, of which there are at least two.
 */
export const portsPerAddress = { loadBalancer: 64_000, natGateway: 64_512, firewall: 2 * 2496 } as const;

/** What Azure gives each machine when nothing is said, by how many there are (Load Balancer, "Default port allocation table"). */
const tiers: readonly (readonly [machines: number, ports: number])[] = [
  [50, 1024],
  [100, 512],
  [200, 256],
  [400, 128],
  [800, 64],
];
export const defaultPorts = (machines: number): number => tiers.find(([most]) => machines <= most)?.[1] ?? 32;

/** Nodes of these pools at their largest and in the middle of an upgrade; undefined when the size of one is not known. */
export function nodesAtMost(cluster: ManagedCluster, pools: readonly AgentPool[]): number | undefined {
  return pools
    .filter((pool) => poolMode(pool) !== 'managedsystem')
    .map((pool) => largestSize(cluster, pool))
    .reduce<number | undefined>((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size.nodes + size.surge), 0);
}

/** Nodes that node auto-provisioning may add; undefined without a limit. */
export const addedNodes = (cluster: ManagedCluster, karpenterNodePools: Seen<KarpenterNodePool>): number | undefined =>
  autoProvisions(cluster) ? provisionedNodes(karpenterNodePools) : 0;

/** The public addresses of the cluster's own load balancer or NAT gateway, and where they are counted; undefined for those of a prefix, whose size the cluster does not say. */
export function clusterAddresses({ properties: { networkProfile } }: ManagedCluster): { addresses: number | undefined; pointer: string } {
  const at = '/properties/networkProfile';
  const { loadBalancerProfile: balancer, natGatewayProfile: gateway, outboundType } = networkProfile ?? {};
  if (outboundType?.toLowerCase().startsWith('managednatgateway')) {
    const counted = gateway?.managedOutboundIPProfile?.count ?? gateway?.effectiveOutboundIPs?.length;
    return { addresses: counted ?? 1, pointer: `${at}/natGatewayProfile` };
  }
  const pointer = `${at}/loadBalancerProfile`;
  if ((balancer?.outboundIPPrefixes?.publicIPPrefixes ?? []).length > 0)
    return { addresses: undefined, pointer: `${pointer}/outboundIPPrefixes` };
  const own = balancer?.outboundIPs?.publicIPs?.length;
  return own
    ? { addresses: own, pointer: `${pointer}/outboundIPs` }
    : { addresses: balancer?.managedOutboundIPs?.count ?? 1, pointer: `${pointer}/managedOutboundIPs/count` };
}

/** The public addresses of a firewall, in a network or in a hub of Virtual WAN, and where they are counted. */
export function firewallAddresses({ properties }: Firewall): { addresses: number; pointer: string } {
  const { publicIPs } = properties.hubIPAddresses ?? {};
  if (publicIPs != null)
    return { addresses: publicIPs.addresses?.length ?? publicIPs.count ?? 0, pointer: '/properties/hubIPAddresses/publicIPs' };
  const own = (properties.ipConfigurations ?? []).filter((each) => each.properties?.publicIPAddress?.id);
  return { addresses: own.length, pointer: '/properties/ipConfigurations' };
}
