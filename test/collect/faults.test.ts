import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { outcome } from '../../src/cli/gate.ts';
import type { ClusterReport, Report } from '../../src/report.ts';
import type { Fault as ArmFault } from '../support/fakeArm.ts';
import type { FakeCluster } from '../support/fakeArmData.ts';
import type { Fault as KubernetesFault } from '../support/fakeKubernetes.ts';
import { kubeconfigOf } from '../support/fakeKubernetes.ts';
import { run, startFleet, subscription } from './fleet.ts';

interface Case {
  arm?: Omit<ArmFault, 'at'> & { of: string };
  kubernetes?: readonly KubernetesFault[];
  change?: (cluster: FakeCluster) => FakeCluster;
  token?: false;
  gone?: true;
  /** What the user is told; none: nothing is lost. */
  says?: RegExp;
  /** One of the rules that become unknown. */
  loses?: string;
  code: number;
}
const changed = (properties: object) => (each: FakeCluster) => ({
  ...each,
  cluster: { ...each.cluster, properties: { ...(each.cluster.properties as object), ...properties } },
});
const elsewhere = 'https://elsewhere.example/page';
const windows = 'maintenanceConfigurations';

/** Every fault on a cluster of its own, all in one run: what it costs that cluster, and that it costs no other anything. */
const cases: Record<string, Case> = {
  'nothing is wrong': { code: 0 },
  'ARM: 403 on what hangs on the cluster': {
    arm: { of: windows, does: { deny: 'Microsoft.ContainerService/managedClusters/maintenanceConfigurations/read' } },
    says: /maintenanceConfigurations: denied/,
    code: 3,
  },
  'ARM: 429 with Retry-After, then well': { arm: { of: windows, times: 1, does: { throttle: '1' } }, code: 0 },
  'ARM: 429 without Retry-After, then well': { arm: { of: windows, times: 1, does: { throttle: undefined } }, code: 0 },
  'ARM: 429 for good': { arm: { of: windows, does: { throttle: '0' } }, says: /maintenanceConfigurations: .*429/, code: 3 },
  'ARM: 503 twice, then well': { arm: { of: windows, times: 2, does: { status: 503 } }, code: 0 },
  'ARM: connection reset, then well': { arm: { of: windows, times: 1, does: { reset: true } }, code: 0 },
  'ARM: connection reset for good': { arm: { of: windows, does: { reset: true } }, says: /maintenanceConfigurations: /, code: 3 },
  'ARM: body cut short': {
    arm: { of: windows, does: { truncate: true, whole: true } },
    says: /maintenanceConfigurations: .*cut short/,
    code: 3,
  },
  'ARM: a web page': { arm: { of: windows, does: { html: true } }, says: /maintenanceConfigurations: .*HTML page/, code: 3 },
  'ARM: an empty body': { arm: { of: windows, does: { empty: true } }, says: /maintenanceConfigurations: .*empty body/, code: 3 },
  'ARM: token expired, then well': { arm: { of: windows, times: 1, does: { expire: true } }, code: 0 },
  'ARM: redirect to another host': {
    arm: { of: windows, does: { redirect: elsewhere } },
    says: /elsewhere\.example, which is not followed/,
    code: 3,
  },
  'ARM: nextLink to another host': {
    arm: { of: windows, does: { nextLink: elsewhere } },
    says: /leads to another host, elsewhere\.example/,
    // The first page is seen, and settles the rule.
    code: 0,
  },
  'ARM: an answer that never comes': {
    arm: { of: windows, does: { slow: 60_000 } },
    says: /maintenanceConfigurations: The cluster was not read within 25 s/,
    code: 3,
  },
  'ARM: no right to the cluster credential': {
    arm: { of: 'listClusterUserCredential', does: { deny: 'Microsoft.ContainerService/managedClusters/listClusterUserCredential/action' } },
    says: /denied/,
    loses: 'anonymous-and-broad-bindings',
    code: 3,
  },
  'Kubernetes: 403 on pods': { kubernetes: [{ at: /\/pods\?/, forbidden: true }], says: /pods, podMetrics: denied/, code: 3 },
  'Kubernetes: 429, then well': { kubernetes: [{ at: /\/pods\?/, status: 429, times: 1, headers: { 'retry-after': '1' } }], code: 0 },
  'Kubernetes: connection reset, then well': { kubernetes: [{ at: /\/pods\?/, reset: true, times: 1 }], code: 0 },
  'Kubernetes: connection reset for good': {
    kubernetes: [{ at: /\/clusterrolebindings\?/, reset: true }],
    says: /clusterRoleBindings: /,
    loses: 'anonymous-and-broad-bindings',
    code: 3,
  },
  'Kubernetes: body cut short': {
    kubernetes: [{ at: /\/clusterrolebindings\?/, truncate: true }],
    says: /clusterRoleBindings: /,
    loses: 'anonymous-and-broad-bindings',
    code: 3,
  },
  'Kubernetes: a web page': {
    kubernetes: [{ at: /\/clusterrolebindings\?/, html: true }],
    says: /clusterRoleBindings: .*web page/,
    loses: 'anonymous-and-broad-bindings',
    code: 3,
  },
  'Kubernetes: redirect to another host': {
    kubernetes: [{ at: /\/clusterrolebindings\?/, redirect: elsewhere }],
    says: /elsewhere\.example, which is not followed/,
    loses: 'anonymous-and-broad-bindings',
    code: 3,
  },
  'Kubernetes: list expired, then well': { kubernetes: [{ at: /\/pods\?/, gone: 'restart', times: 1 }], code: 0 },
  'Kubernetes: the token is not taken': {
    token: false,
    says: /does not accept the credentials \(401\)/,
    loses: 'anonymous-and-broad-bindings',
    code: 3,
  },
  'Kubernetes: no route': { gone: true, says: /cannot be reached|ECONNREFUSED/, loses: 'anonymous-and-broad-bindings', code: 3 },
  'Kubernetes: the kubeconfig names another host': {
    change: (each) => ({ ...each, kubeconfig: kubeconfigOf('https://elsewhere.example:443') }),
    says: /names elsewhere\.example/,
    loses: 'anonymous-and-broad-bindings',
    code: 3,
  },
  'a cluster without Entra': {
    change: changed({ aadProfile: undefined }),
    says: /no Entra integration/,
    loses: 'anonymous-and-broad-bindings',
    code: 3,
  },
};
const names = Object.keys(cases);
const clusterOf = (at: number) => `shop-${String(at + 1).padStart(3, '0')}`;

