import { createHash } from 'node:crypto';
import { appendFile, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { kinds, singleKeys, stateKeys } from '../kinds.ts';
import type { Gap, Sink, SinkFile, State, StateKey, Target } from '../snapshot.ts';
import { isObject } from '../model/objects.ts';
import { systemProblem } from './inputs.ts';
import { isManifest, type Manifest, manifestOf, partOf, pathOf, targetFolder } from './manifest.ts';
import { byCodeUnit } from './merge.ts';

export interface SinkOptions {
  tool: Manifest['tool'];
  /** ISO 8601 in UTC: when this collecting began. */
  takenAt: string;
  /** The folder holds what an earlier run collected: what is whole is kept, the rest is read again. */
  resume: boolean;
  /** What is written are aliases: nothing can be read after it, so that it is not resumed. */
  redacted?: boolean;
}
export interface OpenSink extends Sink {
  /** When the first run that wrote here began: state is not claimed to be younger than it is. */
  takenAt: string;
}

/** What is done is written here as it gets done, until there is a manifest; a name that load passes over. */
const journalName = '.collecting.ndjson';

interface Done {
  target?: Target;
  key: StateKey;
  path: string;
  sha256: string;
}
interface Folder {
  path: string;
  tool: Manifest['tool'];
  redacted: boolean;
  done: Map<string, Done>;
  gaps: Map<string, { target?: string; gap: Gap }>;
}

/** Opens a folder to collect into. @throws UserError when it holds something and is not to be resumed, or cannot be written */
export async function openSink(path: string, { tool, takenAt, resume, redacted = false }: SinkOptions): Promise<OpenSink> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const before = (await readdir(path)).length > 0;
    if (before && !resume) throw new UserError(notEmpty(path));
    if (!before && resume) throw new UserError(nothingThere(path));
    const earlier = before ? await earlierRun(path) : { takenAt, done: [] };
    const done = new Map(earlier.done.map((each) => [each.path, each]));
    await writeFile(join(path, journalName), lines([{ takenAt: earlier.takenAt, ...(redacted ? { redacted } : {}) }, ...done.values()]), {
      mode: 0o600,
    });
    await rm(join(path, 'manifest.json'), { force: true });
    const targets = distinctTargets(earlier.done.flatMap(({ target }) => target ?? []));
    return sinkOf({ path, tool, redacted, done, gaps: new Map() }, earlier.takenAt, targets);
  } catch (thrown) {
    if (thrown instanceof UserError) throw thrown;
    throw new UserError(systemProblem(thrown, path));
  }
}

/**
 * The clusters of which a folder holds something from an earlier run; changes nothing.
 * @throws UserError when it holds something and is not to be resumed, or is to be and holds nothing
 */
export async function earlierTargets(path: string, resume: boolean): Promise<readonly Target[]> {
  const names = await readdir(path).catch(() => []);
  if (names.length > 0 !== resume) throw new UserError(resume ? nothingThere(path) : notEmpty(path));
  return resume ? distinctTargets((await earlierRun(path)).done.flatMap(({ target }) => target ?? [])) : [];
}

const nothingThere = (path: string) => ({ where: path, what: 'holds nothing to resume.', todo: 'Collect with -o <folder>.' });
const notEmpty = (path: string) => ({
  where: path,
  what: 'is not empty.',
  todo: `Name a new folder, or go on with what an interrupted run left there: --resume ${path}.`,
});

function sinkOf(folder: Folder, takenAt: string, targets: readonly Target[]): OpenSink {
  return {
    takenAt,
    has: (target, key) => folder.done.has(fileOf(target, key)),
    read: (target, key) => readDone(folder, target, key),
    open: (target, key) => openFile(folder, target, key),
    gap(target, gap) {
      const entry = { ...(target === undefined ? {} : { target: target.id }), gap };
      folder.gaps.set(`${target?.id ?? ''} ${gap.key} ${gap.scope?.toLowerCase() ?? ''}`, entry);
    },
    finish: (info) => finish(folder, { ...info, targets: distinctTargets([...targets, ...info.targets]) }),
  };
}

const fileOf = (target: Target | undefined, key: StateKey): string =>
  pathOf(key, target === undefined || isShared(key) ? undefined : targetFolder(target));
const isShared = (key: StateKey): boolean => {
  const kind = kinds[key];
  return kind.plane === 'azure' && kind.shared;
};

const distinctTargets = (targets: readonly Target[]): Target[] =>
  [...new Map(targets.map(({ id, name }) => [id.toLowerCase(), { id: id.toLowerCase(), name }])).values()].sort((a, b) =>
    byCodeUnit(a.id, b.id),
  );

const lines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

function openFile(folder: Folder, target: Target | undefined, key: StateKey): SinkFile {
  const path = fileOf(target, key);
  const [whole, part] = [join(folder.path, path), join(folder.path, `${path}.part`)];
  const hash = createHash('sha256');
  const form = formOf(key);
  const begun = mkdir(dirname(whole), { recursive: true, mode: 0o700 }).then(() => open(part, 'w', 0o600));
  begun.catch(() => undefined); // a folder that cannot be made is told by the first write
  let written = 0;
  const put = async (text: string) => {
    const bytes = Buffer.from(text);
    hash.update(bytes);
    await (await begun).appendFile(bytes);
  };
  return {
    async write(items) {
      if (items.length === 0) return;
      await put(form.items(items, written === 0));
      written += items.length;
    },
    async done() {
      await put(form.end(written === 0));
      await (await begun).close();
      await rename(part, whole);
      const owner = target === undefined || isShared(key) ? {} : { target: { id: target.id, name: target.name } };
      const done: Done = { ...owner, key, path, sha256: hash.digest('hex') };
      folder.done.set(path, done);
      const unseen = [...folder.gaps.values()].some(({ gap, target: of }) => gap.key === key && (of === undefined || of === target?.id));
      if (!unseen) await appendFile(join(folder.path, journalName), lines([done]));
    },
    async discard() {
      await (await begun).close();
      await rm(part, { force: true });
    },
  };
}

