import { NotSeen, normalId, type Seen } from '../seen.ts';
import type { Gap } from '../snapshot.ts';
import type { Firewall, LoadBalancer, NetworkInterface, Subnet, VirtualNetwork, VirtualNetworkPeering } from '../wire.ts';
import { includesAddress, parseAddress, parseRange } from './ranges.ts';
import { gather, networkIdOf } from './subnets.ts';

/** What an address of a route leads to. */
export type Hop =
  | { kind: 'firewall'; firewall: Firewall; pointer: string }
  | { kind: 'interface'; card: NetworkInterface }
  | { kind: 'balancer'; balancer: LoadBalancer; pointer: string; cards: readonly NetworkInterface[] }
  /** Machines of a scale set, whose cards are not read. */
  | { kind: 'scaleSet'; id: string }
  | { kind: 'nothing' };

export interface HopFacts {
  virtualNetworks: Seen<VirtualNetwork>;
  firewalls: Seen<Firewall>;
  loadBalancers: Seen<LoadBalancer>;
  networkInterfaces: Seen<NetworkInterface>;
}

/** The network that Azure keeps for a hub of Virtual WAN is Microsoft's own, and nobody may read it. */
export const isVirtualHub = ({ properties }: VirtualNetworkPeering): boolean =>
  /\/virtualNetworks\/HV_[^/]+\/?$/i.test(properties.remoteVirtualNetwork?.id ?? '');

/** The ids of networks that a network is peered with, but for hubs of Virtual WAN. */
export const remoteNetworkIds = ({ properties }: VirtualNetwork): string[] =>
  (properties.virtualNetworkPeerings ?? []).flatMap((peering) =>
    isVirtualHub(peering) ? [] : (peering.properties.remoteVirtualNetwork?.id ?? []),
  );

/** The subnet among these networks in which an address lies. */
export function placeOf(address: string, networks: readonly VirtualNetwork[]): { network: VirtualNetwork; subnet: Subnet } | undefined {
  const wanted = parseAddress(address);
  if (wanted === undefined) return undefined;
  const holds = ({ properties }: Subnet) =>
    [properties.addressPrefix, ...(properties.addressPrefixes ?? [])].some((text) => {
      const range = parseRange(text);
      return range !== undefined && includesAddress(range, wanted);
    });
  for (const network of networks) {
    const subnet = (network.properties.subnets ?? []).find(holds);
    if (subnet !== undefined) return { network, subnet };
  }
  return undefined;
}

/** The ids of what holds addresses in a subnet, by the type that each names. */
export function heldBy(
  subnet: Subnet,
  type: 'azureFirewalls' | 'bastionHosts' | 'loadBalancers' | 'networkInterfaces' | 'virtualNetworkGateways',
): string[] {
  const pattern = new RegExp(`^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/${type}/[^/]+`, 'i');
  return [...new Set((subnet.properties.ipConfigurations ?? []).flatMap(({ id }) => pattern.exec(id ?? '')?.[0] ?? []))];
}

/** Network cards behind a load balancer. */
export const cardsBehind = ({ properties }: LoadBalancer): string[] =>
  (properties.backendAddressPools ?? [])
    .flatMap((pool) => pool.properties?.backendIPConfigurations ?? [])
    .flatMap(
      ({ id = '' }) =>
        /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/networkInterfaces\/[^/]+/i.exec(id)?.[0] ?? [],
    );

/** Finds what has this address in a network or one peered with it. NotSeen when it may be in what was not read. */
export function hopOf(address: string, network: VirtualNetwork, facts: HopFacts): Hop {
  const listed = firewallAt(address, network, facts.firewalls.items);
  if (listed !== undefined) return listed;
  const peers = gather(remoteNetworkIds(network).map((id) => () => facts.virtualNetworks.get(id)));
  const place = placeOf(address, [network, ...peers.items]);
  if (place === undefined) {
    const beyond = (network.properties.virtualNetworkPeerings ?? []).filter(isVirtualHub);
    const gaps: Gap[] = beyond.length > 0 ? [{ key: 'firewalls', why: 'not-collected' }] : [];
    if (gaps.length > 0 || peers.gaps.length > 0) throw new NotSeen([...gaps, ...peers.gaps]);
    return { kind: 'nothing' };
  }
  return holderOf(address, place.subnet, facts);
}

function holderOf(address: string, subnet: Subnet, facts: HopFacts): Hop {
  const cards = gather(heldBy(subnet, 'networkInterfaces').map((id) => () => facts.networkInterfaces.get(id)));
  const card = cards.items.find(({ properties }) =>
    properties.ipConfigurations?.some((each) => each.properties?.privateIPAddress === address),
  );
  if (card !== undefined) return { kind: 'interface', card };
  const balancers = gather(heldBy(subnet, 'loadBalancers').map((id) => () => facts.loadBalancers.get(id)));
  for (const balancer of balancers.items) {
    const at = frontEnd(balancer, address);
    const behind = gather(cardsBehind(balancer).map((id) => () => facts.networkInterfaces.get(id)));
    const pointer = `/properties/frontendIPConfigurations/${at}/properties/privateIPAddress`;
    if (at >= 0) return { kind: 'balancer', balancer, pointer, cards: behind.all() };
  }
  const firewalls = gather(heldBy(subnet, 'azureFirewalls').map((id) => () => facts.firewalls.get(id)));
  const unread = [...cards.gaps, ...balancers.gaps, ...firewalls.gaps];
  if (unread.length > 0) throw new NotSeen(unread);
  const scaleSet = subnet.properties.ipConfigurations?.find(({ id }) => /\/virtualMachineScaleSets\//i.test(id ?? ''))?.id;
  return scaleSet === undefined ? { kind: 'nothing' } : { kind: 'scaleSet', id: scaleSet };
}

const frontEnd = ({ properties }: LoadBalancer, address: string): number =>
  (properties.frontendIPConfigurations ?? []).findIndex((each) => each.properties?.privateIPAddress === address);

/** The firewall of this private address in the network, in one peered with it, or in its hub of Virtual WAN; elsewhere an address says nothing. */
function firewallAt(address: string, network: VirtualNetwork, firewalls: readonly Firewall[]): Hop | undefined {
  const near = new Set([network.id, ...remoteNetworkIds(network)].map(normalId));
  const hasHub = (network.properties.virtualNetworkPeerings ?? []).some(isVirtualHub);
  for (const firewall of firewalls) {
    const { hubIPAddresses, ipConfigurations = [] } = firewall.properties;
    if (hasHub && hubIPAddresses?.privateIPAddress === address)
      return { kind: 'firewall', firewall, pointer: '/properties/hubIPAddresses/privateIPAddress' };
    const at = ipConfigurations.findIndex(
      ({ properties }) => properties?.privateIPAddress === address && near.has(normalId(networkIdOf(properties.subnet?.id ?? ''))),
    );
    if (at >= 0) return { kind: 'firewall', firewall, pointer: `/properties/ipConfigurations/${at}/properties/privateIPAddress` };
  }
  return undefined;
}
