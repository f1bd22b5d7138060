import { describe, expect, test } from 'vitest';
import { azureSources } from '../../../src/collect/azure/sources.ts';
import { discoverTargets } from '../../../src/collect/azure/targets.ts';
import type { Api, Known, LiveTarget, Page } from '../../../src/collect/source.ts';
import { armKeys, kinds } from '../../../src/kinds.ts';
import type { Gap, StateKey } from '../../../src/snapshot.ts';
import type { FakeArmOptions } from '../../support/fakeArm.ts';
import { baseSubscription, type FakeCluster, fakeCluster } from '../../support/fakeArmData.ts';
import { type Connected, connect, faultOf } from './support.ts';

const base = fakeCluster();
const other = fakeCluster('other', { resourceGroup: 'rg-other' });

async function started(options: FakeArmOptions = {}): Promise<Connected & { target: LiveTarget }> {
  const connected = await connect({ clusters: [base, other], ...options });
  const { targets } = await discoverTargets(connected.azure, { subscriptions: [baseSubscription], names: ['base'], environment: {} });
  const [target] = targets;
  if (target === undefined) throw new Error('the cluster was not found');
  return { ...connected, target };
}

async function read(key: StateKey, { azure, target }: { azure: Api['azure']; target: LiveTarget }, known: Known = {}) {
  const source = azureSources.find((each) => each.key === key);
  const items: object[] = [];
  const gaps: Gap[] = [];
  const pages: AsyncIterable<Page> | undefined = source?.read(target, known, { azure, kubernetes: undefined as never });
  for await (const page of pages ?? []) {
    if ('gap' in page) gaps.push(page.gap);
    else items.push(...page.items);
  }
  return { items, gaps };
}

test('every key that Azure tells has its source, shared where the table says so, with its permission', () => {
  expect(azureSources.map(({ key }) => key).sort()).toEqual([...armKeys].sort());
  for (const { key, shared, permissions } of azureSources) {
    const kind = kinds[key];
    expect([key, shared, permissions]).toEqual([
      key,
      kind.plane === 'azure' && kind.shared,
      [{ action: kind.plane === 'azure' && kind.permission }],
    ]);
  }
});

