import { describe, expect, test } from 'vitest';
import { demandOf, desiredHealthy, type DisruptionFacts, drainOf } from '../../src/model/disruption.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { PodDisruptionBudget } from '../../src/wire.ts';

const budgetOf = (spec: object, more: object = {}) =>
  ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
    ...more,
  }) as PodDisruptionBudget;

describe('arithmetic of a budget', () => {
  const cases: [name: string, spec: object, expected: number, desired: number][] = [
    ['minAvailable 2 of 3: 2 stay', { minAvailable: 2 }, 3, 2],
    ['minAvailable 4 of 3: 4 stay, more than there are', { minAvailable: 4 }, 3, 4],
    ['minAvailable 50% of 3: 1.5 rounds up to 2', { minAvailable: '50%' }, 3, 2],
    ['minAvailable 50% of 1: 0.5 rounds up to 1', { minAvailable: '50%' }, 1, 1],
    ['minAvailable 90% of 9: 8.1 rounds up to 9', { minAvailable: '90%' }, 9, 9],
    ['minAvailable 90% of 10: 9', { minAvailable: '90%' }, 10, 9],
    ['minAvailable 0% of 3: 0', { minAvailable: '0%' }, 3, 0],
    ['maxUnavailable 1 of 3: 3 - 1 = 2', { maxUnavailable: 1 }, 3, 2],
    ['maxUnavailable 1 of 1: 1 - 1 = 0', { maxUnavailable: 1 }, 1, 0],
    ['maxUnavailable 5 of 3: never below 0', { maxUnavailable: 5 }, 3, 0],
    ['maxUnavailable 0 of 3: 3', { maxUnavailable: 0 }, 3, 3],
    ['maxUnavailable 30% of 3: 0.9 rounds up to 1, 3 - 1 = 2', { maxUnavailable: '30%' }, 3, 2],
    ['maxUnavailable 1% of 1: 0.01 rounds up to 1, 1 - 1 = 0', { maxUnavailable: '1%' }, 1, 0],
    ['maxUnavailable 0% of 3: 3', { maxUnavailable: '0%' }, 3, 3],
    ['maxUnavailable wins over minAvailable: 3 - 1 = 2', { minAvailable: 3, maxUnavailable: 1 }, 3, 2],
  ];
  test.each(cases)('%s', (_name, spec, expected, desired) => {
    const demand = demandOf(budgetOf(spec));
    expect(typeof demand === 'object' ? desiredHealthy(demand, expected) : demand).toBe(desired);
  });
  test.each([['5'], [1.5], [-1], ['five'], ['50 %']])('%s is malformed', (value) =>
    expect(demandOf(budgetOf({ minAvailable: value }))).toBe('malformed'),
  );
  test('neither is undefined, null is not set', () => expect(demandOf(budgetOf({ minAvailable: null }))).toBeUndefined());
});

interface Case {
  budget: object;
  status?: object;
  pods: Record<string, number>;
  replicas?: Record<string, number>;
  autoscaler?: number;
  others?: PodDisruptionBudget[];
  gaps?: (keyof DisruptionFacts)[];
}
const kindOf: Record<string, string> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Rollout: 'argoproj.io/v1alpha1',
};
const object = (kind: string, name: string, more: object) => ({
  apiVersion: kindOf[kind] ?? 'v1',
  kind,
  metadata: { name, namespace: 'shop', labels: { app: 'web', 'pod-template-hash': 'x' }, ...more },
});

/** Pods by the kind of their controller; `Deployment` ones through a ReplicaSet that was not seen. */
function drain({ budget, status, pods, replicas = {}, autoscaler, others = [], gaps = [] }: Case): string {
  const pdb = budgetOf(budget, { status, metadata: { name: 'web', namespace: 'shop', generation: 2 } });
  const own = (kind: string) =>
    kind === 'Deployment'
      ? { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-x' }
      : { apiVersion: kindOf[kind] ?? 'v1', kind, name: 'web' };
  const podList = Object.entries(pods).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_each, index) =>
      object('Pod', `${kind}-${index}`, kind === 'none' ? {} : { ownerReferences: [{ ...own(kind), controller: true }] }),
    ),
  );
  const controllers = (kind: string) =>
    replicas[kind] === undefined ? [] : [{ ...object(kind, 'web', {}), spec: { replicas: replicas[kind] } }];
  const lists: Record<string, readonly unknown[]> = {
    podDisruptionBudgets: [pdb, ...others],
    pods: podList,
    deployments: controllers('Deployment'),
    statefulSets: controllers('StatefulSet'),
    replicaSets: [],
    replicationControllers: [],
    horizontalPodAutoscalers:
      autoscaler === undefined
        ? []
        : [
            {
              ...object('HorizontalPodAutoscaler', 'web', {}),
              spec: { minReplicas: autoscaler, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
            },
          ],
  };
  const facts = {
    snapshot: {},
    inScope: () => true,
    ...Object.fromEntries(
      Object.entries(lists).map(([key, items]) => [
        key,
        seen(items, gaps.includes(key as never) ? [{ key: 'pods', why: 'not-collected' }] : []),
      ]),
    ),
  };
  try {
    const result = drainOf(pdb, facts as unknown as DisruptionFacts); // by construction
    return result.verdict === 'allowed' ? `${result.desired} of ${result.expected}` : result.verdict;
  } catch (thrown) {
    if (thrown instanceof NotSeen) return 'not seen';
    throw thrown;
  }
}