describe('faults', () => {
  test('each costs its own cluster the rules that need it, and turns no verdict into a pass', async () => {
    const all = Object.values(cases);
    const fleet = await startFleet({
      clusters: all.length,
      arm: {
        faults: all.flatMap(({ arm }, at) => {
          if (arm === undefined) return [];
          const { of, ...fault } = arm;
          return [{ ...fault, at: new RegExp(`/${clusterOf(at)}/.*${of}`) }];
        }),
      },
      kubernetes: (at) => ({
        ...(all[at]?.kubernetes ? { faults: all[at].kubernetes } : {}),
        ...(all[at]?.token === false ? { requireToken: () => false } : {}),
      }),
      change: (cluster, at) => all[at]?.change?.(cluster) ?? cluster,
    });
    await Promise.all(all.map(async ({ gone }, at) => gone && fleet.servers[at]?.close()));
    const flags = [
      '-s',
      subscription,
      '--now',
      '2026-11-20T08:00:00Z',
      '-o',
      'json',
      '--concurrency',
      '64',
      '--timeout',
      '25s',
      '--skip-rule',
      'subnet-ip-capacity',
      '--skip-rule',
      'private-cluster-dns',
      '--scan-configmaps',
      '--fail-on',
      'low',
    ];
    const { code, stdout, stderr } = await run(fleet, ['audit', ...flags]);
    const report = JSON.parse(stdout) as Report;
    expect(report.clusters).toHaveLength(all.length);
    expect.soft(code).toBe(3);
    const [healthy] = report.clusters;
    const rows = report.clusters.map((cluster, at) => rowOf(names[at] ?? '', cluster, report, stderr, unknownOf(healthy as ClusterReport)));
    if (process.env.FAULT_TABLE) writeFileSync(process.env.FAULT_TABLE, tableOf(rows));
    for (const [at, { name, said, unknown, code: its }] of rows.entries()) {
      const { says, loses, code: expected } = all[at] as Case;
      expect.soft([name, its], name).toEqual([name, expected]);
      if (says === undefined) expect.soft(said, name).toBe('');
      else expect.soft(said, name).toMatch(says);
      if (loses !== undefined) expect.soft(unknown, name).toContain(loses);
      if (its !== 0) expect.soft(unknown.length, name).toBeGreaterThan(0);
      const differs = turned(healthy as ClusterReport, report.clusters[at] as ClusterReport);
      // A cluster that is another one has other verdicts, but no better ones.
      expect
        .soft(
          differs.filter((each) => all[at]?.change === undefined || each.endsWith('pass')),
          name,
        )
        .toEqual([]);
    }
  }, 120_000);
});

function rowOf(name: string, cluster: ClusterReport, report: Report, stderr: string, anyway: readonly string[]) {
  const { code } = outcome({ ...report, clusters: [cluster] }, { failOn: 'low', minCoverage: 50, incomplete: 'fail', exitZero: false });
  const line = stderr.split('\n').find((each) => each.startsWith(`${cluster.target.name}: `)) ?? '';
  const unknown = unknownOf(cluster).filter((rule) => !anyway.includes(rule));
  return { name, said: line.replace(/^[\w-]+: read(, but for )?/, ''), unknown, code };
}

const unknownOf = ({ entries }: ClusterReport): string[] =>
  entries.filter(({ result }) => result.status === 'unknown').map(({ rule }) => rule);
type Row = ReturnType<typeof rowOf>;
const tableOf = (rows: readonly Row[]): string =>
  [
    '| Injected | What the user saw | Rules that became unknown | Exit code |',
    '|---|---|---|---|',
    ...rows.map(
      ({ name, said, unknown, code }) =>
        `| ${name} | ${said || 'nothing'} | ${unknown.length > 6 ? unknown.length : unknown.join(', ') || 'none'} | ${code} |`,
    ),
    '',
  ].join('\n');

/** Rules whose verdict is neither the healthy cluster's nor unknown. */
function turned(healthy: ClusterReport, cluster: ClusterReport): string[] {
  const before = new Map(healthy.entries.map(({ rule, result }) => [rule, result.status]));
  return cluster.entries
    .filter(({ rule, result }) => result.status !== 'unknown' && result.status !== before.get(rule))
    .map(({ rule, result }) => `${rule}: ${result.status}`);
}
