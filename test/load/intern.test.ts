import { describe, expect, test } from 'vitest';
import { pods, randomFrom, write } from '../../scripts/generate.ts';
import { accessVolumeName, createInterner } from '../../src/load/intern.ts';
import type { StateKey } from '../../src/snapshot.ts';
import type { KubernetesObject, Pod } from '../../src/wire.ts';

function interned(values: readonly object[], key: StateKey = 'pods', intern = createInterner()): KubernetesObject[] {
  return values.map((value) => {
    const result = intern(structuredClone(value) as KubernetesObject, key);
    if ('misfit' in result) throw new Error(result.misfit);
    return result.object;
  });
}
const internedPods = (...values: object[]): Pod[] => interned(values) as Pod[];

const mount = (name: string) => ({ name, mountPath: '/var/run/secrets' });
const replica = (suffix: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `web-${suffix}`,
    namespace: 'shop',
    uid: suffix,
    labels: { app: 'web' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'r' }],
    managedFields: [{ manager: 'x' }],
  },
  spec: {
    containers: [{ name: 'app', image: 'x', volumeMounts: [mount('data'), mount(`kube-api-access-${suffix}`)] }],
    initContainers: [{ name: 'init', volumeMounts: [mount(`kube-api-access-${suffix}`)] }],
    hostname: `web-${suffix}`,
    nodeName: `node-${suffix}`,
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: `kube-api-access-${suffix}`, projected: { sources: [] } },
    ],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [`node-${suffix}`] }] }],
        },
      },
    },
    ...more,
  },
  status: { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: suffix }] },
});

describe('pods of one template', () => {
  const [a, b] = internedPods(replica('abcde'), replica('fgh23')) as [Pod, Pod];
  test('share spec, labels, owners and status', () => {
    expect(a.spec).toBe(b.spec);
    expect(a.status).toBe(b.status);
    expect(a.metadata.labels).toBe(b.metadata.labels);
    expect(a.metadata.ownerReferences).toBe(b.metadata.ownerReferences);
  });
  test('keep what is their own', () => {
    expect([a.metadata.name, a.metadata.uid, a.nodeName]).toEqual(['web-abcde', 'abcde', 'node-abcde']);
    expect(b.nodeName).toBe('node-fgh23');
  });
  test('lose what differs in a spec, and what no rule reads', () => {
    expect(a.spec).not.toHaveProperty('nodeName');
    expect(a.spec).not.toHaveProperty('hostname');
    expect(a.spec?.volumes?.map(({ name }) => name)).toEqual(['data', accessVolumeName]);
    expect(a.spec?.containers?.[0]?.volumeMounts?.map(({ name }) => name)).toEqual(['data', accessVolumeName]);
    expect(a.spec?.initContainers?.[0]?.volumeMounts?.map(({ name }) => name)).toEqual([accessVolumeName]);
    expect(a.metadata).not.toHaveProperty('managedFields');
    expect(a.status).toEqual({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });
  });
  test('are frozen', () => {
    expect(() => {
      (a.spec as { containers: unknown[] }).containers.push({});
    }).toThrow(TypeError);
  });
});

describe('the status of a pod', () => {
  const statusOf = (status: object) => internedPods(replica('abcde', {}), { ...replica('fgh23'), status })[1]?.status;
  const container = (more: object) => ({ name: 'app', image: 'x', imageID: 'x@1', containerID: 'containerd://1', ready: true, ...more });
  test('loses the containers that run well, and times', () => {
    const containerStatuses = [
      container({
        restartCount: 2,
        state: { running: { startedAt: 't' } },
        lastState: { terminated: { reason: 'Error', finishedAt: 't' } },
      }),
    ];
    expect(statusOf({ phase: 'Running', containerStatuses })).toEqual({ phase: 'Running', conditions: [] });
  });
  test('keeps the digest of an image that runs, which pods of a template have in common', () => {
    const imageID = `shop.azurecr.io/web@sha256:${'a'.repeat(64)}`;
    expect(statusOf({ phase: 'Running', containerStatuses: [container({ imageID })] })?.containerStatuses).toEqual([
      { name: 'app', imageID },
    ]);
    expect(statusOf({ phase: 'Succeeded', containerStatuses: [container({ imageID })] })).toEqual({ phase: 'Succeeded', conditions: [] });
  });
  test('keeps what is in trouble, without what its program said', () => {
    const terminated = { reason: 'OOMKilled', finishedAt: 't', message: 'password=1' };
    const containerStatuses = [
      container({ restartCount: 3, lastState: { terminated } }),
      container({ name: 'web', restartCount: 0, state: { waiting: { reason: 'ErrImagePull', message: 'x' } } }),
      container({ name: 'new', restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } }),
    ];
    expect(statusOf({ phase: 'Running', containerStatuses })?.containerStatuses).toEqual([
      { name: 'app', restartCount: 3, lastState: { terminated: { reason: 'OOMKilled', finishedAt: 't' } } },
      { name: 'web', restartCount: 0, state: { waiting: { reason: 'ErrImagePull' } } },
    ]);
  });
  test('keeps since when it is not ready, but not of a pod that has ended', () => {
    const conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: 't' }];
    expect(statusOf({ phase: 'Running', conditions })?.conditions).toEqual(conditions);
    expect(statusOf({ phase: 'Succeeded', conditions })?.conditions).toEqual([{ type: 'Ready', status: 'False' }]);
  });
});

