import { describe, expect, test } from 'vitest';
import { type WorkloadFacts, workloadKeys, workloads } from '../../src/model/workloads.ts';
import { seen } from '../../src/seen.ts';
import type { Gap, State } from '../../src/snapshot.ts';

type Kubernetes = { [K in (typeof workloadKeys)[number]]?: readonly unknown[] };
const facts = (state: Kubernetes, gaps: readonly Gap[] = []): WorkloadFacts => {
  const list = <K extends keyof Kubernetes & keyof State>(key: K) => [
    key,
    seen(
      state[key] ?? [],
      gaps.filter((gap) => gap.key === key),
    ),
  ];
  return {
    snapshot: {},
    inScope: (namespace: string | undefined) => namespace !== 'kube-system',
    ...Object.fromEntries(workloadKeys.map(list)),
  } as unknown as WorkloadFacts; // by construction
};
const say = (state: Kubernetes, gaps?: readonly Gap[]): string[] =>
  workloads(facts(state, gaps)).items.map(
    ({ resource, namespace, shapes }) =>
      `${resource.kind} ${namespace}/${resource.metadata.name}: ${shapes.map(({ source, pointer }) => `${source.metadata.name}${pointer}`).join(' ')}`,
  );

const spec = (image = 'app:1') => ({ containers: [{ name: 'app', image }] });
const object =
  (apiVersion: string, kind: string) =>
  (name: string, more: object, owner?: { apiVersion: string; kind: string; name: string }, namespace = 'shop') => ({
    apiVersion,
    kind,
    metadata: { name, namespace, ...(owner ? { ownerReferences: [{ ...owner, controller: true }] } : {}) },
    ...more,
  });
const template = (image?: string, replicas = 1) => ({
  spec: { replicas, template: { metadata: { labels: { app: 'app' } }, spec: spec(image) } },
});
const deployment = object('apps/v1', 'Deployment');
const replicaSet = object('apps/v1', 'ReplicaSet');
const pod = (
  name: string,
  podSpec: object,
  owner?: { apiVersion: string; kind: string; name: string },
  more: { hash?: string; phase?: string } = {},
) => {
  const made = object('v1', 'Pod')(name, { spec: podSpec, status: { phase: more.phase ?? 'Running' } }, owner);
  return more.hash === undefined ? made : { ...made, metadata: { ...made.metadata, labels: { 'pod-template-hash': more.hash } } };
};
const job = object('batch/v1', 'Job');
const apps = (kind: string, name: string) => ({ apiVersion: 'apps/v1', kind, name });
const batch = (kind: string, name: string) => ({ apiVersion: 'batch/v1', kind, name });
const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' };
const gap = (key: Gap['key']): Gap => ({ key, why: 'not-collected' });

