import { expect, test } from 'vitest';
import { kubernetesSources } from '../../../src/collect/kubernetes/sources.ts';
import type { Api, Page } from '../../../src/collect/source.ts';
import { kubernetesKeys } from '../../../src/kinds.ts';
import type { StateKey } from '../../../src/snapshot.ts';
import type { FakeKubernetesOptions } from '../../support/fakeKubernetes.ts';
import { apiOf, podsOf, targetOf } from './support.ts';

async function read(key: StateKey, options: FakeKubernetesOptions): Promise<Page[]> {
  const { api } = await apiOf(options);
  const both: Api = { kubernetes: api, azure: undefined as never }; // not read by these sources
  const source = kubernetesSources.find((each) => each.key === key);
  const pages: Page[] = [];
  for await (const page of source?.read(targetOf(), {}, both) ?? []) pages.push(page);
  return pages;
}

test('every Kubernetes key has a source, and the verb it needs', () => {
  expect(kubernetesSources.map(({ key }) => key)).toEqual(kubernetesKeys);
  const permissions = (key: StateKey) => kubernetesSources.find((each) => each.key === key)?.permissions;
  expect(permissions('pods')).toEqual([{ verbs: ['list'], group: '', resource: 'pods' }]);
  expect(permissions('deployments')).toEqual([{ verbs: ['list'], group: 'apps', resource: 'deployments' }]);
  expect(permissions('calicoNetworkPolicies')).toEqual([
    { verbs: ['list'], group: 'crd.projectcalico.org', resource: 'networkpolicies' },
    { verbs: ['list'], group: 'projectcalico.org', resource: 'networkpolicies' },
  ]);
});

const cilium = { apiVersion: 'cilium.io/v2alpha1', kind: 'CiliumNetworkPolicy', metadata: { name: 'a', namespace: 'shop' } };
const calico = { apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkPolicy', metadata: { name: 'a' } };

test('reads what is served, in the version that is', async () => {
  expect(await read('pods', { objects: podsOf(2) })).toMatchObject([{ items: [{ kind: 'Pod' }, { kind: 'Pod' }] }]);
  expect(await read('ciliumNetworkPolicies', { objects: [cilium] })).toEqual([{ items: [cilium] }]);
  expect(await read('calicoGlobalNetworkPolicies', { objects: [calico] })).toEqual([{ items: [calico] }]);
});

test('an API that is absent holds nothing; a part of Kubernetes that is absent is a fault', async () => {
  expect(await read('ciliumNetworkPolicies', {})).toEqual([{ items: [] }]);
  await expect(read('pods', { faults: [{ at: /\/pods\?/, status: 404, body: '404 page not found\n' }] })).rejects.toMatchObject({
    why: 'failed',
  });
});

test('where discovery is denied, the lists tell', async () => {
  const faults = [{ at: /^\/apis?$/, forbidden: true as const }];
  expect(await read('pods', { objects: podsOf(1), faults })).toMatchObject([{ items: [{ kind: 'Pod' }] }]);
  expect(await read('ciliumNetworkPolicies', { faults })).toEqual([{ items: [] }]);
  await expect(read('nodes', { faults: [...faults, { at: /nodes/, forbidden: true }] })).rejects.toMatchObject({
    why: 'forbidden',
    permission: 'list nodes',
  });
});

test('a group whose server does not answer is not taken for absent', async () => {
  await expect(
    read('calicoGlobalNetworkPolicies', { serves: ['projectcalico.org/v3/globalnetworkpolicies'], stale: ['projectcalico.org'] }),
  ).rejects.toMatchObject({
    why: 'failed',
  });
});