describe('each key, as it stands on the wire', () => {
  test.each<[keyof FakeCluster & StateKey, Known]>([
    ['agentPools', {}],
    ['maintenanceConfigurations', {}],
    ['managedNamespaces', {}],
    ['deploymentSafeguards', {}],
    ['dataCollectionRuleAssociations', {}],
    ['policyAssignments', {}],
    ['virtualNetworks', {}],
    ['policySetDefinitions', { policyAssignments: base.policyAssignments as never }],
  ])('%s', async (key, known) => {
    const run = await started();
    expect(await read(key, run, known)).toEqual({ items: base[key], gaps: [] });
  });

  test('the cluster costs no request beside the list', async () => {
    const run = await started();
    expect(await read('cluster', run)).toEqual({ items: [base.cluster], gaps: [] });
    expect(run.arm.requests).toHaveLength(1);
  });

  test('safeguards that are set', async () => {
    const id = `${base.cluster.id}/providers/Microsoft.ContainerService/deploymentSafeguards/default`;
    const safeguards = { id, name: 'default', type: 'Microsoft.ContainerService/deploymentSafeguards', properties: { level: 'Warn' } };
    const run = await started({ resources: { [id]: safeguards } });
    expect(await read('deploymentSafeguards', run)).toEqual({ items: [safeguards], gaps: [] });
  });

  test('policy assignments of the cluster and above, not below', async () => {
    const run = await started();
    await read('policyAssignments', run);
    expect(new URLSearchParams(run.arm.requests.at(-1)?.query).get('$filter')).toBe('atScope()');
  });

  test('role assignments: of the subscription, those that hold on the cluster, below it, or are of its identities', async () => {
    const [first] = base.roleAssignments as { id: string; name: string; properties: Record<string, unknown> }[];
    const at = (name: string, scope: string, principalId = 'f0000000-0000-0000-0000-000000000001') => {
      const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
      return { ...first, id, name, properties: { ...first?.properties, principalId, scope } };
    };
    const elsewhere = `/subscriptions/${baseSubscription}/resourceGroups/rg-elsewhere`;
    const group = '/providers/Microsoft.Management/managementGroups/corp';
    const all = [
      ...(base.roleAssignments as object[]),
      at('stranger', elsewhere),
      at('kubelet', elsewhere, 'C0000000-0000-0000-0000-000000000002'),
      at('above', group),
      at('sibling', `${base.cluster.id}-2`),
    ];
    const list = `/subscriptions/${baseSubscription}/providers/Microsoft.Authorization/roleAssignments`;
    const run = await started({ resources: { [list]: all as never } });
    const { items, gaps } = await read('roleAssignments', run, {});
    expect(gaps).toEqual([]);
    expect(items.slice(base.roleAssignments.length).map((each) => (each as { name: string }).name)).toEqual(['kubelet', 'above']);
  });

  test('role assignments of the kubelets on a registry of another subscription', async () => {
    const registry =
      '/subscriptions/66666666-7777-8888-9999-000000000000/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/far';
    const run = await started();
    const { gaps } = await read('roleAssignments', run, { registries: [{ id: registry }] as never });
    expect(gaps).toMatchObject([{ key: 'roleAssignments', scope: `${registry}/providers/Microsoft.Authorization/roleAssignments` }]);
    expect(new URLSearchParams(run.arm.requests.at(-1)?.query).get('$filter')).toBe(
      "principalId eq 'c0000000-0000-0000-0000-000000000002'",
    );
  });

  test('roles that users defined, not those that Azure did', async () => {
    const custom = `/subscriptions/${baseSubscription}/providers/Microsoft.Authorization/roleDefinitions/12121212-0000-0000-0000-000000000000`;
    const definition = { id: custom, name: custom.slice(-36), type: 'Microsoft.Authorization/roleDefinitions', properties: {} };
    const run = await started({ resources: { [custom]: definition } });
    const assigned = { properties: { roleDefinitionId: custom } };
    const known = { roleAssignments: [...(base.roleAssignments as object[]), assigned, assigned] as never };
    expect(await read('roleDefinitions', run, known)).toEqual({ items: [definition], gaps: [] });
  });

  test('neighbours: the other clusters of the list, their pools as resources', async () => {
    const run = await started();
    const { items, gaps } = await read('neighbours', run);
    expect(gaps).toEqual([]);
    expect(items).toEqual([{ id: other.cluster.id, cluster: other.cluster, pools: other.agentPools }]);
    expect(run.arm.requests).toHaveLength(1);
  });
});