describe('workloads', () => {
  const shared = spec();
  const cases: Record<string, [state: Kubernetes, expected: string[]]> = {
    'pods of one spec are one shape of their Deployment, behind its template': [
      {
        deployments: [deployment('web', template())],
        replicaSets: [replicaSet('web-1', template(), apps('Deployment', 'web'))],
        pods: [pod('web-1-a', shared, apps('ReplicaSet', 'web-1')), pod('web-1-b', shared, apps('ReplicaSet', 'web-1'))],
      },
      ['Deployment shop/web: web/spec/template/spec web-1-a/spec'],
    ],
    'a pod with an injected sidecar is a shape of its own': [
      {
        deployments: [deployment('web', template())],
        pods: [
          pod('web-1-a', shared, apps('ReplicaSet', 'web-1'), { hash: '1' }),
          pod('web-1-b', { containers: [...shared.containers, { name: 'proxy' }] }, apps('ReplicaSet', 'web-1'), { hash: '1' }),
        ],
      },
      ['Deployment shop/web: web/spec/template/spec web-1-a/spec web-1-b/spec'],
    ],
    'an old revision under way is the same workload': [
      {
        deployments: [deployment('web', template('app:2'))],
        replicaSets: [
          replicaSet('web-1', template('app:1'), apps('Deployment', 'web')),
          replicaSet('web-2', template('app:2'), apps('Deployment', 'web')),
        ],
        pods: [pod('web-1-a', spec('app:1'), apps('ReplicaSet', 'web-1'))],
      },
      ['Deployment shop/web: web/spec/template/spec web-1-a/spec'],
    ],
    'without ReplicaSets the hash tells the Deployment': [
      { pods: [pod('web-5d9-a', spec(), apps('ReplicaSet', 'web-5d9'), { hash: '5d9' })] },
      ['Deployment shop/web: web-5d9-a/spec'],
    ],
    'without ReplicaSets and hash the ReplicaSet stands': [
      { pods: [pod('web-5d9-a', spec(), apps('ReplicaSet', 'web-5d9'))] },
      ['ReplicaSet shop/web-5d9: web-5d9-a/spec'],
    ],
    'a ReplicaSet speaks for a Deployment that was not seen, unless it is scaled to none': [
      {
        replicaSets: [
          replicaSet('web-1', template('app:1', 0), apps('Deployment', 'web')),
          replicaSet('web-2', template('app:2'), apps('Deployment', 'web')),
        ],
      },
      ['Deployment shop/web: web-2/spec/template/spec'],
    ],
    'a ReplicaSet without owner is a workload': [
      { replicaSets: [replicaSet('own', template())] },
      ['ReplicaSet shop/own: own/spec/template/spec'],
    ],
    'an owner of an unknown kind is known by reference': [
      { replicaSets: [replicaSet('web-1', template(), rollout)], pods: [pod('web-1-a', spec(), apps('ReplicaSet', 'web-1'))] },
      ['Rollout shop/web: web-1/spec/template/spec web-1-a/spec'],
    ],
    'a StatefulSet of an operator is the workload, not the operator': [
      {
        statefulSets: [object('apps/v1', 'StatefulSet')('db', template(), { apiVersion: 'example.com/v1', kind: 'Database', name: 'db' })],
        pods: [pod('db-0', spec(), apps('StatefulSet', 'db'))],
      },
      ['StatefulSet shop/db: db/spec/template/spec db-0/spec'],
    ],
    'a Job of a CronJob is the CronJob; finished pods are not judged': [
      {
        cronJobs: [object('batch/v1', 'CronJob')('nightly', { spec: { jobTemplate: { spec: { template: { spec: spec() } } } } })],
        jobs: [job('nightly-29', template(), batch('CronJob', 'nightly'))],
        pods: [
          pod('nightly-29-a', spec(), batch('Job', 'nightly-29'), { phase: 'Succeeded' }),
          pod('nightly-29-b', spec(), batch('Job', 'nightly-29')),
        ],
      },
      ['CronJob shop/nightly: nightly/spec/jobTemplate/spec/template/spec nightly-29-b/spec'],
    ],
    'without Jobs their name tells the CronJob that was seen': [
      {
        cronJobs: [object('batch/v1', 'CronJob')('nightly', { spec: { jobTemplate: { spec: { template: { spec: spec() } } } } })],
        pods: [pod('nightly-29-b', spec(), batch('Job', 'nightly-29')), pod('once-1-b', spec(), batch('Job', 'once-1'))],
      },
      ['CronJob shop/nightly: nightly/spec/jobTemplate/spec/template/spec nightly-29-b/spec', 'Job shop/once-1: once-1-b/spec'],
    ],
    'a finished Job says nothing of an unknown owner': [
      {
        jobs: [
          job('a', { ...template(), status: { conditions: [{ type: 'Complete', status: 'True' }] } }, rollout),
          job('b', template(), rollout),
        ],
      },
      ['Rollout shop/web: b/spec/template/spec'],
    ],
    'naked and mirror pods are their own': [
      {
        pods: [
          pod('naked', spec()),
          pod('static', spec(), { apiVersion: 'v1', kind: 'Node', name: 'node-1' }),
          pod('ended', spec(), undefined, { phase: 'Failed' }),
        ],
      },
      ['Pod shop/naked: naked/spec', 'Pod shop/static: static/spec'],
    ],
    'out of scope is left out': [{ deployments: [deployment('dns', template(), undefined, 'kube-system')] }, []],
  };
  test.each(Object.entries(cases))('%s', (_name, [state, expected]) => expect(say(state)).toEqual(expected));

  test('the gaps are those of every kind', () => {
    const found = workloads(facts({ pods: [pod('naked', spec())] }, [gap('jobs'), gap('pods')]));
    expect(found.items).toHaveLength(1);
    expect(found.gaps.map(({ key }) => key)).toEqual(['jobs', 'pods']);
  });

  test('a stand-in has the identity of what it stands for', () => {
    const state = { pods: [pod('web-5d9-a', spec(), apps('ReplicaSet', 'web-5d9'), { hash: '5d9' })] };
    expect(workloads(facts(state)).items[0]?.resource).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
    });
  });

  test('folded once per judging', () => {
    const once = facts({ deployments: [deployment('web', template())] });
    expect(workloads(once)).toBe(workloads(once));
  });
});
