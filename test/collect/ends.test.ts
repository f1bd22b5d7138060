import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/report.ts';
import { baseObjects, left, run, startFleet, subscription, temporary } from './fleet.ts';

const target = ['-s', subscription];
const json = ['-o', 'json', '--fail-on', 'none'];

describe('Ctrl-C', () => {
  test('ends a collection within a second and keeps what was whole, which --resume completes', async () => {
    const fleet = await startFleet({
      clusters: 2,
      kubernetes: (at) => (at === 1 ? { faults: [{ at: /\/pods\?/, delay: 60_000, times: 1 }] } : {}),
    });
    const folder = join(temporary(), 'state');
    let interrupted = 0;
    const ended = await run(fleet, ['collect', ...target, '--scan-configmaps', '-o', folder], {
      interrupt: async () => {
        while (
          !fleet.servers[1]?.requests.some(({ path }) => /\/pods\?/.test(path)) ||
          !readFiles(folder).some((name) => /shop-001.*\/pods\.ndjson$/.test(name))
        )
          await wait(20);
        await wait(200);
        interrupted = performance.now();
      },
    });
    expect(performance.now() - interrupted).toBeLessThan(1_500);
    expect([ended.code, ended.stderr]).toEqual([
      130,
      expect.stringMatching(/exit 130: interrupted; what was read is kept; 'aks-audit collect --resume \S+' reads what is missing/),
    ]);
    expect(readFiles(folder).filter((name) => /part$|manifest/.test(name))).toEqual([]);
    const before = fleet.arm.requests.length;
    const resumed = await run(fleet, ['collect', '--resume', folder, '--scan-configmaps']);
    expect(resumed.code).toBe(0);
    const again = fleet.servers[0]?.requests.filter(({ path }) => /\/api\/v1\/pods\?/.test(path)) ?? [];
    expect([again.length, fleet.arm.requests.length - before]).toEqual([1, expect.any(Number)]);
    const { stdout } = await run(fleet, ['audit', folder, ...json, '--offline']);
    expect((JSON.parse(stdout) as Report).clusters.map(({ gaps }) => gaps)).toEqual([[], []]);
  }, 60_000);

  test('ends a live audit without a report, and nothing stays behind', async () => {
    const fleet = await startFleet({ clusters: 1, kubernetes: () => ({ faults: [{ at: /\/pods\?/, delay: 60_000 }] }) });
    const folder = temporary();
    const { code, stdout } = await run(fleet, ['audit', ...target, ...json], {
      environment: { TMPDIR: folder },
      interrupt: async () => {
        while (!fleet.servers[0]?.requests.some(({ path }) => /\/pods\?/.test(path))) await wait(20);
      },
    });
    expect([code, stdout, left(folder)]).toEqual([130, '', []]);
  }, 30_000);
});

const readFiles = (folder: string): string[] => (existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]) : []);

describe('what is refused', () => {
  test('no credential ends with 4', async () => {
    const fleet = await startFleet({ clusters: 1 });
    const { code, stderr } = await run(fleet, ['audit', ...target], { environment: { PATH: '/usr/bin:/bin' } });
    expect([code, stderr]).toEqual([4, expect.stringMatching(/error: No credential for Azure: .*az login/)]);
  }, 30_000);

  const denied = { deny: 'Microsoft.ContainerService/managedClusters/read' };
  test('a subscription whose clusters may not be listed ends with 4, and names the action', async () => {
    const fleet = await startFleet({ clusters: 1, arm: { faults: [{ at: /managedClusters\?/, does: denied }] } });
    const { code, stderr } = await run(fleet, ['audit', ...target]);
    expect([code, stderr]).toEqual([4, expect.stringContaining('Microsoft.ContainerService/managedClusters/read')]);
  }, 30_000);

  test('one subscription of two that is refused ends with 3, and the other is judged', async () => {
    const other = '99999999-2222-3333-4444-555555555555';
    const fleet = await startFleet({
      clusters: 1,
      arm: { faults: [{ at: new RegExp(`subscriptions/${other}/.*managedClusters`), does: denied }] },
    });
    const { code, stdout, stderr } = await run(fleet, ['audit', ...target, '-s', other, ...json]);
    const report = JSON.parse(stdout) as Report;
    expect([code, report.clusters.length, report.unread]).toEqual([
      3,
      1,
      [{ target: `/subscriptions/${other}`, reason: expect.stringContaining('was refused') }],
    ]);
    expect(stderr).toContain('nothing could be read of 99999999');
  }, 30_000);

  test('an endpoint that is not there ends with 3', async () => {
    const fleet = await startFleet({ clusters: 1 });
    await fleet.arm.close();
    const { code, stderr } = await run(fleet, ['audit', ...target]);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/cannot be reached.*aks-audit doctor/)]);
  }, 60_000);
});

