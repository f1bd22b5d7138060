import { describe, expect, test } from 'vitest';
import { kinds } from '../../../src/kinds.ts';
import { type Fault, startFakeArm } from '../../support/fakeArm.ts';
import { fakeCluster, fakeClusters } from '../../support/fakeArmData.ts';
import { all, closing, clusters, connect, faultOf, version } from './support.ts';

const base = fakeCluster();
const network = base.virtualNetworks[0] as (typeof base.virtualNetworks)[number];

describe('what comes back is what stood on the wire', () => {
  test.each([
    ['a list of the SDK', clusters],
    ['pools', `${base.cluster.id}/agentPools`],
    ['maintenance configurations', `${base.cluster.id}/maintenanceConfigurations`],
    ['managed namespaces', `${base.cluster.id}/managedNamespaces`],
    ['networks of a group', network.id.slice(0, network.id.lastIndexOf('/'))],
    ['a list of another provider', `${base.cluster.id}/providers/Microsoft.Insights/dataCollectionRuleAssociations`],
  ])('%s: every field, page by page', async (_, path) => {
    const odd = Array.from({ length: 5 }, (__, at) => ({
      id: `${path}/odd-${at}`,
      name: `odd-${at}`,
      aFieldOfTomorrow: { at },
      properties: { enableRBAC: true, autoScalerProfile: { 'scan-interval': '20s' }, agentPoolProfiles: null, createdAt: 'not a date' },
    }));
    const { azure, arm } = await connect({ resources: { [path]: odd }, pageSize: 2 });
    expect(await all(azure.list(path, version))).toEqual(odd);
    expect(arm.requests).toHaveLength(3);
    expect(arm.requests.every(({ query }) => query.includes('api-version='))).toBe(true);
  });

  test('one resource, through the SDK and without', async () => {
    const { azure } = await connect();
    expect(await azure.get(base.cluster.id, version)).toEqual(base.cluster);
    expect(await azure.get(network.id, '2026-01-01')).toEqual(network);
    expect(await azure.get(`${base.cluster.id}/nothing/here`, version)).toBeUndefined();
  });

  test('the SDK asks for the versions of the table of kinds', async () => {
    const { azure, arm } = await connect();
    await all(azure.list(clusters, 'of the table'));
    await azure.get(network.id, 'of the table');
    const asked = arm.requests.map(({ query }) => new URLSearchParams(query).get('api-version'));
    expect(asked).toEqual([kinds.cluster, kinds.virtualNetworks].map((kind) => kind.plane === 'azure' && kind.apiVersion));
  });

  test('one resource is read once, however many clusters link to it', async () => {
    const { azure, arm } = await connect();
    await Promise.all([network.id, network.id.toUpperCase(), network.id].map((id) => azure.get(id, '2026-01-01')));
    expect(arm.requests).toHaveLength(1);
  });

  test('Resource Graph, a thousand a page', async () => {
    const { azure, arm } = await connect({ clusters: fakeClusters(5), pageSize: 2 });
    expect(await all(azure.graph('Resources', {}))).toHaveLength(5);
    expect(arm.requests.map(({ method, body }) => [method, JSON.parse(body).options.$top])).toEqual([1, 2, 3].map(() => ['POST', 1000]));
  });

  test('the kubeconfig of the user, as text', async () => {
    const { azure, arm } = await connect({ clusters: [fakeCluster('base', { kubeconfig: 'kind: Config\n' })] });
    expect(await azure.listClusterUserCredential(base.cluster.id)).toBe('kind: Config\n');
    expect(arm.requests.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual(['POST listClusterUserCredential']);
  });
});

const once = (does: Fault['does'], more: Partial<Fault> = {}): Fault => ({ at: /./, times: 1, does, ...more });

describe('what passes is waited for, within bounds', () => {
  test.each<[string, Fault]>([
    ['429 with Retry-After', once({ throttle: '0' })],
    ['429 without Retry-After', once({ throttle: undefined })],
    ['429 with a date', once({ throttle: new Date(Date.now() - 1000).toUTCString() })],
    ['500', once({ status: 500 })],
    ['503', once({ status: 503, headers: { 'Retry-After': '0' } })],
    ['a reset', once({ reset: true })],
    ['a body that breaks off', once({ truncate: true })],
    ['an expired token', once({ expire: true })],
  ])('%s', async (_, fault) => {
    const { azure, arm } = await connect({ faults: [fault] });
    expect(await all(azure.list(clusters, version))).toHaveLength(1);
    expect(arm.requests).toHaveLength(2);
  });

  test.each<[string, Fault['does'], string]>([
    ['429', { throttle: '0' }, '429 TooManyRequests'],
    ['500', { status: 500, body: { error: { code: 'InternalServerError', message: 'Oh.' } } }, '500 InternalServerError: Oh.'],
    ['resets', { reset: true }, 'ended before'],
    ['bodies that break off', { truncate: true }, 'ended before'],
  ])('%s for ever: a bounded number of tries, then a fault', async (_, does, said) => {
    const { azure, arm } = await connect({ faults: [{ at: /./, does }] });
    const fault = await faultOf(all(azure.list(clusters, version)));
    expect(fault).toMatchObject({ why: 'failed', message: expect.stringContaining(said) });
    expect(arm.requests).toHaveLength('throttle' in does ? 13 : 5);
  });

  test('a Retry-After of an hour is not waited for', async () => {
    const { azure, arm } = await connect({ faults: [{ at: /./, does: { throttle: '3600' } }] });
    expect((await faultOf(azure.get(network.id, version))).message).toContain('429');
    expect(arm.requests).toHaveLength(1);
  });

  test('one throttled request holds back the others of its subscription', async () => {
    const { azure, seen } = await connect({ faults: [once({ throttle: '1' })] });
    await all(azure.list(clusters, version)).then(undefined, () => undefined);
    expect(seen.map(({ status }) => status)).toEqual([429, 200]);
    const { azure: other, seen: theirs } = await connect({ faults: [{ at: /agentPools/, times: 1, does: { throttle: '1' } }] });
    const first = all(other.list(`${base.cluster.id}/agentPools`, version));
    first.catch(() => undefined); // awaited below
    while (theirs.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const started = performance.now();
    await all(other.list(`${base.cluster.id}/maintenanceConfigurations`, version));
    expect(performance.now() - started).toBeGreaterThan(700);
    await first;
  });

  test('more requests than Azure has room for all come through, and few are refused', async () => {
    const many = fakeClusters(150);
    const { azure, arm } = await connect({ clusters: many, bucket: { size: 40, perSecond: 40 } });
    const read = await Promise.all(many.map(({ cluster }) => azure.get(cluster.id, version)));
    expect(read).toEqual(many.map(({ cluster }) => cluster));
    expect(arm.requests.length).toBeLessThan(150 + 5 * 16);
  }, 20_000);

  test('an answer that trickles is cut off and tried again, on later pages too', async () => {
    const faults: Fault[] = [{ at: /skipToken/, times: 1, does: { trickle: 3000 } }];
    const { azure, arm } = await connect({ clusters: fakeClusters(2), pageSize: 1, faults }, { attemptTimeout: 250 });
    expect(await all(azure.list(clusters, version))).toHaveLength(2);
    expect(arm.requests).toHaveLength(3);
  });

  test('too slow for ever', async () => {
    const { azure } = await connect({ faults: [{ at: /./, does: { slow: 1000 } }] }, { attemptTimeout: 50, maxRetries: 1 });
    expect(await faultOf(azure.get(network.id, version))).toMatchObject({ why: 'failed', message: expect.stringContaining('in time') });
  });
});

describe('what is no answer is never an empty one', () => {
  test.each<[string, Fault['does'], string]>([
    ['an empty body', { empty: true }, 'an empty body'],
    ['HTML', { html: true }, 'HTML page'],
    ['HTML with 404', { html: true, status: 404 }, '404 and an HTML page'],
    ['HTML with 403', { html: true, status: 403 }, '403 and an HTML page'],
    ['a list in place of a body', { status: 200, body: [] }, 'does not send'],
    ['half a body', { truncate: true, whole: true }, 'cut short'],
    ['no list in it', { status: 200, body: { value: null } }, 'no list'],
    ['items that are none', { status: 200, body: { value: ['x'] } }, 'no list'],
    [
      'an api-version unknown',
      { status: 400, body: { error: { code: 'NoRegisteredProviderFound', message: 'x' } } },
      'NoRegisteredProviderFound',
    ],
    ['an api-version invalid', { status: 400, body: { error: { code: 'InvalidApiVersionParameter', message: 'x' } } }, 'api-version 20'],
    ['a type unknown', { status: 404, body: { error: { code: 'InvalidResourceType', message: 'x' } } }, 'InvalidResourceType'],
    ['no subscription', { status: 404, body: { error: { code: 'SubscriptionNotFound', message: 'x' } } }, 'SubscriptionNotFound'],
    ['no such list', { status: 404, body: { error: { code: 'ResourceNotFound', message: 'x' } } }, 'not there (404)'],
  ])('%s', async (_, does, said) => {
    const { azure } = await connect({ faults: [{ at: /./, does }] });
    expect(await faultOf(all(azure.list(clusters, version)))).toMatchObject({ why: 'failed', message: expect.stringContaining(said) });
    if (said.includes('list') || said.includes('there')) return;
    expect(await faultOf(azure.get(network.id, version))).toMatchObject({ why: 'failed', message: expect.stringContaining(said) });
  });

  test('a later page that fails ends the list with a fault', async () => {
    const faults: Fault[] = [{ at: /skipToken/, does: { html: true } }];
    const { azure } = await connect({ clusters: fakeClusters(4), pageSize: 2, faults });
    const pages = azure.list(clusters, version)[Symbol.asyncIterator]();
    expect((await pages.next()).value).toHaveLength(2);
    expect((await faultOf(pages.next())).message).toContain('HTML');
  });

  test('403 names the action and the scope', async () => {
    const { azure } = await connect({ faults: [{ at: /virtualNetworks/, does: { deny: 'Microsoft.Network/virtualNetworks/read' } }] });
    expect(await faultOf(azure.get(network.id, version))).toMatchObject({
      why: 'forbidden',
      permission: `Microsoft.Network/virtualNetworks/read on ${network.id}`,
    });
  });

  test('whoever may not have the kubeconfig is told the action', async () => {
    const action = 'Microsoft.ContainerService/managedClusters/listClusterUserCredential/action';
    const { azure } = await connect({ faults: [{ at: /^POST/, does: { deny: action, scope: base.cluster.id } }] });
    expect(await faultOf(azure.listClusterUserCredential(base.cluster.id))).toMatchObject({
      why: 'forbidden',
      permission: `${action} on ${base.cluster.id}`,
    });
  });

  test('nobody listens, or under another certificate: unreachable', async () => {
    const { azure, arm } = await connect({}, { tls: {} });
    expect(await faultOf(azure.get(network.id, version))).toMatchObject({
      why: 'unreachable',
      message: expect.stringContaining('certificate'),
    });
    await arm.close().catch(() => undefined);
  });
});

describe('the token goes to the endpoint it is for and nowhere else', () => {
  const elsewhere = async () => {
    const other = await startFakeArm();
    return closing(other, other.close);
  };

  test.each(['SDK', 'generic'])('a nextLink to another host is refused: %s', async (which) => {
    const other = await elsewhere();
    const path = which === 'SDK' ? clusters : `${base.cluster.id}/providers/Microsoft.Authorization/policyAssignments?$filter=atScope()`;
    const { azure, az, arm } = await connect({ faults: [{ at: /./, does: { nextLink: `${other.url}/subscriptions?api-version=1` } }] });
    const fault = await faultOf(all(azure.list(path, version)));
    expect(fault).toMatchObject({ why: 'failed', message: expect.stringContaining(new URL(other.url).host) });
    expect(other.requests).toEqual([]);
    expect(az.audiences()).toEqual([arm.url]);
  });

  test.each(['http://localhost/next', 'https://localhost.evil.example/next', '//evil.example/next', 'https://user@evil.example/'])(
    'nor to %s',
    async (nextLink) => {
      const { azure, arm } = await connect({ faults: [{ at: /./, does: { nextLink } }] });
      expect((await faultOf(all(azure.list(clusters, version)))).message).toContain('another host');
      expect(arm.requests).toHaveLength(1);
    },
  );

  test('a link in a circle ends', async () => {
    const { azure, arm } = await connect({ faults: [{ at: /./, does: { nextLink: '/subscriptions?api-version=1' } }] });
    expect((await faultOf(all(azure.list(clusters, version)))).message).toContain('same page');
    expect(arm.requests).toHaveLength(2);
  });

  test.each([301, 302, 303, 307, 308])('a redirect is not followed: %i', async (status) => {
    const other = await elsewhere();
    const { azure } = await connect({ faults: [{ at: /./, does: { redirect: `${other.url}/`, status } }] });
    expect(await faultOf(azure.get(network.id, version))).toMatchObject({
      why: 'failed',
      message: expect.stringContaining(`redirected to ${new URL(other.url).host}`),
    });
    expect(other.requests).toEqual([]);
  });

  test('an id that leads elsewhere is refused', async () => {
    const other = await elsewhere();
    const { azure } = await connect();
    expect((await faultOf(azure.get(`//${new URL(other.url).host}/x`, version))).message).toContain('another host');
    expect((await faultOf(azure.get(`${other.url}/x`, version))).message).toContain('another host');
    expect(other.requests).toEqual([]);
  });

  test('an endpoint of its own gets a token of its own audience; the API server one of AKS', async () => {
    const { azure, az, arm } = await connect();
    await azure.get(network.id, version);
    const token = await azure.tokenFor('6dae42f8-4368-4678-94ff-3960e28e3630/.default');
    expect(az.audiences()).toEqual([arm.url, '6dae42f8-4368-4678-94ff-3960e28e3630']);
    expect(arm.requests.map((request) => request.token)).toEqual([arm.url]);
    expect(arm.requests.some(({ authorization }) => authorization?.includes(token))).toBe(false);
  });
});

describe('tokens', () => {
  test('one is asked for however many requests there are', async () => {
    const { azure, az } = await connect({ clusters: fakeClusters(20) });
    await Promise.all(fakeClusters(20).map(({ cluster }) => azure.get(cluster.id, version)));
    expect(az.audiences()).toHaveLength(1);
  });

  test('many that expire at once are renewed by one call', async () => {
    const { azure, az } = await connect({
      clusters: fakeClusters(10),
      latency: 30,
      faults: [{ at: /./, times: 10, does: { expire: true } }],
    });
    await Promise.all(fakeClusters(10).map(({ cluster }) => azure.get(cluster.id, version)));
    expect(az.audiences()).toHaveLength(2);
  });

  test('one that is refused again is not asked for a third time', async () => {
    const { azure, az, arm } = await connect({ faults: [{ at: /./, does: { expire: true } }] });
    const fault = await faultOf(azure.get(network.id, version));
    expect(fault.message).toContain('ExpiredAuthenticationToken');
    expect(fault.cause).toMatchObject({ name: 'AuthenticationFault' });
    expect([az.audiences().length, arm.requests.length]).toEqual([2, 2]);
  });

  test('one that is about to end is renewed before it is used', async () => {
    const { azure, az } = await connect({ clusters: fakeClusters(2) }, {}, { lifetime: 60 });
    for (const { cluster } of fakeClusters(2)) await azure.get(cluster.id, version);
    expect(az.audiences()).toHaveLength(2);
  });

  test('none appears in a message or a report of requests', async () => {
    const { azure, seen } = await connect({ clusters: fakeClusters(3), pageSize: 1, faults: [{ at: /base\/x/, does: { html: true } }] });
    const fault = await faultOf(azure.get(`${base.cluster.id}/x`, version));
    await all(azure.list(clusters, version));
    expect(JSON.stringify([fault.message, seen])).not.toContain('fake.');
    expect(seen.map(({ method, status, path }) => `${method} ${status} ${path.replace(/^.*\//, '')}`)).toEqual([
      'GET 200 x?api-version=2026-06-01',
      'GET 200 managedClusters?api-version=2026-06-01',
      'GET 200 managedClusters?api-version=2026-06-01&$skipToken=...',
      'GET 200 managedClusters?api-version=2026-06-01&$skipToken=...',
    ]);
  });
});

describe('the run', () => {
  test('an interruption ends reads at once, in a request and in a wait', async () => {
    for (const does of [{ slow: 5000 }, { throttle: '60' }] as const) {
      const { azure, abort, arm } = await connect({ clusters: fakeClusters(2), pageSize: 1, faults: [{ at: /skipToken/, does }] });
      const reading = faultOf(all(azure.list(clusters, version)));
      while (arm.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      const started = performance.now();
      abort();
      expect((await reading).message).toContain('stopped');
      expect(performance.now() - started).toBeLessThan(500);
    }
  });

  test('no more requests at a time than asked, over kept connections', async () => {
    const { azure, arm } = await connect({ clusters: fakeClusters(40), latency: 10 }, { concurrency: 4 });
    await Promise.all(fakeClusters(40).map(({ cluster }) => azure.get(cluster.id, version)));
    expect(arm.busiest()).toBe(4);
    expect(arm.connections()).toBeLessThanOrEqual(4);
  });
});
