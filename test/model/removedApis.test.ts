import { expect, test } from 'vitest';
import { lastApplied } from '../../src/model/redact.ts';
import { isOfKubernetes, removedWritings } from '../../src/model/removedApis.ts';
import type { KubernetesObject } from '../../src/wire.ts';

const object = (kind: string, managed: [string, string][], applied?: string) =>
  ({
    apiVersion: 'x/v1',
    kind,
    metadata: {
      name: 'x',
      managedFields: managed.map(([manager, apiVersion]) => ({ manager, apiVersion })),
      ...(applied === undefined ? {} : { annotations: { [lastApplied]: JSON.stringify({ apiVersion: applied }) } }),
    },
  }) as KubernetesObject;

test.each<[string, KubernetesObject, number, number, [string, number][]]>([
  [
    '1.22 took the Ingress of v1beta1 away: 1.34 lacks it',
    object('Ingress', [['helm', 'networking.k8s.io/v1beta1']]),
    34,
    1,
    [['helm', 22]],
  ],
  [
    'the same API of ServiceCIDRs goes with 1.37: 1.35 and one more is 1.36',
    object('ServiceCIDR', [['x', 'networking.k8s.io/v1beta1']]),
    35,
    1,
    [],
  ],
  ['1.36 and one more is 1.37', object('ServiceCIDR', [['x', 'networking.k8s.io/v1beta1']]), 36, 1, [['x', 37]]],
  ['1.35 and two more is 1.37', object('ServiceCIDR', [['x', 'networking.k8s.io/v1beta1']]), 35, 2, [['x', 37]]],
  [
    'autoscaling/v2beta1 went with 1.25, v2beta2 with 1.26: 1.24 and one more',
    object('HorizontalPodAutoscaler', [
      ['a', 'autoscaling/v2beta1'],
      ['b', 'autoscaling/v2beta2'],
    ]),
    24,
    1,
    [['a', 25]],
  ],
  [
    'a controller of Kubernetes does not count',
    object('HorizontalPodAutoscaler', [['kube-controller-manager', 'autoscaling/v2beta2']]),
    34,
    1,
    [],
  ],
  ['what kubectl applied', object('PodDisruptionBudget', [], 'policy/v1beta1'), 34, 1, [['kubectl apply', 25]]],
  ['an API of another kind', object('Deployment', [['helm', 'batch/v1beta1']]), 34, 1, []],
  ['an API that is served', object('Deployment', [['helm', 'apps/v1']]), 34, 1, []],
])('%s', (_name, given, minor, ahead, expected) => {
  expect(removedWritings(given, { major: 1, minor }, ahead).map(({ by, minor: removed }) => [by, removed])).toEqual(expected);
});

test('what a server of that version does not answer by, a manifest states', () => {
  const manifest = (apiVersion: string): KubernetesObject => ({ apiVersion, kind: 'ServiceCIDR', metadata: { name: 'x' } });
  const said = (minor: number) => removedWritings(manifest('networking.k8s.io/v1beta1'), { major: 1, minor }, 1).map(({ by }) => by);
  expect([said(36), said(37)]).toEqual([[], ['A manifest']]);
});

test('an object is of Kubernetes when nobody else wrote it', () => {
  expect(isOfKubernetes(object('ClusterRole', [['kube-apiserver', 'rbac.authorization.k8s.io/v1']]))).toBe(true);
  expect(
    isOfKubernetes(
      object('ClusterRole', [
        ['kube-apiserver', 'x/v1'],
        ['helm', 'x/v1'],
      ]),
    ),
  ).toBe(false);
  expect(isOfKubernetes(object('ClusterRole', []))).toBe(false);
});
