import { type Seen, seen } from '../seen.ts';
import type { AgentPool, ManagedCluster, ServiceCIDR, VirtualNetwork } from '../wire.ts';
import { nodeGroupOf } from './addressPlan.ts';
import { formatRange, overlaps, parseRange, type Range } from './ranges.ts';
import { gather, networkIdOf } from './subnets.ts';

/** A range of addresses, whose it is, and where that stands. */
export interface NamedRange {
  kind: 'services' | 'pods' | 'network' | 'peer' | 'site';
  text: string;
  /** undefined when the text is no range. */
  range: Range | undefined;
  /** For people: `services`, `peered network hub`. */
  of: string;
  from: object;
  pointer: string;
}

const named = (kind: NamedRange['kind'], text: string, of: string, from: object, pointer: string): NamedRange => ({
  kind,
  text,
  range: parseRange(text),
  of,
  from,
  pointer,
});

/** A property that is in use alone and as a list, often both with the same content. */
function merged(
  kind: NamedRange['kind'],
  cluster: ManagedCluster,
  one: 'serviceCidr' | 'podCidr',
  list: 'serviceCidrs' | 'podCidrs',
): NamedRange[] {
  const profile = cluster.properties.networkProfile;
  const at = '/properties/networkProfile';
  const several = (profile?.[list] ?? []).map((text, index) => named(kind, text, kind, cluster, `${at}/${list}/${index}`));
  const single = profile?.[one];
  return single == null || several.some(({ text }) => text === single)
    ? several
    : [named(kind, single, kind, cluster, `${at}/${one}`), ...several];
}

/** The service ranges the cluster was made with. */
export const serviceRanges = (cluster: ManagedCluster): NamedRange[] => merged('services', cluster, 'serviceCidr', 'serviceCidrs');

/** Whether pods have a range apart from the virtual network; false where the cluster says that they take addresses of it. */
export function podsAreApart({ properties: { networkProfile } }: ManagedCluster): boolean {
  const { networkPlugin, networkPluginMode } = networkProfile ?? {};
  return networkPlugin == null || networkPlugin.toLowerCase() === 'kubenet' || networkPluginMode?.toLowerCase() === 'overlay';
}

/** The pod ranges of the cluster; none where it says that pods have addresses of the virtual network. */
export const podRanges = (cluster: ManagedCluster): NamedRange[] =>
  podsAreApart(cluster) ? merged('pods', cluster, 'podCidr', 'podCidrs') : [];

/** The range of pods when the cluster was made without saying one. */
const defaultPodRange = '10.244.0.0/16';

/** The IPv4 ranges of pods, with Azure's default where none is set. */
export function ipv4PodRanges(cluster: ManagedCluster): NamedRange[] {
  const ranges = podRanges(cluster).filter(({ range }) => range?.family !== 6);
  return ranges.length > 0 ? ranges : [named('pods', defaultPodRange, 'pods', cluster, '/properties/networkProfile/podCidr')];
}

/** Ranges that a ServiceCIDR object adds; that of the cluster itself is there too, by the name `kubernetes`. */
export const addedServiceRanges = (object: ServiceCIDR): NamedRange[] =>
  (object.spec?.cidrs ?? []).map((text, index) =>
    named('services', text, `ServiceCIDR ${object.metadata.name}`, object, `/spec/cidrs/${index}`),
  );

/** The virtual networks that the cluster's nodes and pods are in; without one of its own, the managed one in the node resource group. */
export function clusterNetworks(
  cluster: ManagedCluster,
  agentPools: Seen<AgentPool>,
  networks: Seen<VirtualNetwork>,
): Seen<VirtualNetwork> {
  const { hostedSystemProfile, apiServerAccessProfile } = cluster.properties;
  const subnets = [
    hostedSystemProfile?.nodeSubnetID,
    apiServerAccessProfile?.subnetId,
    ...agentPools.items.flatMap(({ properties }) => [properties.vnetSubnetID, properties.podSubnetID]),
  ];
  const ids = new Map(subnets.flatMap((id) => (id ? [[networkIdOf(id).toLowerCase(), networkIdOf(id)]] : [])));
  const read = gather([...ids.values()].map((id) => () => networks.get(id)));
  const whole = seen(read.items, [...agentPools.gaps, ...read.gaps]);
  if (ids.size > 0 || whole.gaps.length > 0) return whole;
  const group = `${nodeGroupOf(cluster)}/providers/microsoft.network/virtualnetworks`;
  const managed = networks.items.filter(({ id }) => id.toLowerCase().startsWith(`${group}/`));
  return managed.length > 0 ? seen(managed) : gather([() => networks.get(group)]);
}

