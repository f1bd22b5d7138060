import { type Seen, seen } from '../seen.ts';
import type { AgentPool, Firewall, ManagedCluster, RouteTable, VirtualNetwork } from '../wire.ts';
import { nodeSubnets } from './clusterSubnets.ts';
import { type Hop, type HopFacts, hopOf, isVirtualHub } from './nextHops.ts';
import { internetRoutes, type PlacedRoute, routesOf } from './routes.ts';
import { gather, type PlacedSubnet, subnetOf } from './subnets.ts';

/** The keys that tell how traffic leaves. */
export const egressKeys = [
  'cluster',
  'agentPools',
  'virtualNetworks',
  'routeTables',
  'firewalls',
  'loadBalancers',
  'networkInterfaces',
] as const;

export interface EgressFacts extends HopFacts {
  cluster: ManagedCluster;
  agentPools: Seen<AgentPool>;
  routeTables: Seen<RouteTable>;
}

/** One way by which traffic of a subnet leaves for the internet. */
export type Exit =
  /** To an appliance: `address` is one of those that the route names. */
  | { kind: 'appliance'; table: RouteTable; route: PlacedRoute; address: string; hop: Hop }
  /** Nowhere, into a tunnel, or straight out. */
  | { kind: 'direct'; to: 'nowhere' | 'tunnel' | 'internet'; table: RouteTable; route: PlacedRoute }
  /** As Azure has it: by no route of the user's. `learned`: a gateway may have announced one, which no resource shows. */
  | { kind: 'unrouted'; table: RouteTable | undefined; learned: boolean };

/** All ways out of a subnet: its routes by longest prefix match, each followed to what its next hop is. */
export function exitsOf({ network, subnet }: PlacedSubnet, facts: EgressFacts): Seen<Exit> {
  const id = subnet.properties.routeTable?.id;
  const table = id ? facts.routeTables.get(id) : undefined;
  const { taken, unrouted } = internetRoutes(table === undefined ? [] : routesOf(table));
  const byRoute = taken.flatMap((route) => (table === undefined ? [] : waysOf(route, table, network, facts)));
  const rest: Exit[] = unrouted ? [{ kind: 'unrouted', table, learned: mayLearnRoutes(network, table) }] : [];
  return gather([...byRoute, ...rest.map((exit) => () => exit)]);
}

function waysOf(route: PlacedRoute, table: RouteTable, network: VirtualNetwork, facts: EgressFacts): (() => Exit)[] {
  if (route.hop.startsWith('virtualappliance'))
    return route.addresses.map((address) => () => ({ kind: 'appliance', table, route, address, hop: hopOf(address, network, facts) }));
  const to = route.hop === 'internet' ? 'internet' : route.hop === 'virtualnetworkgateway' ? 'tunnel' : 'nowhere';
  return [() => ({ kind: 'direct', to, table, route })];
}

/** Whether a gateway, a route server or a hub of Virtual WAN may give the subnet a default route of its own. */
function mayLearnRoutes({ properties }: VirtualNetwork, table: RouteTable | undefined): boolean {
  const peerings = properties.virtualNetworkPeerings ?? [];
  // The setting is of gateways' routes; a hub of Virtual WAN gives its own by the same way.
  if (table?.properties.disableBgpRoutePropagation === true) return false;
  const gateways = ['gatewaysubnet', 'routeserversubnet'];
  return (
    peerings.some((peering) => isVirtualHub(peering) || peering.properties.useRemoteGateways === true) ||
    (properties.subnets ?? []).some(
      (subnet) => gateways.includes(subnet.name.toLowerCase()) && (subnet.properties.ipConfigurations ?? []).length > 0,
    )
  );
}

/** A subnet of nodes or pods, the pools in it, and how it is left. */
export interface SubnetExits extends PlacedSubnet {
  pools: AgentPool[];
  exits: Seen<Exit>;
}

/** How each subnet of nodes and pods is left. */
export function clusterExits(facts: EgressFacts): Seen<SubnetExits> {
  const subnets = nodeSubnets(facts.cluster, facts.agentPools);
  const read = gather(
    subnets.items.map(({ resource, pools }) => (): SubnetExits => {
      const placed = subnetOf(facts.virtualNetworks, resource.id);
      return { ...placed, pools, exits: exitsOf(placed, facts) };
    }),
  );
  return seen(read.items, [...subnets.gaps, ...read.gaps]);
}

/** The firewalls of Azure to which a subnet's traffic goes. */
export const firewallsOf = (exits: Seen<Exit>): Seen<Firewall> =>
  exits.flatMap((exit) => (exit.kind === 'appliance' && exit.hop.kind === 'firewall' ? [exit.hop.firewall] : []));

/** In lower case; absent it is a load balancer. */
export const outboundType = ({ properties }: ManagedCluster): string =>
  properties.networkProfile?.outboundType?.toLowerCase() ?? 'loadbalancer';
