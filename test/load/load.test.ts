import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/snapshot.ts';
import { clusterBody, clusterId, group, loadFiles, networkId, profile } from './files.ts';

const metadata = (name: string, more: object = {}) => ({ name, ...more });
const namespace = (name: string, uid?: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: metadata(name, uid === undefined ? {} : { uid }),
});
const node = (name: string, resourceGroup: string, subscription = '11111111-1111-1111-1111-111111111111') => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: metadata(name),
  spec: {
    providerID: `azure:///subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/virtualMachineScaleSets/x/virtualMachines/0`,
  },
});
const pod = (name: string, inNamespace = 'shop') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadata(name, { namespace: inNamespace }),
  spec: { containers: [{ name: 'a', image: 'b:1' }] },
});
const list = (...items: object[]) => ({ apiVersion: 'v1', kind: 'List', items });

const podsBy = (snapshots: readonly Snapshot[]) =>
  Object.fromEntries(snapshots.map(({ target, state }) => [target.name, state.pods?.value?.map((each) => each.metadata.name)]));

describe('Kubernetes objects join the cluster they are of', () => {
  const two = { 'a.json': clusterBody('a'), 'b.json': clusterBody('b') };

  test('the only one', async () => {
    const { snapshots, warnings } = await loadFiles({ 'arm/cluster.json': clusterBody('a'), 'k8s/pods.json': list(pod('p')) });
    expect(podsBy(snapshots)).toEqual({ a: ['p'] });
    expect(warnings).toEqual([]);
  });

  test("whose node resource group is in the nodes' providerID, in any letter case", async () => {
    const { snapshots } = await loadFiles({
      ...two,
      'x/all.json': list(node('n', 'mc_B'), pod('p')),
      'y/all.json': list(node('n', 'MC_a'), pod('q')),
    });
    expect(podsBy(snapshots)).toEqual({ a: ['q'], b: ['p'] });
  });

  test('of the nearest folder', async () => {
    const { snapshots } = await loadFiles({
      'a/c.json': clusterBody('a'),
      'b/c.json': clusterBody('b'),
      'a/k8s/pods.json': list(pod('p')),
      'b/pods.json': list(pod('q')),
    });
    expect(podsBy(snapshots)).toEqual({ a: ['p'], b: ['q'] });
  });

  test('that --cluster names, by its name or for its path', async () => {
    const { snapshots } = await loadFiles({ ...two, 'x/pods.json': list(pod('p')) }, { clusters: [{ name: 'B', path: 'x' }] });
    expect(podsBy(snapshots)).toEqual({ a: undefined, b: ['p'] });
    const other = await loadFiles({ ...two, 'x/pods.json': list(pod('p')) }, { clusters: [{ name: 'edge', path: 'x' }] });
    expect(other.snapshots.map(({ target }) => target)).toContainEqual({ id: 'files:edge', name: 'edge' });
  });

  test('or none can be told, which is asked', async () => {
    await expect(loadFiles({ ...two, 'pods.json': list(pod('p')) })).rejects.toThrow(/--cluster <name>=<path>/);
    await expect(loadFiles({ 'a.json': clusterBody('a'), 'nodes.json': list(node('n', 'MC_other')) })).rejects.toThrow(
      /nodes of another cluster than a/,
    );
  });
});

describe('without an ARM cluster', () => {
  test('the target is the uid of kube-system, else the folder', async () => {
    const known = await loadFiles({ 'ns.json': list(namespace('kube-system', 'u-1')), 'sub/pods.json': list(pod('p')) });
    expect(known.snapshots.map(({ target }) => target.id)).toEqual(['kubernetes:u-1']);
    expect(known.snapshots[0]?.state.cluster).toMatchObject({ gaps: [{ why: 'not-collected' }] });
    const unknown = await loadFiles({ 'prod/pods.json': list(pod('p')), 'prod/ns.json': list(namespace('shop')) });
    expect(unknown.snapshots.map(({ target }) => target)).toEqual([{ id: 'files:prod', name: 'prod' }]);
  });

  test('two uids are two clusters; objects between them are asked about', async () => {
    const files = {
      'a/ns.json': list(namespace('kube-system', 'u-1')),
      'b/ns.json': list(namespace('kube-system', 'u-2')),
      'a/x/pods.json': list(pod('p')),
    };
    const { snapshots } = await loadFiles(files);
    expect(snapshots.map(({ target, state }) => [target.id, state.pods?.value?.length])).toEqual([
      ['kubernetes:u-1', 1],
      ['kubernetes:u-2', undefined],
    ]);
    await expect(loadFiles({ ...files, 'pods.json': list(pod('q')) })).rejects.toThrow(/--cluster/);
  });

  test('only ARM resources of other kinds are no cluster', async () => {
    await expect(loadFiles({ 'v.json': { id: networkId, properties: {} } })).rejects.toThrow(/no cluster found.*az aks show/s);
  });

  test('what is wrong with objects of no cluster is said all the same', async () => {
    await expect(loadFiles({ 'web.yaml': 'apiVersion: apps/v1\nkind: Deployment\nspec: {}\n' })).rejects.toThrow(
      /web\.yaml.*without metadata\.name/,
    );
  });

  test('nor are only refusals', async () => {
    await expect(
      loadFiles({
        'pods.json':
          'Error from server (Forbidden): pods is forbidden: User "u" cannot list resource "pods" in API group "" at the cluster scope\n',
      }),
    ).rejects.toThrow(/no cluster found/);
  });
});

