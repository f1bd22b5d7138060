import { normalId, type Seen, seen } from '../seen.ts';
import type {
  CosmosAccount,
  FederatedIdentityCredential,
  FlexibleServer,
  ManagedCluster,
  PersistentVolume,
  RoleAssignment,
  SqlServer,
  StorageAccount,
  StorageClass,
  UserAssignedIdentity,
} from '../wire.ts';
import { once } from './once.ts';
import { scopeOf } from './roleAssignments.ts';
import { type InUse, ofGroup, type Tie } from './servicesInUse.ts';
import { gather } from './subnets.ts';

/** A data service in use; `groups` of endpoints lead to what is used of it: `file`. None is said where only the service is known. */
export interface StoreInUse extends InUse<DataStore> {
  groups: readonly string[];
}
export type DataStore = StorageAccount | SqlServer | CosmosAccount | FlexibleServer;

const storeKeys = ['storageAccounts', 'sqlServers', 'cosmosAccounts', 'postgresServers', 'mysqlServers'] as const;
/** Needs of every rule on data services. */
export const dataStoreKeys = [
  'cluster',
  ...storeKeys,
  'persistentVolumes',
  'storageClasses',
  'userAssignedIdentities',
  'federatedIdentityCredentials',
  'roleAssignments',
] as const;
export interface DataStoreFacts {
  readonly snapshot: object;
  readonly cluster: ManagedCluster;
  readonly storageAccounts: Seen<StorageAccount>;
  readonly sqlServers: Seen<SqlServer>;
  readonly cosmosAccounts: Seen<CosmosAccount>;
  readonly postgresServers: Seen<FlexibleServer>;
  readonly mysqlServers: Seen<FlexibleServer>;
  readonly persistentVolumes: Seen<PersistentVolume>;
  readonly storageClasses: Seen<StorageClass>;
  readonly userAssignedIdentities: Seen<UserAssignedIdentity>;
  readonly federatedIdentityCredentials: Seen<FederatedIdentityCredential>;
  readonly roleAssignments: Seen<RoleAssignment>;
}

/**
 * The data services that the cluster is known to use: storage of its volumes, what its service accounts have a role on, what
 * stands in its resource group, and what `named` lists by id. No API tells which databases a workload connects to.
 */
export function dataStoresInUse(facts: DataStoreFacts, named: readonly string[]): Seen<StoreInUse> {
  const found = discovered(facts);
  const known = new Set(found.items.map(({ resource }) => normalId(resource.id)));
  const listed = gather(named.filter((id) => !known.has(normalId(id))).map((id) => (): DataStore => facts[keyOf(id)].get(id)));
  return found.concat(listed.map((resource): StoreInUse => ({ resource, source: resource, pointer: '/id', groups: [] })));
}

const types: Readonly<Record<string, (typeof storeKeys)[number]>> = {
  '/microsoft.sql/servers/': 'sqlServers',
  '/microsoft.documentdb/databaseaccounts/': 'cosmosAccounts',
  '/microsoft.dbforpostgresql/flexibleservers/': 'postgresServers',
  '/microsoft.dbformysql/flexibleservers/': 'mysqlServers',
};
const keyOf = (id: string): (typeof storeKeys)[number] =>
  Object.entries(types).find(([type]) => id.toLowerCase().includes(type))?.[1] ?? 'storageAccounts';

