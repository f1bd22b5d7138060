import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectTo } from '../../../src/collect/kubernetes/connection.ts';
import type { Connect } from '../../../src/collect/kubernetes/http.ts';
import { createKubernetesApi } from '../../../src/collect/kubernetes/lists.ts';
import { kubernetesSources } from '../../../src/collect/kubernetes/sources.ts';
import type { Api, RequestSeen } from '../../../src/collect/source.ts';
import type { StateKey } from '../../../src/snapshot.ts';
import { kubeconfigOf } from '../../support/fakeKubernetes.ts';
import { adminToken, ask, type Question, restrictedToken, whyNoRealKubernetes } from '../../support/realKubernetes.ts';
import { trimmed } from '../../support/wireAnswers.ts';
import { canary, ofDiscovery, podCount, pods, type Server, startFake, startReal } from './servers.ts';
import { accessTo, pagesOf, targetOf } from './support.ts';

const review = (verb: string, group: string, resource: string) => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: { resourceAttributes: { verb, group, resource } },
});
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** What is asked, by the name of the file that holds the answer of a real server. */
const questions: [string, string, Question?][] = [
  ['discoveryOfCore', '/api', { accept: ofDiscovery }],
  ['discoveryOfGroups', '/apis', { accept: ofDiscovery }],
  ['coreVersions', '/api'],
  ['groups', '/apis'],
  ['resourcesOfCore', '/api/v1'],
  ['resourcesOfApps', '/apis/apps/v1'],
  ['resourcesOfCustomGroup', '/apis/cilium.io/v2'],
  ['resourcesOfDeadServer', '/apis/metrics.example/v1'],
  ['resourcesOfNoGroup', '/apis/keda.sh/v1alpha1'],
  ['emptyList', '/api/v1/nodes?limit=2'],
  ['firstPage', '/apis/apps/v1/deployments?limit=2'],
  ['firstPageOfCustom', '/apis/cilium.io/v2/ciliumnetworkpolicies?limit=2'],
  ['wholeListOfCustom', '/apis/cilium.io/v2/ciliumnetworkpolicies?limit=3'],
  ['unservedInGroup', '/apis/apps/v1/things?limit=2'],
  ['unservedInCustomGroup', '/apis/cilium.io/v2/things?limit=2'],
  ['unservedGroup', '/apis/keda.sh/v1alpha1/scaledobjects?limit=2'],
  ['notFound', '/nothing'],
  ['unauthorized', '/api/v1/pods?limit=2', { token: 'none' }],
  ['denied', '/api/v1/pods?limit=2', { token: restrictedToken }],
  ['deniedInGroup', '/apis/apps/v1/deployments?limit=2', { token: restrictedToken }],
  ['deniedInNamespace', '/api/v1/namespaces/shop/pods?limit=2', { token: restrictedToken }],
  ['deniedAndUnserved', '/apis/keda.sh/v1alpha1/scaledobjects?limit=2', { token: restrictedToken }],
  ['deniedPath', '/nothing', { token: restrictedToken }],
  ['badContinue', '/api/v1/pods?limit=2&continue=nonsense'],
  ['badMethod', '/api', { method: 'PUT', body: {} }],
  ['reviewAllowed', reviews, { method: 'POST', body: review('list', 'apps', 'deployments') }],
  ['reviewDenied', reviews, { method: 'POST', body: review('list', 'apps', 'deployments'), token: restrictedToken }],
];

const why = whyNoRealKubernetes();
const answers = join(import.meta.dirname, '../../support/kubernetesAnswers');

