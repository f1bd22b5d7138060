import { check, fail, pass, see, texts, undecided } from '../check.ts';
import { hostsSystemNodes, poolMode } from '../model/nodePools.ts';
import { hubSigns, tenants } from '../model/spoke.ts';
import { gather, networkIdOf } from '../model/subnets.ts';
import type { AgentPool, ManagedCluster } from '../wire.ts';

/** The virtual network of the nodes: a spoke of the owner's with nothing but AKS and what serves it. Not set, the subnet is one that AKS makes. */
export const dedicatedNetwork = check({
  needs: ['cluster', 'agentPools', 'virtualNetworks'],
  params: {
    allowedSpokeRoles: texts('privateEndpoint', 'applicationGateway', 'loadBalancer', 'bastion', 'buildAgent'),
    managementNames: texts('*jump*', '*bastion*', '*build*', '*agent*', '*runner*', '*devops*', '*mgmt*', '*management*'),
  },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { allowedSpokeRoles, managementNames }, { agentPools, virtualNetworks }) => {
    const managed = managedPlaces(cluster, agentPools.items);
    if (managed.length > 0) return fail('Nodes are in a virtual network that AKS makes.', managed);
    const ids = new Map(subnetIds(cluster, agentPools.items).map((id) => [networkIdOf(id).toLowerCase(), networkIdOf(id)]));
    const networks = gather([...ids.values()].map((id) => () => virtualNetworks.get(id)));
    const hub = networks.items.find((network) => hubSigns(network).length > 0);
    if (hub !== undefined)
      return fail(
        `Virtual network ${hub.name} is a hub.`,
        hubSigns(hub).map((pointer) => see(hub, pointer)),
      );
    for (const network of networks.items) {
      const strange = tenants(network, managementNames).filter(({ role }) => role !== 'other' && !allowedSpokeRoles.includes(role));
      const evidence = strange.slice(0, 5).map(({ pointer }) => see(network, pointer, 'nodes of AKS and what serves them'));
      if (strange.length === 1) return fail(`Virtual network ${network.name} holds a resource that does not serve AKS.`, evidence);
      if (strange.length > 1)
        return fail(`Virtual network ${network.name} holds ${strange.length} resources that do not serve AKS.`, evidence);
    }
    const subnets = agentPools.all().map((pool) => see(pool, '/properties/vnetSubnetID'));
    networks.all();
    if (ids.size === 0) return undecided('The cluster has no node pool to tell.');
    return pass('The nodes are in a virtual network of their own.', subnets);
  },
});

/** Where nodes say that their network is AKS's own. */
function managedPlaces(cluster: ManagedCluster, pools: readonly AgentPool[]) {
  const expected = 'a subnet';
  if (hostsSystemNodes(cluster) && !cluster.properties.hostedSystemProfile?.nodeSubnetID)
    return [see(cluster, '/properties/hostedSystemProfile/nodeSubnetID', expected)];
  return pools
    .filter((pool) => poolMode(pool) !== 'managedsystem' && !pool.properties.vnetSubnetID)
    .map((pool) => see(pool, '/properties/vnetSubnetID', expected));
}

const subnetIds = ({ properties }: ManagedCluster, pools: readonly AgentPool[]): string[] =>
  [properties.hostedSystemProfile?.nodeSubnetID, ...pools.map((pool) => pool.properties.vnetSubnetID)].filter((id) => !!id).map(String);
