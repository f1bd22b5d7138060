import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { expect, test } from 'vitest';
import { connectTo } from '../../src/collect/kubernetes/connection.ts';
import { createKubernetesApi } from '../../src/collect/kubernetes/lists.ts';
import { openSink } from '../../src/load/sink.ts';
import { kubeconfigOf, testCa } from '../support/fakeKubernetes.ts';
import { root } from '../support/fixtures.ts';
import { adminToken, startRealKubernetes, whyNoRealKubernetes } from '../support/realKubernetes.ts';
import { temporary } from './fleet.ts';
import { accessTo, targetOf } from './kubernetes/support.ts';

const file = process.env.PODS_FIGURES;
const pods = 10_000;

/** What many pods cost against a real API server, measured when PODS_FIGURES names a file for the figures. */
test.skipIf(file === undefined || whyNoRealKubernetes() !== undefined)(
  '10,000 pods are collected in no more than 1.5 times the time of plain GETs (PODS_FIGURES=<file> and KUBEBUILDER_ASSETS measure it)',
  async () => {
    const real = await startRealKubernetes();
    try {
      await fill(real.create);
      const plain: number[] = [];
      const collected: number[] = [];
      for (let round = 0; round < 5; round++) {
        plain.push(await plainGets(real.url));
        collected.push(await collect(real.url));
      }
      appendFileSync(file ?? '', `${JSON.stringify({ pods, plain, collected })}\n`);
      expect(median(collected) / median(plain)).toBeLessThan(1.5);
    } finally {
      await real.close();
    }
  },
  900_000,
);

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Pods as a busy cluster has them: the generator's, without what only the server may set. */
async function fill(create: (path: string, object: object) => Promise<void>): Promise<void> {
  const made = spawnSync(process.execPath, [join(root, 'scripts/generate.ts'), String(pods)], { encoding: 'utf8', maxBuffer: 1e9 });
  const all = made.stdout
    .split('\n')
    .filter((line) => line.includes('"kind":"Pod"'))
    .map((line) => JSON.parse(line) as { metadata: Record<string, unknown>; spec: Record<string, unknown>; status?: unknown });
  const namespaces = new Set(all.map(({ metadata }) => String(metadata.namespace)));
  for (const name of namespaces) await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const next = all.values();
  const worker = async () => {
    for (const { metadata, spec, status: _, ...pod } of next) {
      const { name, namespace, labels, annotations } = metadata;
      const { priority: _priority, ...rest } = spec;
      await create(`/api/v1/namespaces/${namespace}/pods`, { ...pod, metadata: { name, namespace, labels, annotations }, spec: rest });
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

/** Milliseconds of the same pages, got one after another over one kept connection, unzipped and parsed. */
async function plainGets(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, ca: testCa });
  const headers = { authorization: `Bearer ${adminToken}`, 'accept-encoding': 'gzip' };
  const page = (path: string) =>
    new Promise<{ metadata: { continue?: string } }>((resolve, reject) => {
      get(`${url}${path}`, { agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        const body = response.headers['content-encoding'] === 'gzip' ? response.pipe(createGunzip()) : response;
        body
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))))
          .on('error', reject);
      }).on('error', reject);
    });
  const began = performance.now();
  let token: string | undefined;
  do {
    const answer = await page(`/api/v1/pods?limit=500${token ? `&continue=${token}` : ''}`);
    token = answer.metadata.continue;
  } while (token);
  agent.destroy();
  return Math.round(performance.now() - began);
}

/** Milliseconds of listing, redacting and writing them into a snapshot folder. */
async function collect(url: string): Promise<number> {
  const sink = await openSink(join(temporary(), 'state'), {
    tool: { name: 'aks-audit', version: '0' },
    takenAt: '2026-01-01T00:00:00Z',
    resume: false,
  });
  const target = targetOf();
  const { access } = accessTo({ kubeconfig: kubeconfigOf(url) }, { token: async () => adminToken });
  const began = performance.now();
  const api = createKubernetesApi(connectTo(target, access), { signal: new AbortController().signal });
  const into = sink.open(target, 'pods');
  let items = 0;
  for await (const page of api.list('', 'v1', 'pods')) {
    await into.write(page);
    items += page.length;
  }
  await into.done();
  const took = Math.round(performance.now() - began);
  await api.close();
  expect(items).toBe(pods);
  return took;
}
