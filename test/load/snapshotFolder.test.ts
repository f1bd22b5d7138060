import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { load } from '../../src/load/load.ts';
import { writeSnapshotFolder } from '../support/writeSnapshotFolder.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import { clusterBody, clusterId, folderOf, loadFiles, networkId, profile } from './files.ts';

const tool = { name: 'aks-audit', version: '0.0.0' };
const read = (cwd: string, keepGoing = false) => load([cwd], { complete: false, clusters: [], keepGoing, cwd });

/** Two clusters, one of them with what was denied, as a snapshot folder. */
async function written(): Promise<{ folder: string; snapshots: Snapshot[] }> {
  const exports = {
    'all.json': [
      clusterBody('a', { agentPoolProfiles: [profile('one')] }),
      clusterBody('b', { agentPoolProfiles: [profile('two')] }),
      { id: networkId, name: 'hub', properties: { subnets: [] } },
    ],
    'a/policyAssignments.json': { code: 'AuthorizationFailed', message: 'no', details: null },
    'a/cluster.json': clusterBody('a', { agentPoolProfiles: [profile('one')] }),
  };
  const { snapshots } = await loadFiles(exports, { clusters: [{ name: 'a', path: 'a' }] });
  const folder = folderOf({});
  await writeSnapshotFolder(folder, { tool, takenAt: '2026-11-20T08:00:00Z', snapshots });
  return { folder, snapshots };
}

const pathsOf = (folder: string): string[] => Object.keys(manifestOf(folder).files);
const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));

describe('a snapshot folder', () => {
  test('is read as it was written, with its time and the digest of its manifest', async () => {
    const { folder, snapshots } = await written();
    const loaded = await read(folder);
    expect(loaded.warnings).toEqual([]);
    expect(loaded.snapshots.map(({ state, target }) => ({ state, target }))).toEqual(
      snapshots.map(({ state, target }) => ({ state, target })),
    );
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, 'manifest.json')))
      .digest('hex');
    expect(loaded.snapshots.map(({ takenAt, digest: own }) => [takenAt, own])).toEqual([
      ['2026-11-20T08:00:00Z', digest],
      ['2026-11-20T08:00:00Z', digest],
    ]);
  });

  test('is laid out by State keys, the same bytes each time, for its owner alone', async () => {
    const { folder, snapshots } = await written();
    const hash = createHash('sha256').update(clusterId('a').toLowerCase()).digest('hex').slice(0, 8);
    expect(pathsOf(folder)).toContain(`clusters/a-${hash}/azure/agentPools.json`);
    expect(pathsOf(folder)).toContain('shared/azure/virtualNetworks.json');
    expect(statSync(join(folder, 'manifest.json')).mode & 0o777).toBe(0o600);
    const again = folderOf({});
    await writeSnapshotFolder(again, { tool, takenAt: '2026-11-20T08:00:00Z', snapshots });
    expect(readFileSync(join(again, 'manifest.json'))).toEqual(readFileSync(join(folder, 'manifest.json')));
  });

  test('may not hold a cluster that exports or another folder hold as well', async () => {
    const { folder } = await written();
    const both = folderOf({ 'a.json': clusterBody('a') });
    cpSync(folder, join(both, 'one'), { recursive: true });
    await expect(read(both)).rejects.toThrow(`the exports: holds a cluster that one holds as well: ${clusterId('a').toLowerCase()}.`);
    cpSync(folder, join(both, 'two'), { recursive: true });
    const { snapshots, skipped } = await read(both, true);
    expect(snapshots.map(({ target }) => target.name)).toEqual(['a', 'b']);
    expect(skipped).toHaveLength(3);
  });

  test('may lie beside exports, or be one of several in a folder', async () => {
    const { snapshots } = await written();
    const parent = folderOf({ 'other/cluster.json': clusterBody('c') });
    for (const [at, each] of snapshots.entries())
      await writeSnapshotFolder(join(parent, `taken/${at}`), { tool, takenAt: null, snapshots: [each] });
    expect((await read(parent)).snapshots.map(({ target }) => target.name)).toEqual(['a', 'b', 'c']);
  });

  const faults: Record<string, [change: (folder: string, files: string[]) => void, message: RegExp]> = {
    'a changed file': [(folder, [first = '']) => writeFileSync(join(folder, first), '[]'), /SHA-256 differs/],
    'a missing file': [(folder, [first = '']) => rmSync(join(folder, first)), /listed in the manifest and is missing/],
    'a file too many': [
      (folder) => writeFileSync(join(folder, 'shared/azure/more.json'), '[]'),
      /more\.json: is not listed in the manifest/,
    ],
    'a newer version': [(folder) => change(folder, { schema: 'aks-audit/snapshot/2' }), /another version/],
    'a broken manifest': [(folder) => change(folder, { targets: 5 }), /not a whole manifest: targets/],
    'a folder that climbs out': [(folder) => change(folder, { targets: [{ id: 'x', name: 'x', folder: 'clusters/..' }] }), /targets/],
    'an unknown key': [
      (folder) => {
        writeFileSync(join(folder, 'shared/azure/more.json'), '[]');
        change(folder, { files: { ...manifestOf(folder).files, 'shared/azure/more.json': '0'.repeat(64) } });
      },
      /more\.json: has a name that a snapshot does not have/,
    ],
  };
  function change(folder: string, members: object): void {
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifestOf(folder), ...members }));
  }
  test.each(Object.entries(faults))('%s is named', async (_, [spoil, message]) => {
    const { folder } = await written();
    spoil(folder, pathsOf(folder));
    await expect(read(folder)).rejects.toThrow(message);
  });
});