describe('bad files', () => {
  const files = {
    'cluster.json': clusterBody('a'),
    'pods.json': '{"apiVersion": "v1", "kind": "List", "items": [',
    'policyAssignments.json': '{]',
    'package.json': { name: 'x', dependencies: {} },
  };

  test('are named all at once', async () => {
    await expect(loadFiles(files)).rejects.toThrow(
      /^policyAssignments\.json:1:2.*\npods\.json|^pods\.json.*\npolicyAssignments\.json:1:2/s,
    );
  });

  test('are gaps with keepGoing, and named in the result', async () => {
    const { snapshots, skipped, warnings } = await loadFiles(files, { keepGoing: true, complete: true });
    expect(skipped.map(({ where }) => where?.split(':')[0]).sort()).toEqual(['pods.json', 'policyAssignments.json']);
    expect(snapshots[0]?.state.pods?.gaps).toMatchObject([{ why: 'failed' }]);
    expect(snapshots[0]?.state.policyAssignments?.gaps).toMatchObject([{ why: 'failed' }]);
    expect(warnings).toEqual([expect.stringMatching(/^package\.json: holds something/)]);
  });

  test('that break off leave a gap in what they held', async () => {
    const { snapshots } = await loadFiles(
      { 'cluster.json': clusterBody('a'), 'dump.ndjson': `${JSON.stringify(pod('p'))}\n{"apiVersion": "v1", "ki` },
      { keepGoing: true },
    );
    expect(snapshots[0]?.state.pods).toMatchObject({ value: [{ metadata: { name: 'p' } }], gaps: [{ why: 'failed' }] });
  });

  test('an object of the wrong shape is a gap of its kind too', async () => {
    const { snapshots, skipped } = await loadFiles(
      { 'cluster.json': clusterBody('a'), 'pods.json': list(pod('p'), { ...pod('q'), spec: { containers: 5 } }) },
      { keepGoing: true },
    );
    expect(skipped).toHaveLength(1);
    expect(snapshots[0]?.state.pods).toMatchObject({ value: [{ metadata: { name: 'p' } }], gaps: [{ why: 'failed' }] });
  });
});

test('the time of exports is what the user says', async () => {
  const at = (takenAt?: string) => loadFiles({ 'cluster.json': clusterBody('a') }, takenAt === undefined ? {} : { takenAt });
  expect((await at()).snapshots[0]?.takenAt).toBeNull();
  expect((await at('2026-11-20T08:00:00Z')).snapshots[0]?.takenAt).toBe('2026-11-20T08:00:00Z');
});

test('the order of files and of lists does not matter', async () => {
  const items = [
    clusterBody('a', { agentPoolProfiles: [profile('one'), profile('two')] }),
    clusterBody('b', { agentPoolProfiles: [] }),
    { id: networkId, name: 'hub', properties: { addressSpace: {}, subnets: [{ name: 'x', properties: {} }] } },
    { id: `${networkId}/subnets/y`, name: 'y', properties: { addressPrefix: '10.0.0.0/24' } },
    { id: `${clusterId('a')}/agentPools/TWO`, name: 'TWO', properties: { count: 1, maxPods: 30, mode: 'User' } },
    { id: `${clusterId('b')}/maintenanceConfigurations/default`, name: 'default', properties: {} },
    { id: `${group}/providers/Microsoft.Authorization/policyAssignments/p`, name: 'p', properties: {} },
    node('n1', 'MC_a'),
    pod('z'),
    pod('a'),
    pod('a', 'other'),
    namespace('shop'),
  ];
  const stateOf = ({ snapshots }: Awaited<ReturnType<typeof loadFiles>>) => snapshots.map(({ target, state }) => ({ target, state }));
  const expected = stateOf(await loadFiles({ 'f/0.json': items }));
  expect(podsBy(expected as unknown as Snapshot[])).toEqual({ a: ['a', 'a', 'z'], b: undefined });
  const shuffles = fc.tuple(
    fc.shuffledSubarray(items, { minLength: items.length }),
    fc.array(fc.integer({ min: 1, max: items.length - 1 }), { maxLength: 3 }),
  );
  await fc.assert(
    fc.asyncProperty(shuffles, async ([shuffled, cuts]) => {
      const bounds = [0, ...cuts.sort((a, b) => a - b), items.length];
      const files = Object.fromEntries(
        bounds
          .slice(1)
          .map((end, at) => [`f/${at}.json`, shuffled.slice(bounds[at], end)])
          .filter(([, part]) => part?.length),
      );
      expect(stateOf(await loadFiles(files))).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});
