import { relative, sep } from 'node:path';
import { describeProblem, type Problem, UserError } from '../errors.ts';
import { kinds } from '../kinds.ts';
import type { Snapshot, Unread } from '../snapshot.ts';
import { type ArmRun, armRun } from './armState.ts';
import { snapshotOf, statementsByCluster, strayWarnings } from './assemble.ts';
import { assignGroups, type NamedCluster } from './clusters.ts';
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
  /** Of what was collected: clusters of which nothing could be read. */
  unread: readonly Unread[];
}

/** What files and folders hold, opened but for what each cluster alone is made of. */
export interface Opened {
  /** One of each cluster, by target id, read when it is its turn, so that it can be let go. */
  snapshots: AsyncIterable<Snapshot>;
  /** Of all that was read by then. @throws UserError that names everything that is wrong at once */
  outcome: () => Omit<Loaded, 'snapshots'>;
}

/** Reads files and folders into one Snapshot of each cluster. @throws UserError that names everything that is wrong at once */
export async function load(paths: readonly string[], options: LoadOptions): Promise<Loaded> {
  const { snapshots, outcome } = await openSnapshots(paths, options);
  const all: Snapshot[] = [];
  for await (const snapshot of snapshots) all.push(snapshot);
  return { snapshots: all, ...outcome() };
}

/** As `load`, cluster by cluster. @throws UserError that names everything that is wrong by then */
export async function openSnapshots(paths: readonly string[], options: LoadOptions): Promise<Opened> {
  const cwd = options.cwd ?? '';
  const named = options.clusters.map(({ name, path }) => ({ name, prefix: nameOf(cwd, path) }));
  const inputs = findInputs([...paths, ...options.clusters.map(({ path }) => path)], { cwd });
  const { folders, rest, problems } = await findSnapshotFolders(inputs);
  const unread = folders.flatMap(({ manifest }) => manifest.unread ?? []);
  const warnings: Problem[] = [];
  const run: Run = { options, named, warnings, problems };
  const clusters: Waiting[] = [];
  for (const folder of folders) clusters.push(...(await collecting(problems, () => openTargets(folder, run))));
  if (rest.length > 0)
    clusters.push(...(await loadExports(rest, run)).map((each) => ({ id: each.target.id, from: 'the exports', read: async () => each })));
  const once = eachOnce(clusters, problems);
  const outcome = () => {
    if (problems.length > 0 && !options.keepGoing) throw new UserError(problems);
    return { warnings: [...new Set(warnings.map(describeProblem))].sort(byCodeUnit), skipped: problems, unread };
  };
  outcome();
  if (clusters.length === 0) throw new UserError([...problems, noCluster(paths), ...warnings]);
  return { snapshots: inTurn(once), outcome };
}

/** A cluster whose own part is yet to be read. */
interface Waiting {
  id: string;
  /** The snapshot folder that it stands in, or the exports. */
  from: string;
  read: () => Promise<Snapshot>;
}
/** By id. Two states of one cluster would be two reports of one name, of which nobody can tell which holds. */
function eachOnce(clusters: readonly Waiting[], problems: Problem[]): Waiting[] {
  const byId = new Map<string, Waiting>();
  for (const cluster of clusters) {
    const first = byId.get(cluster.id);
    if (first === undefined) byId.set(cluster.id, cluster);
    else
      problems.push({
        where: cluster.from,
        what: `holds a cluster that ${first.from} holds as well: ${cluster.id}.`,
        todo: 'Audit one state of it at a time.',
      });
  }
  return [...byId.values()].sort((a, b) => byCodeUnit(a.id, b.id));
}
async function* inTurn(clusters: Waiting[]): AsyncGenerator<Snapshot, void, void> {
  for (let next = clusters.shift(); next !== undefined; next = clusters.shift()) yield await next.read();
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
      statements.get(owner.target.id) ?? (owners.length === 1 ? arm.statements : []),
      warnings,
    );
  });
}

function armOf(read: Harvest, { problems, warnings }: Run): ArmRun {
  problems.push(...read.problems, ...read.arm.problems);
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
async function openTargets(folder: SnapshotFolder, run: Run): Promise<Waiting[]> {
  const stored = storedNeighbours(folder);
  const read = await harvestParts(
    folder.parts.filter(({ part }) => kinds[part.key].plane === 'azure' && part.key !== 'neighbours'),
    run,
  );
  const arm = armOf(read, run);
  const statements = statementsByCluster(arm, [], run.warnings);
  const { takenAt, targets } = folder.manifest;
  const readTarget = async ({ id, name, folder: own }: SnapshotFolder['manifest']['targets'][number]): Promise<Snapshot> => {
    const target = { id: id.toLowerCase(), name };
    const cluster = arm.clusters.find(({ resource }) => resource.id.toLowerCase() === target.id);
    const objects = await harvestParts(
      folder.parts.filter(({ part }) => kinds[part.key].plane === 'kubernetes' && part.folder === own),
      run,
    );
    run.problems.push(...objects.problems);
    const kubernetes = kubernetesOf(objects.groups, run);
    const parts = { ...(cluster ? { arm: cluster } : {}), target, kubernetes, complete: run.options.complete, takenAt };
    const snapshot = snapshotOf(parts, arm, statements.get(target.id) ?? [], run.warnings);
    const neighbours = {
      value: [...(snapshot.state.neighbours?.value ?? []), ...stored].sort((a, b) => byCodeUnit(a.id.toLowerCase(), b.id.toLowerCase())),
    };
    return { ...snapshot, state: withGaps({ ...snapshot.state, neighbours }, folder.manifest, target), digest: folder.digest };
  };
  return targets.map((target) => ({
    id: target.id.toLowerCase(),
    from: folder.name === '' ? '.' : folder.name,
    read: () => readTarget(target),
  }));
}

function harvestParts(parts: SnapshotFolder['parts'], { options }: Run): Promise<Harvest> {
  const keys = new Map(parts.map(({ input, part }) => [input, part.key]));
  const { onProgress } = options;
  return harvest([...keys.keys()], { keyOf: (input) => keys.get(input), ...(onProgress ? { onProgress } : {}) });
}
