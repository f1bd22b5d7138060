import { check, fail, flag, pass, see, type Sight, texts, undecided, type Verdict } from '../check.ts';
import { dataStoreKeys, dataStoresInUse } from '../model/dataStores.ts';
import { firstFound } from '../model/firstFound.ts';
import { isMonitored, monitorKeys, monitorScopes } from '../model/monitorLink.ts';
import { endpointsTo, groupsOf, networkKeys } from '../model/privateEndpoints.ts';
import { isLinked, type MissingPiece, missingPiece, subscriptionOf, type ZoneFacts, zoneKeys } from '../model/privateNames.ts';
import { registriesInUse, registryKeys } from '../model/registries.ts';
import { type Resolver, resolversToldOr } from '../model/resolvers.ts';
import { vaultKeys, vaultsInUse } from '../model/vaults.ts';
import { normalId, type Seen, seen } from '../seen.ts';
import type { ManagedCluster } from '../wire.ts';

const endpointKeys = ['privateEndpoints', 'privateDnsZoneGroups', ...networkKeys, ...zoneKeys] as const;

/** Whether the names of services lead nodes to their private endpoints: zone, record, and a link to the network that answers. */
export const namesLeadToEndpoints = check({
  needs: [...new Set([...registryKeys, ...vaultKeys, ...dataStoreKeys, ...monitorKeys, ...endpointKeys])],
  params: { dependencyResourceIds: texts(), dnsResolvingVnetIds: texts() },
  subjects: (facts, { dependencyResourceIds }) => {
    const used = registriesInUse(facts).concat(vaultsInUse(facts)).concat(dataStoresInUse(facts, dependencyResourceIds));
    const services = used.map(({ resource }) => resource).concat(isMonitored(facts.cluster) ? monitorScopes(facts) : seen<never>([]));
    return endpointsTo(services, facts);
  },
  none: 'Nodes reach no service by a private endpoint.',
  judge: ({ resource: endpoint, service }, { dnsResolvingVnetIds }, facts) => {
    const lead = see(endpoint, '/properties/privateLinkServiceConnections');
    const resolvers = resolversToldOr(dnsResolvingVnetIds, { source: endpoint, pointer: '/properties/subnet/id' }, facts);
    const networkIds = resolvers.items.flatMap(({ networkId }) => networkId ?? []);
    const missing = missingPiece(endpoint, groupsOf(endpoint, service.id), networkIds, facts);
    if (missing !== undefined) return fail(sayMissing(missing), [...shown(missing), lead]);
    const evidence = [lead, ...resolvers.all().map((each) => see(each.source, each.pointer))];
    return resolvers.some(isOutside) ? undecided(outside, evidence) : pass(`Nodes find ${service.name} by its name.`, evidence);
  },
});

const isOutside = ({ networkId }: Resolver): boolean => networkId === undefined;
const outside = 'A DNS server that stands in no network that was read answers for it.';

const shown = ({ zone, source, pointer }: MissingPiece): Sight[] => [
  ...(zone === undefined ? [] : [see(zone, '/name')]),
  see(source, pointer),
];

function sayMissing({ piece, zone }: MissingPiece): string {
  switch (piece) {
    case 'zone':
      return 'No private DNS zone answers for it.';
    case 'wrong zone':
      return `Its records are kept in zone ${zone?.name}, which does not answer for its service.`;
    case 'link':
      return `Zone ${zone?.name} is not linked to the network by which nodes resolve names.`;
    default:
      return `Zone ${zone?.name} has no record with its address.`;
  }
}

const zoneAt = '/properties/apiServerAccessProfile/privateDNSZone';
const publicAt = '/properties/apiServerAccessProfile/enablePrivateClusterPublicFQDN';

/** How the name of a private API server is answered: by a zone that AKS keeps (not set is that), by one of the owner's, or in public DNS. */
export const apiServerName = check({
  needs: [...networkKeys, 'privateDnsZones', 'privateDnsZoneLinks'],
  params: { allowPublicFqdn: flag(false), dnsResolvingVnetIds: texts() },
  subjects: ({ cluster }) => (cluster.properties.apiServerAccessProfile?.enablePrivateCluster === true ? [cluster] : []),
  none: 'The API server is public.',
  judge: (cluster, { allowPublicFqdn, dnsResolvingVnetIds }, facts) => {
    const { privateDNSZone: zone, enablePrivateClusterPublicFQDN: flagged } = cluster.properties.apiServerAccessProfile ?? {};
    const mode = zone?.toLowerCase() ?? 'system';
    const evidence = [see(cluster, zoneAt), see(cluster, publicAt)] as const;
    if (mode === 'none' && flagged === false) return fail('Its name is in no DNS zone, private or public.', evidence);
    if (mode === 'none') return pass('Its name is in public DNS and leads to its private address.', evidence);
    const isPublic = () => !allowPublicFqdn && (flagged ?? !!cluster.properties.fqdn);
    const resolvers = resolversToldOr(dnsResolvingVnetIds, { source: cluster, pointer: zoneAt }, facts);
    const fault = firstFound(
      () => (zone && mode !== 'system' ? zoneFault(cluster, zone, resolvers, facts) : undefined),
      () =>
        isPublic()
          ? fail('Its name is in public DNS too.', [see(cluster, publicAt, 'false'), evidence[0]], { severity: 'low' })
          : undefined,
    );
    if (fault !== undefined) return fault;
    if (mode === 'system') return pass('Its name is in a private DNS zone that AKS keeps.', evidence);
    return resolvers.some(isOutside)
      ? undecided(outside, evidence)
      : pass('Its name is in a private DNS zone that answers nodes.', evidence);
  },
});

/** What is wrong with a zone of the owner for the API server; undefined when nothing is. */
function zoneFault(
  cluster: ManagedCluster,
  zoneId: string,
  resolvers: Seen<Resolver>,
  facts: Omit<ZoneFacts, 'privateDnsRecords'>,
): Verdict | undefined {
  const evidence = see(cluster, zoneAt);
  const zone = facts.privateDnsZones.find(({ id }) => normalId(id) === normalId(zoneId));
  if (zone === undefined && subscriptionOf(zoneId) === subscriptionOf(cluster.id))
    return fail('Its private DNS zone is not there.', evidence);
  const own = zone ?? facts.privateDnsZones.get(zoneId);
  const apart = firstFound(
    ...resolvers.items.map((each) => () => (each.networkId === undefined || isLinked(own, each.networkId, facts) ? undefined : each)),
  );
  if (apart === undefined) resolvers.all();
  return apart && fail(`Zone ${own.name} is not linked to ${apart.networkId}.`, [evidence, see(apart.source, apart.pointer)]);
}
