import { describe, expect, test } from 'vitest';
import { NotSeen } from '../../src/seen.ts';
import { clusterBody, clusterId, group, loadFiles, networkId, profile } from './files.ts';

const child = (cluster: string, type: string, name: string, properties: object = {}) => ({
  id: `${clusterId(cluster)}/${type}/${name}`,
  name,
  properties,
});

describe('pools', () => {
  test("a cluster without a pool list takes its body's, as resources of their own", async () => {
    const { snapshots } = await loadFiles({
      'cluster.json': clusterBody('shop', { agentPoolProfiles: [profile('user'), profile('system')] }),
    });
    const pools = snapshots[0]?.state.agentPools;
    expect(pools?.gaps).toBeUndefined();
    expect(pools?.value?.map(({ id }) => id)).toEqual([`${clusterId('shop')}/agentPools/system`, `${clusterId('shop')}/agentPools/user`]);
    expect(pools?.value?.[1]).toEqual({
      id: `${clusterId('shop')}/agentPools/user`,
      name: 'user',
      type: 'Microsoft.ContainerService/managedClusters/agentPools',
      properties: { count: 3, type: 'VirtualMachineScaleSets' },
    });
    expect(snapshots[0]?.origins.get(pools?.value?.[1] ?? {})?.pointer).toBe('/properties/agentPoolProfiles/0');
  });

  test('of a pool that was read twice, the fuller stands, whatever the case of its name', async () => {
    const { snapshots } = await loadFiles({
      'cluster.json': clusterBody('shop', { agentPoolProfiles: [profile('system'), profile('USER', { a: 1, b: 2, maxPods: 30 })] }),
      'pools.json': [
        child('shop', 'agentPools', 'System', { count: 3, type: 'VirtualMachineScaleSets', maxPods: 110 }),
        child('shop', 'agentPools', 'user', { count: 3 }),
        child('shop', 'agentPools', 'more', {}),
      ],
    });
    const pools = snapshots[0]?.state.agentPools?.value ?? [];
    expect(pools.map(({ name, properties }) => [name, properties.maxPods])).toEqual([
      ['more', undefined],
      ['System', 110],
      ['USER', 30],
    ]);
  });

  test.each([
    ['neither profiles nor a list', {}, { gaps: [{ key: 'agentPools', why: 'not-collected' }] }],
    ['hosted system pools alone', { hostedSystemProfile: { enabled: true } }, { value: [] }],
    ['an empty list of profiles', { agentPoolProfiles: [] }, { value: [] }],
  ])('%s', async (_, properties, expected) => {
    const { snapshots } = await loadFiles({ 'cluster.json': clusterBody('shop', properties) });
    expect(snapshots[0]?.state.agentPools).toMatchObject(expected);
  });
});

describe('networks', () => {
  const subnet = (name: string, more: object = {}) => ({
    id: `${networkId}/subnets/${name}`,
    name,
    properties: { addressPrefix: '10.0.0.0/24', ...more },
  });
  const network = (subnets: object[]) => ({
    id: networkId,
    name: 'hub',
    type: 'Microsoft.Network/virtualNetworks',
    properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, subnets },
  });

  test('keep their subnets and take up those that were exported by themselves', async () => {
    const { snapshots } = await loadFiles({
      'cluster.json': clusterBody('shop'),
      'network.json': network([subnet('b'), subnet('a')]),
      'subnets.json': [subnet('A', { more: 1 }), subnet('c')],
    });
    const found = snapshots[0]?.state.virtualNetworks;
    expect(found?.gaps).toBeUndefined();
    expect(found?.value?.[0]?.properties.subnets?.map(({ name }) => name)).toEqual(['A', 'b', 'c']);
    expect(snapshots[0]?.origins.get(found?.value?.[0]?.properties.subnets?.[1] ?? {})).toMatchObject({
      file: 'network.json',
      pointer: '/properties/subnets/0',
    });
  });

  test('of which only a subnet was exported do not look complete', async () => {
    const { snapshots } = await loadFiles({ 'cluster.json': clusterBody('shop'), 'subnet.json': subnet('a') });
    const shell = snapshots[0]?.state.virtualNetworks?.value?.[0];
    expect(shell).toMatchObject({ id: networkId, name: 'hub' });
    expect(shell?.properties.subnets?.map(({ name }) => name)).toEqual(['a']);
    expect(() => shell?.properties.addressSpace).toThrow(NotSeen);
    expect(() => shell?.properties.virtualNetworkPeerings).toThrow(NotSeen);
  });
});

