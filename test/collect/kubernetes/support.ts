import { onTestFinished } from 'vitest';
import { connectTo, type KubernetesAccess } from '../../../src/collect/kubernetes/connection.ts';
import type { HttpOptions } from '../../../src/collect/kubernetes/http.ts';
import { createKubernetesApi } from '../../../src/collect/kubernetes/lists.ts';
import type { LiveTarget } from '../../../src/collect/source.ts';
import type { State } from '../../../src/snapshot.ts';
import { type FakeKubernetes, type FakeKubernetesOptions, startFakeKubernetes } from '../../support/fakeKubernetes.ts';

type Properties = State['cluster']['properties'];

/** A cluster with Entra whose API server is on this host. */
export function targetOf(properties: Partial<Properties> = {}, name = 'shop'): LiveTarget {
  const id = `/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/${name}`;
  return {
    id,
    name,
    subscription: '00000000-0000-0000-0000-000000000001',
    resourceGroup: 'rg',
    cluster: {
      id,
      name,
      type: 'Microsoft.ContainerService/ManagedClusters',
      properties: { fqdn: 'localhost', aadProfile: { managed: true }, ...properties },
    },
  };
}

/** What Azure hands in for a cluster, and how often it was asked. */
export function accessTo(fake: Pick<FakeKubernetes, 'kubeconfig'>, more: Partial<KubernetesAccess> = {}) {
  const asked = { credentials: 0, tokens: 0, fresh: 0 };
  const access: KubernetesAccess = {
    contexts: new Map(),
    allowLocalAccounts: false,
    userCredential: async () => {
      asked.credentials++;
      return fake.kubeconfig;
    },
    token: async (fresh) => {
      asked.tokens++;
      if (fresh) asked.fresh++;
      return `token-${asked.fresh}`;
    },
    ...more,
  };
  return { access, asked };
}

export async function fakeOf(options?: FakeKubernetesOptions): Promise<FakeKubernetes> {
  const fake = await startFakeKubernetes(options);
  onTestFinished(fake.close);
  return fake;
}

/** A fake API server and the API that reads it with the token that Azure gives. */
export async function apiOf(options: FakeKubernetesOptions & { access?: Partial<KubernetesAccess>; http?: Partial<HttpOptions> } = {}) {
  const fake = await fakeOf(options);
  const { access, asked } = accessTo(fake, options.access);
  const api = createKubernetesApi(connectTo(targetOf(), access), { signal: new AbortController().signal, backoff: 1, ...options.http });
  onTestFinished(api.close);
  return { fake, api, asked };
}

export async function pagesOf(pages: AsyncIterable<readonly object[]>): Promise<(readonly object[])[]> {
  const all: (readonly object[])[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

export const podsOf = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${String(index).padStart(6, '0')}`, namespace: 'shop', uid: `uid-${index}` },
    spec: { containers: [{ name: 'app', image: 'shop:1' }] },
  }));
