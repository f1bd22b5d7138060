import { relative, sep } from 'node:path';
import { describeProblem, type Problem, UserError } from '../errors.ts';
import type { Snapshot } from '../snapshot.ts';
import { type ArmRun, armRun } from './armState.ts';
import { snapshotOf, statementsByCluster, strayWarnings } from './assemble.ts';
import { assignGroups, isUnder, type NamedCluster } from './clusters.ts';
import type { Input } from './document.ts';
import { type Harvest, harvest, type ReadGroup } from './harvest.ts';
import { findInputs } from './inputs.ts';
import { type KubernetesState, stateOfKubernetes } from './kubernetesState.ts';
import { byCodeUnit } from './merge.ts';
import { findSnapshotFolders, type SnapshotFolder, storedNeighbours, withGaps } from './snapshotFolder.ts';

export interface LoadOptions {
  /** The input holds every Kubernetes object there is: a kind that was not seen is empty. */
  complete: boolean;
  /** `--cluster <name>=<path>`: all under a path is of one cluster. */
  clusters: readonly { name: string; path: string }[];
  /** ISO 8601 in UTC: when exports were taken. A snapshot folder says so itself. */
  takenAt?: string;
  /** Files that cannot be read are skipped and named in the result. */
  keepGoing: boolean;
  /** Names of files are relative to it; by default the working directory. */
  cwd?: string;
  onProgress?: (step: string) => void;
}

export interface Loaded {
  /** One of each cluster, by target id. */
  snapshots: Snapshot[];
  warnings: string[];
  /** With `keepGoing`: what could not be read. */
  skipped: Problem[];
}

/** Reads files and folders into one Snapshot of each cluster. @throws UserError that names everything that is wrong at once */
export async function load(paths: readonly string[], options: LoadOptions): Promise<Loaded> {
  const cwd = options.cwd ?? '';
  const named = options.clusters.map(({ name, path }) => ({ name, prefix: nameOf(cwd, path) }));
  const inputs = await findInputs([...paths, ...options.clusters.map(({ path }) => path)], { cwd });
  const { folders, rest, problems } = await findSnapshotFolders(inputs);
  const warnings: Problem[] = [];
  const run: Run = { options, named, warnings, problems };
  const snapshots: Snapshot[] = [];
  for (const folder of folders) snapshots.push(...(await collecting(problems, () => loadFolder(folder, run))));
  if (rest.length > 0) snapshots.push(...(await loadExports(rest, run)));
  if (problems.length > 0 && !options.keepGoing) throw new UserError(problems);
  if (snapshots.length === 0) throw new UserError([...problems, noCluster(paths), ...warnings]);
  const texts = [...new Set(warnings.map(describeProblem))].sort(byCodeUnit);
  return { snapshots: snapshots.sort((a, b) => byCodeUnit(a.target.id, b.target.id)), warnings: texts, skipped: problems };
}

const nameOf = (cwd: string, path: string): string => relative(cwd, path).split(sep).join('/');

const noCluster = (paths: readonly string[]): Problem => ({
  where: paths.join(', '),
  what: 'no cluster found: there is neither a managed cluster of Azure nor a Kubernetes object.',
  todo: 'Export one with: az aks show -g <resource-group> -n <cluster> -o json > cluster.json.',
});

/** A folder that cannot be read does not keep the others from being read. */
async function collecting<T>(problems: Problem[], read: () => Promise<T[]>): Promise<T[]> {
  try {
    return await read();
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    problems.push(...thrown.problems);
    return [];
  }
}

/** What a run reads and finds on the way. */
interface Run {
  options: LoadOptions;
  named: readonly NamedCluster[];
  warnings: Problem[];
  problems: Problem[];
}

async function loadExports(inputs: readonly Input[], run: Run): Promise<Snapshot[]> {
  const { options, warnings, problems } = run;
  const read = await harvest(inputs, { named: run.named, ...(options.onProgress ? { onProgress: options.onProgress } : {}) });
  const arm = armOf(read, run);
  warnings.push(...strayWarnings(arm));
  const statements = statementsByCluster(arm, run.named, warnings);
  const owners = assignGroups(read.groups, arm.clusters, problems);
  const owned = new Set(owners.flatMap(({ groups }) => groups));
  // What is wrong with objects that come to no cluster would else be lost.
  for (const group of read.groups) if (!owned.has(group)) kubernetesOf([group], run);
  return owners.map((owner) => {
    const kubernetes = kubernetesOf(owner.groups, run);
    return snapshotOf(
      { ...owner, kubernetes, complete: options.complete, takenAt: options.takenAt ?? null },
      arm,
      statements.get(owner.target.id) ?? [],
      warnings,
    );
  });
}

function armOf(read: Harvest, { problems, warnings }: Run): ArmRun {
  problems.push(...read.problems);
  warnings.push(...read.arm.warnings);
  return armRun(read.arm, warnings);
}

function kubernetesOf(groups: readonly ReadGroup[], { problems, warnings }: Run): KubernetesState {
  const kubernetes = stateOfKubernetes(groups.map(({ objects }) => objects));
  problems.push(...kubernetes.problems);
  warnings.push(...kubernetes.warnings);
  return kubernetes;
}

/** Our own snapshot folder, read as exports are; its manifest says which files are whose, and what was not seen. */
async function loadFolder(folder: SnapshotFolder, run: Run): Promise<Snapshot[]> {
  const stored = await storedNeighbours(folder);
  const keys = new Map(folder.parts.filter(({ part }) => part.key !== 'neighbours').map(({ input, part }) => [input, part.key]));
  const { onProgress } = run.options;
  const read = await harvest([...keys.keys()], { keyOf: (input) => keys.get(input), ...(onProgress ? { onProgress } : {}) });
  const arm = armOf(read, run);
  const statements = statementsByCluster(arm, [], run.warnings);
  const { takenAt, targets } = folder.manifest;
  return targets.map(({ id, name, folder: own }) => {
    const target = { id: id.toLowerCase(), name };
    const cluster = arm.clusters.find(({ resource }) => resource.id.toLowerCase() === target.id);
    const kubernetes = kubernetesOf(
      read.groups.filter((group) => isUnder(group.folder, `${folder.name}/${own}`.replace(/^\//, ''))),
      run,
    );
    const parts = { ...(cluster ? { arm: cluster } : {}), target, kubernetes, complete: run.options.complete, takenAt };
    const snapshot = snapshotOf(parts, arm, statements.get(target.id) ?? [], run.warnings);
    const neighbours = {
      value: [...(snapshot.state.neighbours?.value ?? []), ...stored].sort((a, b) => byCodeUnit(a.id.toLowerCase(), b.id.toLowerCase())),
    };
    return { ...snapshot, state: withGaps({ ...snapshot.state, neighbours }, folder.manifest, target), digest: folder.digest };
  });
}
