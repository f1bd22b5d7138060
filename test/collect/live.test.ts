import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/report.ts';
import { root } from '../support/fixtures.ts';
import { type Fleet, left, run, startFleet, subscription, temporary } from './fleet.ts';

const now = ['--now', '2026-11-20T08:00:00Z'];
const json = ['-o', 'json'];
const target = ['-s', subscription, '--scan-configmaps'];
const reportOf = (text: string): Report => JSON.parse(text) as Report;
/** The report without the places of files, which a folder that is gone does not have. */
const withoutPlaces = (text: string): string => JSON.stringify(JSON.parse(text, (key, value) => (key === 'at' ? undefined : value)));
/** Nothing but reads: GET, the POST that hands out what API servers are, and the queries of Resource Graph. */
const posts = (fleet: Fleet): string[] =>
  fleet.arm.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);

describe('a subscription of three clusters', () => {
  test('live, kept, and collected then audited offline are one report, byte for byte', async () => {
    const fleet = await startFleet();
    const folder = temporary();
    const live = await run(fleet, ['audit', ...target, ...now, ...json]);
    expect([live.code, live.stderr.split('\n').slice(0, 3).sort()]).toEqual([0, ['shop-001: read', 'shop-002: read', 'shop-003: read']]);
    const kept = await run(fleet, ['audit', ...target, ...now, ...json, '--keep', 'state'], { cwd: folder });
    const collected = await run(fleet, ['collect', ...target, ...now, '-o', join(folder, 'again/state')]);
    expect([kept.code, collected.code]).toEqual([0, 0]);
    const [one, other] = await Promise.all(
      [folder, join(folder, 'again')].map((cwd) => run(fleet, ['audit', 'state', ...now, ...json, '--offline'], { cwd })),
    );
    expect(one?.stdout).toBe(kept.stdout);
    expect(other?.stdout).toBe(kept.stdout);
    expect(withoutPlaces(live.stdout)).toBe(withoutPlaces(kept.stdout));
    const report = reportOf(live.stdout);
    // No cluster of the fleet is for tests, so which one leads the upgrades is not decided.
    expect(report.clusters.map(({ target: { name }, gaps }) => [name, gaps])).toEqual([
      ['shop-001', []],
      ['shop-002', []],
      ['shop-003', []],
    ]);
    expect(new Set(posts(fleet))).toEqual(new Set(['POST listClusterUserCredential', 'POST resources']));
    expect(fleet.servers.flatMap(({ requests }) => requests).every(({ method }) => method === 'GET')).toBe(true);
  }, 60_000);

  test('reads the clusters by one list, what they share once, and only what the chosen rules need', async () => {
    const fleet = await startFleet();
    await run(fleet, ['audit', ...target, ...now, ...json, '--rule', 'subnet-ip-capacity', '--fail-on', 'none']);
    const paths = fleet.arm.requests.map(({ path }) => path.slice(path.indexOf('/providers/')));
    expect(paths.filter((path) => /managedClusters$/.test(path))).toHaveLength(1);
    // The network of the nodes, and the hub that it is peered with.
    expect(paths.filter((path) => /virtualNetworks/.test(path))).toHaveLength(2);
    expect(paths.filter((path) => /policyAssignments|maintenanceConfigurations/.test(path))).toEqual([]);
    expect(fleet.az.audiences()).toContain(fleet.arm.url);
    expect(fleet.az.audiences().filter((each) => !each.startsWith(fleet.arm.url) && !each.startsWith('6dae42f8'))).toEqual([]);
  }, 30_000);

  test('without a target it is the current subscription of az, and nothing stays behind', async () => {
    const fleet = await startFleet({ clusters: 1 });
    const temporaryFolder = temporary();
    const { code } = await run(fleet, ['audit', ...now, ...json], { environment: { TMPDIR: temporaryFolder } });
    expect([code, left(temporaryFolder)]).toEqual([0, []]);
  }, 30_000);

  test('--debug tells every request and no token', async () => {
    const fleet = await startFleet({ clusters: 1 });
    const { stderr } = await run(fleet, ['audit', ...target, ...now, ...json, '--debug']);
    const lines = stderr.split('\n').filter((line) => /^(GET|POST) /.test(line));
    expect(lines).toHaveLength(fleet.arm.requests.length + (fleet.servers[0]?.requests.length ?? 0));
    expect(lines.filter((line) => !/^(GET|POST) localhost:\d+ \/\S* \d{3} \d+ ms$/.test(line))).toEqual([]);
    expect(stderr).not.toMatch(/fake\.[\w-]+\.\d|Bearer/);
  }, 30_000);
});