describe('pods that differ', () => {
  const different: Record<string, object> = {
    'in an image': { containers: [{ name: 'app', image: 'y' }] },
    'in a field': { hostNetwork: true },
    'in a volume that only is named like the token': { volumes: [{ name: 'kube-api-access-fgh23', hostPath: { path: '/' } }] },
  };
  test.each(Object.entries(different))('%s do not share', (_name, more) => {
    const [a, b] = internedPods(replica('abcde'), replica('fgh23', more)) as [Pod, Pod];
    expect(a.spec).not.toBe(b.spec);
  });
  test('a volume that the user named so keeps its name', () => {
    const [pod] = internedPods(replica('abcde', { volumes: [{ name: 'kube-api-access-fgh23', hostPath: { path: '/' } }] })) as [Pod];
    expect(pod.spec?.volumes?.[0]?.name).toBe('kube-api-access-fgh23');
  });
});

test.each([
  ['a member more', { tolerations: [{ key: 'a' }] }, { tolerations: [{ key: 'a', value: 'b' }] }],
  ['a member less', { tolerations: [{ key: 'a', value: 'b' }] }, { tolerations: [{ key: 'a' }] }],
  ['another member', { nodeSelector: { a: 'x' } }, { nodeSelector: { b: 'x' } }],
  ['an item more', { imagePullSecrets: [{ name: 'a' }] }, { imagePullSecrets: [{ name: 'a' }, { name: 'a' }] }],
  ['null for a map', { securityContext: {} }, { securityContext: null }],
  ['a number for a text', { priority: 1 }, { priority: '1' }],
  ['a list for a map', { overhead: {} }, { overhead: [] }],
  ['a map for a list', { overhead: [] }, { overhead: {} }],
  ['a key __proto__', { nodeSelector: {} }, { nodeSelector: JSON.parse('{"__proto__":"x"}') }],
])('a pod keeps its own spec beside one that differs by %s', (_, before, after) => {
  const pod = (spec: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec });
  const shown = (spec: object) => interned([pod(before), pod(spec)]).map((each) => JSON.stringify((each as Pod).spec));
  expect(shown(after)).toEqual([before, after].map((each) => JSON.stringify(each)));
});

test('a workload and its pods have templates of their own, and workloads share them', () => {
  const workload = (kind: string) => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'secret', a: 'b' } },
    spec: { replicas: 2, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app' }] } } },
    status: { replicas: 2 },
  });
  const intern = createInterner();
  const [deployment] = interned([workload('Deployment')], 'deployments', intern) as never as [ReturnType<typeof workload>];
  const [replicaSet] = interned([workload('ReplicaSet')], 'replicaSets', intern) as never as [ReturnType<typeof workload>];
  expect(deployment.spec.template.spec).toBe(replicaSet.spec.template.spec);
  expect(deployment.metadata.annotations).toEqual({ a: 'b' });
  expect(deployment).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 2 } });
});

test('of a node what rules read is kept', () => {
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n' },
    spec: { providerID: 'azure:///x' },
    status: {
      addresses: [{ type: 'ExternalIP', address: '1.2.3.4' }],
      images: [{ names: ['x'] }],
      nodeInfo: { kubeletVersion: 'v1.33.1' },
      conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: 'x' }],
    },
  };
  const [kept] = interned([node], 'nodes');
  expect(kept).toMatchObject({
    spec: { providerID: 'azure:///x' },
    status: {
      addresses: [{ address: '1.2.3.4' }],
      nodeInfo: { kubeletVersion: 'v1.33.1' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  });
  expect(JSON.stringify(kept)).not.toMatch(/images|lastHeartbeatTime/);
});

test('__proto__ in labels and specs stays a key of its own', () => {
  const value = JSON.parse(
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"__proto__":"x"}},"spec":{"__proto__":{"hostNetwork":true},"containers":[]},"__proto__":{"polluted":true}}',
  ) as object;
  const [pod] = internedPods(value) as [Pod];
  expect(pod.spec?.hostNetwork).toBeUndefined();
  expect((pod as { polluted?: boolean }).polluted).toBeUndefined();
  expect(Object.getPrototypeOf(pod.metadata.labels)).toBe(Object.prototype);
});

describe('the generator', () => {
  const text = (seed: number, options: { list?: boolean; pretty?: boolean } = {}): string =>
    [...write(pods(300, randomFrom(seed)), options)].join('');
  test('gives the same bytes for the same seed, and other bytes for another', () => {
    expect(text(1)).toBe(text(1));
    expect(text(1)).not.toBe(text(2));
  });
  test('writes the same pods as lines and as lists', () => {
    const lines = text(1)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect((JSON.parse(text(1, { list: true })) as { items: unknown }).items).toEqual(lines);
    expect((JSON.parse(text(1, { list: true, pretty: true })) as { items: unknown }).items).toEqual(lines);
  });
  test('makes pods of about 8 kB whose specs come from few templates', () => {
    const lines = text(1).trim().split('\n');
    expect(text(1).length / lines.length).toBeGreaterThan(7500);
    const specs = new Set(internedPods(...lines.map((line) => JSON.parse(line) as object)).map(({ spec }) => spec));
    expect(specs.size).toBeLessThan(40);
  });
});