describe('what hangs elsewhere is followed by id', () => {
  const hub = '/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub';
  const network = { id: hub, name: 'hub', type: 'Microsoft.Network/virtualNetworks', properties: { subnets: [] } };
  const pool = (name: string, properties: object) => ({ id: `${base.cluster.id}/agentPools/${name}`, name, type: 'x', properties });
  const poolsIn = (...subnets: (string | null)[]) => ({
    agentPools: subnets.map((vnetSubnetID, at) => pool(`p${at}`, { vnetSubnetID, podSubnetID: null })) as never,
  });

  test('a network in another subscription, once for all its subnets', async () => {
    const run = await started({ resources: { [hub]: network } });
    const known = poolsIn(`${hub}/subnets/a`, `${hub.toUpperCase()}/subnets/b`);
    expect(await read('virtualNetworks', run, known)).toEqual({ items: [network], gaps: [] });
    expect(run.arm.requests.filter(({ path }) => /virtualNetworks/i.test(path))).toHaveLength(1);
  });

  test('of a pod subnet and of the API server too', async () => {
    const cluster = fakeCluster();
    cluster.cluster.properties = { ...(cluster.cluster.properties as object), apiServerAccessProfile: { subnetId: `${hub}/subnets/api` } };
    const run = await started({ clusters: [cluster], resources: { [hub]: network } });
    const { items } = await read('virtualNetworks', run);
    const [own, peer] = base.virtualNetworks;
    expect(items).toEqual([own, network, peer]);
  });

  test('one that is refused is a gap of its id, with the action and the scope; the others are read', async () => {
    const deny = { at: /33333333/, does: { deny: 'Microsoft.Network/virtualNetworks/read' } };
    const run = await started({ faults: [deny] });
    const own = `${base.virtualNetworks[0]?.id}/subnets/snet-nodes`;
    expect(await read('virtualNetworks', run, poolsIn(own, `${hub}/subnets/a`))).toEqual({
      items: base.virtualNetworks,
      gaps: [{ key: 'virtualNetworks', scope: hub, why: 'forbidden', permission: `Microsoft.Network/virtualNetworks/read on ${hub}` }],
    });
  });

  test('the network that another is peered with, one step, but no hub of Virtual WAN', async () => {
    const peerings = [hub, `${hub}-2`, '/subscriptions/4/resourceGroups/RG_h/providers/Microsoft.Network/virtualNetworks/HV_h_1'].map(
      (id) => ({
        properties: { remoteVirtualNetwork: { id } },
      }),
    );
    const spoke = { ...network, id: `${hub}-spoke`, properties: { virtualNetworkPeerings: peerings } };
    const far = { ...network, properties: { virtualNetworkPeerings: [{ properties: { remoteVirtualNetwork: { id: `${hub}-3` } } }] } };
    const run = await started({ resources: { [hub]: far, [spoke.id]: spoke } });
    const { items, gaps } = await read('virtualNetworks', run, poolsIn(`${spoke.id}/subnets/a`));
    expect(items).toEqual([spoke, far]);
    expect(gaps).toMatchObject([{ scope: `${hub}-2`, why: 'failed' }]);
  });

  test('one that is gone is a gap, not nothing', async () => {
    const run = await started();
    const { items, gaps } = await read('virtualNetworks', run, poolsIn(`${hub}/subnets/a`));
    expect(items).toEqual([]);
    expect(gaps).toMatchObject([{ scope: hub, why: 'failed' }]);
  });

  test('without a subnet: the networks of the node resource group', async () => {
    const group = `/subscriptions/${baseSubscription}/resourceGroups/MC_rg-base_base_westeurope/providers/Microsoft.Network/virtualNetworks`;
    const managed = { id: `${group}/aks-vnet-1`, name: 'aks-vnet-1', properties: {} };
    const run = await started({ resources: { [group]: [managed] } });
    expect(await read('virtualNetworks', run, poolsIn(null))).toEqual({ items: [managed], gaps: [] });
    const blind = await started({ faults: [{ at: /MC_/, does: { deny: 'Microsoft.Network/virtualNetworks/read' } }] });
    expect((await read('virtualNetworks', blind, poolsIn(null))).gaps).toMatchObject([
      { why: 'forbidden', scope: expect.stringContaining('MC_') },
    ]);
  });

  test('initiatives, also built-in ones, once each', async () => {
    const scope = '/providers/Microsoft.Management/managementGroups/corp/providers/Microsoft.Authorization/policySetDefinitions';
    const own = { id: `${scope}/pods`, name: 'pods', type: 'Microsoft.Authorization/policySetDefinitions', properties: {} };
    const builtIn = { ...own, id: '/providers/Microsoft.Authorization/policySetDefinitions/x', name: 'x' };
    const assigned = [own.id, own.id.toUpperCase(), `${scope}/secret`, builtIn.id, null].map((policyDefinitionId) => ({
      properties: { policyDefinitionId },
    }));
    const run = await started({
      resources: { [own.id]: own, [builtIn.id]: builtIn },
      faults: [{ at: /secret/, does: { status: 500 }, times: 5 }],
    });
    const { items, gaps } = await read('policySetDefinitions', run, { policyAssignments: assigned as never });
    expect(items).toEqual([own, builtIn]);
    expect(gaps).toMatchObject([{ key: 'policySetDefinitions', scope: `${scope}/secret`, why: 'failed' }]);
  });

  test('policies that users defined, assigned or in an initiative, not those that Azure did', async () => {
    const scope = `/subscriptions/${baseSubscription}/providers/Microsoft.Authorization/policyDefinitions`;
    const own = ['a', 'b'].map((name) => ({
      id: `${scope}/${name}`,
      name,
      type: 'Microsoft.Authorization/policyDefinitions',
      properties: {},
    }));
    const named = ['a', 'b'].map((name) => ({ policyDefinitionId: `${scope}/${name}` }));
    const builtIn = { policyDefinitionId: '/providers/Microsoft.Authorization/policyDefinitions/x' };
    const run = await started({ resources: Object.fromEntries(own.map((each) => [each.id, each])) });
    const known = {
      policyAssignments: [{ properties: named[0] }],
      policySetDefinitions: [{ properties: { policyDefinitions: [named[1], builtIn] } }],
    };
    expect(await read('policyDefinitions', run, known as never)).toEqual({ items: own, gaps: [] });
    expect((await faultOf(read('policyDefinitions', run))).message).toContain('not read');
  });

  test('initiatives are not seen when the assignments were not', async () => {
    const run = await started();
    expect((await faultOf(read('policySetDefinitions', run))).message).toContain('not read');
  });
});

