import { createHash, type Hash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Problem, UserError } from '../errors.ts';
import { stateKeys } from '../kinds.ts';
import type { Gap, Snapshot, State, StateKey, Target } from '../snapshot.ts';
import { isObject } from '../model/objects.ts';
import type { Input } from './document.ts';
import { systemProblem } from './inputs.ts';
import { isManifest, type Manifest, manifestOf, type Part, partOf, pathOf } from './manifest.ts';
import { byCodeUnit } from './merge.ts';

/** A snapshot folder among the inputs, verified: what its manifest says, and which key each file holds. */
export interface SnapshotFolder {
  /** Its name as people are shown it. */
  name: string;
  manifest: Manifest;
  /** SHA-256 of the manifest. */
  digest: string;
  parts: readonly { input: Input; part: Part }[];
}

/** The snapshot folders among the inputs, and the inputs that lie in none. */
export async function findSnapshotFolders(
  inputs: readonly Input[],
): Promise<{ folders: SnapshotFolder[]; rest: Input[]; problems: Problem[] }> {
  const folders: SnapshotFolder[] = [];
  const problems: Problem[] = [];
  let rest = [...inputs];
  for (const input of inputs) {
    if (!/(^|\/)manifest\.json$/.test(input.name) || input.refused !== undefined) continue;
    const folder = dirname(input.name) === '.' ? '' : `${dirname(input.name)}/`;
    const inside = rest.filter((each) => each.name.startsWith(folder) && each !== input);
    try {
      const found = await openFolder(input, folder, inside);
      if (found === undefined) continue;
      folders.push(found);
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      problems.push(...thrown.problems);
    }
    rest = rest.filter((each) => each !== input && !inside.includes(each));
  }
  return { folders, rest, problems };
}

/** @throws UserError for every file that is missing, too many, changed or of an unknown name, all at once */
async function openFolder(input: Input, folder: string, inside: readonly Input[]): Promise<SnapshotFolder | undefined> {
  const bytes = await readSmall(input);
  const value = bytes && parsed(bytes);
  if (bytes === undefined || !isManifest(value)) return undefined;
  const manifest = manifestOf(value, input.name);
  const listed = new Map(Object.entries(manifest.files));
  const present = new Map(inside.map((each) => [each.name.slice(folder.length), each]));
  const problems: Problem[] = [...listed.keys()]
    .filter((path) => !present.has(path))
    .map((path) => ({
      where: folder + path,
      what: 'is listed in the manifest and is missing.',
      todo: 'Copy the whole folder, or collect it again.',
    }));
  const parts: { input: Input; part: Part }[] = [];
  for (const [path, found] of present) {
    const each = withBytes(found);
    const part = partOf(path);
    const known = part !== undefined && (part.folder === undefined || manifest.targets.some((target) => target.folder === part.folder));
    if (!listed.has(path))
      problems.push({ where: each.name, what: 'is not listed in the manifest.', todo: 'Take it out of the snapshot folder.' });
    else if (each.refused !== undefined) problems.push(each.refused);
    else if (!known)
      problems.push({
        where: each.name,
        what: 'has a name that a snapshot does not have.',
        todo: 'Use a version of aks-audit that knows it.',
      });
    else if ((await hashOf(each)) !== listed.get(path))
      problems.push({
        where: each.name,
        what: 'is not as it was collected: its SHA-256 differs from the manifest.',
        todo: 'Collect it again, or give the files as plain exports without the manifest.',
      });
    else parts.push({ input: each, part });
  }
  if (problems.length > 0) throw new UserError(problems);
  return { name: folder.slice(0, -1), manifest, digest: createHash('sha256').update(bytes).digest('hex'), parts };
}

/** No manifest is larger than this. */
const largestManifest = 64 * 1024 * 1024;

/** The content of a file; undefined when it is none of ours, as the reader of exports then says. */
async function readSmall({ path }: Input): Promise<Buffer | undefined> {
  try {
    return (await stat(path)).size > largestManifest ? undefined : await readFile(path);
  } catch {
    return undefined;
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The same input, with its content when it is small. */
function withBytes(input: Input): Input {
  try {
    return input.refused === undefined && statSync(input.path).size < 1024 * 1024 ? { ...input, bytes: readFileSync(input.path) } : input;
  } catch (thrown) {
    return { ...input, refused: systemProblem(thrown, input.name) };
  }
}

async function hashOf({ path, name, bytes }: Input): Promise<string> {
  const hash = createHash('sha256');
  if (bytes !== undefined) return hash.update(bytes).digest('hex');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (thrown) {
    throw new UserError(systemProblem(thrown, name));
  }
  return hash.digest('hex');
}

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

export function targetFolder({ id, name }: Target): string {
  const hash = createHash('sha256').update(id.toLowerCase()).digest('hex').slice(0, 8);
  return `clusters/${
    name
      .replaceAll(/[^\w-]+/g, '-')
      .replace(/^-+/, '')
      .slice(0, 60) || 'cluster'
  }-${hash}`;
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

/** The clusters that a snapshot holds only because they share something with its own. */
export async function storedNeighbours(folder: SnapshotFolder): Promise<State['neighbours']> {
  const stored = folder.parts.find(({ part }) => part.key === 'neighbours')?.input;
  const value = stored === undefined ? [] : parsed(await readFile(stored.path));
  const isNeighbour = (each: unknown): each is State['neighbours'][number] =>
    isObject(each) && typeof each.id === 'string' && isObject(each.cluster) && Array.isArray(each.pools);
  if (Array.isArray(value) && value.every(isNeighbour)) return value;
  throw new UserError({ where: stored?.name ?? folder.name, what: 'is not a list of neighbours.', todo: 'Collect the snapshot again.' });
}

/** What the manifest says was not seen of a target, over what its files hold. */
export function withGaps(state: Snapshot['state'], manifest: Manifest, target: Target): Snapshot['state'] {
  const own = manifest.gaps
    .filter((each) => each.target === undefined || each.target.toLowerCase() === target.id.toLowerCase())
    .map(({ gap }) => gap);
  const entries = stateKeys.map((key) => {
    const [first, ...rest] = own.filter((gap) => gap.key === key);
    const gathered = state[key];
    if (first === undefined) return [key, gathered];
    return [key, gathered?.value === undefined ? { gaps: [first, ...rest] } : { value: gathered.value, gaps: [first, ...rest] }];
  });
  return Object.fromEntries(entries) as Snapshot['state']; // the same keys with the same values
}
