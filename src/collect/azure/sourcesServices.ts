import { kubeletObjectId } from '../../model/clusterIdentities.ts';
import { scopeIds } from '../../model/monitorLink.ts';
import { isUsersOwn } from '../../model/storeBackups.ts';
import { isServiceZone } from '../../model/privateZones.ts';
import type { ManagedCluster, PrivateEndpoint, PrivateEndpointConnection, RoleAssignment } from '../../wire.ts';
import { peersOf, type Reachable } from '../../model/privateEndpoints.ts';
import { scopeOf } from '../../model/roleAssignments.ts';
import { networkIdOf } from '../../model/subnets.ts';
import { normalId } from '../../seen.ts';
import { type Known, type LiveTarget, type Page, ReadFault, type Source } from '../source.ts';
import { byId, type From, inGraph, inSubscriptionAnd, linked, listsAt, source, subscriptionList } from './reading.ts';
import { armKind } from './subscriptions.ts';

const stores = ['storageAccounts', 'sqlServers', 'cosmosAccounts', 'postgresServers', 'mysqlServers'] as const;
/** What private endpoints lead to. */
const owners = ['registries', 'vaults', ...stores, 'privateLinkScopes'] as const;
const ofType = (type = ''): string => `resources | where type =~ '${type.toLowerCase()}'`;

/** The services that workloads use beside the cluster, and the private endpoints and zones by which they are reached. */
export const serviceSources: readonly Source[] = [
  source('registries', registries),
  // Only the Premium tier has replications, its home region among them.
  listsAt('registryReplications', ['registries'], (_, { registries = [] }) =>
    registries.filter(({ sku }) => sku?.name?.toLowerCase() === 'premium').map(({ id }) => `${id}/replications`),
  ),
  inSubscriptionAnd('vaults', [], ({ cluster }) => vaultIds(cluster)),
  listsAt(
    'resourceDiagnosticSettings',
    ['vaults', 'registries', 'firewalls', 'appGateways'],
    (_, { vaults = [], registries = [], firewalls = [], appGateways = [] }) =>
      [...vaults, ...registries, ...firewalls, ...appGateways].map(({ id }) => `${id}/providers/Microsoft.Insights/diagnosticSettings`),
    true,
  ),
  // By Resource Graph, as a list of a provider that the subscription never registered is an error.
  ...stores.map((key) => inGraph(key, ofType(armKind(key).type))),
  listsAt('sqlDatabases', ['sqlServers'], (_, { sqlServers = [] }) => sqlServers.map(({ id }) => `${id}/databases`)),
  listsAt('sqlBackupRetentions', ['sqlDatabases'], (_, { sqlDatabases = [] }) =>
    sqlDatabases.filter(isUsersOwn).map(({ id }) => `${id}/backupShortTermRetentionPolicies`),
  ),
  listsAt('blobServices', ['storageAccounts'], (_, { storageAccounts = [] }) =>
    storageAccounts.filter(({ kind }) => kind !== 'FileStorage').map(({ id }) => `${id}/blobServices`),
  ),
  linked(
    'dataCollectionEndpoints',
    ['dataCollectionRuleAssociations', 'dataCollectionRules'],
    (_, { dataCollectionRuleAssociations = [], dataCollectionRules = [] }) =>
      idsOf(...[...dataCollectionRuleAssociations, ...dataCollectionRules].map(({ properties }) => properties.dataCollectionEndpointId)),
  ),
  linked('privateLinkScopes', ['workspaces', 'dataCollectionEndpoints'], (_, { workspaces = [], dataCollectionEndpoints = [] }) =>
    [...workspaces, ...dataCollectionEndpoints].flatMap(scopeIds),
  ),
  inSubscriptionAnd('privateEndpoints', owners, (_, known) => endpointIds(known)),
  listsAt('privateDnsZoneGroups', ['privateEndpoints', 'virtualNetworks'], (_, { privateEndpoints = [], virtualNetworks }) =>
    privateEndpoints.filter(isNear(virtualNetworks)).map(({ id }) => `${id}/privateDnsZoneGroups`),
  ),
  inSubscriptionAnd('privateDnsZones', ['privateDnsZoneGroups'], ({ cluster }, { privateDnsZoneGroups = [] }) => {
    const configs = privateDnsZoneGroups.flatMap(({ properties }) => properties.privateDnsZoneConfigs ?? []);
    return [...zoneIds(cluster), ...idsOf(...configs.map((config) => config.properties?.privateDnsZoneId))];
  }),
  listsAt('privateDnsZoneLinks', ['privateDnsZones'], ({ cluster }, known) =>
    zonesRead(cluster, known).map((id) => `${id}/virtualNetworkLinks`),
  ),
  listsAt('privateDnsRecords', ['privateDnsZones'], ({ cluster }, known) => zonesRead(cluster, known).map((id) => `${id}/A`)),
];