test('with --redact-ids the folder names nobody and is judged as it would be without', async () => {
  const fleet = await startFleet({ clusters: 2 });
  const folder = temporary();
  await run(fleet, ['collect', ...target, ...now, '-o', join(folder, 'plain')]);
  const { code } = await run(fleet, ['collect', ...target, ...now, '-o', join(folder, 'aliased'), '--redact-ids']);
  expect(code).toBe(0);
  const statuses = async (name: string) => {
    const { stdout } = await run(fleet, ['audit', join(folder, name), ...now, ...json, '--offline']);
    expect(stdout.includes(subscription)).toBe(name === 'plain');
    return reportOf(stdout).clusters.map(({ target: { name: its }, score, entries }) => [
      its,
      score,
      entries.map(({ rule, result }) => [rule, result.status, result.counts]),
    ]);
  };
  expect(await statuses('aliased')).toEqual(await statuses('plain'));
  const files = globSync('aliased/**/*.{json,ndjson}', { cwd: folder }).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(files.filter((text) => text.includes(subscription))).toEqual([]);
  const resumed = await run(fleet, ['collect', '--resume', join(folder, 'aliased')]);
  expect([resumed.code, resumed.stderr]).toEqual([2, expect.stringContaining('holds aliases')]);
}, 60_000);

describe('what the command line says', () => {
  const refused: [name: string, flags: string[], message: RegExp][] = [
    [
      'paths and targets',
      ['audit', 'fixtures/base', '-g', 'rg'],
      /--resource-group, --arm-endpoint|--resource-group.*for live clusters only/,
    ],
    ['flags of files without files', ['audit', '--complete', ...target], /--complete: for files only/],
    ['no folder', ['collect', ...target], /-o: no folder is named/],
    ['two folders', ['collect', '-o', 'a', '--resume', 'b'], /name two folders/],
    ['two widths', ['audit', ...target, '--all-subscriptions'], /--all-subscriptions, -s: say different things/],
    ['nothing to read', ['audit', ...target, '--skip-azure', '--skip-kubernetes'], /leave nothing to read/],
    ['a time that is none', ['audit', '--timeout', 'soon'], /It is a time such as/],
    ['a cluster that is not there', ['audit', ...target, '-n', 'nowhere'], /nowhere|None of the 1/],
    ['a full folder', ['collect', ...target, '-o', 'fixtures/base'], /is not empty.*--resume/],
  ];
  test.each(refused)(
    '%s ends with 2',
    async (_, flags, message) => {
      const fleet = await startFleet({ clusters: 1 });
      const { code, stderr } = await run(fleet, flags);
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    },
    30_000,
  );
});

test('a snapshot folder of one cluster holds what was asked for, and names no more', async () => {
  const fleet = await startFleet({ clusters: 1 });
  const folder = join(temporary(), 'state');
  await run(fleet, ['collect', ...target, ...now, '-o', folder]);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { gaps: unknown[]; unread?: unknown; files: object };
  expect([manifest.gaps, manifest.unread]).toEqual([[], undefined]);
  expect(Object.keys(manifest.files)).toContain('shared/azure/virtualNetworks.json');
}, 30_000);

test('help, roles and offline audits load none of the heavy packages', () => {
  for (const parts of [['--help'], ['audit', 'fixtures/base', '-o', 'json', '--fail-on', 'none'], ['permissions']]) {
    const { stderr, status } = spawnSync(
      process.execPath,
      ['--import', join(root, 'test/support/loaded.js'), 'bin/aks-audit.js', ...parts],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    const loaded = [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, url]) => url ?? '');
    expect([status, loaded.filter((url) => /node_modules\/(@azure|@kubernetes|undici|p-limit)\//.test(url))], parts.join(' ')).toEqual([
      0,
      [],
    ]);
    expect(loaded.length).toBeGreaterThan(10);
  }
}, 30_000);
