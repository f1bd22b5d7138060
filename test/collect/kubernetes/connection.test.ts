import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectTo, type KubernetesAccess } from '../../../src/collect/kubernetes/connection.ts';
import { inClusterContext, inClusterTarget, userContexts } from '../../../src/collect/kubernetes/kubeconfig.ts';
import { createKubernetesApi } from '../../../src/collect/kubernetes/lists.ts';
import type { LiveTarget, ReadFault } from '../../../src/collect/source.ts';
import { UserError } from '../../../src/errors.ts';
import { type FakeKubernetes, kubeconfigOf, testCa } from '../../support/fakeKubernetes.ts';
import { accessTo, fakeOf, pagesOf, podsOf, targetOf } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'aks-audit-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** How reading pods ends: the number of pods, or the fault. */
async function read(access: KubernetesAccess, target = targetOf()): Promise<number | ReadFault> {
  const api = createKubernetesApi(connectTo(target, access), { signal: new AbortController().signal, backoff: 1, timeout: 3000 });
  onTestFinished(api.close);
  try {
    return (await pagesOf(api.list('', 'v1', 'pods'))).flat().length;
  } catch (thrown) {
    return thrown as ReadFault; // and the test says of what kind
  }
}

const caData = `certificate-authority-data: ${Buffer.from(testCa).toString('base64')}`;
/** A program that says that it ran. */
const plugin = (name: string, output = '{}'): { path: string; ran: () => boolean } => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\ntouch ${path}.ran\ncat <<'EOF'\n${output}\nEOF\n`);
  chmodSync(path, 0o755);
  return {
    path,
    ran: () => {
      try {
        return readFileSync(`${path}.ran`).length === 0;
      } catch {
        return false;
      }
    },
  };
};
const execUser = (path: string) => `{ exec: { apiVersion: client.authentication.k8s.io/v1, command: "${path}", interactiveMode: Never } }`;

describe('by what ARM says of the cluster', () => {
  test('the server and its CA are taken, with a token of ours; the plugin, proxy and token in the kubeconfig are not', async () => {
    const fake = await fakeOf({ objects: podsOf(3), requireToken: 'token-0' });
    const exec = plugin('arm-plugin');
    const user = execUser(exec.path).replace(' }', ' , token: kubeconfig-token }').replace('{ exec', '{ token: "kubeconfig-token", exec');
    const { access } = accessTo({ kubeconfig: kubeconfigOf(fake.url, { user, cluster: `${caData}, proxy-url: "http://127.0.0.1:9"` }) });
    expect(await read(access)).toBe(3);
    expect(exec.ran()).toBe(false);
    expect(fake.requests.map(({ token }) => token)).toEqual(['token-0']);
  });

  const refused: [string, (fake: FakeKubernetes) => string, Partial<LiveTarget['cluster']['properties']>, string][] = [
    [
      'a foreign host',
      ({ url }) => kubeconfigOf(url),
      { fqdn: 'shop-1.hcp.westeurope.azmk8s.io' },
      "names localhost, and the cluster's own name is shop-1",
    ],
    ['a foreign host, of a cluster without a name', ({ url }) => kubeconfigOf(url), { fqdn: '' }, 'is unknown'],
    [
      'insecure-skip-tls-verify',
      ({ url }) => kubeconfigOf(url, { cluster: `${caData}, insecure-skip-tls-verify: true` }),
      {},
      'not to verify',
    ],
    ['no CA', ({ url }) => kubeconfigOf(url, { cluster: 'x: y' }), {}, 'no certificate'],
    ['a CA in a file of ours', ({ url }) => kubeconfigOf(url, { cluster: 'certificate-authority: /etc/hosts' }), {}, 'no certificate'],
    ['http', ({ url }) => kubeconfigOf(url.replace('https', 'http')), {}, 'not plain https'],
    ['a user in the URL', ({ url }) => kubeconfigOf(url.replace('//', '//localhost@')), {}, 'not plain https'],
    ['something else', () => 'secret-canary: [', {}, 'cannot be read'],
    ['nothing', () => '{}', {}, 'names no server'],
  ];
  test.each(refused)('%s is refused before anything is sent', async (_what, kubeconfig, properties, message) => {
    const fake = await fakeOf();
    const { access, asked } = accessTo({ kubeconfig: kubeconfig(fake) });
    const fault = await read(access, targetOf(properties));
    expect(fault).toMatchObject({ name: 'ReadFault', why: 'failed', message: expect.stringContaining(message) });
    expect(String(fault)).not.toContain('canary');
    expect([fake.connections(), fake.requests, asked.tokens]).toEqual([0, [], 0]);
  });

  test('a server that the CA did not sign gets no request, NODE_TLS_REJECT_UNAUTHORIZED or not', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const fake = await fakeOf();
    const other = readFileSync(join(import.meta.dirname, '../../support/tls/server.crt')).toString('base64');
    const { access } = accessTo({ kubeconfig: kubeconfigOf(fake.url, { cluster: `certificate-authority-data: ${other}` }) });
    const fault = await read(access);
    expect(fault).toMatchObject({ why: 'failed', message: expect.stringContaining("does not hold against the cluster's CA") });
    expect(fake.requests).toEqual([]);
  });

  test('behind an inspecting proxy its CA is taken from NODE_EXTRA_CA_CERTS', async () => {
    const fake = await fakeOf({ objects: podsOf(2) });
    const tls = join(import.meta.dirname, '../../support/tls');
    const kubeconfig = kubeconfigOf(fake.url, {
      cluster: `certificate-authority-data: ${readFileSync(join(tls, 'server.crt')).toString('base64')}`,
    });
    const code = `
      import { connectTo } from '${join(import.meta.dirname, '../../../src/collect/kubernetes/connection.ts')}';
      import { createKubernetesApi } from '${join(import.meta.dirname, '../../../src/collect/kubernetes/lists.ts')}';
      const access = { contexts: new Map(), userCredential: async () => process.env.TEXT, token: async () => 'token' };
      const target = { id: 'a', cluster: { properties: { fqdn: 'localhost', aadProfile: {} } } };
      const api = createKubernetesApi(connectTo(target, access), { signal: new AbortController().signal });
      for await (const page of api.list('', 'v1', 'pods')) console.log(page.length);
      await api.close();`;
    const environment = { PATH: process.env.PATH, TEXT: kubeconfig, NODE_EXTRA_CA_CERTS: join(tls, 'ca.crt') };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { env: environment });
    expect(stdout.trim()).toBe('2');
  });

  test('the private name is the cluster’s as well; a name resolves as the network says', async () => {
    const fake = await fakeOf({ objects: podsOf(2) });
    const looked: string[] = [];
    const lookup: NonNullable<KubernetesAccess['network']>['lookup'] = (name, options, callback) => {
      looked.push(name);
      if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else callback(null, '127.0.0.1', 4);
    };
    const { access } = accessTo(fake, { network: { lookup } });
    expect(await read(access, targetOf({ fqdn: 'other.example', privateFQDN: 'LocalHost' }))).toBe(2);
    expect(looked).toEqual(['localhost']);
  });

  test('the certificate of a cluster without Entra is not even asked for without --allow-local-accounts', async () => {
    const fake = await fakeOf({ objects: podsOf(1) });
    const [cert, key] = ['server.crt', 'server.key'].map((name) =>
      readFileSync(join(import.meta.dirname, '../../support/tls', name)).toString('base64'),
    );
    const kubeconfig = kubeconfigOf(fake.url, { user: `{ client-certificate-data: ${cert}, client-key-data: ${key}, token: local }` });
    const without = targetOf();
    delete without.cluster.properties.aadProfile;
    const refusing = accessTo({ kubeconfig });
    expect(await read(refusing.access, without)).toMatchObject({
      why: 'failed',
      message: expect.stringContaining('--allow-local-accounts'),
    });
    expect(refusing.asked).toEqual({ credentials: 0, tokens: 0, fresh: 0 });
    const allowing = accessTo({ kubeconfig }, { allowLocalAccounts: true });
    expect(await read(allowing.access, without)).toBe(1);
    expect(allowing.asked).toEqual({ credentials: 1, tokens: 0, fresh: 0 });
    expect(fake.requests.map(({ token }) => token)).toEqual([undefined]);
  });

  const unreachable: [string, Partial<LiveTarget['cluster']['properties']>, string][] = [
    ['a private one', { apiServerAccessProfile: { enablePrivateCluster: true } }, 'The cluster is private'],
    ['one with authorized ranges', { apiServerAccessProfile: { authorizedIPRanges: ['198.51.100.0/24'] } }, 'authorized addresses only'],
    ['any other', {}, 'from where kubectl reaches it'],
  ];
  test.each(unreachable)('a server that cannot be reached: %s', async (_what, properties, message) => {
    const { access } = accessTo({ kubeconfig: kubeconfigOf('https://localhost:9') });
    const fault = await read(access, targetOf(properties));
    expect(fault).toMatchObject({ why: 'unreachable', message: expect.stringContaining(message) });
    expect(String(fault)).toContain('kubectl commands');
  });

  test('goes through the proxy that HTTPS_PROXY names, but for hosts of NO_PROXY', async () => {
    const fake = await fakeOf({ objects: podsOf(1) });
    const tunnels: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      const { hostname, port } = new URL(`http://${request.url}`);
      const upstream = connectSocket(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const each of [upstream, socket]) each.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    vi.stubEnv('https_proxy', undefined);
    vi.stubEnv('NO_PROXY', undefined);
    vi.stubEnv('no_proxy', undefined);
    expect(await read(accessTo(fake).access)).toBe(1);
    expect(tunnels).toEqual([new URL(fake.url).host]);
    vi.stubEnv('NO_PROXY', 'localhost');
    expect(await read(accessTo(fake).access)).toBe(1);
    expect(tunnels).toHaveLength(1);
  });

  test('a proxy that refuses is named', async () => {
    const fake = await fakeOf();
    const proxy = createServer().on('connect', (_request, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const network = { httpsProxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, noProxy: '' };
    expect(await read(accessTo(fake, { network }).access)).toMatchObject({ why: 'unreachable', message: expect.stringContaining('(407)') });
  });
});

