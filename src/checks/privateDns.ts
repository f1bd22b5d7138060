import { check, fail, pass, see, type Sight, texts, undecided } from '../check.ts';
import { dataStoreKeys, dataStoresInUse } from '../model/dataStores.ts';
import { endpointsTo, groupsOf, networkKeys } from '../model/privateEndpoints.ts';
import { type MissingPiece, missingPiece, zoneKeys } from '../model/privateNames.ts';
import { registriesInUse, registryKeys } from '../model/registries.ts';
import { resolversOf } from '../model/resolvers.ts';
import { vaultKeys, vaultsInUse } from '../model/vaults.ts';

const endpointKeys = ['privateEndpoints', 'privateDnsZoneGroups', ...networkKeys, ...zoneKeys] as const;

/** Whether the names of services lead nodes to their private endpoints: zone, record, and a link to the network that answers. */
export const namesLeadToEndpoints = check({
  needs: [...new Set([...registryKeys, ...vaultKeys, ...dataStoreKeys, ...endpointKeys])],
  params: { dependencyResourceIds: texts(), dnsResolvingVnetIds: texts() },
  subjects: (facts, { dependencyResourceIds }) => {
    const services = registriesInUse(facts).concat(vaultsInUse(facts)).concat(dataStoresInUse(facts, dependencyResourceIds));
    return endpointsTo(
      services.map(({ resource }) => resource),
      facts,
    );
  },
  none: 'Nodes reach no service by a private endpoint.',
  judge: ({ resource: endpoint, service }, { dnsResolvingVnetIds }, facts) => {
    const resolvers = resolversOf(facts);
    const told = dnsResolvingVnetIds.length > 0 ? dnsResolvingVnetIds : undefined;
    const networkIds = told ?? resolvers.items.flatMap(({ networkId }) => networkId ?? []);
    const lead = see(endpoint, '/properties/privateLinkServiceConnections');
    const missing = missingPiece(endpoint, groupsOf(endpoint, service.id), networkIds, facts);
    if (missing !== undefined) return fail(sayMissing(missing), [...shown(missing), lead]);
    const outside = told === undefined ? resolvers.all().find(({ networkId }) => networkId === undefined) : undefined;
    if (outside !== undefined)
      return undecided('A DNS server that stands in no network that was read answers for it.', [
        see(outside.source, outside.pointer),
        lead,
      ]);
    return pass(`Nodes find ${service.name} by its name.`, [lead, ...resolvers.items.map((each) => see(each.source, each.pointer))]);
  },
});

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
