import { normalId, type Seen, seen } from '../seen.ts';
import type { AgentPool, ManagedCluster, RouteTable, Subnet, VirtualNetwork, VirtualNetworkPeering } from '../wire.ts';
import { nodeSubnets } from './clusterSubnets.ts';
import { isVirtualHub, placeOf } from './nextHops.ts';
import { routesOf } from './routes.ts';
import { hubSigns } from './spoke.ts';
import { gather, ipv4Prefixes, networkIdOf, subnetOf } from './subnets.ts';

export interface HubFacts {
  cluster: ManagedCluster;
  agentPools: Seen<AgentPool>;
  virtualNetworks: Seen<VirtualNetwork>;
  routeTables: Seen<RouteTable>;
}

/** A peering of a network of nodes with a hub. */
export interface HubPeering {
  peering: VirtualNetworkPeering;
  /** JSON pointer of its properties inside the network of the nodes. */
  pointer: string;
  /** undefined for a hub of Virtual WAN, which nobody may read. */
  hub: VirtualNetwork | undefined;
}

/** The virtual networks of the owner's that nodes and pods are in, not looked up yet. */
export function nodeNetworks(cluster: ManagedCluster, agentPools: Seen<AgentPool>): Seen<{ id: string; name: string; type: string }> {
  const subnets = nodeSubnets(cluster, agentPools);
  const ids = new Map(subnets.items.map(({ resource }) => [normalId(networkIdOf(resource.id)), networkIdOf(resource.id)]));
  const networks = [...ids.values()].map((id) => ({ id, name: id.split('/').at(-1) ?? id, type: 'Microsoft.Network/virtualNetworks' }));
  return seen(networks, subnets.gaps);
}

/** The addresses of appliances to which the routes of a network's node subnets lead. */
export function hopAddresses(network: VirtualNetwork, { cluster, agentPools, virtualNetworks, routeTables }: HubFacts): Seen<string> {
  const subnets = nodeSubnets(cluster, agentPools);
  const inside = subnets.items.filter(({ resource }) => normalId(networkIdOf(resource.id)) === normalId(network.id));
  const read = gather(
    inside.map(({ resource }) => () => {
      const id = subnetOf(virtualNetworks, resource.id).subnet.properties.routeTable?.id;
      return id ? routesOf(routeTables.get(id)).flatMap(({ addresses }) => addresses) : [];
    }),
  );
  return seen(read.items.flat(), [...subnets.gaps, ...read.gaps]);
}

/** The peerings that lead to a hub: to a network that routes for others by its subnets' names, or that holds one of these addresses. */
export function hubPeerings(network: VirtualNetwork, networks: Seen<VirtualNetwork>, hops: Seen<string>): Seen<HubPeering> {
  const peerings = (network.properties.virtualNetworkPeerings ?? []).map((peering, index) => ({
    peering,
    pointer: `/properties/virtualNetworkPeerings/${index}/properties`,
  }));
  const read = gather(
    peerings.map((each) => (): HubPeering[] => {
      if (isVirtualHub(each.peering)) return [{ ...each, hub: undefined }];
      const hub = networks.get(each.peering.properties.remoteVirtualNetwork?.id ?? '');
      return hubSigns(hub).length > 0 || hops.some((address) => placeOf(address, [hub]) !== undefined) ? [{ ...each, hub }] : [];
    }),
  );
  return seen(read.items.flat(), read.gaps);
}

export const holdsOneOf = (network: VirtualNetwork, addresses: readonly string[]): boolean =>
  addresses.some((address) => placeOf(address, [network]) !== undefined);

/** The networks that route for those of nodes, of which it may be one; where some hold the addresses to which routes lead, those. */
export function hubsOf(facts: HubFacts): Seen<VirtualNetwork> {
  const ids = nodeNetworks(facts.cluster, facts.agentPools);
  const networks = gather(
    ids.items.map(
      ({ id }) =>
        () =>
          facts.virtualNetworks.get(id),
    ),
  );
  const read = networks.items.map((network) => {
    const hops = hopAddresses(network, facts);
    const found = hubPeerings(network, facts.virtualNetworks, hops);
    const own = hubSigns(network).length > 0 ? [network] : [];
    return { hubs: [...own, ...found.items.flatMap(({ hub }) => hub ?? [])], hops, gaps: [...found.gaps, ...hops.gaps] };
  });
  const hubs = [...new Map(read.flatMap((each) => each.hubs).map((hub) => [normalId(hub.id), hub])).values()];
  const gaps = [...ids.gaps, ...networks.gaps, ...read.flatMap((each) => each.gaps)];
  const hops = read.flatMap((each) => each.hops.items);
  const holding = hubs.filter((hub) => holdsOneOf(hub, hops));
  if (holding.length > 0) return seen(holding, gaps);
  // Which of them it is may be settled by what was not seen.
  return seen(hubs.length > 1 && gaps.length > 0 ? [] : hubs, gaps);
}

/** A subnet by its name, in any letter case, and where it stands in its network. */
export function subnetNamed({ properties }: VirtualNetwork, name: string): { subnet: Subnet; pointer: string } | undefined {
  const index = (properties.subnets ?? []).findIndex((subnet) => subnet.name.toLowerCase() === name.toLowerCase());
  const subnet = properties.subnets?.[index];
  return subnet === undefined ? undefined : { subnet, pointer: `/properties/subnets/${index}` };
}

/** Whether a subnet has a prefix of this length or shorter; one that says none is large enough. */
export function isAtLeast(subnet: Subnet, prefix: number): boolean {
  const prefixes = ipv4Prefixes(subnet);
  return prefixes.length === 0 || prefixes.some((range) => range.prefix <= prefix);
}