describe('by a kubeconfig that the user named', () => {
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const two = (url: string, more = '') =>
    [
      'clusters:',
      `  - { name: a, cluster: { server: "${url}", ${caData} } }`,
      '  - { name: b, cluster: { server: "https://shop-b.hcp.westeurope.azmk8s.io:443" } }',
      'users: [{ name: u, user: { token: "user-token" } }]',
      'contexts:',
      '  - { name: a, context: { cluster: a, user: u } }',
      '  - { name: b, context: { cluster: b, user: u } }',
      more,
    ].join('\n');
  const [a, b, c] = [
    targetOf({ fqdn: 'localhost' }, 'a'),
    targetOf({ fqdn: 'other.example', privateFQDN: 'shop-b.hcp.westeurope.azmk8s.io' }, 'b'),
    targetOf({ fqdn: 'shop-c.hcp.westeurope.azmk8s.io' }, 'c'),
  ] as [LiveTarget, LiveTarget, LiveTarget];

  test('its exec plugin runs, once, and our token stays here', async () => {
    const fake = await fakeOf({ objects: podsOf(501), requireToken: 'from-plugin' });
    const credential = { kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status: { token: 'from-plugin' } };
    const exec = plugin('user-plugin', JSON.stringify(credential));
    const target = targetOf();
    const contexts = userContexts([target], write('exec.yaml', kubeconfigOf(fake.url, { user: execUser(exec.path) })), undefined);
    const { access, asked } = accessTo(fake, { contexts });
    expect(await read(access, target)).toBe(501);
    expect(exec.ran()).toBe(true);
    expect(asked).toEqual({ credentials: 0, tokens: 0, fresh: 0 });
  });

  test('neither a token context nor one that skips verification gets our token', async () => {
    const fake = await fakeOf({ objects: podsOf(1), requireToken: 'user-token' });
    const text = kubeconfigOf(fake.url, { user: '{ token: user-token }', cluster: 'insecure-skip-tls-verify: true' });
    const contexts = userContexts([targetOf()], write('token.yaml', text), undefined);
    const { access, asked } = accessTo(fake, { contexts });
    expect(await read(access)).toBe(1);
    expect(asked.tokens).toBe(0);
    expect(fake.requests.every(({ token }) => token === 'user-token')).toBe(true);
  });

  test('a plugin that is missing or fails is named, and not quoted', async () => {
    const fake = await fakeOf();
    const failing = join(folder, 'failing');
    writeFileSync(failing, '#!/bin/sh\necho canary-of-plugin >&2\nexit 1\n', { mode: 0o755 });
    for (const [command, message] of [
      [join(folder, 'absent'), 'was not found'],
      [failing, 'gave no credential'],
    ] as const) {
      const contexts = userContexts([targetOf()], write('failing.yaml', kubeconfigOf(fake.url, { user: execUser(command) })), undefined);
      const fault = await read(accessTo(fake, { contexts }).access);
      expect(fault).toMatchObject({ name: 'ReadFault', why: 'failed', message: expect.stringContaining(message) });
      expect(String(fault)).not.toContain('canary');
    }
    expect(fake.requests).toEqual([]);
  });

  test('a context belongs to the cluster whose host is its server’s', () => {
    const path = write('two.yaml', two('https://localhost:1'));
    const names = (targets: LiveTarget[], name?: string) =>
      [...userContexts(targets, path, name)].map(([id, each]) => `${id.split('/').at(-1)}:${each.name}`);
    expect(names([a, b, c])).toEqual(['a:a', 'b:b']);
    expect(names([a, b, c], 'b')).toEqual(['b:b']);
    expect(names([b])).toEqual(['b:b']);
    expect(() => names([a, c], 'b')).toThrow(UserError);
    expect(() => names([c], 'b')).toThrow('no context is of a cluster to audit: b (shop-b.hcp.westeurope.azmk8s.io)');
    expect(names([c], 'a')).toEqual(['c:a']); // One target, and a server that is no other cluster's: a tunnel.
    expect(() => names([c])).toThrow(UserError); // No context was named, and none fits.
    expect(() => names([a], 'z')).toThrow('has no context z');
    expect([...userContexts([a], undefined, undefined)]).toEqual([]);
    expect(() => userContexts([a], undefined, 'a')).toThrow('--kubeconfig');
    expect(() => userContexts([a], join(folder, 'nothing'), undefined)).toThrow('does not exist');
    expect(() => userContexts([a], write('broken.yaml', 'token: canary: ['), undefined)).toThrow(
      /cannot be read as a kubeconfig(?!.*canary)/,
    );
  });

  test('nothing of $KUBECONFIG or the home folder is read', async () => {
    const fake = await fakeOf({ objects: podsOf(1), requireToken: 'token-0' });
    const exec = plugin('ambient-plugin');
    vi.stubEnv('KUBECONFIG', write('ambient.yaml', kubeconfigOf(fake.url, { user: execUser(exec.path) })));
    expect(await read(accessTo(fake).access)).toBe(1);
    expect(exec.ran()).toBe(false);
  });
});

