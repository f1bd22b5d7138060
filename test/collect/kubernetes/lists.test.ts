import { describe, expect, test } from 'vitest';
import type { RequestSeen } from '../../../src/collect/source.ts';
import type { Fault } from '../../support/fakeKubernetes.ts';
import { apiOf, fakeOf, pagesOf, podsOf } from './support.ts';

const pods = /\/api\/v1\/pods\?/;
const namesOf = (pages: readonly (readonly object[])[]) =>
  pages.flat().map((each) => (each as { metadata: { name: string } }).metadata.name);
const allNames = (count: number) => namesOf([podsOf(count)]);

describe('a list', () => {
  test('comes by pages over kept-alive connections, its items typed, managedFields reduced', async () => {
    const objects = podsOf(1201).map((pod) => ({
      ...pod,
      metadata: {
        ...(pod as { metadata: object }).metadata,
        managedFields: [{ manager: 'helm', apiVersion: 'v1', fieldsV1: { 'f:spec': {} } }],
      },
    }));
    const { fake, api } = await apiOf({ objects, requireToken: 'token-0' });
    const pages = await pagesOf(api.list('', 'v1', 'pods'));
    expect(pages.map(({ length }) => length)).toEqual([500, 500, 201]);
    expect(namesOf(pages)).toEqual(allNames(1201));
    expect(pages[0]?.[0]).toMatchObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { managedFields: [{ manager: 'helm', apiVersion: 'v1' }] },
    });
    expect(JSON.stringify(pages)).not.toContain('fieldsV1');
    expect(fake.requests.map(({ path }) => path.replace(/continue=.*/, 'continue'))).toEqual([
      '/api/v1/pods?limit=500',
      '/api/v1/pods?limit=500&continue',
      '/api/v1/pods?limit=500&continue',
    ]);
    expect(fake.connections()).toBe(1);
  });

  test('of several types come side by side; one token and one connection a stream', async () => {
    const { fake, api, asked } = await apiOf({ objects: podsOf(3), latency: 200 });
    const keys = [
      ['', 'v1', 'pods'],
      ['', 'v1', 'nodes'],
      ['apps', 'v1', 'deployments'],
      ['batch', 'v1', 'jobs'],
    ] as const;
    const started = performance.now();
    await Promise.all(keys.map((key) => pagesOf(api.list(key[0], key[1], key[2]))));
    expect(performance.now() - started).toBeLessThan(200 * (keys.length - 1)); // One after another they would take 800 ms.
    expect(asked).toEqual({ credentials: 1, tokens: 1, fresh: 0 });
    expect(fake.connections()).toBeLessThanOrEqual(keys.length);
  });

  test('that is empty is one empty page; one that is not served has none', async () => {
    const { api } = await apiOf();
    expect(await pagesOf(api.list('', 'v1', 'pods'))).toEqual([[]]);
    expect(await pagesOf(api.list('keda.sh', 'v1alpha1', 'scaledobjects'))).toEqual([]);
  });

  const passing: [string, Fault[], number][] = [
    ['429 without Retry-After', [{ at: pods, times: 2, status: 429 }], 3],
    ['429 with Retry-After', [{ at: pods, times: 1, status: 429, headers: { 'retry-after': '0' } }], 2],
    ['429 with a date', [{ at: pods, times: 1, status: 429, headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' } }], 2],
    ['503', [{ at: pods, times: 4, status: 503 }], 5],
    ['a reset', [{ at: pods, times: 1, after: 1, reset: true }], 4],
    ['a cut answer', [{ at: pods, times: 1, truncate: true }], 2],
    ['an answer that is not whole JSON', [{ at: pods, times: 1, status: 200, body: '{"kind":"PodList","items":[{' }], 2],
  ];
  test.each(passing)('goes on after %s', async (_what, faults, requests) => {
    const { fake, api } = await apiOf({ objects: podsOf(requests === 4 ? 1001 : 3), faults });
    expect(namesOf(await pagesOf(api.list('', 'v1', 'pods')))).toEqual(allNames(requests === 4 ? 1001 : 3));
    expect(fake.requests.filter(({ path }) => pods.test(path))).toHaveLength(requests);
  });

  const final: [string, Fault, object, number][] = [
    ['429 for good', { at: pods, status: 429 }, { why: 'failed', message: 'The API server answered 429 again and again.' }, 5],
    ['a Retry-After of minutes', { at: pods, status: 429, headers: { 'retry-after': '300' } }, { why: 'failed' }, 1],
    ['a denial', { at: pods, forbidden: true }, { why: 'forbidden', permission: 'list pods' }, 1],
    ['a web page', { at: pods, html: true }, { why: 'failed', message: expect.stringContaining('web page') }, 1],
    ['a web page that denies', { at: pods, html: true, status: 403 }, { why: 'failed', message: expect.stringContaining('web page') }, 1],
    ['an answer cut each time', { at: pods, truncate: true }, { why: 'failed' }, 5],
    [
      'something else',
      { at: pods, status: 200, body: { kind: 'Status' } },
      { why: 'failed', message: expect.stringContaining('is not a list of pods') },
      1,
    ],
    ['an unknown status', { at: pods, status: 418 }, { why: 'failed', message: 'The API server answered 418.' }, 1],
    ['silence', { at: pods, delay: 400 }, { why: 'failed', message: 'The API server did not answer within 0.1 s.' }, 2],
  ];
  test.each(final)('ends with %s', async (what, fault, thrown, requests) => {
    const timeout = what === 'silence' ? 100 : 5_000; // a busy machine is no fault
    const { fake, api } = await apiOf({ objects: podsOf(3), faults: [fault], http: { timeout } });
    await expect(pagesOf(api.list('', 'v1', 'pods'))).rejects.toMatchObject({ name: 'ReadFault', ...thrown });
    expect(fake.requests).toHaveLength(requests);
  });

  test('that expires goes on from the token it is given', async () => {
    const { fake, api } = await apiOf({ objects: podsOf(1201), faults: [{ at: /continue/, times: 1, after: 1, gone: 'resume' }] });
    expect(namesOf(await pagesOf(api.list('', 'v1', 'pods')))).toEqual(allNames(1201));
    expect(fake.requests).toHaveLength(4);
  });

  test('that expires without a token begins anew, once', async () => {
    const once = await apiOf({ objects: podsOf(1201), faults: [{ at: /continue/, times: 1, gone: 'restart' }] });
    const names = namesOf(await pagesOf(once.api.list('', 'v1', 'pods')));
    expect([...new Set(names)]).toEqual(allNames(1201));
    const always = await apiOf({ objects: podsOf(1201), faults: [{ at: /continue/, gone: 'restart' }] });
    await expect(pagesOf(always.api.list('', 'v1', 'pods'))).rejects.toMatchObject({
      why: 'failed',
      message: expect.stringContaining('expired'),
    });
    const resumed = await apiOf({ objects: podsOf(1201), faults: [{ at: /continue/, gone: 'resume' }] });
    await expect(pagesOf(resumed.api.list('', 'v1', 'pods'))).rejects.toMatchObject({ why: 'failed' });
  });

  test('an expired token is replaced once, for all streams', async () => {
    let valid = 'token-0';
    const { api, asked } = await apiOf({ objects: podsOf(3), requireToken: (token) => token === valid });
    await pagesOf(api.list('', 'v1', 'pods'));
    valid = 'token-1';
    await Promise.all(['pods', 'nodes', 'services'].map((plural) => pagesOf(api.list('', 'v1', plural))));
    expect(asked).toEqual({ credentials: 1, tokens: 2, fresh: 1 });
    valid = 'none';
    await expect(pagesOf(api.list('', 'v1', 'pods'))).rejects.toMatchObject({
      why: 'failed',
      message: 'The API server does not accept the credentials (401).',
    });
  });

  test('a redirect is not followed, and its target gets nothing', async () => {
    const other = await fakeOf();
    const { api } = await apiOf({ faults: [{ at: pods, redirect: `${other.url}/api/v1/pods` }] });
    await expect(pagesOf(api.list('', 'v1', 'pods'))).rejects.toMatchObject({
      why: 'failed',
      message: expect.stringContaining('redirected to localhost'),
    });
    expect(other.requests).toEqual([]);
    expect(other.connections()).toBe(0);
  });

  test('a continue token is a token, whatever it says', async () => {
    const next = 'https://elsewhere.example/steal?x=1&limit=1#';
    const page = { kind: 'PodList', apiVersion: 'v1', metadata: { continue: next }, items: [] };
    const { fake, api } = await apiOf({ faults: [{ at: pods, status: 200, body: page }] });
    await expect(pagesOf(api.list('', 'v1', 'pods'))).rejects.toMatchObject({
      why: 'failed',
      message: 'The API server sent the same page again.',
    });
    expect(fake.requests.map(({ path }) => path)).toEqual([
      '/api/v1/pods?limit=500',
      `/api/v1/pods?limit=500&continue=${encodeURIComponent(next)}`,
    ]);
  });

  test('ends at once when the run does', async () => {
    const run = new AbortController();
    const { api } = await apiOf({ faults: [{ at: pods, delay: 5000 }], http: { signal: run.signal } });
    const started = performance.now();
    setTimeout(() => run.abort(), 50);
    await expect(pagesOf(api.list('', 'v1', 'pods'))).rejects.toMatchObject({ name: 'ReadFault' });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('every attempt is shown, without token and continue token', async () => {
    const seen: RequestSeen[] = [];
    const { api } = await apiOf({
      objects: podsOf(501),
      faults: [{ at: pods, times: 1, status: 429 }],
      http: { onRequest: (each) => seen.push(each) },
    });
    await pagesOf(api.list('', 'v1', 'pods'));
    expect(seen.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
      'GET /api/v1/pods?limit=500 429',
      'GET /api/v1/pods?limit=500 200',
      'GET /api/v1/pods?limit=500&continue=... 200',
    ]);
    expect(JSON.stringify(seen)).not.toContain('token-0');
  });
});

describe('discovery', () => {
  const scaledObject = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'a', namespace: 'b' } };

  test.each([true, false])('says what is served, and in which version (aggregated: %s)', async (aggregated) => {
    const { fake, api } = await apiOf({
      objects: [scaledObject],
      aggregated,
      stale: ['metrics.example'],
      serves: ['metrics.example/v1/things'],
    });
    const asked: [string, string][] = [
      ['', 'pods'],
      ['apps', 'deployments'],
      ['keda.sh', 'scaledobjects'],
      ['keda.sh', 'pods'],
      ['cilium.io', 'ciliumnetworkpolicies'],
    ];
    const served = await Promise.all(asked.map(([group, plural]) => api.served(group, plural)));
    expect(served).toEqual([{ version: 'v1' }, { version: 'v1' }, { version: 'v1alpha1' }, undefined, undefined]);
    await expect(api.served('metrics.example', 'things')).rejects.toMatchObject({
      why: 'failed',
      message: expect.stringContaining('does not answer'),
    });
    const paths = fake.requests.map(({ path }) => path);
    expect(new Set(paths).size === paths.length || !aggregated).toBe(true);
    if (aggregated) expect(paths.sort()).toEqual(['/api', '/apis']);
  });

  test('is asked once, whoever asks', async () => {
    const { fake, api } = await apiOf({ latency: 5 });
    await Promise.all(Array.from({ length: 20 }, () => api.served('', 'pods')));
    expect(fake.requests).toHaveLength(2);
  });
});