describe('several clusters', () => {
  test('each gets what is its own, all get what is shared, and each other as neighbours', async () => {
    const network = { id: networkId, properties: { subnets: [] } };
    const assignment = (scope: string) => ({ id: `${scope}/providers/Microsoft.Authorization/policyAssignments/p`, properties: {} });
    const { snapshots, warnings } = await loadFiles({
      'all.json': [
        clusterBody('a', { agentPoolProfiles: [profile('one')] }),
        clusterBody('b', { agentPoolProfiles: [profile('two')] }),
        network,
        child('b', 'maintenanceConfigurations', 'default'),
        child('gone', 'maintenanceConfigurations', 'default'),
      ],
      'assignments.json': [
        assignment(clusterId('a')),
        assignment(group),
        assignment('/providers/Microsoft.Management/managementGroups/m'),
        assignment(`${group}x`),
      ],
      'roles.json': [{ id: `${group}/providers/Microsoft.Authorization/roleAssignments/r`, name: 'r', properties: {} }],
    });
    const [a, b] = snapshots;
    expect(snapshots.map(({ target }) => target)).toEqual(['a', 'b'].map((name) => ({ id: clusterId(name).toLowerCase(), name })));
    expect(a?.state.agentPools?.value?.map(({ name }) => name)).toEqual(['one']);
    expect(b?.state.maintenanceConfigurations?.value).toHaveLength(1);
    expect(a?.state.maintenanceConfigurations?.gaps).toMatchObject([{ why: 'not-collected' }]);
    expect([a, b].map((each) => each?.state.virtualNetworks?.value?.length)).toEqual([1, 1]);
    expect(a?.state.neighbours?.value).toMatchObject([{ id: clusterId('b'), cluster: { name: 'b' }, pools: [{ name: 'two' }] }]);
    expect([a, b].map((each) => each?.state.policyAssignments?.value?.length)).toEqual([3, 2]);
    expect([a, b].map((each) => each?.state.roleAssignments?.value?.length)).toEqual([1, 1]);
    expect(warnings).toEqual([expect.stringContaining('maintenanceConfigurations of a cluster that is not among the inputs')]);
  });

  test('an empty list belongs to the cluster of its folder', async () => {
    const files = {
      'a/cluster.json': clusterBody('a'),
      'b/cluster.json': clusterBody('b'),
      'b/maintenanceConfigurations.json': [],
      'policyAssignments.json': [],
    };
    const { snapshots, warnings } = await loadFiles(files);
    expect(snapshots.map(({ state }) => state.maintenanceConfigurations?.value)).toEqual([undefined, []]);
    expect(snapshots.map(({ state }) => state.policyAssignments?.value)).toEqual([undefined, undefined]);
    expect(warnings).toEqual([expect.stringMatching(/^policyAssignments.json: does not tell which of the clusters/)]);
  });
});

