import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { kinds, stateKeys } from '../kinds.ts';
import type { Gap, StateKey, Target, Unread } from '../snapshot.ts';
import { isObject } from '../model/objects.ts';

/** What a snapshot folder says of itself, in its `manifest.json`. */
export interface Manifest {
  schema: 'aks-audit/snapshot/1';
  tool: { name: string; version: string };
  /** ISO 8601 in UTC. */
  takenAt: string | null;
  /** Ids, host names and public addresses are aliases. */
  redacted?: true;
  /** `folder` is the part of the snapshot folder that holds this cluster's own files: `clusters/<name>-<hash8>`. */
  targets: readonly (Target & { folder: string })[];
  /** What was asked for; all of it, when the manifest does not say. */
  asked?: readonly StateKey[];
  /** What was asked for and of which nothing could be read. */
  unread?: readonly Unread[];
  /** What was not seen, of one target or of what all share. */
  gaps: readonly { target?: string; gap: Gap }[];
  /** The SHA-256 of every other file of the folder, by its path within it, `/` separated. */
  files: Readonly<Record<string, string>>;
}

/** The part of a path within a snapshot folder: the target's folder (none: shared) and the key that the file holds. */
export interface Part {
  folder?: string;
  key: StateKey;
}

const keyNames: ReadonlyMap<string, StateKey> = new Map(stateKeys.map((key) => [key, key]));

/** The names of the files of a snapshot folder are made of State keys, never of what is in them. */
export function partOf(path: string): Part | undefined {
  const folder = /^clusters\/[^/]+(?=\/)/.exec(path)?.[0];
  const stem = /([^/]+)\.(?:json|ndjson|ndjson\.gz)$/.exec(path)?.[1];
  const key = keyNames.get(stem ?? '');
  if (key === undefined || pathOf(key, folder) !== path.replace(/\.gz$/, '')) return undefined;
  return { ...(folder === undefined ? {} : { folder }), key };
}

/** Where a key's file lies. @param folder of the target; what clusters share lies in `shared/` */
export function pathOf(key: StateKey, folder = ''): string {
  const kind = kinds[key];
  if (key === 'cluster') return `${folder}/cluster.json`;
  if (kind.plane === 'kubernetes') return `${folder}/kubernetes/${key}.ndjson`;
  return kind.shared ? `shared/azure/${key}.json` : `${folder}/azure/${key}.json`;
}

/** True for what a snapshot folder of any version states. */
export function isManifest(value: unknown): value is Record<string, unknown> {
  return isObject(value) && typeof value.schema === 'string' && value.schema.startsWith('aks-audit/snapshot/');
}

/** @throws UserError when the manifest is of another version, or not whole */
export function manifestOf(value: Record<string, unknown>, file: string): Manifest {
  if (value.schema !== 'aks-audit/snapshot/1') {
    throw new UserError({
      where: file,
      what: 'is a snapshot of another version of aks-audit.',
      todo: 'Use the version that wrote it, or a newer one.',
    });
  }
  const fault = faultOf(value);
  if (fault !== undefined)
    throw new UserError({ where: file, what: `is not a whole manifest: ${fault}.`, todo: 'Collect the snapshot again.' });
  return value as unknown as Manifest; // each member was looked at by faultOf
}

const isText = (value: unknown): value is string => typeof value === 'string';
const everyOf = (value: unknown, test: (each: Record<string, unknown>) => boolean): boolean =>
  Array.isArray(value) && value.every((each) => isObject(each) && test(each));
const known: ReadonlySet<unknown> = new Set(stateKeys);
const isKey = (value: unknown): boolean => known.has(value);
const reasons = ['not-collected', 'forbidden', 'unreachable', 'failed', 'cluster-stopped'];

function faultOf(value: Record<string, unknown>): string | undefined {
  const { takenAt, targets, asked, unread, gaps, files, tool } = value;
  if (!isObject(tool) || !isText(tool.name) || !isText(tool.version)) return 'tool';
  if (takenAt !== null && (!isText(takenAt) || !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(takenAt) || Number.isNaN(Date.parse(takenAt))))
    return 'takenAt is not a time in UTC';
  if (!everyOf(targets, ({ id, name, folder }) => isText(id) && isText(name) && isText(folder) && /^clusters\/\w[\w.-]*$/.test(folder)))
    return 'targets';
  if (asked !== undefined && !(Array.isArray(asked) && asked.every(isKey))) return 'asked names a key that is not known';
  if (value.redacted !== undefined && value.redacted !== true) return 'redacted';
  if (unread !== undefined && !everyOf(unread, ({ target, reason }) => isText(target) && isText(reason))) return 'unread';
  if (!everyOf(gaps, ({ target, gap }) => (target === undefined || isText(target)) && isGap(gap))) return 'gaps';
  if (!isObject(files) || !Object.values(files).every((hash) => isText(hash) && /^[\da-f]{64}$/.test(hash))) return 'files';
  return undefined;
}

function isGap(gap: unknown): boolean {
  if (!isObject(gap) || !isKey(gap.key) || !reasons.some((reason) => reason === gap.why)) return false;
  if (gap.scope !== undefined && !isText(gap.scope)) return false;
  if (gap.why === 'forbidden') return isText(gap.permission);
  return gap.why === 'not-collected' ? gap.export === undefined || isText(gap.export) : isText(gap.message);
}

/** The folder of a target's files: its name as far as a path can hold it, told apart by its id. */
export function targetFolder({ id, name }: Target): string {
  const hash = createHash('sha256').update(id.toLowerCase()).digest('hex').slice(0, 8);
  return `clusters/${
    name
      .replaceAll(/[^\w-]+/g, '-')
      .replace(/^-+/, '')
      .slice(0, 60) || 'cluster'
  }-${hash}`;
}
