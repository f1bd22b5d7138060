import type { Problem } from '../errors.ts';
import { armKeys, kubernetesKeys, notCollected } from '../kinds.ts';
import type { Gathered, Snapshot, State, StateKey, Target } from '../snapshot.ts';
import type { ArmStatement } from './armHarvest.ts';
import { type ArmRun, armStateOf } from './armState.ts';
import { isWithin } from './armId.ts';
import { isUnder, nearest, type NamedCluster } from './clusters.ts';
import type { KubernetesState } from './kubernetesState.ts';
import { bodyOf, type Placed } from './merge.ts';

export interface SnapshotParts {
  target: Target;
  arm?: Placed;
  kubernetes: Pick<KubernetesState, 'state' | 'origins'>;
  complete: boolean;
  takenAt: string | null;
}

/** One cluster's Snapshot, in which every key has a value or a gap that says why not. */
export function snapshotOf(parts: SnapshotParts, run: ArmRun, own: readonly ArmStatement[], warnings: Problem[]): Snapshot {
  const arm = parts.arm === undefined ? undefined : armStateOf(parts.arm, run, own, warnings);
  const origins = new Map(parts.kubernetes.origins);
  for (const [resource, origin] of arm?.origins ?? []) origins.set(resource, origin);
  const missing = gapOfKubernetes(parts);
  const kubernetes = kubernetesKeys.map((key) => [key, parts.kubernetes.state[key] ?? missing(key)] as const);
  const azure = armKeys.map((key) => [key, arm?.state[key] ?? withoutCluster(key, own)] as const);
  return {
    schema: 'aks-audit/snapshot/1',
    takenAt: parts.takenAt,
    target: parts.target,
    state: Object.fromEntries([...azure, ...kubernetes]) as Snapshot['state'], // each key with what was gathered under it
    origins,
    ...(parts.complete ? { complete: true } : {}),
  };
}

/** Whether an unseen cluster shares a subnet is read from the subnet, so there is no gap of neighbours. */
function withoutCluster(key: StateKey, own: readonly ArmStatement[]): Gathered<State[StateKey]> {
  if (key === 'neighbours') return { value: [] };
  const [first, ...rest] = own.flatMap(({ gap }) => (gap?.key === key ? [gap] : []));
  return { gaps: [first ?? notCollected(key), ...rest] };
}

function gapOfKubernetes({ arm, complete }: SnapshotParts): (key: StateKey) => Gathered<State[StateKey]> {
  if (complete) return () => ({ value: [] });
  const stopped = isStopped(arm);
  return (key) => ({
    gaps: [
      stopped ? { key, why: 'cluster-stopped', message: 'The cluster is stopped: its API server cannot be read.' } : notCollected(key),
    ],
  });
}

function isStopped(cluster: Placed | undefined): boolean {
  const power: unknown = cluster && Object.getOwnPropertyDescriptor(bodyOf(cluster.resource) ?? {}, 'powerState')?.value;
  const code = typeof power === 'object' && power !== null ? (Object.getOwnPropertyDescriptor(power, 'code')?.value as unknown) : undefined;
  return typeof code === 'string' && code.toLowerCase() === 'stopped';
}

/**
 * What was said of the keys of each cluster: by an id that it names, by the `--cluster` or folder its file lies in, or
 * because there is only one. @returns by the cluster's id in lower case
 */
export function statementsByCluster(run: ArmRun, named: readonly NamedCluster[], warnings: Problem[]): Map<string, ArmStatement[]> {
  const byCluster = new Map<string, ArmStatement[]>(run.clusters.map(({ resource }) => [resource.id.toLowerCase(), []]));
  for (const statement of run.statements) {
    if (run.shared.has(statement.key)) continue;
    const candidates = clustersOf(statement, run, named);
    const [only] = candidates;
    if (candidates.length === 1 && only !== undefined) byCluster.get(only.resource.id.toLowerCase())?.push(statement);
    else if (run.clusters.length > 1) {
      warnings.push({
        where: statement.file,
        what: 'does not tell which of the clusters it is of; it was not used.',
        todo: 'Put it into the folder of its cluster, or use --cluster <name>=<path>.',
      });
    }
  }
  return byCluster;
}

function clustersOf({ about, file }: ArmStatement, run: ArmRun, named: readonly NamedCluster[]): readonly Placed[] {
  const ids = about === undefined ? [] : run.clusters.filter(({ resource }) => isWithin(about, resource.id));
  if (ids.length > 0) return ids;
  const name = named.find(({ prefix }) => isUnder(file, prefix))?.name.toLowerCase();
  const called = run.clusters.filter(({ resource }) => resource.name.toLowerCase() === name);
  if (called.length > 0) return called;
  return nearest(file.slice(0, Math.max(0, file.lastIndexOf('/'))), run.clusters, ({ origin }) => origin.file);
}

/** What ARM resources that are of no cluster of the run are named as. */
export function strayWarnings(run: ArmRun): Problem[] {
  const files = new Map<string, string>();
  for (const [key, all] of run.own) {
    if (key.startsWith('policy') || key === 'roleAssignments') continue;
    for (const { resource, origin } of all) {
      if (run.clusters.some((cluster) => isWithin(resource.id, cluster.resource.id))) continue;
      if (run.clusters.length === 1 && /\/managedclusters\/unknown\//i.test(resource.id)) continue;
      files.set(origin.file, key);
    }
  }
  return [...files].map(([file, key]) => ({
    where: file,
    what: `holds ${key} of a cluster that is not among the inputs; they were not used.`,
  }));
}
