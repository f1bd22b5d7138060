import { check, fail, flag, pass, see, type Sight } from '../check.ts';
import { clusterExits, type EgressFacts, egressKeys } from '../model/egress.ts';
import { type HubPeering, holdsOneOf, hopAddresses, hubPeerings, hubsOf, isAtLeast, nodeNetworks, subnetNamed } from '../model/hub.ts';
import { managedNetwork } from '../model/clusterSubnets.ts';
import { heldBy, placeOf } from '../model/nextHops.ts';
import { gather } from '../model/subnets.ts';
import { any, normalId, type Seen } from '../seen.ts';
import type { BastionHost, GatewayConnection, VirtualNetwork, VirtualNetworkGateway, VirtualNetworkPeering } from '../wire.ts';

/** What is wrong with a peering, and where that stands. */
interface Fault {
  says: string;
  sight: Sight;
  /** It keeps the way to other sites shut, and none to the internet. */
  mild?: true;
}

/** The peering of the nodes' network with the hub, on both sides. */
export const peering = check({
  needs: ['cluster', 'agentPools', 'virtualNetworks', 'routeTables'],
  subjects: ({ cluster, agentPools }) => nodeNetworks(cluster, agentPools),
  none: managedNetwork,
  judge: ({ id }, _params, facts) => {
    const network = facts.virtualNetworks.get(id);
    const hops = hopAddresses(network, facts);
    const found = hubPeerings(network, facts.virtualNetworks, hops);
    const list = see(network, '/properties/virtualNetworkPeerings', 'a peering with a hub');
    if (found.items.length === 0) {
      found.all();
      return fail('The network is peered with no hub.', list);
    }
    const near = nearest(found, hops.all());
    const judged = near.map((each) => ({ each, faults: faultsOf(network, each, hops.all()) }));
    const sound = judged.find(({ faults }) => faults.length === 0);
    if (sound !== undefined)
      return pass(
        `The network is peered with hub ${nameOf(sound.each)}, on both sides.`,
        see(network, `${sound.each.pointer}/peeringState`),
      );
    const faults = judged[0]?.faults ?? [];
    const worst = faults.find(({ mild }) => !mild);
    return fail(
      (worst ?? faults[0])?.says ?? '',
      faults.map(({ sight }) => sight),
      worst === undefined ? { severity: 'medium' } : {},
    );
  },
});

/** Of several hubs, those that hold an address to which routes lead; without one any of them will do, and all must be known. */
function nearest(found: Seen<HubPeering>, hops: readonly string[]): readonly HubPeering[] {
  const holding = found.items.filter(({ hub }) => hub !== undefined && holdsOneOf(hub, hops));
  return holding.length > 0 ? holding : found.all();
}

const nameOf = ({ hub, peering: { name, properties } }: HubPeering): string =>
  hub?.name ?? /\/HV_(.+)_[^_]+$/.exec(properties.remoteVirtualNetwork?.id ?? '')?.[1] ?? name;

function faultsOf(network: VirtualNetwork, { peering: there, pointer, hub }: HubPeering, hops: readonly string[]): Fault[] {
  const own = linkFaults(network, there, pointer);
  if (hub === undefined) return own;
  const forwards = subnetNamed(hub, services.firewall) !== undefined || holdsOneOf(hub, hops);
  if (forwards && there.properties.allowForwardedTraffic !== true)
    own.push({
      says: `Peering ${there.name} keeps out what the hub forwards.`,
      sight: see(network, `${pointer}/allowForwardedTraffic`, 'true'),
    });
  const peerings = hub.properties.virtualNetworkPeerings ?? [];
  const index = peerings.findIndex(({ properties }) => normalId(properties.remoteVirtualNetwork?.id ?? '') === normalId(network.id));
  const back = peerings[index];
  if (back === undefined)
    return [
      ...own,
      {
        says: `Hub ${hub.name} is not peered with the network.`,
        sight: see(hub, '/properties/virtualNetworkPeerings', `a peering with ${network.name}`),
      },
    ];
  const backPointer = `/properties/virtualNetworkPeerings/${index}/properties`;
  const faults = [...own, ...linkFaults(hub, back, backPointer)];
  const gateway = subnetNamed(hub, 'GatewaySubnet')?.subnet;
  if (gateway === undefined || heldBy(gateway, 'virtualNetworkGateways').length === 0) return faults;
  if (back.properties.allowGatewayTransit !== true)
    faults.push({
      says: `Hub ${hub.name} does not lend its gateway.`,
      sight: see(hub, `${backPointer}/allowGatewayTransit`, 'true'),
      mild: true,
    });
  if (there.properties.useRemoteGateways !== true)
    faults.push({
      says: `Peering ${there.name} does not use the hub's gateway.`,
      sight: see(network, `${pointer}/useRemoteGateways`, 'true'),
      mild: true,
    });
  return faults;
}

