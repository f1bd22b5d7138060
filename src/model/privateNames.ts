import { all, any, normalId, type Seen, seen } from '../seen.ts';
import type { PrivateDnsRecord, PrivateDnsZone, PrivateDnsZoneGroup, PrivateDnsZoneLink, PrivateEndpoint } from '../wire.ts';
import { firstFound } from './firstFound.ts';
import { type NetworkFacts, networksOf, peersOf } from './privateEndpoints.ts';
import { isKnownGroup, isZoneOf } from './privateZones.ts';
import { below } from './servicesInUse.ts';

/** Needs of every rule on private zones. */
export const zoneKeys = ['privateDnsZones', 'privateDnsZoneLinks', 'privateDnsRecords'] as const;
export interface ZoneFacts {
  readonly privateDnsZones: Seen<PrivateDnsZone>;
  readonly privateDnsZoneLinks: Seen<PrivateDnsZoneLink>;
  readonly privateDnsRecords: Seen<PrivateDnsRecord>;
}
export type NameFacts = ZoneFacts & NetworkFacts & { readonly privateDnsZoneGroups: Seen<PrivateDnsZoneGroup> };

/** Whether machines of a network are answered by a zone. */
export function isLinked(
  zone: PrivateDnsZone,
  networkId: string,
  { privateDnsZoneLinks }: Pick<ZoneFacts, 'privateDnsZoneLinks'>,
): boolean {
  const links = below(privateDnsZoneLinks, zone, zone.properties.numberOfVirtualNetworkLinks === 0);
  return links.some(
    ({ properties: { virtualNetwork, virtualNetworkLinkState: state } }) =>
      normalId(virtualNetwork?.id ?? '') === normalId(networkId) && state?.toLowerCase() === 'completed',
  );
}

/** Whether a zone has a record with this address. Its own SOA is the one record set of an empty zone. */
function hasAddress(zone: PrivateDnsZone, address: string, { privateDnsRecords }: ZoneFacts): boolean {
  const { numberOfRecordSets: count } = zone.properties;
  const records = below(privateDnsRecords, zone, count !== undefined && count <= 1);
  return records.some(({ properties }) => (properties.aRecords ?? []).some(({ ipv4Address }) => ipv4Address === address));
}

/** An address of an endpoint that a name has to lead to. */
interface Wanted {
  /** Not told by a zone group that keeps no records yet. */
  address?: string;
  /** The zone that a zone group keeps the record in. */
  zoneId?: string;
  /** Where that is said. */
  source: object;
  pointer: string;
}

/** The addresses of an endpoint: those that its zone group keeps records of, else those it tells by the names in public DNS. */
function wantedOf(endpoint: PrivateEndpoint, { privateDnsZoneGroups }: NameFacts): Seen<Wanted> {
  const told = (endpoint.properties.customDnsConfigs ?? []).flatMap(({ ipAddresses }, index) =>
    (ipAddresses ?? []).map(
      (address, at): Wanted => ({ address, source: endpoint, pointer: `/properties/customDnsConfigs/${index}/ipAddresses/${at}` }),
    ),
  );
  const groups = below(privateDnsZoneGroups, endpoint, told.length > 0);
  const kept = groups.flatMap(wantedOfGroup);
  return kept.items.length > 0 ? kept : seen(told, groups.gaps);
}

const wantedOfGroup = (source: PrivateDnsZoneGroup): Wanted[] =>
  (source.properties.privateDnsZoneConfigs ?? []).flatMap(({ properties }, index): Wanted[] => {
    const at = `/properties/privateDnsZoneConfigs/${index}/properties`;
    const zoneId = properties?.privateDnsZoneId;
    const zone = zoneId ? { zoneId } : {};
    const addresses = (properties?.recordSets ?? []).flatMap(({ ipAddresses }, set) =>
      (ipAddresses ?? []).map(
        (address, each): Wanted => ({ ...zone, address, source, pointer: `${at}/recordSets/${set}/ipAddresses/${each}` }),
      ),
    );
    return addresses.length > 0 ? addresses : [{ ...zone, source, pointer: `${at}/privateDnsZoneId` }];
  });

/** What keeps a name from leading to an endpoint. */
export interface MissingPiece {
  piece: 'zone' | 'wrong zone' | 'link' | 'record';
  /** The zone that lacks the piece, where there is one. */
  zone?: PrivateDnsZone;
  source: object;
  pointer: string;
}

/** The first piece that an endpoint lacks for nodes to find it by name; undefined when it lacks none. @param groups of the service that it leads to @param networkIds by whose zones nodes are answered */
export function missingPiece(
  endpoint: PrivateEndpoint,
  groups: readonly string[],
  networkIds: readonly string[],
  facts: NameFacts,
): MissingPiece | undefined {
  const wanted = wantedOf(endpoint, facts);
  const found = firstFound(...wanted.items.map((each) => () => missingOf(each, groups, networkIds, facts)));
  if (found === undefined) wanted.all();
  return found;
}

function missingOf(wanted: Wanted, groups: readonly string[], networkIds: readonly string[], facts: NameFacts): MissingPiece | undefined {
  const { source, pointer, address, zoneId } = wanted;
  const at = { source, pointer };
  if (zoneId === undefined && !groups.some(isKnownGroup)) return undefined;
  const candidates = zoneId === undefined ? zonesFor(groups, facts) : sameNamed(facts.privateDnsZones.get(zoneId), facts);
  const [first] = candidates;
  if (first === undefined) return { piece: 'zone', ...at };
  if (groups.length > 0 && groups.every((group) => isZoneOf(first.name, group) === false))
    return { piece: 'wrong zone', zone: first, ...at };
  const answers = (zone: PrivateDnsZone) => address === undefined || hasAddress(zone, address, facts);
  for (const networkId of networkIds) {
    const linked = (zone: PrivateDnsZone) => isLinked(zone, networkId, facts);
    if (
      any(
        ...candidates.map(
          (zone) => () =>
            all(
              () => linked(zone),
              () => answers(zone),
            ),
        ),
      )
    )
      continue;
    const blank = firstFound(...candidates.map((zone) => () => (linked(zone) ? zone : undefined)));
    return blank === undefined ? { piece: 'link', zone: first, ...at } : { piece: 'record', zone: blank, ...at };
  }
  return undefined;
}

/** A zone, and others of its name: names are answered by the one that is linked. */
const sameNamed = (zone: PrivateDnsZone, { privateDnsZones }: NameFacts): PrivateDnsZone[] => [
  zone,
  ...privateDnsZones.items.filter((other) => other !== zone && other.name.toLowerCase() === zone.name.toLowerCase()),
];

/** The zones that may answer for endpoints of these groups; where networks of other subscriptions are peered, theirs may too, which were not read. */
function zonesFor(groups: readonly string[], facts: NameFacts): readonly PrivateDnsZone[] {
  const zones = facts.privateDnsZones.filter(({ name }) => groups.some((group) => isZoneOf(name, group) === true)).all();
  const own = subscriptionOf(facts.cluster.id);
  const away = networksOf(facts)
    .all()
    .flatMap(peersOf)
    .map(subscriptionOf)
    .find((subscription) => subscription !== own);
  if (away !== undefined) facts.privateDnsZones.get(away);
  return zones;
}
/** `/subscriptions/<id>` of a resource, in lower case. */
export const subscriptionOf = (id: string): string => normalId(id).split('/').slice(0, 3).join('/');
