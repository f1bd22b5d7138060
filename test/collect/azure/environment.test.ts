import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect as dial, type Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { startFakeArm } from '../../support/fakeArm.ts';
import { baseSubscription, fakeClusters } from '../../support/fakeArmData.ts';
import { fakeAz } from '../../support/fakeAz.ts';
import { root } from '../../support/fixtures.ts';
import { closing } from './support.ts';

/** A process of its own, as Node reads certificates and the library reads proxies when it starts. */
async function discover(endpoint: string, environment: Record<string, string | undefined>): Promise<string> {
  const module = (path: string) => JSON.stringify(pathToFileURL(`${root}src/collect/azure/${path}.ts`).href);
  const script = `
    import { createAzureApi } from ${module('arm')};
    import { armOf } from ${module('clouds')};
    import { createCredential } from ${module('credentials')};
    import { discoverTargets } from ${module('targets')};
    const arm = armOf(undefined, ${JSON.stringify(endpoint)});
    const credential = await createCredential(arm);
    const azure = await createAzureApi({ arm, credential, signal: new AbortController().signal, maxRetries: 0 });
    const found = await discoverTargets(azure, { environment: process.env }).then(({ targets }) => targets.map(({ name }) => name), (error) => error.message);
    console.log(JSON.stringify(found));`;
  const env = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
  const child = spawn(process.execPath, ['--input-type=module', '--no-warnings', '-e', script], { env });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  await once(child, 'close');
  return Buffer.concat(chunks).toString('utf8').trim();
}

async function setUp() {
  const arm = await startFakeArm({ clusters: fakeClusters(2) });
  closing(arm, arm.close);
  const az = fakeAz({ defaultSubscription: baseSubscription });
  closing(az, az.remove);
  return { arm, az };
}

test('the real chain, the authority of NODE_EXTRA_CA_CERTS, the subscription of az', async () => {
  const { arm, az } = await setUp();
  expect(await discover(arm.url, az.environment)).toBe('["cluster-001","cluster-002"]');
  expect(az.audiences()).toEqual([arm.url]);
  expect(await discover(arm.url, { ...az.environment, NODE_EXTRA_CA_CERTS: undefined })).toMatch(/certificate/);
}, 30_000);

test('HTTPS_PROXY carries the connection, NO_PROXY leaves it out', async () => {
  const { arm, az } = await setUp();
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', (request, client: Socket) => {
    tunnels.push(request.url ?? '');
    const server = dial(Number(new URL(arm.url).port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      server.pipe(client).pipe(server);
    });
    for (const socket of [client, server]) socket.on('error', () => undefined);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  closing(proxy, () => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  expect(await discover(arm.url, { ...az.environment, HTTPS_PROXY })).toBe('["cluster-001","cluster-002"]');
  expect(tunnels).toEqual([new URL(arm.url).host]);
  expect(await discover(arm.url, { ...az.environment, HTTPS_PROXY, NO_PROXY: 'localhost' })).toBe('["cluster-001","cluster-002"]');
  expect(tunnels).toHaveLength(1);
}, 30_000);
