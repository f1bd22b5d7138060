import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/report.ts';
import { run, startFleet, subscription, temporary } from './fleet.ts';

const latency = 50;
/** A hundred when it is measured; a dozen show the same in less time. */
const size = process.env.FLEET_FIGURES === undefined ? 12 : 100;
const flags = ['--now', '2026-11-20T08:00:00Z', '-o', 'json', '--fail-on', 'none'];

/** A hundred clusters behind 50 ms: FLEET_FIGURES names a file for what was measured. */
test(`${size} clusters, live and collected then audited offline, are one report`, async () => {
  const fleet = await startFleet({ clusters: size, latency });
  const folder = temporary();
  const kept = await run(fleet, ['audit', '-s', subscription, '--scan-configmaps', ...flags, '--keep', 'state'], { cwd: folder });
  const [requests, connections] = [fleet.arm.requests.length, fleet.arm.connections()];
  const servers = fleet.servers.map((server) => ({ requests: server.requests.length, connections: server.connections() }));
  const offline = await run(fleet, ['audit', 'state', ...flags, '--offline'], { cwd: folder });
  expect([kept.code, offline.code]).toEqual([0, 0]);
  expect(offline.stdout).toBe(kept.stdout);
  const report = JSON.parse(kept.stdout) as Report;
  expect(report.clusters.map(({ gaps }) => gaps.length)).toEqual(Array(size).fill(0));
  const figures = {
    requestsOfArm: requests,
    requestsOfArmACluster: requests / size,
    connectionsOfArm: connections,
    requestsOfKubernetesACluster: servers[0]?.requests,
    connectionsOfKubernetesACluster: Math.max(...servers.map((server) => server.connections)),
    auditMilliseconds: kept.milliseconds,
    offlineMilliseconds: offline.milliseconds,
    peakMegabytes: { live: kept.memory, offline: offline.memory },
  };
  if (process.env.FLEET_FIGURES) {
    const wide = await run(fleet, ['collect', '-s', subscription, '--concurrency', '100', '-o', join(folder, 'wide')]);
    const collectAllAtOnce = { milliseconds: wide.milliseconds, megabytes: wide.memory };
    writeFileSync(process.env.FLEET_FIGURES, `${JSON.stringify({ ...figures, collectAllAtOnce }, null, 2)}\n`);
  }
  expect(figures.requestsOfArmACluster).toBeLessThan(26);
  expect(figures.connectionsOfKubernetesACluster).toBeLessThanOrEqual(8);
  expect(figures.peakMegabytes.live).toBeLessThan(700);
}, 240_000);