/** How the items of a key stand in its file: as one resource, as an array that people can read, or one a line. */
function formOf(key: StateKey): { items: (items: readonly object[], first: boolean) => string; end: (empty: boolean) => string } {
  const single: readonly StateKey[] = singleKeys;
  if (single.includes(key)) return { items: ([item]) => JSON.stringify(item, null, 2), end: () => '\n' };
  if (kinds[key].plane === 'kubernetes') return { items: lines, end: () => '' };
  return {
    items: (items, first) =>
      (first ? '[\n' : ',\n') + items.map((item) => JSON.stringify(item, null, 2).replaceAll(/^/gm, '  ')).join(',\n'),
    end: (empty) => (empty ? '[]\n' : '\n]\n'),
  };
}

async function readDone<K extends StateKey>(folder: Folder, target: Target | undefined, key: K): Promise<State[K] | undefined> {
  const done = folder.done.get(fileOf(target, key));
  if (done === undefined) return undefined;
  const text = await readFile(join(folder.path, done.path), 'utf8');
  const value: unknown = done.path.endsWith('.ndjson')
    ? text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
    : JSON.parse(text);
  return value as State[K]; // it has the hash of what was written of this key
}

async function finish(folder: Folder, info: Parameters<Sink['finish']>[0]): Promise<void> {
  const files = [...folder.done.values()].sort((a, b) => byCodeUnit(a.path, b.path)).map(({ path, sha256 }) => [path, sha256]);
  const manifest: Manifest = {
    schema: 'aks-audit/snapshot/1',
    tool: folder.tool,
    takenAt: info.takenAt,
    ...(folder.redacted ? { redacted: true } : {}),
    targets: distinctTargets(info.targets).map((target) => ({ ...target, folder: targetFolder(target) })),
    asked: stateKeys.filter((key) => info.asked.includes(key)),
    ...(info.unread === undefined || info.unread.length === 0 ? {} : { unread: info.unread }),
    gaps: [...folder.gaps].sort(([a], [b]) => byCodeUnit(a, b)).map(([, each]) => each),
    files: Object.fromEntries(files),
  };
  const path = join(folder.path, 'manifest.json');
  await writeFile(`${path}.part`, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.part`, path);
  await rm(join(folder.path, journalName), { force: true });
}

/** What an earlier run left whole: listed with its hash, unchanged, and without a gap. */
async function earlierRun(path: string): Promise<{ takenAt: string; done: Done[] }> {
  const manifest = await readIfThere(join(path, 'manifest.json'));
  const journal = await readIfThere(join(path, journalName));
  const earlier = manifest !== undefined ? ofManifest(manifest, path) : journal !== undefined ? ofJournal(journal) : undefined;
  if (earlier === undefined)
    throw new UserError({ where: path, what: 'is not a folder that aks-audit collected into.', todo: 'Name an empty folder with -o.' });
  if (earlier.redacted)
    throw new UserError({ where: path, what: 'holds aliases, after which nothing can be read.', todo: 'Collect it anew.' });
  const done: Done[] = [];
  for (const each of earlier.done) if ((await hashOf(join(path, each.path))) === each.sha256) done.push(each);
  return { takenAt: earlier.takenAt, done };
}

interface Earlier {
  takenAt: string;
  redacted: boolean;
  done: Done[];
}

function ofManifest(text: string, path: string): Earlier | undefined {
  const value: unknown = JSON.parse(text);
  if (!isManifest(value)) return undefined;
  const { takenAt, redacted = false, targets, gaps, files } = manifestOf(value, path);
  const done = Object.entries(files).flatMap(([file, sha256]): Done[] => {
    const part = partOf(file);
    if (part === undefined) return [];
    const target = targets.find(({ folder }) => folder === part.folder);
    const unseen = gaps.some(
      ({ gap, target: of }) => gap.key === part.key && (of === undefined || part.folder === undefined || of === target?.id),
    );
    return unseen ? [] : [{ ...(target ? { target: { id: target.id, name: target.name } } : {}), key: part.key, path: file, sha256 }];
  });
  return { takenAt: takenAt ?? '', redacted, done };
}

/** The last line may have been cut by what ended the run. */
function ofJournal(text: string): Earlier | undefined {
  const values = text.split('\n').flatMap((line): Record<string, unknown>[] => {
    try {
      const value: unknown = JSON.parse(line);
      return isObject(value) ? [value] : [];
    } catch {
      return [];
    }
  });
  const takenAt = values[0]?.takenAt;
  if (typeof takenAt !== 'string') return undefined;
  const whole = values.slice(1).filter(({ path }) => typeof path === 'string' && partOf(path) !== undefined);
  return { takenAt, redacted: values[0]?.redacted === true, done: whole as unknown as Done[] }; // our own lines: each names a file of a snapshot
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

async function hashOf(path: string): Promise<string | undefined> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  const hash = createHash('sha256');
  for await (const chunk of handle.createReadStream()) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
