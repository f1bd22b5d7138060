import { expect, test } from 'vitest';
import { readArm } from '../../src/load/arm.ts';
import { emptyHarvest } from '../../src/load/armHarvest.ts';
import { openSnapshots } from '../../src/load/load.ts';
import { baseState } from '../support/fixtures.ts';
import { temporaryFolder, writeAt } from './support.ts';

const group = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-shop';
const registryId = `${group}/providers/Microsoft.ContainerRegistry/registries/acrshop`;
const connection = {
  id: `${registryId}/privateEndpointConnections/a`,
  privateEndpoint: { id: '/pe', resourceGroup: 'rg' },
  privateLinkServiceConnectionState: { status: 'Approved' },
};

function one(value: unknown, file = 'export.json') {
  const harvest = emptyHarvest();
  readArm(value, { file, start: 0, end: 10, pointer: '' }, harvest);
  return harvest.found[0];
}

test('what az prints of a registry goes back into the shape of the wire', () => {
  const printed = {
    id: registryId,
    sku: { name: 'Premium', tier: 'Premium' },
    loginServer: 'acrshop.azurecr.io',
    anonymousPullEnabled: null,
    privateEndpointConnections: [connection],
  };
  expect(one(printed)?.resource).toMatchObject({
    sku: { name: 'Premium' },
    properties: {
      loginServer: 'acrshop.azurecr.io',
      privateEndpointConnections: [
        { id: connection.id, properties: { privateEndpoint: { id: '/pe' }, privateLinkServiceConnectionState: { status: 'Approved' } } },
      ],
    },
  });
});

test('what az prints of a private endpoint and of its zones', () => {
  const endpoint = {
    id: `${group}/providers/Microsoft.Network/privateEndpoints/pe`,
    subnet: { id: '/s' },
    privateLinkServiceConnections: [{ name: 'pe', privateLinkServiceId: registryId, groupIds: ['registry'] }],
  };
  expect(one(endpoint)?.resource.properties).toEqual({
    subnet: { id: '/s' },
    privateLinkServiceConnections: [{ name: 'pe', properties: { privateLinkServiceId: registryId, groupIds: ['registry'] } }],
  });
  const zones = {
    id: `${endpoint.id}/privateDnsZoneGroups/default`,
    privateDnsZoneConfigs: [{ name: 'acr', privateDnsZoneId: '/z', recordSets: [] }],
  };
  expect(one(zones)?.resource.properties).toEqual({
    privateDnsZoneConfigs: [{ name: 'acr', properties: { privateDnsZoneId: '/z', recordSets: [] } }],
  });
  const record = {
    id: `${group}/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io/A/acrshop`,
    aRecords: [{ ipv4Address: '10.0.0.4' }],
  };
  expect(one(record)).toMatchObject({ key: 'privateDnsRecords', resource: { properties: { aRecords: [{ ipv4Address: '10.0.0.4' }] } } });
});

test('az calls the network rules of a storage account otherwise', () => {
  const account = { id: `${group}/providers/Microsoft.Storage/storageAccounts/st`, networkRuleSet: { defaultAction: 'Deny' } };
  expect(one(account)?.resource.properties).toEqual({ networkAcls: { defaultAction: 'Deny' } });
});

test.each([
  ['of the cluster', `${group}/providers/Microsoft.ContainerService/managedClusters/shop`, 'diagnosticSettings'],
  ['of a vault', `${group}/providers/Microsoft.KeyVault/vaults/kv`, 'resourceDiagnosticSettings'],
])('diagnostic settings %s have their own key', (_of, owner, key) => {
  expect(one({ id: `${owner}/providers/microsoft.insights/diagnosticSettings/d`, properties: {} })?.key).toBe(key);
});

test('a list that tells names only leaves what it names unseen', async () => {
  const folder = temporaryFolder();
  const cluster = {
    id: `${group}/providers/Microsoft.ContainerService/managedClusters/shop`,
    name: 'shop',
    properties: { kubernetesVersion: '1.34' },
  };
  const vault = (name: string) => ({ id: `${group}/providers/Microsoft.KeyVault/vaults/${name}`, name, location: 'westeurope', tags: {} });
  await writeAt(folder, 'cluster.json', JSON.stringify(cluster));
  await writeAt(
    folder,
    'vaults.json',
    JSON.stringify([vault('kv-a'), { ...vault('kv-b'), properties: { enableRbacAuthorization: true } }]),
  );
  const { snapshots } = await openSnapshots([folder], { complete: false, clusters: [], keepGoing: false });
  for await (const { state } of snapshots) {
    expect(state.vaults).toMatchObject({
      value: [{ name: 'kv-b' }],
      gaps: [{ key: 'vaults', scope: vault('kv-a').id, why: 'not-collected' }],
    });
  }
});

test.each([
  'privateEndpoints',
  'registries',
  'vaults',
  'privateDnsZoneGroups',
  'privateDnsZoneLinks',
  'privateDnsRecords',
  'privateLinkScopes',
  'dataCollectionEndpoints',
])('the names of %s on the wire stay as they are', (key) => {
  const wire = (baseState()[key] ?? []) as Record<string, unknown>[];
  expect(wire.length).toBeGreaterThan(0);
  for (const each of wire) expect(one(each)?.resource).toEqual(each);
});