describe('Secrets', () => {
  const secrets = ['a', 'b', 'c'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace: 'shop',
      managedFields: [{ manager: 'helm', apiVersion: 'v1', fieldsV1: { 'f:data': { 'f:password': {} } } }],
    },
    type: name === 'a' ? 'kubernetes.io/tls' : 'Opaque',
    data: { password: 'aHVudGVyMg==' },
  }));

  test('come as metadata and type', async () => {
    const { api } = await apiOf({ objects: secrets });
    const [page = []] = await pagesOf(api.list('', 'v1', 'secrets', 'metadata'));
    expect(page.map((each) => [(each as { metadata: { name: string } }).metadata.name, (each as { type: string }).type])).toEqual([
      ['a', 'kubernetes.io/tls'],
      ['b', 'Opaque'],
      ['c', 'Opaque'],
    ]);
    expect(Object.keys(page[0] ?? {})).toEqual(['apiVersion', 'kind', 'metadata', 'type']);
    expect(JSON.stringify(page)).not.toContain('password');
  });

  test('of a server that answers with values are not taken', async () => {
    const body = { kind: 'SecretList', apiVersion: 'v1', metadata: {}, items: secrets };
    const { api } = await apiOf({ objects: secrets, faults: [{ at: /secrets/, status: 200, body }] });
    await expect(pagesOf(api.list('', 'v1', 'secrets', 'metadata'))).rejects.toMatchObject({
      why: 'failed',
      message: 'The API server (200) did not answer with the metadata of secrets alone.',
    });
  });
});
