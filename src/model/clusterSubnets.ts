import { normalId, type Seen, seen } from '../seen.ts';
import type { AgentPool, ManagedCluster, VirtualNetwork } from '../wire.ts';
import { type PlacedSubnet, subnetOf } from './subnets.ts';

/** A subnet of the owner's that nodes or pods take their addresses of, before it is looked up. */
export interface NodeSubnet {
  resource: { id: string; name: string; type: string };
  /** The pools whose nodes or pods are in it; none of the nodes that AKS hosts or provisions. */
  pools: AgentPool[];
  /** Nodes or pods are in it. */
  forNodes: boolean;
}

/** The subnets that traffic of nodes and pods comes from; none where AKS makes the network. */
export function nodeSubnets({ properties }: ManagedCluster, agentPools: Seen<AgentPool>): Seen<NodeSubnet> {
  const found = new Map<string, NodeSubnet>();
  const add = (id: string | null | undefined, ...pools: AgentPool[]) => {
    if (!id) return;
    const known = found.get(normalId(id));
    if (known !== undefined) known.pools.push(...pools.filter((pool) => !known.pools.includes(pool)));
    else
      found.set(normalId(id), {
        resource: { id, name: nameOf(id), type: 'Microsoft.Network/virtualNetworks/subnets' },
        pools,
        forNodes: true,
      });
  };
  for (const pool of agentPools.items) for (const id of [pool.properties.vnetSubnetID, pool.properties.podSubnetID]) add(id, pool);
  for (const id of [properties.hostedSystemProfile?.nodeSubnetID, properties.hostedSystemProfile?.systemNodeSubnetID]) add(id);
  return seen([...found.values()], agentPools.gaps);
}

const nameOf = (id: string): string => id.replace(/\/+$/, '').split('/').at(-1) ?? id;

/** The same, each in its network; NotSeen of a network that was not read. */
export const placedSubnets = (subnets: readonly NodeSubnet[], networks: Seen<VirtualNetwork>): (NodeSubnet & PlacedSubnet)[] =>
  subnets.map((each) => ({ ...each, ...subnetOf(networks, each.resource.id) }));

/** Why rules on subnets do not apply to a cluster without one of the owner's. */
export const managedNetwork = 'Nodes are in a virtual network that AKS makes and keeps.';
