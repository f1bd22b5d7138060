import { any, normalId, type Seen, seen } from '../seen.ts';
import type {
  AgentPool,
  ArmResource,
  ManagedCluster,
  NetworkRules,
  PrivateEndpoint,
  PrivateEndpointConnection,
  VirtualNetwork,
} from '../wire.ts';
import { clusterNetworks } from './clusterRanges.ts';
import { firstFound } from './firstFound.ts';
import { gather, networkIdOf, subnetOf } from './subnets.ts';

/** A service that private endpoints lead to. */
export type Reachable = ArmResource & { properties: { privateEndpointConnections?: PrivateEndpointConnection[] } };

export interface NetworkFacts {
  readonly cluster: ManagedCluster;
  readonly agentPools: Seen<AgentPool>;
  readonly virtualNetworks: Seen<VirtualNetwork>;
}
/** Needs of every rule on who reaches what. */
export const networkKeys = ['cluster', 'agentPools', 'virtualNetworks'] as const;
export type ReachFacts = NetworkFacts & { readonly privateEndpoints: Seen<PrivateEndpoint> };

/** The ids of the networks that a peering of this one leads to. */
export const peersOf = ({ properties }: VirtualNetwork): string[] =>
  (properties.virtualNetworkPeerings ?? [])
    .filter((peering) => peering.properties.peeringState?.toLowerCase() === 'connected')
    .flatMap((peering) => peering.properties.remoteVirtualNetwork?.id ?? []);

/** Whether packets of the nodes get into a network without a hop: it is theirs, or peered with theirs. */
export function reaches(networkId: string, facts: NetworkFacts): boolean {
  const wanted = normalId(networkId);
  return any(
    () => facts.agentPools.some(({ properties }) => normalId(networkIdOf(properties.vnetSubnetID ?? '')) === wanted),
    () => networksOf(facts).some(({ id }) => normalId(id) === wanted),
    () => networksOf(facts).some((network) => peersOf(network).some((id) => normalId(id) === wanted)),
  );
}

/** The networks of the cluster; what is not seen of the cluster itself is thrown when they are asked for. */
export const networksOf = (facts: NetworkFacts): Seen<VirtualNetwork> =>
  clusterNetworks(facts.cluster, facts.agentPools, facts.virtualNetworks);

/** Whether a network of the cluster is peered with a hub of Azure Virtual WAN, behind which every other network of it is reached. */
export const hasVirtualHub = (facts: NetworkFacts): boolean =>
  networksOf(facts).some((network) => peersOf(network).some((id) => /\/virtualNetworks\/HV_/i.test(id)));

/** The private endpoints that a service's owner has approved, by its own list: where each stands in it, and its id. */
export const approved = ({ properties }: Reachable): { pointer: string; id: string }[] =>
  (properties.privateEndpointConnections ?? []).flatMap((connection, index) => {
    const { privateEndpoint, privateLinkServiceConnectionState: state } = connection.properties ?? {};
    const pointer = `/properties/privateEndpointConnections/${index}/properties/privateEndpoint/id`;
    return state?.status?.toLowerCase() === 'approved' && privateEndpoint?.id ? [{ pointer, id: privateEndpoint.id }] : [];
  });

/** The groups of a service that an endpoint leads to: `registry`, `blob`. */
export const groupsOf = (endpoint: PrivateEndpoint, serviceId: string): string[] =>
  [...(endpoint.properties.privateLinkServiceConnections ?? []), ...(endpoint.properties.manualPrivateLinkServiceConnections ?? [])]
    .filter(({ properties }) => normalId(properties?.privateLinkServiceId ?? '') === normalId(serviceId))
    .flatMap(({ properties }) => properties?.groupIds ?? []);

export interface Entrance {
  endpoint: PrivateEndpoint;
  /** Where the service tells of it. */
  pointer: string;
}

/** The first approved endpoint of a service that the cluster's networks reach; undefined when there is none. @param groups of which it leads to one; without any, to whichever */
export function entrance(service: Reachable, groups: readonly string[], facts: ReachFacts): Entrance | undefined {
  return firstFound(
    ...approved(service).map(({ id, pointer }) => () => {
      const endpoint = facts.privateEndpoints.get(id);
      const leads = groups.length === 0 || groupsOf(endpoint, service.id).some((group) => groups.includes(group.toLowerCase()));
      const near = () => reaches(networkIdOf(endpoint.properties.subnet?.id ?? ''), facts);
      return leads && near() ? { endpoint, pointer } : undefined;
    }),
  );
}

/** Whether a service lets in every subnet of the nodes. Rules that it does not have let in none. */
export function letsIn(rules: NetworkRules | undefined, { agentPools }: Pick<NetworkFacts, 'agentPools'>): boolean {
  const letIn = new Set((rules?.virtualNetworkRules ?? []).map((rule) => normalId(rule.id ?? rule.virtualNetworkResourceId ?? '')));
  if (letIn.size === 0 || !agentPools.atLeast(1, () => true)) return false;
  return agentPools.every(({ properties }) => letIn.has(normalId(properties.vnetSubnetID ?? '')));
}

/** Whether every subnet of the nodes has the service endpoint of a provider, or that provider's to all regions (`.Global`). */
export function haveServiceEndpoint(provider: string, { agentPools, virtualNetworks }: Omit<NetworkFacts, 'cluster'>): boolean {
  const wanted = provider.toLowerCase();
  const ids = agentPools.map(({ properties }) => properties.vnetSubnetID ?? '');
  return ids.every((id) => {
    const { subnet } = subnetOf(virtualNetworks, id);
    return (subnet.properties.serviceEndpoints ?? []).some(({ service = '' }) =>
      [wanted, `${wanted}.global`].includes(service.toLowerCase()),
    );
  });
}

/** An endpoint that nodes reach a service by. */
export interface Lead {
  resource: PrivateEndpoint;
  service: Reachable;
}
/** All approved endpoints of services that are in reach of the nodes; one of which that is not known is a gap. */
export function endpointsTo(services: Seen<Reachable>, facts: ReachFacts): Seen<Lead> {
  const leads = services.flatMap((service) => approved(service).map(({ id }) => ({ id, service })));
  const near = gather(
    leads.items.map(({ id, service }) => (): Lead[] => {
      const resource = facts.privateEndpoints.get(id);
      return reaches(networkIdOf(resource.properties.subnet?.id ?? ''), facts) ? [{ resource, service }] : [];
    }),
  );
  return seen(near.items.flat(), [...leads.gaps, ...near.gaps]);
}
