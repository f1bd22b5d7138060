import { expect, test } from 'vitest';
import { type DataStoreFacts, dataStoresInUse } from '../../src/model/dataStores.ts';
import { type Seen, seen } from '../../src/seen.ts';
import type { Gap, StateKey } from '../../src/snapshot.ts';
import type { PersistentVolume, RoleAssignment, StorageAccount } from '../../src/wire.ts';

const groups = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups';
const issuer = 'https://oidc.example/';
const account = (name: string, group = 'rg-data'): StorageAccount => ({
  id: `${groups}/${group}/providers/Microsoft.Storage/storageAccounts/${name}`,
  name,
  type: 'Microsoft.Storage/storageAccounts',
  properties: {},
});
const volume = (driver: string, volumeHandle: string, volumeAttributes: Record<string, string> = {}): PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'pv' },
  spec: { csi: { driver, volumeHandle, volumeAttributes } },
});
const identity = `${groups}/rg-id/providers/Microsoft.ManagedIdentity/userAssignedIdentities/web`;
const grant = (scope: string, principalId = 'p1'): RoleAssignment => ({
  id: `${scope}/providers/Microsoft.Authorization/roleAssignments/a`,
  name: 'a',
  type: 'Microsoft.Authorization/roleAssignments',
  properties: { principalId, scope },
});
const missing =
  (key: StateKey) =>
  (scope: string): Gap => ({ key, scope, why: 'not-collected' });

function facts(accounts: StorageAccount[], more: Partial<DataStoreFacts> = {}): DataStoreFacts {
  const none: Seen<never> = seen([], [], missing('sqlServers'));
  return {
    snapshot: {},
    cluster: {
      id: `${groups}/rg-shop/providers/Microsoft.ContainerService/managedClusters/shop`,
      name: 'shop',
      type: 'Microsoft.ContainerService/managedClusters',
      properties: { oidcIssuerProfile: { enabled: true, issuerURL: issuer } },
    },
    storageAccounts: seen(accounts, [], missing('storageAccounts')),
    sqlServers: none,
    cosmosAccounts: none,
    postgresServers: none,
    mysqlServers: none,
    persistentVolumes: seen([]),
    storageClasses: seen([]),
    userAssignedIdentities: seen([{ id: identity, name: 'web', type: 'x', properties: { principalId: 'P1' } }]),
    federatedIdentityCredentials: seen([
      { id: `${identity}/federatedIdentityCredentials/web`, name: 'web', type: 'x', properties: { issuer } },
    ]),
    roleAssignments: seen([]),
    ...more,
  };
}
const volumes = (...all: PersistentVolume[]) => ({ persistentVolumes: seen(all) });
const denied: Gap = { key: 'roleAssignments', why: 'failed', message: 'x' };

test.each<[string, DataStoreFacts, string[], string[], string[]]>([
  ['none is tied', facts([account('st1')]), [], [], []],
  ['in the resource group of the cluster', facts([account('st1', 'RG-shop')]), [], ['st1 /id'], []],
  ['listed', facts([account('st1')]), [account('ST1').id.toUpperCase()], ['st1 /id'], []],
  ['listed twice over', facts([account('st1', 'rg-shop')]), [account('st1', 'rg-shop').id], ['st1 /id'], []],
  ['listed and not read', facts([]), [account('st9').id], [], [`storageAccounts ${account('st9').id}`]],
  [
    'a listed database and not read',
    facts([]),
    [`${groups}/a/providers/Microsoft.Sql/servers/s`],
    [],
    [`sqlServers ${groups}/a/providers/Microsoft.Sql/servers/s`],
  ],
  [
    'by the handle of a volume',
    facts([account('st1')], volumes(volume('file.csi.azure.com', 'rg#ST1#share#'))),
    [],
    ['st1 /spec/csi/volumeHandle'],
    [],
  ],
  [
    'by the attributes of a volume',
    facts([account('st1')], volumes(volume('blob.csi.azure.com', 'x', { storageAccount: 'st1' }))),
    [],
    ['st1 /spec/csi/volumeAttributes/storageAccount'],
    [],
  ],
  ['a volume of disks', facts([account('st1')], volumes(volume('disk.csi.azure.com', 'rg#st1#x'))), [], [], []],
  ['by a volume and not read', facts([], volumes(volume('file.csi.azure.com', 'rg#st9#share#'))), [], [], ['storageAccounts st9']],
  ['by a role on it', facts([account('st1')], { roleAssignments: seen([grant(account('st1').id)]) }), [], ['st1 /properties/scope'], []],
  [
    'by a role on a container in it',
    facts([account('st1')], { roleAssignments: seen([grant(`${account('st1').id}/blobServices/default/containers/c`)]) }),
    [],
    ['st1 /properties/scope'],
    [],
  ],
  ['a name that begins alike is another', facts([account('st1')], { roleAssignments: seen([grant(account('st12').id)]) }), [], [], []],
  ['a role on its resource group', facts([account('st1')], { roleAssignments: seen([grant(`${groups}/rg-data`)]) }), [], [], []],
  ['a role of another identity', facts([account('st1')], { roleAssignments: seen([grant(account('st1').id, 'p2')]) }), [], [], []],
  [
    'roles denied',
    facts([account('st1', 'rg-shop')], { roleAssignments: seen<RoleAssignment>([], [denied]) }),
    [],
    ['st1 /id'],
    ['roleAssignments all'],
  ],
  ['roles elsewhere denied', facts([], { roleAssignments: seen<RoleAssignment>([], [{ ...denied, scope: '/r' }]) }), [], [], []],
])('data services in use: %s', (_name, given, named, used, unread) => {
  const { items, gaps } = dataStoresInUse(given, named);
  expect(items.map(({ resource, pointer }) => `${resource.name} ${pointer}`)).toEqual(used);
  expect(gaps.map(({ key, scope }) => `${key} ${scope ?? 'all'}`)).toEqual(unread);
});