/** Of other subscriptions those that nodes bootstrap from, and those that their identity has a role on. */
async function* registries(target: LiveTarget, from: From): AsyncGenerator<Page, void, void> {
  const { bootstrapProfile } = target.cluster.properties;
  yield* subscriptionList(target, from);
  const ids = [...idsOf(bootstrapProfile?.containerRegistryId), ...(await grantedTo(kubeletObjectId(target.cluster), from))];
  const here = `/subscriptions/${target.subscription}/`.toLowerCase();
  yield* byId(
    ids.filter((id) => !id.toLowerCase().startsWith(here)),
    from,
  );
}

/** The registries on which an identity has a role, wherever the caller may read that. What stays unknown is a gap when an image names it. */
async function grantedTo(objectId: string | undefined, { azure }: From): Promise<string[]> {
  if (!/^[0-9a-f-]{36}$/i.test(objectId ?? '')) return [];
  const query = `authorizationresources | where type =~ 'microsoft.authorization/roleassignments' | where properties.principalId =~ '${objectId}'`;
  const scopes: string[] = [];
  try {
    scopes.push(...((await azure.found(query, '')) as readonly RoleAssignment[]).map(scopeOf)); // as the query asks
  } catch (thrown) {
    if (!(thrown instanceof ReadFault)) throw thrown;
  }
  return scopes.filter((scope) => /\/providers\/microsoft\.containerregistry\/registries\/[^/]+$/.test(scope));
}

const idsOf = (...ids: readonly (string | null | undefined)[]): string[] => ids.flatMap((id) => (id ? [id] : []));

/** Whether an endpoint is in one of these networks, or in one peered with them; all are where none was read. */
function isNear(networks: Known['virtualNetworks']): (endpoint: PrivateEndpoint) => boolean {
  if (networks === undefined) return () => true;
  const near = new Set(networks.flatMap((network) => [network.id, ...peersOf(network)]).map(normalId));
  return ({ properties }) => near.has(normalId(networkIdOf(properties.subnet?.id ?? '')));
}

/** The vaults that the cluster itself names, in whatever subscription. */
const vaultIds = ({ properties }: ManagedCluster): string[] =>
  idsOf(
    properties.securityProfile?.azureKeyVaultKms?.keyVaultResourceId,
    properties.serviceMeshProfile?.istio?.certificateAuthority?.plugin?.keyVaultId,
  );

/** The zone of a private cluster's API server, where it is one of the owner's. */
const zoneIds = ({ properties }: ManagedCluster): string[] =>
  idsOf(properties.apiServerAccessProfile?.privateDNSZone).filter((id) => id.startsWith('/'));

const endpointIds = (known: Known): string[] =>
  owners
    .flatMap((key): readonly Reachable[] => known[key] ?? [])
    .flatMap(({ properties }): readonly PrivateEndpointConnection[] => properties.privateEndpointConnections ?? [])
    .flatMap(({ properties }) => idsOf(properties?.privateEndpoint?.id));

/** Of all zones those whose links and records rules look into. */
const zonesRead = (cluster: ManagedCluster, { privateDnsZones = [] }: Known): string[] => {
  const own = new Set(zoneIds(cluster).map((id) => id.toLowerCase()));
  return privateDnsZones.filter(({ id, name }) => isServiceZone(name) || own.has(id.toLowerCase())).map(({ id }) => id);
};
