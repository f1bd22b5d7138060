import { check, fail, flag, pass, see, type Sight, texts, undecided, type Verdict } from '../check.ts';
import { type DataStore, dataStoreKeys, dataStoresInUse } from '../model/dataStores.ts';
import { firstFound } from '../model/firstFound.ts';
import { type Intake, intakes, isMonitored, monitorKeys, scopeIds } from '../model/monitorLink.ts';
import {
  approved,
  entrance,
  hasVirtualHub,
  haveServiceEndpoint,
  letsIn,
  networkKeys,
  type Reachable,
  type ReachFacts,
} from '../model/privateEndpoints.ts';
import { registriesInUse, registryKeys } from '../model/registries.ts';
import type { InUse } from '../model/servicesInUse.ts';
import { vaultKeys, vaultsInUse } from '../model/vaults.ts';
import { type Seen, seen } from '../seen.ts';
import type { DataCollectionRuleAssociation, ManagedCluster, NetworkRules } from '../wire.ts';

/** How nodes get to a kind of service. */
interface Doors {
  /** Groups of endpoints, of which one will do; none for whichever. */
  groups: readonly string[];
  /** Whose service endpoint their subnets have. */
  provider: string;
  rules: NetworkRules | undefined;
}

/** Whether nodes reach a service without leaving their networks: by a private endpoint, or by the service endpoints of all their subnets. */
function judgeDoors(used: InUse<Reachable>, { groups, provider, rules }: Doors, facts: ReachFacts): Verdict {
  const { resource } = used;
  const tie = see(used.source, used.pointer);
  const found = entrance(resource, groups, facts);
  if (found !== undefined) {
    const subnet = see(found.endpoint, '/properties/subnet/id');
    return pass(`Nodes reach it by private endpoint ${found.endpoint.name}.`, [see(resource, found.pointer), subnet, tie]);
  }
  if (letsIn(rules, facts) && haveServiceEndpoint(provider, facts))
    return pass('Nodes reach it by the service endpoints of their subnets.', [tie], 'Service endpoints, not private ones.');
  const shown: Sight[] = approved(resource).map(({ pointer }) => see(resource, pointer));
  if (shown.length === 0)
    return fail('It has no approved private endpoint.', [
      see(resource, '/properties/privateEndpointConnections', 'an approved endpoint'),
      tie,
    ]);
  if (hasVirtualHub(facts))
    return undecided('Its private endpoints are in networks that the nodes may reach by a virtual hub.', [...shown, tie]);
  const wanted = groups.length === 0 ? '' : ` for ${groups.join(' or ')}`;
  return fail(`None of its private endpoints${wanted} is in a network that the nodes are in or peered with.`, [...shown, tie]);
}

const doorKeys = [...networkKeys, 'privateEndpoints'] as const;

/** Registries by private endpoint. */
export const toRegistries = check({
  needs: [...new Set([...registryKeys, ...doorKeys])],
  subjects: registriesInUse,
  none: 'No Azure container registry is tied to the cluster.',
  judge: (used, _params, facts) =>
    judgeDoors(
      used,
      { groups: ['registry'], provider: 'Microsoft.ContainerRegistry', rules: used.resource.properties.networkRuleSet },
      facts,
    ),
});

/** Key vaults by private endpoint. */
export const toVaults = check({
  needs: [...new Set([...vaultKeys, ...doorKeys])],
  subjects: vaultsInUse,
  none: 'No key vault is tied to the cluster.',
  judge: (used, _params, facts) =>
    judgeDoors(used, { groups: ['vault'], provider: 'Microsoft.KeyVault', rules: used.resource.properties.networkAcls }, facts),
});