describe('what was not seen', () => {
  test('every key has a value or a gap with the export that settles it', async () => {
    const { snapshots } = await loadFiles({ 'cluster.json': clusterBody('shop') });
    expect(snapshots[0]?.state.maintenanceConfigurations?.gaps).toEqual([
      { key: 'maintenanceConfigurations', why: 'not-collected', export: expect.stringContaining('az rest') },
    ]);
    expect(snapshots[0]?.state.pods?.gaps).toEqual([
      { key: 'pods', why: 'not-collected', export: expect.stringContaining('kubectl get pods') },
    ]);
    expect(snapshots[0]?.state.neighbours).toEqual({ value: [] });
  });

  test('one of a list is not the list; one page of several neither', async () => {
    const alone = child('shop', 'maintenanceConfigurations', 'default');
    const { snapshots } = await loadFiles({ 'cluster.json': clusterBody('shop'), 'one.json': alone });
    expect(snapshots[0]?.state.maintenanceConfigurations).toMatchObject({ value: [{ name: 'default' }], gaps: [{ why: 'not-collected' }] });
    const paged = await loadFiles({
      'cluster.json': clusterBody('shop'),
      'maintenanceConfigurations.json': { value: [alone], nextLink: 'https://management.azure.com/x' },
    });
    expect(paged.snapshots[0]?.state.maintenanceConfigurations).toMatchObject({ value: [{ name: 'default' }], gaps: [{ why: 'failed' }] });
  });

  test('a refusal in place of a list is its gap', async () => {
    const { snapshots } = await loadFiles({
      'cluster.json': clusterBody('shop'),
      'policyAssignments.json': { error: { code: 'AuthorizationFailed', message: 'no' } },
    });
    expect(snapshots[0]?.state.policyAssignments).toEqual({
      gaps: [{ key: 'policyAssignments', why: 'forbidden', permission: 'Microsoft.Authorization/policyAssignments/read' }],
    });
  });

  test('a cluster that was listed without its properties was not seen, as `az resource list` and queries give it', async () => {
    const { properties: _properties, ...head } = clusterBody('shop');
    const listing = { ...head, properties: null, provisioningState: 'Succeeded', createdTime: '2026-01-01T00:00:00Z' };
    const { snapshots } = await loadFiles({ 'resources.json': [listing] });
    expect(snapshots[0]?.target.id).toBe(clusterId('shop').toLowerCase());
    expect(snapshots[0]?.state.cluster).toEqual({ gaps: [expect.objectContaining({ key: 'cluster', why: 'not-collected' })] });
    const both = await loadFiles({
      'resources.json': [listing],
      'cluster.json': clusterBody('shop', { dnsPrefix: 'shop', enableRBAC: true }),
    });
    expect(both.snapshots[0]?.state.cluster?.value?.properties.enableRBAC).toBe(true);
  });

  test('a stopped cluster says why its objects are missing; --complete empties Kubernetes keys and no others', async () => {
    const cluster = clusterBody('shop', { powerState: { code: 'Stopped' } });
    const stopped = await loadFiles({ 'cluster.json': cluster });
    expect(stopped.snapshots[0]?.state.pods?.gaps).toMatchObject([{ why: 'cluster-stopped' }]);
    const complete = await loadFiles({ 'cluster.json': cluster }, { complete: true });
    expect(complete.snapshots[0]?.state.pods).toEqual({ value: [] });
    expect(complete.snapshots[0]?.state.maintenanceConfigurations?.value).toBeUndefined();
    expect(complete.snapshots[0]?.complete).toBe(true);
  });
});

describe('the same resource twice', () => {
  test('counts once when alike; the fuller stands and a contradiction is told', async () => {
    const less = clusterBody('shop', { disableLocalAccounts: false });
    const more = clusterBody('SHOP', { disableLocalAccounts: true, dnsPrefix: 's' });
    const { snapshots, warnings } = await loadFiles({ '1.json': [less, less], '2.json': more });
    expect(snapshots).toHaveLength(1);
    expect(snapshots[0]?.state.cluster?.value?.properties.disableLocalAccounts).toBe(true);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^1\.json: describes Microsoft.ContainerService\/managedClusters SHOP as 2\.json does, and otherwise; the fuller/,
      ),
    ]);
  });
});