describe('in a cluster', () => {
  const pod = (issuer: string): string => {
    const root = mkdtempSync(join(folder, 'pod-'));
    const mount = join(root, 'var/run/secrets/kubernetes.io/serviceaccount');
    mkdirSync(mount, { recursive: true });
    writeFileSync(join(mount, 'token'), ['e30', Buffer.from(JSON.stringify({ iss: issuer })).toString('base64url'), 'c2ln'].join('.'));
    writeFileSync(join(mount, 'ca.crt'), testCa);
    return root;
  };
  const oidc = 'https://westeurope.oic.prod-aks.azure.com/0/1/';
  const own = targetOf({ oidcIssuerProfile: { issuerURL: oidc } }, 'own');
  const other = targetOf({ fqdn: 'shop-1.hcp.westeurope.azmk8s.io' }, 'other');

  test('the service account is of the cluster whose issuer signed it, and of no other', () => {
    expect(inClusterTarget([other, own], pod(oidc))).toBe(own);
    expect(inClusterTarget([other, own], pod('https://shop-1.hcp.westeurope.azmk8s.io'))).toBe(other);
    expect(inClusterTarget([other], pod('https://kubernetes.default.svc'))).toBe(other);
    expect(() => inClusterTarget([other], pod(oidc))).toThrow('does not run in a cluster to audit');
    expect(() => inClusterTarget([other, own], pod('https://kubernetes.default.svc'))).toThrow(UserError);
    expect(() => inClusterTarget([own], folder)).toThrow('does not run in a pod');
    expect(() => inClusterContext(folder)).toThrow('does not run in a pod');
  });

  test('reads with the service account’s token', async () => {
    const root = pod(oidc);
    const token = readFileSync(join(root, 'var/run/secrets/kubernetes.io/serviceaccount/token'), 'utf8');
    const fake = await fakeOf({ objects: podsOf(1), requireToken: token });
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '127.0.0.1');
    vi.stubEnv('KUBERNETES_SERVICE_PORT', new URL(fake.url.replace('localhost', '127.0.0.1')).port);
    const { access, asked } = accessTo(fake, { contexts: new Map([[own.id, inClusterContext(root)]]) });
    expect(await read(access, own)).toBe(1);
    expect(asked).toEqual({ credentials: 0, tokens: 0, fresh: 0 });
  });
});