describe('the fake API server', () => {
  sameOf(startFake, (name, answer) => expect(answer).toEqual(JSON.parse(readFileSync(join(answers, `${name}.json`), 'utf8'))));
});
describe.skipIf(why !== undefined)(`a real API server${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  sameOf(startReal, (name, answer) =>
    expect(`${JSON.stringify(answer, undefined, 2)}\n`).toMatchFileSnapshot(join(answers, `${name}.json`)),
  );
});

/** The same of every server that claims to be one. @param hold compares a trimmed answer with the one that was kept */
function sameOf(start: () => Promise<Server>, hold: (name: string, answer: object) => Promise<void> | void): void {
  let server: Server;
  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.close());

  function apiFor(token: string) {
    const seen: RequestSeen[] = [];
    const { access } = accessTo({ kubeconfig: kubeconfigOf(server.url) }, { token: async () => token });
    const http = { signal: new AbortController().signal, backoff: 1, onRequest: (each: RequestSeen) => seen.push(each) };
    const api = createKubernetesApi(connectTo(targetOf(), access), http);
    onTestFinished(api.close);
    return { api, seen };
  }

  test.each(questions)('answers as it is kept: %s', async (name, path, question) => {
    await hold(name, trimmed(await ask(server.url, path, { token: adminToken, ...question })));
  });

  test('pages are linked by continue tokens, in one order, and a page may be asked for twice', async () => {
    const get = (token?: string) =>
      ask(server.url, `/apis/apps/v1/deployments?limit=2${token ? `&continue=${encodeURIComponent(token)}` : ''}`, { token: adminToken });
    const first = (await get()).body as List;
    const second = (await get(first.metadata.continue)).body as List;
    expect([first, second].map(namesOf)).toEqual([['a', 'b'], ['c']]);
    expect([first.metadata.remainingItemCount, second.metadata.continue ?? '']).toEqual([1, '']);
    expect(namesOf((await get(first.metadata.continue)).body as List)).toEqual(['c']);
  });

  test('an answer is compressed when it is long and that was asked for', async () => {
    const gzipOf = async (limit: number, gzip: boolean) =>
      (await ask(server.url, `/api/v1/pods?limit=${limit}`, { token: adminToken, gzip })).gzip;
    expect(await Promise.all([gzipOf(601, true), gzipOf(601, false), gzipOf(2, true)])).toEqual([true, false, false]);
  });

  test('a list is read whole, by pages', async () => {
    const { api, seen } = apiFor(adminToken);
    const pages = await pagesOf(api.list('', 'v1', 'pods'));
    expect(pages.map(({ length }) => length)).toEqual([500, podCount - 500]);
    expect(namesOf({ items: pages.flat() })).toEqual(namesOf({ items: pods }));
    expect(pages[1]?.[0]).toMatchObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod-0500', namespace: 'shop' } });
    expect(seen.map(({ path, status }) => `${path} ${status}`)).toEqual([
      '/api/v1/pods?limit=500 200',
      '/api/v1/pods?limit=500&continue=... 200',
    ]);
  });

  test('a continue token that is too old is answered with another, which goes on behind it', async () => {
    const first = await ask(server.url, '/api/v1/pods?limit=500', { token: adminToken });
    const { continue: token = '' } = (first.body as List).metadata;
    const after = (given: string) => ask(server.url, `/api/v1/pods?limit=500&continue=${encodeURIComponent(given)}`, { token: adminToken });
    await changeAndExpire(server);
    const gone = await after(token);
    await hold('expired', trimmed(gone));
    const { continue: another = '' } = (gone.body as List).metadata;
    expect(JSON.parse(Buffer.from(another, 'base64url').toString())).toEqual({ v: 'meta.k8s.io/v1', rv: -1, start: 'shop/pod-0499\0' });
    expect(namesOf((await after(another)).body as List)).toEqual(namesOf({ items: pods.slice(500) }));
  });

  test('a list that expires while it is read is read to its end', async () => {
    const seen: RequestSeen[] = [];
    const { access } = accessTo({ kubeconfig: kubeconfigOf(server.url) }, { token: async () => adminToken });
    let expired: Promise<void> | undefined;
    const connect: Connect = async (fresh) => {
      const connection = await connectTo(targetOf(), access)(fresh);
      const dispatcher = connection.dispatcher.compose((dispatch) => (options, handler) => {
        if (expired !== undefined || !options.path.includes('continue=')) return dispatch(options, handler);
        expired = changeAndExpire(server);
        expired.then(() => dispatch(options, handler));
        return true;
      });
      return { ...connection, dispatcher };
    };
    const http = { signal: new AbortController().signal, onRequest: (each: RequestSeen) => seen.push(each) };
    const api = createKubernetesApi(connect, http);
    onTestFinished(api.close);
    expect(namesOf({ items: (await pagesOf(api.list('', 'v1', 'pods'))).flat() })).toEqual(namesOf({ items: pods }));
    expect(seen.map(({ status }) => status)).toEqual([200, 410, 200]);
  });

  test('what is served is told by group and plural', async () => {
    const { api, seen } = apiFor(restrictedToken);
    const asked = [
      ['', 'pods'],
      ['apps', 'deployments'],
      ['autoscaling', 'horizontalpodautoscalers'],
      ['cilium.io', 'ciliumnetworkpolicies'],
      ['apps', 'pods'],
      ['keda.sh', 'scaledobjects'],
    ] as const;
    const served = await Promise.all(asked.map(([group, plural]) => api.served(group, plural)));
    expect(served.map((each) => each?.version)).toEqual(['v1', 'v1', 'v2', 'v2', undefined, undefined]);
    await expect(api.served('metrics.example', 'things')).rejects.toMatchObject({ why: 'failed' });
    expect(seen.map(({ path, status }) => `${path} ${status}`).sort()).toEqual(['/api 200', '/apis 200']);
  });

  test('what is not served is no list; what is denied, or asked with a wrong token, is a fault', async () => {
    const { api } = apiFor(adminToken);
    expect(await pagesOf(api.list('keda.sh', 'v1alpha1', 'scaledobjects'))).toEqual([]);
    expect(await pagesOf(api.list('apps', 'v1', 'things'))).toEqual([]);
    const denied = apiFor(restrictedToken).api;
    await expect(pagesOf(denied.list('apps', 'v1', 'deployments'))).rejects.toMatchObject({
      why: 'forbidden',
      permission: 'list deployments.apps',
    });
    const refused = apiFor('none').api;
    await expect(pagesOf(refused.list('', 'v1', 'pods'))).rejects.toMatchObject({ why: 'failed', message: expect.stringContaining('401') });
  });

  test('permissions are asked for without reading', async () => {
    expect(await apiFor(adminToken).api.may('list', 'apps', 'deployments')).toBe(true);
    expect(await apiFor(restrictedToken).api.may('list', 'apps', 'deployments')).toBe(false);
  });

  test('every source reads what is there, and no secret comes with it', async () => {
    const { api: kubernetes } = apiFor(adminToken);
    const api: Api = { kubernetes, azure: undefined as never }; // not read by these sources
    const read = new Map<StateKey, object[]>();
    for (const source of kubernetesSources) {
      const items: object[] = [];
      for await (const page of source.read(targetOf(), {}, api)) items.push(...('items' in page ? page.items : []));
      read.set(source.key, items);
    }
    const secrets = await Promise.all(['secrets', 'configmaps'].map((plural) => pagesOf(kubernetes.list('', 'v1', plural))));
    const count = (key: StateKey) => read.get(key)?.length;
    expect([count('pods'), count('deployments'), count('ciliumNetworkPolicies'), count('podDisruptionBudgets')]).toEqual([
      podCount,
      3,
      3,
      1,
    ]);
    expect(read.get('networkPolicies')).toMatchObject([
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'web' } },
    ]);
    expect(read.get('ciliumNetworkPolicies')).toMatchObject([
      { metadata: { name: 'a' } },
      { metadata: { name: 'b' } },
      { metadata: { name: 'c' } },
    ]);
    const said = JSON.stringify([[...read], secrets]);
    expect(said).toContain('"redacted":{"length":13}');
    expect(said).not.toContain(canary);
    expect(said).not.toContain(Buffer.from(canary).toString('base64'));
    expect(said).not.toContain('fieldsV1');
  });
}

/** etcd forgets what is before its present revision, so there has to be a newer one. */
async function changeAndExpire(server: Server): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'later-', namespace: 'shop' } };
  await ask(server.url, '/api/v1/namespaces/shop/configmaps', { token: adminToken, method: 'POST', body });
  await server.expire();
}

interface List {
  metadata: { continue?: string; remainingItemCount?: number };
  items: { metadata: { name: string } }[];
}
const namesOf = ({ items }: { items: readonly object[] }): string[] => items.map((each) => (each as List['items'][number]).metadata.name); // as every object has it