describe('a drain under a budget', () => {
  const other = budgetOf({ maxUnavailable: 1 }, { metadata: { name: 'other', namespace: 'shop' } });
  const cases: Record<string, [Case, string]> = {
    'maxUnavailable 1 of 3: 2 stay': [{ budget: { maxUnavailable: 1 }, pods: { Deployment: 3 }, replicas: { Deployment: 3 } }, '2 of 3'],
    'maxUnavailable 0 blocks': [{ budget: { maxUnavailable: 0 }, pods: { Deployment: 3 }, replicas: { Deployment: 3 } }, 'blocked'],
    'maxUnavailable 0 blocks, whatever else was not seen': [
      {
        budget: { maxUnavailable: 0 },
        pods: { Deployment: 1 },
        gaps: ['pods', 'deployments', 'horizontalPodAutoscalers', 'podDisruptionBudgets'],
      },
      'blocked',
    ],
    'minAvailable 1 of 1 blocks': [{ budget: { minAvailable: 1 }, pods: { Deployment: 1 }, replicas: { Deployment: 1 } }, 'blocked'],
    'minAvailable 1 of 2: 1 stays': [{ budget: { minAvailable: 1 }, pods: { Deployment: 2 }, replicas: { Deployment: 2 } }, '1 of 2'],
    'a surge of a rollout is no spare: minAvailable 3 of 3 replicas, 4 pods': [
      { budget: { minAvailable: 3 }, pods: { Deployment: 4 }, replicas: { Deployment: 3 } },
      'blocked',
    ],
    'a pod still to come is counted: minAvailable 2 of 3 replicas, 2 pods': [
      { budget: { minAvailable: 2 }, pods: { Deployment: 2 }, replicas: { Deployment: 3 } },
      '2 of 3',
    ],
    'the autoscaler may go down to minAvailable: 2 of min 2': [
      { budget: { minAvailable: 2 }, pods: { Deployment: 5 }, replicas: { Deployment: 5 }, autoscaler: 2 },
      'blocked',
    ],
    'two controllers add up: minAvailable 50% of 3 + 2 = 2.5 rounds up to 3': [
      { budget: { minAvailable: '50%' }, pods: { Deployment: 3, StatefulSet: 2 }, replicas: { Deployment: 3, StatefulSet: 2 } },
      '3 of 5',
    ],
    'a DaemonSet has no scale: maxUnavailable 1 blocks': [{ budget: { maxUnavailable: 1 }, pods: { DaemonSet: 3 } }, 'blocked'],
    'a DaemonSet under a whole minAvailable counts its pods: 1 of 3': [{ budget: { minAvailable: 1 }, pods: { DaemonSet: 3 } }, '1 of 3'],
    'pods without controller count as 0 for maxUnavailable: blocks': [{ budget: { maxUnavailable: 1 }, pods: { none: 3 } }, 'blocked'],
    'pods without controller count for a whole minAvailable: 1 of 3': [{ budget: { minAvailable: 1 }, pods: { none: 3 } }, '1 of 3'],
    'pods without controller add nothing to a scale: maxUnavailable 1 of 2 + 0': [
      { budget: { maxUnavailable: 1 }, pods: { none: 3, StatefulSet: 2 }, replicas: { StatefulSet: 2 } },
      '1 of 2',
    ],
    'a custom controller: what the disruption controller counted for this generation': [
      { budget: { maxUnavailable: 1 }, status: { observedGeneration: 2, expectedPods: 4 }, pods: { Rollout: 4 } },
      '3 of 4',
    ],
    'a custom controller, counted for an older generation': [
      { budget: { maxUnavailable: 1 }, status: { observedGeneration: 1, expectedPods: 4 }, pods: { Rollout: 4 } },
      'undecided',
    ],
    'two budgets on one pod block': [
      { budget: { maxUnavailable: 1 }, pods: { Deployment: 3 }, replicas: { Deployment: 3 }, others: [other] },
      'blocked',
    ],
    'SyncFailed blocks': [
      {
        budget: { maxUnavailable: 1 },
        status: { conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'no' }] },
        pods: { Deployment: 3 },
        replicas: { Deployment: 3 },
      },
      'blocked',
    ],
    'neither field blocks': [{ budget: {}, pods: { Deployment: 3 }, replicas: { Deployment: 3 } }, 'blocked'],
    'no pods are idle': [{ budget: { maxUnavailable: 0 }, pods: {} }, 'idle'],
    'pods of a controller scaled to none are idle: 1 of 0': [
      { budget: { minAvailable: 1 }, pods: { Deployment: 1 }, replicas: { Deployment: 0 } },
      'idle',
    ],
    'no pods seen, some not': [{ budget: { maxUnavailable: 0 }, pods: {}, gaps: ['pods'] }, 'not seen'],
    'a controller not seen': [{ budget: { maxUnavailable: 1 }, pods: { Deployment: 3 }, gaps: ['deployments'] }, 'not seen'],
    'a second budget may not have been seen': [
      { budget: { maxUnavailable: 1 }, pods: { Deployment: 3 }, replicas: { Deployment: 3 }, gaps: ['podDisruptionBudgets'] },
      'not seen',
    ],
    'an autoscaler may not have been seen': [
      { budget: { minAvailable: 1 }, pods: { Deployment: 3 }, replicas: { Deployment: 3 }, gaps: ['horizontalPodAutoscalers'] },
      'not seen',
    ],
  };
  test.each(Object.entries(cases))('%s', (_name, [each, expected]) => expect(drain(each)).toBe(expected));
});
