import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { kubernetesKeys } from '../../src/kinds.ts';
import { type FakeArm, type FakeArmOptions, startFakeArm } from '../support/fakeArm.ts';
import { type FakeCluster, fakeCluster } from '../support/fakeArmData.ts';
import { type FakeAz, fakeAz } from '../support/fakeAz.ts';
import { type FakeKubernetes, type FakeKubernetesOptions, startFakeKubernetes } from '../support/fakeKubernetes.ts';
import { baseState, bin as defaultBin, compileCache, root } from '../support/fixtures.ts';

/** Clusters of one subscription, each with an API server of its own, behind one Azure Resource Manager. */
export interface Fleet {
  arm: FakeArm;
  servers: FakeKubernetes[];
  az: FakeAz;
  clusters: FakeCluster[];
}
export interface FleetOptions {
  clusters?: number;
  /** Milliseconds before every answer. */
  latency?: number;
  arm?: FakeArmOptions;
  /** Of the cluster at this place. */
  kubernetes?: (at: number) => FakeKubernetesOptions;
  change?: (cluster: FakeCluster, at: number) => FakeCluster;
}

export const subscription = '11111111-2222-3333-4444-555555555555';
/** What the API server of the base cluster holds. */
export const baseObjects = (): object[] => {
  const state = baseState();
  return kubernetesKeys.flatMap((key) => (state[key] as object[] | undefined) ?? []);
};
export const forAks = `fake.${Buffer.from('6dae42f8-4368-4678-94ff-3960e28e3630').toString('base64url')}.`;

export async function startFleet({
  clusters: count = 3,
  latency = 0,
  arm = {},
  kubernetes = () => ({}),
  change = (each) => each,
}: FleetOptions = {}): Promise<Fleet> {
  const servers: FakeKubernetes[] = [];
  const clusters: FakeCluster[] = [];
  for (let at = 0; at < count; at++) {
    const server = await startFakeKubernetes({
      objects: baseObjects(),
      latency,
      requireToken: (token) => token.startsWith(forAks),
      ...kubernetes(at),
    });
    servers.push(server);
    const made = fakeCluster(`shop-${String(at + 1).padStart(3, '0')}`, { kubeconfig: server.kubeconfig });
    const { privateFQDN: _private, ...properties } = made.cluster.properties as Record<string, unknown>;
    clusters.push(change({ ...made, cluster: { ...made.cluster, properties: { ...properties, fqdn: server.fqdn } } }, at));
  }
  const fake = await startFakeArm({ clusters, latency, ...arm });
  const az = fakeAz({ defaultSubscription: subscription });
  onTestFinished(async () => {
    await Promise.all([fake.close(), ...servers.map((server) => server.close())]);
    az.remove();
  });
  return { arm: fake, servers, az, clusters };
}

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  milliseconds: number;
  /** Peak resident memory, MB. */
  memory: number;
}

/** Runs the command line as a user does, with a clean environment in which az is the fake. @param interrupt milliseconds until Ctrl-C */
export function run(
  fleet: Pick<Fleet, 'arm' | 'az'>,
  parts: readonly string[],
  {
    interrupt,
    cwd = root,
    environment = {},
    bin = defaultBin,
  }: { interrupt?: number | (() => Promise<void>); cwd?: string; environment?: Record<string, string>; bin?: string } = {},
): Promise<Ran> {
  const began = performance.now();
  const usage = join(temporary(), 'usage');
  const live = parts[0] === 'report' || parts.includes('--offline') ? [] : ['--arm-endpoint', fleet.arm.url];
  const child = spawn(
    process.execPath,
    ['--import', join(root, 'test/support/peakMemory.js'), bin, ...parts.filter((part) => part !== '--offline'), ...live],
    {
      cwd,
      env: {
        ...fleet.az.environment,
        LC_ALL: 'C.UTF-8',
        COLUMNS: '100',
        AKS_AUDIT_PEAK: usage,
        NODE_COMPILE_CACHE: compileCache,
        ...environment,
      },
    },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  if (typeof interrupt === 'number') setTimeout(() => child.kill('SIGINT'), interrupt);
  else interrupt?.().then(() => child.kill('SIGINT'));
  return new Promise((resolve) =>
    child.on('close', (code) =>
      resolve({ code, stdout, stderr, milliseconds: Math.round(performance.now() - began), memory: peakOf(usage) }),
    ),
  );
}

function peakOf(file: string): number {
  try {
    return Math.round(Number(readFileSync(file, 'utf8')) / 1024);
  } catch {
    return 0;
  }
}

/** What lies in a folder for temporary files, without what Node itself keeps there. */
export const left = (folder: string): string[] => readdirSync(folder).filter((name) => name !== 'node-compile-cache');

export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aks-audit-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
