import { expect, test } from 'vitest';
import { connectTo } from '../../../src/collect/kubernetes/connection.ts';
import { createKubernetesApi } from '../../../src/collect/kubernetes/lists.ts';
import { kubernetesSources } from '../../../src/collect/kubernetes/sources.ts';
import type { Api } from '../../../src/collect/source.ts';
import { kubeconfigOf } from '../../support/fakeKubernetes.ts';
import { accessTo, fakeOf, targetOf } from './support.ts';

const canary = 'canary-7c41e0';
const metadata = {
  name: 'web',
  namespace: 'shop',
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"env":"${canary}"}`, hook: `https://u:${canary}@example.com` },
};
const spec = {
  containers: [{ name: 'app', image: 'shop:1', args: [`--key=${canary}`], env: [{ name: 'A', value: canary }], command: ['run', canary] }],
};
const template = { metadata, spec };
const objects = [
  { apiVersion: 'v1', kind: 'Pod', metadata, spec, status: { containerStatuses: [{ lastState: { terminated: { message: canary } } }] } },
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map((kind) => ({
    apiVersion: 'apps/v1',
    kind,
    metadata,
    spec: { template },
  })),
  { apiVersion: 'v1', kind: 'ReplicationController', metadata, spec: { template } },
  { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template } },
  { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: { jobTemplate: { metadata, spec: { template } } } },
  { apiVersion: 'v1', kind: 'Secret', metadata, data: { a: canary } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: canary } },
  { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [] } },
];
const denials = [
  { at: /\/nodes\?/, forbidden: true as const },
  { at: /\/namespaces\?/, html: true as const },
  { at: /\/limitranges\?/, status: 401 },
  { at: /\/resourcequotas\?/, status: 418, body: { kind: 'Status', message: canary } },
  { at: /\/services\?/, redirect: `https://u:${canary}@elsewhere.example/?token=${canary}` },
];

test('no secret comes out of a cluster: not in a page, a fault or the log of requests', async () => {
  const fake = await fakeOf({ objects, faults: denials, requireToken: (token) => token.startsWith(canary) });
  const kubeconfig = kubeconfigOf(fake.url, { user: `{ token: ${canary}, exec: { command: ${canary} } }` });
  const { access } = accessTo({ kubeconfig }, { token: async (fresh) => `${canary}-${fresh}` });
  const said: unknown[] = [];
  const http = { signal: new AbortController().signal, backoff: 1, onRequest: (each: unknown) => said.push(each) };
  const kubernetes = createKubernetesApi(connectTo(targetOf(), access), http);
  const api: Api = { kubernetes, azure: undefined as never }; // not read by these sources
  let [pages, faults] = [0, 0];
  for (const source of kubernetesSources) {
    try {
      for await (const page of source.read(targetOf(), {}, api)) {
        said.push(page);
        pages++;
      }
    } catch (thrown) {
      said.push(thrown, String(thrown), thrown instanceof Error ? thrown.message : undefined);
      faults++;
    }
  }
  await kubernetes.close();
  expect(JSON.stringify(said)).not.toContain(canary);
  expect(said.map(String).join()).not.toContain(canary);
  expect({ pages, faults }).toEqual({ pages: kubernetesSources.length - 5, faults: 5 });
  expect(JSON.stringify(said)).toContain('"redacted":{"length":13}');
  // A value of a ConfigMap is gone before a page is handed on; one of a Secret never comes.
  expect(JSON.stringify(said)).toContain('"data":{"a":{"redacted":{"length":13}}}');
  const ofSecrets = fake.requests.filter(({ path }) => /secrets\?/.test(path));
  expect(ofSecrets.map(({ path, accept }) => `${path} ${accept}`)).toEqual([
    '/api/v1/secrets?limit=500&includeObject=Metadata application/json;as=Table;v=v1;g=meta.k8s.io',
  ]);
  expect([...new Set(fake.requests.map(({ method }) => method))]).toEqual(['GET']);
});