/** What keeps one side of a peering from carrying traffic. */
function linkFaults(network: VirtualNetwork, { name, properties }: VirtualNetworkPeering, pointer: string): Fault[] {
  const { peeringState, peeringSyncLevel, allowVirtualNetworkAccess } = properties;
  const faults: Fault[] = [];
  if (peeringState?.toLowerCase() !== 'connected')
    faults.push({
      says: `Peering ${name} of ${network.name} is ${peeringState ?? 'not connected'}.`,
      sight: see(network, `${pointer}/peeringState`, 'Connected'),
    });
  if (peeringSyncLevel != null && peeringSyncLevel.toLowerCase() !== 'fullyinsync')
    faults.push({
      says: `Peering ${name} of ${network.name} is ${peeringSyncLevel}.`,
      sight: see(network, `${pointer}/peeringSyncLevel`, 'FullyInSync'),
    });
  if (allowVirtualNetworkAccess === false)
    faults.push({
      says: `Peering ${name} of ${network.name} lets no traffic through.`,
      sight: see(network, `${pointer}/allowVirtualNetworkAccess`, 'true'),
    });
  return faults;
}

const services = { firewall: 'AzureFirewallSubnet', bastion: 'AzureBastionSubnet', gateway: 'GatewaySubnet' } as const;

interface ServiceFacts extends EgressFacts {
  bastionHosts: Seen<BastionHost>;
  virtualNetworkGateways: Seen<VirtualNetworkGateway>;
  gatewayConnections: Seen<GatewayConnection>;
}

/** What a hub is for: a firewall with a policy, and for a private cluster a way in for those who run it. */
export const sharedServices = check({
  needs: [...egressKeys, 'bastionHosts', 'virtualNetworkGateways', 'gatewayConnections'],
  params: { requireBastion: flag(false), requireGateway: flag(false) },
  subjects: (facts) => hubsOf(facts),
  none: 'No hub network of the owner is known: there is none, or it is one of Virtual WAN.',
  judge: (hub, params, facts) => {
    const present = Object.values(services).flatMap((name) => subnetNamed(hub, name) ?? []);
    const subnets = present.flatMap(({ pointer }) =>
      ['addressPrefix', 'ipConfigurations'].map((at) => see(hub, `${pointer}/properties/${at}`)),
    );
    const evidence = subnets.length > 0 ? subnets : [see(hub, '/properties/subnets')];
    const wants = gather([() => smallSubnet(hub), () => said(firewallWanting(hub, facts)), () => said(entryWanting(hub, params, facts))]);
    const wanting = wants.items.find((want) => want !== undefined);
    if (wanting !== undefined) return fail(wanting.says, wanting.sight ?? evidence);
    wants.all();
    const empty = present.filter(({ subnet }) => (subnet.properties.ipConfigurations ?? []).length === 0).map(({ subnet }) => subnet.name);
    const message = isPrivate(facts) ? 'The hub has a firewall, and a way in to the private cluster.' : 'The hub has a firewall.';
    return pass(message, evidence, empty.length > 0 ? `${empty.join(' and ')} is empty.` : undefined);
  },
});

const isPrivate = ({ cluster }: ServiceFacts): boolean => cluster.properties.apiServerAccessProfile?.enablePrivateCluster === true;

/** What a hub lacks, and where that stands when it is one place. */
interface Want {
  says: string;
  sight?: Sight;
}
const said = (says: string | undefined): Want | undefined => (says === undefined ? undefined : { says });