/** Data services by private endpoint, or inside a network by themselves. */
export const toDataStores = check({
  needs: [...new Set([...dataStoreKeys, ...doorKeys])],
  params: { dependencyResourceIds: texts() },
  subjects: (facts, { dependencyResourceIds }) => dataStoresInUse(facts, dependencyResourceIds),
  none: 'No data service is tied to the cluster.',
  judge: (used, _params, facts) => {
    const { resource, groups, source, pointer } = used;
    const injected = 'network' in resource.properties && resource.properties.network?.delegatedSubnetResourceId;
    if (injected)
      return pass('It stands in a subnet.', [see(resource, '/properties/network/delegatedSubnetResourceId'), see(source, pointer)]);
    const provider = providers[resource.type.toLowerCase()] ?? '';
    // Rules of a SQL server for subnets are resources of their own, which are not read.
    if (provider === 'Microsoft.Sql' && approved(resource).length === 0 && haveServiceEndpoint(provider, facts))
      return undecided('It may let in the subnets of the nodes by their service endpoints.', [
        see(resource, '/properties/privateEndpointConnections'),
        see(source, pointer),
      ]);
    return judgeDoors(used, { groups, provider, rules: rulesOf(resource) }, facts);
  },
});

const providers: Readonly<Record<string, string>> = {
  'microsoft.storage/storageaccounts': 'Microsoft.Storage',
  'microsoft.sql/servers': 'Microsoft.Sql',
  'microsoft.documentdb/databaseaccounts': 'Microsoft.AzureCosmosDB',
};
const rulesOf = ({ properties }: DataStore): NetworkRules | undefined => {
  if ('networkAcls' in properties) return properties.networkAcls;
  return 'virtualNetworkRules' in properties ? { virtualNetworkRules: properties.virtualNetworkRules ?? [] } : undefined;
};

/** Logs and metrics by a private link scope: the workspace and the collection endpoints are in one that nodes reach, and agents get their configuration by such an endpoint. */
export const toMonitor = check({
  needs: [...new Set([...monitorKeys, ...doorKeys])],
  params: { requireNoPublicIngestion: flag(false) },
  subjects: (facts) => (isMonitored(facts.cluster) ? seen<Intake | ManagedCluster>([facts.cluster]).concat(intakes(facts)) : []),
  none: 'Azure Monitor takes in no logs or metrics of the cluster.',
  judge: (resource, { requireNoPublicIngestion }, facts) => {
    if (isCluster(resource)) return judgeAssociations(resource, facts.dataCollectionRuleAssociations);
    const [pointer, access] = ingestion(resource);
    const shown = see(resource, pointer, requireNoPublicIngestion ? 'Disabled' : undefined);
    if (requireNoPublicIngestion && access?.toLowerCase() !== 'disabled') return fail('It takes in data over public networks too.', shown);
    const ids = scopeIds(resource);
    const scoped = see(resource, '/properties/privateLinkScopedResources', 'a private link scope');
    if (ids.length === 0) return fail('It is in no private link scope.', [scoped, shown]);
    const found = firstFound(...ids.map((id) => () => entrance(facts.privateLinkScopes.get(id), ['azuremonitor'], facts)));
    if (found !== undefined)
      return pass(`Data gets to it by private endpoint ${found.endpoint.name}.`, [
        scoped,
        see(found.endpoint, '/properties/subnet/id'),
        shown,
      ]);
    if (hasVirtualHub(facts)) return undecided('Endpoints of its private link scope may be reached by a virtual hub.', [scoped, shown]);
    return fail('Its private link scope has no approved private endpoint that nodes reach.', [scoped, shown]);
  },
});

const isCluster = (resource: Intake | ManagedCluster): resource is ManagedCluster => /\/managedClusters$/i.test(resource.type);

function judgeAssociations(cluster: ManagedCluster, associations: Seen<DataCollectionRuleAssociation>): Verdict {
  const found = associations.find(({ properties }) => !!properties.dataCollectionEndpointId);
  if (found !== undefined)
    return pass('Agents get their configuration by a collection endpoint.', see(found, '/properties/dataCollectionEndpointId'));
  return fail('No data collection endpoint is associated with it.', see(cluster, '/id', 'an association with a data collection endpoint'));
}

/** Where it says whether it takes in data over public networks; not set, it does. */
const ingestion = ({ properties }: Intake): [pointer: string, access: string | undefined] =>
  'networkAcls' in properties
    ? ['/properties/networkAcls/publicNetworkAccess', properties.networkAcls?.publicNetworkAccess]
    : [
        '/properties/publicNetworkAccessForIngestion',
        'publicNetworkAccessForIngestion' in properties ? properties.publicNetworkAccessForIngestion : undefined,
      ];