test('versions of the region, under an id that their API does not give them', async () => {
  const run = await started();
  const expected = (base as unknown as Record<string, object[]>).kubernetesVersions;
  expect(await read('kubernetesVersions', run)).toEqual({ items: expected, gaps: [] });
  const elsewhere = fakeCluster();
  const strange = await started({ clusters: [{ ...elsewhere, cluster: { ...elsewhere.cluster, location: 'nowhere' } }] });
  expect((await faultOf(read('kubernetesVersions', strange))).message).toContain('nowhere');
});

test('members of every fleet that can be read; those of one may be denied', async () => {
  const fleet = '/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/rg/providers/Microsoft.ContainerService/fleets';
  const named = (name: string) => ({ id: `${fleet}/${name}`, name, type: 'Microsoft.ContainerService/fleets' });
  const member = { id: `${fleet}/a/members/one`, name: 'one', properties: { clusterResourceId: base.cluster.id } };
  const resources = { [`${fleet}/a`]: named('a'), [`${fleet}/b`]: named('b'), [`${fleet}/a/members`]: [member] };
  const run = await started({ resources, faults: [{ at: /fleets\/b/, does: { deny: 'Microsoft.ContainerService/fleets/members/read' } }] });
  const { items, gaps } = await read('fleetMembers', run);
  expect([items, gaps]).toMatchObject([[member], [{ why: 'forbidden', scope: `${fleet}/b/members` }]]);
});

test('a run only reads', async () => {
  const run = await started();
  // What sources are read after, as the fixture has it.
  for (const { key } of azureSources) await read(key, run, base as never);
  await run.azure.listClusterUserCredential(base.cluster.id);
  const posts = run.seen.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path.replace(/^.*\/|\?.*/g, '')}`);
  expect([...new Set(posts)].sort()).toEqual(['POST listClusterUserCredential', 'POST resources']);
});

describe('sizes and quotas of the region, of which lists give neither ids nor types', () => {
  test('of the sizes those that pools have', async () => {
    const connected = await started();
    const { agentPools } = base as unknown as Known;
    const { items, gaps } = await read('vmSkus', connected, { agentPools });
    expect([items, gaps]).toEqual([(base as unknown as { vmSkus: object[] }).vmSkus, []]);
    expect((await read('vmSkus', connected, { agentPools: [] })).items).toEqual([]);
  });
  test('quotas', async () => {
    const { items } = await read('computeUsages', await started());
    expect(items).toEqual((base as unknown as { computeUsages: object[] }).computeUsages);
  });
});