/** Every range that the cluster's services and pods must share no address with, and their own. @param sites ranges reached beyond Azure */
export function rangesAround(
  { cluster, agentPools, virtualNetworks, serviceCIDRs }: RangeFacts,
  sites: readonly string[],
): Seen<NamedRange> {
  const own = [...serviceRanges(cluster), ...podRanges(cluster), ...sites.map((text) => named('site', text, 'on-premises', cluster, ''))];
  const networks = clusterNetworks(cluster, agentPools, virtualNetworks);
  const connected = networks.items.map((network) => networkRanges(network, virtualNetworks));
  return [seen<NamedRange>([], networks.gaps), serviceCIDRs.flatMap(addedServiceRanges), ...connected].reduce(
    (all, part) => all.concat(part),
    seen(own),
  );
}
export interface RangeFacts {
  cluster: ManagedCluster;
  agentPools: Seen<AgentPool>;
  virtualNetworks: Seen<VirtualNetwork>;
  serviceCIDRs: Seen<ServiceCIDR>;
}

/** The ranges of a virtual network and of those peered with it. A peering shows its remote's ranges; where it does not, the remote itself is read. */
export function networkRanges(network: VirtualNetwork, networks: Seen<VirtualNetwork>): Seen<NamedRange> {
  const own = (network.properties.addressSpace?.addressPrefixes ?? []).map((text, index) =>
    named('network', text, `virtual network ${network.name}`, network, `/properties/addressSpace/addressPrefixes/${index}`),
  );
  const peers = gather(
    (network.properties.virtualNetworkPeerings ?? []).map((_peering, index) => () => peerRanges(network, index, networks)),
  );
  return seen(own).concat(peers.flatMap((ranges) => [...ranges]));
}

function peerRanges(network: VirtualNetwork, index: number, networks: Seen<VirtualNetwork>): NamedRange[] {
  const peering = network.properties.virtualNetworkPeerings?.[index];
  if (peering === undefined || peering.properties.peeringState?.toLowerCase() === 'disconnected') return [];
  const shown = (['remoteVirtualNetworkAddressSpace', 'remoteAddressSpace'] as const).flatMap((key) =>
    (peering.properties[key]?.addressPrefixes ?? []).map((text, at) =>
      named(
        'peer',
        text,
        `peered network ${peering.name}`,
        network,
        `/properties/virtualNetworkPeerings/${index}/properties/${key}/addressPrefixes/${at}`,
      ),
    ),
  );
  if (shown.length > 0) return shown;
  const remote = networks.get(peering.properties.remoteVirtualNetwork?.id ?? '');
  return (remote.properties.addressSpace?.addressPrefixes ?? []).map((text, at) =>
    named('peer', text, `peered network ${remote.name}`, remote, `/properties/addressSpace/addressPrefixes/${at}`),
  );
}

/** The first pair of ranges that must not overlap and do. Ranges of one kind may, and Azure itself sees to a network and its peers. */
export function overlapOf(ranges: readonly NamedRange[]): readonly [NamedRange, NamedRange] | undefined {
  for (const [index, one] of ranges.entries()) {
    const other = ranges
      .slice(index + 1)
      .find((each) => mustDiffer(one, each) && one.range !== undefined && each.range !== undefined && overlaps(one.range, each.range));
    if (other !== undefined) return [one, other];
  }
  return undefined;
}

function mustDiffer({ kind: one }: NamedRange, { kind: other }: NamedRange): boolean {
  const connected = ['network', 'peer', 'site'];
  if (one === other) return false;
  return !(connected.includes(one) && connected.includes(other)) || [one, other].sort().join() === 'network,site';
}

export const showRange = ({ range, text, of }: NamedRange): string => `${range === undefined ? text : formatRange(range)} (${of})`;
