import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { caFile } from '../support/tls/tls.ts';
import { baseObjects, forAks, run, startFleet, subscription, temporary } from './fleet.ts';

const filler = 'x'.repeat(6_000);
const pod = (at: number) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `pod-${String(at).padStart(6, '0')}`, namespace: 'shop', annotations: { note: filler }, labels: { app: 'many' } },
  spec: { containers: [{ name: 'app', image: 'registry.example/app:1', env: [{ name: 'MODE', value: 'production' }] }] },
  status: { phase: 'Running' },
});

/** Milliseconds that the same pages take a program that does nothing but get them, over one kept connection. */
async function plainGets(url: string): Promise<number> {
  const program = `
    const https = require('node:https');
    const agent = new https.Agent({ keepAlive: true });
    const headers = { authorization: 'Bearer ${forAks}1', 'accept-encoding': 'gzip' };
    const { createGunzip } = require('node:zlib');
    const page = (path) => new Promise((resolve) => https.get('${url}' + path, { agent, headers }, (response) => {
      const chunks = [];
      (response.headers['content-encoding'] === 'gzip' ? response.pipe(createGunzip()) : response).on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(JSON.parse(Buffer.concat(chunks))));
    }));
    (async () => {
      const began = performance.now();
      for (let token = ''; token !== undefined; ) token = (await page('/api/v1/pods?limit=500' + (token && '&continue=' + token))).metadata.continue;
      console.log(Math.round(performance.now() - began));
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { env: { NODE_EXTRA_CA_CERTS: caFile } });
  return Number(stdout);
}

/** What many pods cost, measured when PODS_FIGURES names a file for the figures. */
test.skipIf(process.env.PODS_FIGURES === undefined)(
  'memory of a collection does not grow with the number of pods (PODS_FIGURES=<file> measures it)',
  async () => {
    const collected = async (pods: number) => {
      const fleet = await startFleet({
        clusters: 1,
        kubernetes: () => ({ objects: [...baseObjects(), ...Array.from({ length: pods }, (_, at) => pod(at))] }),
      });
      const { code, memory, milliseconds } = await run(fleet, ['collect', '-s', subscription, '-o', join(temporary(), 'state')]);
      return { pods, code, memory, milliseconds, plainGets: await plainGets(fleet.servers[0]?.url ?? '') };
    };
    const figures = [await collected(1_000), await collected(10_000), await collected(40_000)];
    writeFileSync(process.env.PODS_FIGURES ?? '', `${JSON.stringify(figures, null, 2)}\n`);
    const [few, many] = figures;
    expect(figures.map(({ code }) => code)).toEqual(figures.map(() => 0));
    expect(many?.memory).toBeLessThan((few?.memory ?? 0) + 150);
  },
  120_000,
);
