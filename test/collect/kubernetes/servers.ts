import { expect, vi } from 'vitest';
import { kinds } from '../../../src/kinds.ts';
import { startFakeKubernetes } from '../../support/fakeKubernetes.ts';
import { adminToken, ask, type RealKubernetes, restrictedToken, startRealKubernetes } from '../../support/realKubernetes.ts';

export const ofDiscovery = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

/** A server with the objects below, an administrator, and someone without rights. */
export interface Server {
  url: string;
  /** Makes continue tokens too old. */
  expire: () => Promise<void>;
  close: () => Promise<void>;
}

interface Sample {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}
export const canary = 'canary-51fe07';
const metadata = {
  name: 'web',
  namespace: 'shop',
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"env":"${canary}"}` },
};
const selector = { matchLabels: { app: 'web' } };
const spec = { containers: [{ name: 'app', image: 'shop:1', args: [`--key=${canary}`], env: [{ name: 'A', value: canary }] }] };
export const podCount = 601;
export const pods: (Sample & Record<string, unknown>)[] = Array.from({ length: podCount }, (_, index) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...metadata, name: `pod-${String(index).padStart(4, '0')}` },
  spec,
}));
const objects: (Sample & Record<string, unknown>)[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { password: canary } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { setting: canary } },
  ...['a', 'b', 'c'].map((name) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata, name },
    spec: { selector, template: { metadata: { labels: selector.matchLabels }, spec } },
  })),
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { minAvailable: 1, selector } },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: { podSelector: {}, policyTypes: ['Ingress'] } },
  ...['a', 'b', 'c'].map((name) => ({
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name, namespace: 'shop' },
    spec: { endpointSelector: {} },
  })),
  ...pods,
];
const ofCilium = {
  metadata: { name: 'ciliumnetworkpolicies.cilium.io' },
  spec: {
    group: 'cilium.io',
    scope: 'Namespaced',
    names: { plural: 'ciliumnetworkpolicies', singular: 'ciliumnetworkpolicy', kind: 'CiliumNetworkPolicy' },
    versions: [
      {
        name: 'v2',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
/** Its service does not exist. */
const ofNobody = {
  metadata: { name: 'v1.metrics.example' },
  spec: {
    group: 'metrics.example',
    version: 'v1',
    service: { namespace: 'shop', name: 'nobody' },
    groupPriorityMinimum: 100,
    versionPriority: 100,
    insecureSkipTLSVerify: true,
  },
};

export async function startFake(): Promise<Server> {
  const fake = await startFakeKubernetes({
    objects,
    requireToken: (token) => [adminToken, restrictedToken].includes(token),
    faults: [{ at: /\?|^\/nothing/, token: restrictedToken, forbidden: true }],
    serves: ['metrics.example/v1/things'],
    stale: ['metrics.example'],
  });
  return { ...fake, expire: async () => fake.expire() };
}

export async function startReal(): Promise<Server> {
  const real = await startRealKubernetes();
  try {
    await fill(real);
  } catch (thrown) {
    await real.close();
    throw thrown;
  }
  return { ...real, expire: real.compact };
}

async function fill({ url, create }: RealKubernetes): Promise<void> {
  const isCustom = ({ kind }: Sample) => kind === 'CiliumNetworkPolicy';
  await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', ofCilium);
  await create('/apis/apiregistration.k8s.io/v1/apiservices', ofNobody);
  for (const object of objects.filter((each) => each.kind !== 'Pod' && !isCustom(each))) await create(pathOf(object), object);
  for (let at = 0; at < pods.length; at += 20) await Promise.all(pods.slice(at, at + 20).map((pod) => create(pathOf(pod), pod)));
  // A definition takes a moment to be served, and discovery to notice it and the server that does not answer.
  const seen = (path: string, pattern: RegExp) =>
    vi.waitFor(async () => expect((await ask(url, path, { token: adminToken, accept: ofDiscovery })).text).toMatch(pattern), 20_000);
  await seen('/apis/cilium.io/v2', /ciliumnetworkpolicies/);
  for (const policy of objects.filter(isCustom)) await create(pathOf(policy), policy);
  await seen('/apis', /"ciliumnetworkpolicies"/);
  await seen('/apis', /"metrics\.example"[^{}]*\}[^{}]*\{[^{}]*"Stale"/);
}

function pathOf({ apiVersion, kind, metadata: { namespace } }: Sample): string {
  const known = Object.values(kinds).find((each) => each.plane === 'kubernetes' && each.kind === kind);
  const plural = known?.plane === 'kubernetes' ? known.plural : `${kind.toLowerCase()}s`;
  return `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${plural}`;
}