/** The sizes that Azure asks for: Firewall and Bastion a /26, gateways a /27. */
function smallSubnet(hub: VirtualNetwork): Want | undefined {
  const sizes = [
    [services.firewall, 26],
    [services.bastion, 26],
    [services.gateway, 27],
  ] as const;
  for (const [name, prefix] of sizes) {
    const placed = subnetNamed(hub, name);
    if (placed === undefined || isAtLeast(placed.subnet, prefix)) continue;
    const at = placed.subnet.properties.addressPrefix ? 'addressPrefix' : 'addressPrefixes';
    return { says: `${name} is smaller than /${prefix}.`, sight: see(hub, `${placed.pointer}/properties/${at}`, `/${prefix} or larger`) };
  }
  return undefined;
}

/** Why there is no firewall, or none with a policy; an appliance to which the nodes' routes lead is one. */
function firewallWanting(hub: VirtualNetwork, facts: ServiceFacts): string | undefined {
  const subnet = subnetNamed(hub, services.firewall)?.subnet;
  const [id] = subnet === undefined ? [] : heldBy(subnet, 'azureFirewalls');
  if (id !== undefined) {
    const firewall = facts.firewalls.get(id);
    return firewall.properties.firewallPolicy?.id ? undefined : `Firewall ${firewall.name} has no policy.`;
  }
  const appliance = clusterExits(facts).some(({ exits }) =>
    exits.some((exit) => exit.kind === 'appliance' && exit.hop.kind !== 'nothing' && placeOf(exit.address, [hub]) !== undefined),
  );
  return appliance ? undefined : subnet === undefined ? 'The hub has no firewall.' : `${services.firewall} of the hub is empty.`;
}

/** Why those who run a private cluster have no way in to it. */
function entryWanting(
  hub: VirtualNetwork,
  { requireBastion, requireGateway }: { requireBastion: boolean; requireGateway: boolean },
  facts: ServiceFacts,
): string | undefined {
  const bastion = () => hasBastion(hub, facts);
  const gateway = () => hasGateway(hub, facts);
  if (requireBastion && !bastion()) return 'The hub has no Bastion.';
  if (requireGateway && !gateway()) return 'The hub has no gateway that is connected.';
  return isPrivate(facts) && !any(bastion, gateway)
    ? 'The cluster is private, and no Bastion and no connected gateway leads to it.'
    : undefined;
}

/** A Bastion in the hub or beside the nodes; the Developer SKU, which has no subnet, serves its own network alone. */
function hasBastion(hub: VirtualNetwork, { cluster, agentPools, virtualNetworks, bastionHosts }: ServiceFacts): boolean {
  const own = nodeNetworks(cluster, agentPools);
  const isOwn = (id = '') => own.items.some((network) => normalId(network.id) === normalId(id));
  const stands = ({ properties }: BastionHost) => properties.provisioningState?.toLowerCase() !== 'failed';
  const inSubnet = (network: VirtualNetwork) => {
    const subnet = subnetNamed(network, services.bastion)?.subnet;
    return subnet !== undefined && heldBy(subnet, 'bastionHosts').some((id) => stands(bastionHosts.get(id)));
  };
  return any(
    () => inSubnet(hub),
    () => own.some(({ id }) => inSubnet(virtualNetworks.get(id))),
    () => bastionHosts.some((host) => isOwn(host.properties.virtualNetwork?.id) && stands(host)),
  );
}

/** A gateway with a connection that stands, or that clients dial in to. */
function hasGateway(hub: VirtualNetwork, { virtualNetworkGateways, gatewayConnections }: ServiceFacts): boolean {
  const subnet = subnetNamed(hub, services.gateway)?.subnet;
  const ids = subnet === undefined ? [] : heldBy(subnet, 'virtualNetworkGateways');
  return ids.some((id) => {
    const dialIn = virtualNetworkGateways.get(id).properties.vpnClientConfiguration?.vpnClientAddressPool?.addressPrefixes ?? [];
    const isIts = ({ virtualNetworkGateway1: one, virtualNetworkGateway2: two }: GatewayConnection['properties']) =>
      [one?.id, two?.id].some((each) => normalId(each ?? '') === normalId(id));
    return (
      dialIn.length > 0 ||
      gatewayConnections.some(({ properties }) => properties.connectionStatus?.toLowerCase() === 'connected' && isIts(properties))
    );
  });
}