const discovered = once((facts: DataStoreFacts): Seen<StoreInUse> => {
  const lists: readonly Seen<DataStore>[] = storeKeys.map((key) => facts[key]);
  const stores = lists.reduce((all, list) => all.concat(list));
  const volumes = facts.persistentVolumes.flatMap(accountOfVolume).concat(facts.storageClasses.flatMap(accountOfClass));
  const accounts = new Map(volumes.items.map(({ name, ...tie }) => [name, tie]));
  const clusters = gather([() => facts.cluster]);
  const grants = clusters.items.map((cluster) => grantsOf(cluster, facts)).reduce((all, some) => all.concat(some), seen<Grant>([]));
  const granted = new Map<string, Tie>(grants.items.map(({ of, ...tie }) => [of, tie]));
  const used = stores.items.flatMap((store): StoreInUse[] => {
    const volume = isStorage(store) ? accounts.get(store.name.toLowerCase()) : undefined;
    const [tie] = [volume ?? [], granted.get(normalId(store.id)) ?? [], ...clusters.items.map((cluster) => ofGroup(store, cluster))].flat();
    return tie === undefined ? [] : [{ groups: [], resource: store, ...tie }];
  });
  const known = new Set(facts.storageAccounts.items.map(({ name }) => name.toLowerCase()));
  const missing = gather([...accounts.keys()].filter((name) => !known.has(name)).map((name) => () => facts.storageAccounts.get(name)));
  return seen(used, [...stores.gaps, ...volumes.gaps, ...clusters.gaps, ...grants.gaps, ...missing.gaps]);
});

const isStorage = ({ type }: DataStore): boolean => type.toLowerCase() === 'microsoft.storage/storageaccounts';

type VolumeTie = Tie & { name: string; groups: readonly string[] };
/** What endpoints the drivers of Azure Files and Blob connect to. */
const driverGroups: Readonly<Record<string, readonly string[]>> = { 'file.csi.azure.com': ['file'], 'blob.csi.azure.com': ['blob', 'dfs'] };
const groupsOfDriver = (driver = ''): readonly string[] | undefined =>
  Object.hasOwn(driverGroups, driver) ? driverGroups[driver] : undefined;

/** Volumes name their account in the attributes, or as the second part of the handle. */
function accountOfVolume(volume: PersistentVolume): VolumeTie[] {
  const { driver, volumeAttributes, volumeHandle } = volume.spec?.csi ?? {};
  const groups = groupsOfDriver(driver);
  if (groups === undefined) return [];
  const stated = volumeAttributes?.storageAccount;
  if (typeof stated === 'string' && stated !== '')
    return [{ name: stated.toLowerCase(), groups, source: volume, pointer: '/spec/csi/volumeAttributes/storageAccount' }];
  const name = volumeHandle?.split('#')[1];
  return name ? [{ name: name.toLowerCase(), groups, source: volume, pointer: '/spec/csi/volumeHandle' }] : [];
}

function accountOfClass(storageClass: StorageClass): VolumeTie[] {
  const [name, groups] = [storageClass.parameters?.storageAccount, groupsOfDriver(storageClass.provisioner)];
  return name && groups ? [{ name: name.toLowerCase(), groups, source: storageClass, pointer: '/parameters/storageAccount' }] : [];
}

type Grant = Tie & { of: string };
/** The resources that roles are given on, or on something in them, to the identities that service accounts of this cluster are. */
function grantsOf({ properties }: ManagedCluster, facts: DataStoreFacts): Seen<Grant> {
  const issuer = properties.oidcIssuerProfile?.issuerURL;
  if (!issuer) return seen<Grant>([]);
  const own = facts.federatedIdentityCredentials.filter((credential) => credential.properties.issuer === issuer);
  const holders = new Set(own.items.map(({ id }) => normalId(id).replace(/\/federatedidentitycredentials\/.*/, '')));
  const identities = facts.userAssignedIdentities.filter(({ id }) => holders.has(normalId(id)));
  const principals = new Set(identities.items.flatMap(({ properties: { principalId } }) => principalId?.toLowerCase() ?? []));
  const grants = facts.roleAssignments.items.flatMap((source): Grant[] => {
    const [of] = /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers(?:\/[^/]+){3}/.exec(scopeOf(source)) ?? [];
    const holds = principals.has(source.properties.principalId?.toLowerCase() ?? '');
    return of !== undefined && holds ? [{ source, pointer: '/properties/scope', of }] : [];
  });
  // What was not read of single resources elsewhere is of registries.
  const unread = facts.roleAssignments.gaps.filter(({ scope }) => scope === undefined);
  return seen(grants, [...unread, ...own.gaps, ...identities.gaps]);
}
