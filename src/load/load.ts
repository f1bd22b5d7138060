import { relative, sep } from 'node:path';
import { describeProblem, type Problem, UserError } from '../errors.ts';
import type { Snapshot } from '../snapshot.ts';
import { type ArmRun, armRun } from './armState.ts';
import { snapshotOf, statementsByCluster, strayWarnings } from './assemble.ts';
import { assignGroups, type NamedCluster } from './clusters.ts';
import { harvest } from './harvest.ts';
import { findInputs } from './inputs.ts';
import { byCodeUnit } from './merge.ts';
import { findSnapshotFolders, type SnapshotFolder, withGaps } from './snapshotFolder.ts';

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
  const snapshots: Snapshot[] = [];
  for (const folder of folders) snapshots.push(...(await loadFolder(folder, options, warnings, problems)));
  if (rest.length > 0) snapshots.push(...(await loadExports(rest, named, options, warnings, problems)));
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

async function loadExports(inputs: Parameters<typeof harvest>[0], named: readonly NamedCluster[], options: LoadOptions, warnings: Problem[], problems: Problem[]): Promise<Snapshot[]> {
  const read = await harvest(inputs, options.onProgress);
  problems.push(...read.problems);
  warnings.push(...read.arm.warnings);
  const run = armRun(read.arm, warnings);
  warnings.push(...strayWarnings(run));
  const statements = statementsByCluster(run, named, warnings);
  return assignGroups([], run.clusters, problems).map(({ arm, target }) =>
    snapshotOf({ ...(arm ? { arm } : {}), target, kubernetes: none, complete: options.complete, takenAt: options.takenAt ?? null }, run, statements.get(target.id) ?? [], warnings),
  );
}

const none = { state: {}, origins: new Map() };

/** Our own snapshot folder, read as exports are; its manifest adds what was not seen. */
async function loadFolder(folder: SnapshotFolder, options: LoadOptions, warnings: Problem[], problems: Problem[]): Promise<Snapshot[]> {
  const read = await harvest(
    folder.parts.map(({ input }) => input),
    options.onProgress,
  );
  problems.push(...read.problems);
  const run: ArmRun = armRun(read.arm, warnings);
  const statements = statementsByCluster(run, [], warnings);
  return folder.manifest.targets.map(({ id, name, folder: own }) => {
    const target = { id: id.toLowerCase(), name };
    const arm = run.clusters.find(({ resource }) => resource.id.toLowerCase() === target.id);
    const snapshot = snapshotOf({ ...(arm ? { arm } : {}), target, kubernetes: none, complete: false, takenAt: folder.manifest.takenAt }, run, statements.get(target.id) ?? [], warnings);
    void own;
    return { ...snapshot, state: withGaps(snapshot.state, folder.manifest, target), digest: folder.digest };
  });
}
