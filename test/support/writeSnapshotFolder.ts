import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stateKeys } from '../../src/kinds.ts';
import { type Manifest, pathOf, targetFolder } from '../../src/load/manifest.ts';
import { byCodeUnit } from '../../src/load/merge.ts';
import type { Gap, Snapshot, State, StateKey, Target } from '../../src/snapshot.ts';

export interface FolderToWrite {
  tool: Manifest['tool'];
  takenAt: string | null;
  snapshots: readonly Pick<Snapshot, 'target' | 'state'>[];
}

/**
 * Writes a snapshot folder: each file renamed into place when it is whole, the manifest last; the same bytes for the
 * same state. Files of an older snapshot are not removed, so the folder should be new or empty.
 */
export async function writeSnapshotFolder(folder: string, { tool, takenAt, snapshots }: FolderToWrite): Promise<void> {
  const targets = snapshots.map(({ target }) => ({ ...target, folder: targetFolder(target) }));
  const files = new Map<string, readonly unknown[] | object>();
  for (const [at, { state }] of snapshots.entries()) {
    for (const [key, value] of entriesOf(state)) {
      const path = pathOf(key, targets[at]?.folder);
      files.set(path, path.startsWith('shared/') ? united(files.get(path), value, targets) : value);
    }
  }
  const written: [string, string][] = [];
  for (const [path, value] of [...files].sort(([a], [b]) => byCodeUnit(a, b)))
    written.push([path, await writeWhole(join(folder, path), chunksOf(path, value))]);
  const gaps = snapshots.flatMap(({ target, state }) =>
    gapsOf(state).map((gap) => (pathOf(gap.key).startsWith('shared/') ? { gap } : { target: target.id, gap })),
  );
  const asked = stateKeys.filter((key) => snapshots.some(({ state }) => state[key] !== undefined));
  const manifest: Manifest = {
    schema: 'aks-audit/snapshot/1',
    tool,
    takenAt,
    targets,
    asked,
    gaps: distinct(gaps),
    files: Object.fromEntries(written),
  };
  await writeWhole(join(folder, 'manifest.json'), [`${JSON.stringify(manifest, null, 2)}\n`]);
}

function entriesOf(state: Snapshot['state']): [StateKey, State[StateKey]][] {
  return stateKeys.flatMap((key) => (state[key]?.value === undefined ? [] : [[key, state[key].value]]));
}

/** What is shared is written once; a cluster of the snapshot itself is nobody's stored neighbour. */
function united(before: readonly unknown[] | object | undefined, value: State[StateKey], targets: readonly Target[]): readonly unknown[] {
  const byId = new Map<string, unknown>();
  for (const each of [before, value].flat()) {
    if (typeof each === 'object' && each !== null && 'id' in each && typeof each.id === 'string') byId.set(each.id.toLowerCase(), each);
  }
  for (const { id } of targets) byId.delete(id.toLowerCase());
  return [...byId].sort(([a], [b]) => byCodeUnit(a, b)).map(([, each]) => each);
}

/** What was not collected at all has no file, which says the same. */
function gapsOf(state: Snapshot['state']): Gap[] {
  return stateKeys.flatMap((key) =>
    (state[key]?.gaps ?? []).filter((gap) => gap.why !== 'not-collected' || gap.scope !== undefined || state[key]?.value !== undefined),
  );
}

function distinct(gaps: Manifest['gaps']): Manifest['gaps'] {
  return [...new Map(gaps.map((each) => [JSON.stringify(each), each])).values()];
}

function* chunksOf(path: string, value: readonly unknown[] | object): Generator<string> {
  if (!path.endsWith('.ndjson')) yield `${JSON.stringify(value, null, 2)}\n`;
  else if (Array.isArray(value)) for (const each of value) yield `${JSON.stringify(each)}\n`;
}

/** @returns the SHA-256 of what was written */
async function writeWhole(path: string, chunks: Iterable<string>): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const hash: Hash = createHash('sha256');
  const file = await open(`${path}.part`, 'w', 0o600);
  try {
    let held = '';
    const flush = async () => {
      hash.update(held);
      await file.appendFile(held);
      held = '';
    };
    for (const chunk of chunks) {
      held += chunk;
      if (held.length > 1_000_000) await flush();
    }
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
  return hash.digest('hex');
}
