import { normalId, type Seen, seen } from '../seen.ts';
import type { VirtualNetwork } from '../wire.ts';
import { networksOf, type NetworkFacts } from './privateEndpoints.ts';
import { includesAddress, parseAddress, parseRange } from './ranges.ts';
import { gather } from './subnets.ts';

/** By which network's private zones the names that nodes ask for are answered; none where the server is outside of those that were read. */
export interface Resolver {
  /** In lower case. */
  networkId?: string;
  /** What says so: a network of the nodes, where it names the servers that its machines ask. */
  source: object;
  pointer: string;
}

/** Azure's own resolver, which answers by the zones of the network that asks. */
const azureDns = '168.63.129.16';

/** Who answers the nodes: Azure by the zones of their networks, or by those of the network in which a server of the owner's stands. */
export function resolversOf(facts: NetworkFacts): Seen<Resolver> {
  const networks = networksOf(facts);
  // A network of which only subnets were read does not say.
  const told = gather(networks.items.map((network) => () => resolvers(network)));
  return seen(told.items.flat(), [...networks.gaps, ...told.gaps]);
}

function resolvers(source: VirtualNetwork): Resolver[] {
  const at = '/properties/dhcpOptions/dnsServers';
  const servers = source.properties.dhcpOptions?.dnsServers ?? [];
  if (servers.length === 0) return [{ networkId: normalId(source.id), source, pointer: at }];
  return servers.map((server, index) => {
    const networkId = server === azureDns ? normalId(source.id) : networkWith(server, source);
    return { ...(networkId === undefined ? {} : { networkId }), source, pointer: `${at}/${index}` };
  });
}

/** The network, this one or one peered with it, that an address is of. */
function networkWith(server: string, network: VirtualNetwork): string | undefined {
  const address = parseAddress(server);
  const has = (prefixes: readonly string[] | undefined): boolean =>
    address !== undefined &&
    (prefixes ?? []).some((prefix) => {
      const range = parseRange(prefix);
      return range !== undefined && includesAddress(range, address);
    });
  if (has(network.properties.addressSpace?.addressPrefixes)) return normalId(network.id);
  const peer = (network.properties.virtualNetworkPeerings ?? []).find(
    ({ properties: { remoteVirtualNetworkAddressSpace: now, remoteAddressSpace: agreed } }) =>
      has(now?.addressPrefixes) || has(agreed?.addressPrefixes),
  );
  const id = peer?.properties.remoteVirtualNetwork?.id;
  return id === undefined ? undefined : normalId(id);
}

/** As `resolversOf`; where `told` names the networks, these. @param at what to show for them */
export const resolversToldOr = (told: readonly string[], at: Pick<Resolver, 'source' | 'pointer'>, facts: NetworkFacts): Seen<Resolver> =>
  told.length > 0 ? seen(told.map((id) => ({ networkId: normalId(id), ...at }))) : resolversOf(facts);
