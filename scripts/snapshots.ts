import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { kinds, kubernetesKeys, permission, stateKeys } from '../src/kinds.ts';
import type { Gap, Gathered, Snapshot, StateKey } from '../src/snapshot.ts';
import { baseState, parentId, root } from '../test/support/fixtures.ts';
import { applyPatch } from '../test/support/patch.ts';
import { writeSnapshotFolder } from '../test/support/writeSnapshotFolder.ts';
import { busyCluster, type Fault } from './busyCluster.ts';

// Makes fixtures/snapshots/* from fixtures/snapshots/sources/*.yaml, patches on the base cluster, and seals fixtures/base.
interface Source {
  name: string;
  from?: string;
  takenAt?: string;
  /** Made busy by scripts/busyCluster.ts, with the faults of busy.faults.yaml. */
  busy?: boolean;
  /** What stands for names and addresses of the base cluster, before the patch, which speaks of the new ones. */
  renames?: Record<string, string>;
  patch?: Record<string, unknown>;
  deny?: { plane: 'kubernetes' | 'azure'; why: 'unreachable'; message: string };
  gaps?: Record<string, 'forbidden'>;
  exports?: { az: StateKey[]; kubectl: StateKey[] };
}
const folder = join(root, 'fixtures/snapshots');
const sourceOf = (name: string) => parse(readFileSync(join(folder, `sources/${name}.yaml`), 'utf8'), { merge: true }) as Source;

const faults = () => (parse(readFileSync(join(folder, 'busy.faults.yaml'), 'utf8'), { merge: true }) as { faults: Fault[] }).faults;

seal(join(root, 'fixtures/base'));
for (const file of readdirSync(join(folder, 'sources')).sort()) await make(file.slice(0, -'.yaml'.length));

async function make(name: string): Promise<void> {
  const source = sourceOf(name);
  const state = renamed(patchedState(source), source.name);
  const target = join(folder, name);
  rmSync(target, { recursive: true, force: true });
  if (source.exports !== undefined) return writeExports(target, state, source.exports);
  const gathered = Object.fromEntries(stateKeys.map((key) => [key, gatheredOf(key, state[key], source)]));
  const id = (state.cluster as { id: string }).id.toLowerCase();
  await writeSnapshotFolder(target, {
    tool: { name: 'aks-audit', version: '0.1.0' },
    takenAt: source.takenAt ?? null,
    snapshots: [{ target: { id, name: source.name }, state: gathered as Snapshot['state'] }],
  });
}

function patchedState(source: Source): Record<string, unknown> {
  const before = source.from === undefined ? baseState() : patchedState(sourceOf(source.from));
  const text = Object.entries(source.renames ?? {}).reduce((all, [name, other]) => all.replaceAll(name, other), JSON.stringify(before));
  const state = JSON.parse(text) as Record<string, unknown>;
  applyPatch(state, source.patch ?? {}, { parentId });
  return source.busy === true ? busyCluster(state, faults()) : state;
}

/** The base cluster's name stands in its ids, its groups and its network. */
function renamed(state: Record<string, unknown>, name: string): Record<string, unknown> {
  return JSON.parse(JSON.stringify(state).replaceAll(/(?<![A-Za-z])base(?![A-Za-z])/g, name));
}

function gatheredOf(key: StateKey, value: unknown, source: Source): Gathered<unknown> {
  if (source.gaps?.[key] === 'forbidden') return { gaps: [{ key, why: 'forbidden', permission: permission(key) }] };
  if (source.deny?.plane === kinds[key].plane) return { gaps: [{ key, why: source.deny.why, message: source.deny.message } as Gap] };
  return { value };
}

/** Files as people send them: flattened az output, and kubectl lists. */
function writeExports(target: string, state: Record<string, unknown>, exports: NonNullable<Source['exports']>): void {
  mkdirSync(target, { recursive: true });
  for (const key of exports.az)
    writeFileSync(
      join(target, `${key}.json`),
      `${JSON.stringify(flattened({ ...(state[key] as object), ...(key === 'cluster' ? poolProfiles(state) : {}) }), null, 2)}\n`,
    );
  for (const key of exports.kubectl) {
    if (!kubernetesKeys.includes(key)) throw new Error(`${key} is no kind of Kubernetes`);
    writeFileSync(
      join(target, `${key}.json`),
      `${JSON.stringify({ apiVersion: 'v1', items: state[key], kind: 'List', metadata: { resourceVersion: '' } }, null, 2)}\n`,
    );
  }
}

function poolProfiles(state: Record<string, unknown>): object {
  return {
    agentPoolProfiles: (state.agentPools as { name: string; properties: object }[]).map(({ name, properties }) => ({
      name,
      ...properties,
    })),
  };
}

/** As az prints a resource: properties beside the envelope, and acronyms spelt like words. */
function flattened(resource: Record<string, unknown>): unknown {
  const { properties, ...envelope } = resource;
  return spelt({ ...envelope, ...(properties as object) });
}
function spelt(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spelt);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replaceAll(/(?<=[a-z])(RBAC|FQDN|SKU|IP|ID|OS|GB)(?=[A-Z]|s?$)/g, (found) => `${found[0]}${found.slice(1).toLowerCase()}`),
      key === 'config' ? inner : spelt(inner),
    ]),
  );
}

/** Writes the digests of a hand-written snapshot folder into its manifest. */
function seal(snapshot: string): void {
  const file = join(snapshot, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const paths = readdirSync(snapshot, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path !== 'manifest.json' && statSync(join(snapshot, path)).isFile(),
  );
  const sorted = paths.map((path) => path.replaceAll('\\', '/')).sort();
  const files = Object.fromEntries(
    sorted.map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(snapshot, path)))
        .digest('hex'),
    ]),
  );
  writeFileSync(file, `${JSON.stringify({ ...manifest, files }, null, 2)}\n`);
}
