import { expect, test } from 'vitest';
import { azureSources } from '../../../src/collect/azure/sources.ts';
import { discoverTargets } from '../../../src/collect/azure/targets.ts';
import type { Known, LiveTarget } from '../../../src/collect/source.ts';
import type { Gap, StateKey } from '../../../src/snapshot.ts';
import type { FakeArmOptions } from '../../support/fakeArm.ts';
import { type ArmBody, baseSubscription, fakeCluster } from '../../support/fakeArmData.ts';
import { type Connected, connect } from './support.ts';

const base = fakeCluster();
const far = '/subscriptions/66666666-7777-8888-9999-000000000000/resourceGroups/rg-far/providers';
const kubelet = 'c0000000-0000-0000-0000-000000000002';

async function started(options: FakeArmOptions = {}): Promise<Connected & { target: LiveTarget }> {
  const connected = await connect({ clusters: [base], ...options });
  const { targets } = await discoverTargets(connected.azure, { subscriptions: [baseSubscription], names: ['base'], environment: {} });
  const [target] = targets;
  if (target === undefined) throw new Error('the cluster was not found');
  return { ...connected, target };
}

/** Names of what a source reads, its gaps, and the last steps of the paths it asked for. */
async function read(key: StateKey, { arm, azure, target }: Awaited<ReturnType<typeof started>>, known: object = {}) {
  const before = arm.requests.length;
  const names: string[] = [];
  const gaps: Gap[] = [];
  const source = azureSources.find((each) => each.key === key);
  for await (const page of source?.read(target, known as Known, { azure, kubernetes: undefined as never }) ?? []) {
    if ('gap' in page) gaps.push(page.gap);
    else names.push(...page.items.map((item) => (item as ArmBody).name));
  }
  return { names, gaps, asked: arm.requests.slice(before).map(({ path }) => path.split('/').slice(-2).join('/')) };
}

const registry: ArmBody = {
  id: `${far}/Microsoft.ContainerRegistry/registries/acrfar`,
  name: 'acrfar',
  type: 'Microsoft.ContainerRegistry/registries',
};
const grant: ArmBody = {
  id: `${registry.id}/providers/Microsoft.Authorization/roleAssignments/pull`,
  name: 'pull',
  type: 'Microsoft.Authorization/roleAssignments',
  properties: { principalId: kubelet, scope: registry.id },
};

test('registries: of the subscription, and those elsewhere on which the kubelets have a role', async () => {
  const run = await started({ resources: { [registry.id]: registry, [grant.id]: grant } });
  expect(await read('registries', run)).toMatchObject({ names: ['acrshop', 'acrfar'], gaps: [] });
  expect(run.arm.requests.find(({ method }) => method === 'POST')?.body).toContain(kubelet);
});

test('a registry elsewhere that may not be read is a gap of its own', async () => {
  const run = await started({ resources: { [grant.id]: grant } });
  const { names, gaps } = await read('registries', run);
  expect({ names, gaps }).toMatchObject({ names: ['acrshop'], gaps: [{ key: 'registries', scope: registry.id.toLowerCase() }] });
});

test('without Resource Graph the registries of the subscription are read all the same', async () => {
  const run = await started({ faults: [{ at: /ResourceGraph/i, does: { deny: 'Microsoft.ResourceGraph/resources/read' } }] });
  expect(await read('registries', run)).toMatchObject({ names: ['acrshop'], gaps: [] });
});

test('replications are asked of registries that may have some', async () => {
  const known = {
    registries: [{ id: `${far}/a/registries/basic`, sku: { name: 'Basic' } }, ...(base as unknown as { registries: object[] }).registries],
  };
  expect(await read('registryReplications', await started(), known)).toEqual({
    names: ['northeurope', 'westeurope'],
    gaps: [],
    asked: ['acrshop/replications'],
  });
});

test('private endpoints: of the subscription, and those elsewhere that services name', async () => {
  const elsewhere: ArmBody = {
    id: `${far}/Microsoft.Network/privateEndpoints/pe-far`,
    name: 'pe-far',
    type: 'Microsoft.Network/privateEndpoints',
  };
  const known = { vaults: [{ properties: { privateEndpointConnections: [{ properties: { privateEndpoint: { id: elsewhere.id } } }] } }] };
  const run = await started({ resources: { [elsewhere.id]: elsewhere } });
  expect((await read('privateEndpoints', run, known)).names).toEqual(['pe-registry', 'pe-vault', 'pe-monitor', 'pe-far']);
});

test('zone groups are asked of endpoints in networks that nodes are in or peered with', async () => {
  const endpoint = (name: string, network: string) => ({
    id: `${far}/Microsoft.Network/privateEndpoints/${name}`,
    properties: { subnet: { id: `${network}/subnets/s` } },
  });
  const networks = [
    {
      id: '/n',
      properties: { virtualNetworkPeerings: [{ properties: { peeringState: 'Connected', remoteVirtualNetwork: { id: '/hub' } } }] },
    },
  ];
  const known = {
    privateEndpoints: [endpoint('own', '/N'), endpoint('peered', '/hub'), endpoint('apart', '/far')],
    virtualNetworks: networks,
  };
  expect((await read('privateDnsZoneGroups', await started(), known)).asked).toEqual([
    'own/privateDnsZoneGroups',
    'peered/privateDnsZoneGroups',
  ]);
});

test('links and records are read of the zones of services, and of the cluster’s own', async () => {
  const zone = (name: string) => ({ id: `${far}/Microsoft.Network/privateDnsZones/${name}`, name });
  const known = { privateDnsZones: [zone('privatelink.azurecr.io'), zone('corp.example.com')] };
  expect((await read('privateDnsZoneLinks', await started(), known)).asked).toEqual(['privatelink.azurecr.io/virtualNetworkLinks']);
  expect((await read('privateDnsRecords', await started(), known)).asked).toEqual(['privatelink.azurecr.io/A']);
});