test.each([[[]], [['--scan-configmaps']]])(
  'planted secrets are in no file, log or report %j',
  async (scan) => {
    const canary = (where: string) => `canary-${where}-Zq8kT2vX9pLm4Rw7`;
    const container = {
      name: 'app',
      image: 'registry.example/app:1',
      env: [{ name: 'DB_PASSWORD', value: canary('env') }],
      args: [`--password=${canary('argument')}`],
    };
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { env: [{ name: 'X', value: canary('applied') }] } }),
    };
    const planted = [
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'shop', annotations }, data: { token: canary('secret') } },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'c', namespace: 'shop', annotations },
        data: { token: canary('configmap'), 'app.ini': `[db]\npassword=${canary('file')}\n` },
        binaryData: { blob: Buffer.from(canary('binary')).toString('base64') },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'd', namespace: 'shop', annotations },
        spec: {
          replicas: 1,
          selector: { matchLabels: { a: 'b' } },
          template: { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } },
        },
      },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'shop', annotations }, spec: { containers: [container] } },
    ];
    const fleet = await startFleet({
      clusters: 1,
      kubernetes: () => ({ objects: [...baseObjects(), ...planted] }),
      change: (each) => ({
        ...each,
        kubeconfig: (each.kubeconfig ?? '').replace('provideClusterInfo: false', `env: [{ name: T, value: ${canary('kubeconfig')} }]`),
      }),
    });
    expect(fleet.clusters[0]?.kubeconfig).toContain('canary-kubeconfig');
    const folder = temporary();
    const outputs = ['-o', 'json', '-o', `sarif=${join(folder, 'a.sarif')}`, '-o', `table=${join(folder, 'a.txt')}`];
    const { stdout, stderr } = await run(fleet, [
      'audit',
      ...target,
      ...outputs,
      ...scan,
      '--debug',
      '--fail-on',
      'none',
      '--keep',
      join(folder, 'state'),
    ]);
    const files = globSync('**/*', { cwd: folder })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());
    const texts = [stdout, stderr, ...files.map((path) => readFileSync(path, 'utf8'))];
    expect(files.length).toBeGreaterThan(20);
    expect(texts.join('\n')).toContain('"name":"d"');
    for (const text of texts) expect(text.match(/canary-\w+|fake\.[\w-]{8,}\.\d+/g) ?? []).toEqual([]);
    const asked = fleet.servers[0]?.requests ?? [];
    expect(asked.filter(({ path, accept }) => /\/secrets/.test(path) && !accept?.includes('as=Table'))).toEqual([]);
    expect(asked.filter(({ path }) => /configmaps/.test(path))).toHaveLength(scan.length);
    const [cluster] = (JSON.parse(stdout) as Report).clusters;
    const found = cluster?.entries.find(({ rule }) => rule === 'configmap-credentials')?.result;
    expect(found).toMatchObject(
      scan.length === 0
        ? {
            status: 'unknown',
            missing: [{ key: 'configMaps', export: expect.stringMatching(/kubectl get configmaps .*--scan-configmaps/) }],
          }
        : {
            status: 'fail',
            findings: expect.arrayContaining([
              expect.objectContaining({
                severity: 'high',
                subject: expect.objectContaining({ name: 'c', namespace: 'shop' }),
                message:
                  'Credentials stand in plain text: data (token: high-entropy of 33 characters, app.ini: password of 43 characters).',
              }),
            ]),
          },
    );
  },
  60_000,
);

test('what was collected without ConfigMaps is completed by --resume with them', async () => {
  const fleet = await startFleet({ clusters: 1 });
  const folder = join(temporary(), 'state');
  const ofConfigMaps = () => fleet.servers[0]?.requests.filter(({ path }) => /configmaps/.test(path)).map(({ path }) => path);
  expect((await run(fleet, ['collect', ...target, '-o', folder])).code).toBe(0);
  expect([ofConfigMaps(), readFiles(folder).filter((name) => /configMaps/.test(name))]).toEqual([[], []]);
  expect((await run(fleet, ['collect', '--resume', folder, '--scan-configmaps'])).code).toBe(0);
  expect(ofConfigMaps()).toEqual(['/api/v1/configmaps?limit=100']);
  const { stdout } = await run(fleet, ['audit', folder, ...json, '--offline']);
  const entry = (JSON.parse(stdout) as Report).clusters[0]?.entries.find(({ rule }) => rule === 'configmap-credentials');
  expect(entry?.result.status).toBe('pass');
}, 60_000);

test('a token goes to where it was asked for, and nowhere else', async () => {
  const fleet = await startFleet({ clusters: 1 });
  await run(fleet, ['audit', ...target, ...json]);
  expect(new Set(fleet.arm.requests.map(({ token }) => token))).toEqual(new Set([fleet.arm.url]));
  const aks = '6dae42f8-4368-4678-94ff-3960e28e3630';
  const audiences = fleet.servers[0]?.requests.map(({ token }) => Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString());
  expect(new Set(audiences)).toEqual(new Set([aks]));
}, 30_000);
