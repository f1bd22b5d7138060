import { type Seen, seen } from '../seen.ts';
import type { ApplicationGateway, ArmResource, Firewall, NatGateway, PublicIPAddress, Registry } from '../wire.ts';
import { type GatewayFacts, gatewayKeys, servingGateways } from './appGateways.ts';
import { nodeSubnets } from './clusterSubnets.ts';
import { clusterExits, type EgressFacts, egressKeys, firewallsOf } from './egress.ts';
import { picked } from './picked.ts';
import { type RegistryFacts, registriesInUse, registryKeys } from './registries.ts';
import { gather, subnetOf } from './subnets.ts';

/** Needs of the rule on zones of what stands around the cluster. */
export const zonedKeys = [
  ...new Set([...registryKeys, ...egressKeys, ...gatewayKeys, 'publicIPAddresses', 'natGateways'] as const),
] as const;
export type ZonedFacts = RegistryFacts &
  EgressFacts &
  GatewayFacts & { readonly publicIPAddresses: Seen<PublicIPAddress>; readonly natGateways: Seen<NatGateway> };
export type Zoned = Registry | Firewall | ApplicationGateway | PublicIPAddress | NatGateway;

/** What traffic and images of the cluster pass through: firewalls and NAT gateways that it leaves by, gateways that lead in, their public addresses, registries. */
export function zonedDependencies(facts: ZonedFacts): Seen<Zoned> {
  const exits = clusterExits(facts);
  const ways = exits.items.map((subnet) => firewallsOf(subnet.exits));
  const firewalls = seen([...new Set(ways.flatMap(({ items }) => items))], [...exits.gaps, ...ways.flatMap(({ gaps }) => gaps)]);
  // Which gateways lead in may not be told; the others stand.
  const told = gather([() => servingGateways(facts)]);
  const gateways = told.items.reduce((all, some) => all.concat(some), seen<ApplicationGateway>([], told.gaps));
  const fronts = [
    ...firewalls.items.flatMap(({ properties }) => properties.ipConfigurations ?? []),
    ...gateways.items.flatMap(({ properties }) => properties.frontendIPConfigurations ?? []),
  ].flatMap(({ properties }) => properties?.publicIPAddress?.id || []);
  return seen<Zoned>([])
    .concat(registriesInUse(facts).map(({ resource }) => resource))
    .concat(firewalls)
    .concat(gateways)
    .concat(natGatewaysOf(facts))
    .concat(picked(facts.publicIPAddresses, fronts));
}

function natGatewaysOf(facts: ZonedFacts): Seen<NatGateway> {
  const subnets = nodeSubnets(facts.cluster, facts.agentPools);
  const ids = gather(
    subnets.items.map(
      ({ resource }) =>
        () =>
          subnetOf(facts.virtualNetworks, resource.id).subnet.properties.natGateway?.id,
    ),
  );
  return seen<NatGateway>([], [...subnets.gaps, ...ids.gaps]).concat(
    picked(
      facts.natGateways,
      ids.items.flatMap((id) => id || []),
    ),
  );
}

/** How something stands to the zones of its region. `by default`: it names no zone, and Azure spreads it. */
export interface ZoneStanding {
  standing: 'spread' | 'by default' | 'one zone' | 'no zone';
  /** JSON pointer of what says so. */
  pointer: string;
}

/** By the type: what names no zone is spread by Azure for some, and in none or in one that nobody chose for others. */
export function zoneStanding(resource: ArmResource): ZoneStanding {
  const zones = new Set(resource.zones ?? []);
  const tier = resource.sku?.name?.toLowerCase() ?? '';
  const named = (otherwise: ZoneStanding['standing']): ZoneStanding => ({
    standing: zones.size > 1 ? 'spread' : zones.size === 1 ? 'one zone' : otherwise,
    pointer: '/zones',
  });
  switch (resource.type.toLowerCase()) {
    // Every tier is, whatever the property says: it is from the time when it was a choice.
    case 'microsoft.containerregistry/registries':
      return { standing: 'by default', pointer: '/properties/zoneRedundancy' };
    case 'microsoft.network/azurefirewalls':
      return named('by default');
    case 'microsoft.network/publicipaddresses':
      return tier === 'basic' ? { standing: 'no zone', pointer: '/sku/name' } : named('by default');
    // Of the Standard tier each is in one zone, named or not.
    case 'microsoft.network/natgateways':
      return tier === 'standardv2' ? { standing: 'spread', pointer: '/sku/name' } : { standing: 'one zone', pointer: '/sku/name' };
    // Of the second version, by its tier; the first knows no zones.
    case 'microsoft.network/applicationgateways':
      return named(/_v2$/i.test((resource as ApplicationGateway).properties.sku?.name ?? '') ? 'by default' : 'no zone'); // type tells it
    default:
      return named('no zone');
  }
}
