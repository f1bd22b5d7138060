import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Problem, UserError } from '../errors.ts';
import { stateKeys } from '../kinds.ts';
import type { Snapshot, State, Target } from '../snapshot.ts';
import { isObject } from '../model/objects.ts';
import type { Input } from './document.ts';
import { systemProblem } from './inputs.ts';
import { isManifest, type Manifest, manifestOf, type Part, partOf } from './manifest.ts';

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
    const taken = new Set([input, ...inside]);
    rest = rest.filter((each) => !taken.has(each));
  }
  return { folders, rest, problems };
}

/** @throws UserError for every file that is missing, too many, changed or of an unknown name, all at once */
async function openFolder(input: Input, folder: string, inside: readonly Input[]): Promise<SnapshotFolder | undefined> {
  const bytes = readSmall(input);
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
function readSmall({ path }: Input): Buffer | undefined {
  try {
    return statSync(path).size > largestManifest ? undefined : readFileSync(path);
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

/** The clusters that a snapshot holds only because they share something with its own. */
export function storedNeighbours(folder: SnapshotFolder): State['neighbours'] {
  const stored = folder.parts.find(({ part }) => part.key === 'neighbours')?.input;
  const value = stored === undefined ? [] : parsed(readFileSync(stored.path));
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
