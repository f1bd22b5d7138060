import { basename, resolve } from 'node:path';
import type { Problem } from '../errors.ts';
import type { Target } from '../snapshot.ts';
import { fileStem } from './armHarvest.ts';
import { bodyOf, byCodeUnit, type Placed } from './merge.ts';

/** `--cluster <name>=<path>`: all that was read under a path is of one cluster. `prefix`: the path as inputs are named. */
export interface NamedCluster {
  name: string;
  prefix: string;
}

/** The Kubernetes objects of one folder, or of one `--cluster`, and what they tell of the cluster they are of. */
export interface KubernetesGroup {
  /** Of the files within their root, `/` separated; none at the top. */
  folder: string;
  named?: NamedCluster;
  files: readonly { name: string; root: string }[];
  /** Of the namespace kube-system. */
  uids: ReadonlySet<string>;
  /** From the nodes' providerID, in lower case. */
  nodes: readonly NodeGroup[];
  /** An object, or that there is none of a kind, was read; not only errors or what the cluster serves. */
  seen: boolean;
}
export interface NodeGroup {
  subscription: string;
  resourceGroup: string;
}

/** A cluster to audit, with the groups of Kubernetes objects that are its. */
export interface Owner<G extends KubernetesGroup> {
  arm?: Placed;
  target: Target;
  groups: G[];
}

const ask = 'Say which is which with --cluster <name>=<path>.';

/**
 * Which cluster each group of Kubernetes objects is of: the one named by `--cluster`; else the ARM cluster whose node
 * resource group is in the nodes' providerID; else the one cluster of the nearest folder. What cannot be told is a
 * problem, never a guess.
 */
export function assignGroups<G extends KubernetesGroup>(
  groups: readonly G[],
  clusters: readonly Placed[],
  problems: Problem[],
): Owner<G>[] {
  const owners = new Map<string, Owner<G>>(
    clusters.map((arm) => [armKey(arm), { arm, target: { id: arm.resource.id.toLowerCase(), name: arm.resource.name }, groups: [] }]),
  );
  const alone: G[] = [];
  for (const group of groups) {
    const owner = group.named ? namedCluster(group.named, clusters) : clusters.length > 0 ? armOwner(group, clusters, problems) : undefined;
    if (owner === 'unclear') continue;
    if (owner === undefined) alone.push(group);
    else owners.get(armKey(owner))?.groups.push(group);
  }
  for (const together of partition(alone, problems)) {
    if (!together.some(({ seen }) => seen)) continue;
    const target = targetOf(together);
    if (target.id.startsWith('files:') && owners.has(target.id)) {
      problems.push({ where: together.map(placeOf).join(', '), what: 'is a second cluster in a folder of one name.', todo: ask });
      continue;
    }
    owners.set(target.id, { target, groups: [...(owners.get(target.id)?.groups ?? []), ...together] });
  }
  for (const owner of owners.values())
    if (new Set(owner.groups.flatMap(({ uids }) => [...uids])).size > 1) problems.push(twoClusters(owner.groups));
  return [...owners.values()].sort((a, b) => byCodeUnit(a.target.id, b.target.id));
}

const armKey = (cluster: Placed): string => cluster.resource.id.toLowerCase();

/** The ARM cluster of that name; else the one that lies under the path. */
function namedCluster({ name, prefix }: NamedCluster, clusters: readonly Placed[]): Placed | undefined {
  const called = clusters.filter(({ resource }) => resource.name.toLowerCase() === name.toLowerCase());
  const candidates = called.length > 0 ? called : clusters.filter(({ origin }) => isUnder(origin.file, prefix));
  const under = candidates.filter(({ origin }) => isUnder(origin.file, prefix));
  return candidates.length === 1 ? candidates[0] : under.length === 1 ? under[0] : undefined;
}

export const isUnder = (file: string, folder: string): boolean => folder === '' || file === folder || file.startsWith(`${folder}/`);

function armOwner(group: KubernetesGroup, clusters: readonly Placed[], problems: Problem[]): Placed | 'unclear' {
  const where = placeOf(group);
  const byNodes = clustersOfNodes(group, clusters);
  if (byNodes.length > 1)
    problems.push({
      where,
      what: 'holds the nodes of several clusters.',
      todo: 'Put the export of each cluster into a folder of its own.',
    });
  const [only] = byNodes;
  if (only !== undefined) return byNodes.length === 1 ? only : 'unclear';
  const near = nearest(group.folder, clusters, ({ origin }) => origin.file);
  if (near.length !== 1 || near[0] === undefined) {
    problems.push({
      where,
      what: 'holds Kubernetes objects of which nothing tells whose they are: there are several clusters.',
      todo: ask,
    });
    return 'unclear';
  }
  if (group.nodes.length > 0 && nodeResourceGroup(near[0]) !== undefined) {
    problems.push({
      where,
      what: `holds nodes of another cluster than ${near[0].resource.name}: they are not in its node resource group.`,
      todo: ask,
    });
    return 'unclear';
  }
  return near[0];
}

function clustersOfNodes({ nodes }: KubernetesGroup, clusters: readonly Placed[]): Placed[] {
  const named = clusters.filter((cluster) => nodes.some(({ resourceGroup }) => resourceGroup === nodeResourceGroup(cluster)));
  const exact = named.filter((cluster) => nodes.some(({ subscription }) => armKey(cluster).startsWith(`/subscriptions/${subscription}/`)));
  return named.length > 1 && exact.length > 0 ? exact : named;
}

function nodeResourceGroup(cluster: Placed): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(bodyOf(cluster.resource) ?? {}, 'nodeResourceGroup')?.value;
  return typeof value === 'string' ? value.toLowerCase() : undefined;
}

/** The candidates of the nearest folder that has any, going up from this one. */
export function nearest<T>(folder: string, candidates: readonly T[], fileOf: (candidate: T) => string): T[] {
  for (let at = folder; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const here = candidates.filter((each) => isUnder(fileOf(each), at));
    if (here.length > 0 || at === '') return here;
  }
}

/** Groups without an ARM cluster, by the cluster that they say they are of; those that say nothing go with the nearest. */
function partition<G extends KubernetesGroup>(groups: readonly G[], problems: Problem[]): G[][] {
  const parts = new Map<string, G[]>();
  const add = (key: string, group: G) => parts.set(key, [...(parts.get(key) ?? []), group]);
  const plain = groups.filter(({ named }) => named === undefined);
  const identity = identities(plain);
  for (const group of groups) {
    const own = group.named ? `named ${group.named.name}` : identity(group);
    if (own !== undefined) add(own, group);
  }
  for (const group of plain.filter((each) => identity(each) === undefined)) {
    const near = new Set(
      nearest(
        group.folder,
        plain.filter((each) => identity(each) !== undefined),
        ({ files }) => files[0]?.name ?? '',
      ).map(identity),
    );
    if (near.size > 1)
      problems.push({
        where: placeOf(group),
        what: 'holds Kubernetes objects of which nothing tells whose they are: there are several clusters.',
        todo: ask,
      });
    else add([...near][0] ?? '', group);
  }
  return [...parts.values()];
}

/** By the uid of kube-system, or by the nodes' resource group where one uid at most is known. */
function identities(groups: readonly KubernetesGroup[]): (group: KubernetesGroup) => string | undefined {
  const uids = new Set(groups.flatMap(({ uids: own }) => [...own]));
  const places = new Set(groups.flatMap(({ nodes }) => nodes.map(nodeKey)));
  if (uids.size <= 1 && places.size <= 1) return () => 'one';
  const uidOfPlace = new Map(
    groups.flatMap(({ nodes, uids: [uid] }) => (uid === undefined ? [] : nodes.map((node) => [nodeKey(node), uid] as const))),
  );
  return ({ uids: [uid], nodes: [node] }) => {
    if (uid !== undefined) return uid;
    const place = node === undefined ? undefined : nodeKey(node);
    return place === undefined ? undefined : (uidOfPlace.get(place) ?? (uids.size === 0 ? place : undefined));
  };
}

const nodeKey = ({ subscription, resourceGroup }: NodeGroup): string => `${subscription}/${resourceGroup}`;

function targetOf(groups: readonly KubernetesGroup[]): Target {
  const [uid] = groups.flatMap(({ uids }) => [...uids]);
  const name = groups[0]?.named?.name ?? folderName(groups);
  return { id: uid === undefined ? `files:${name}` : `kubernetes:${uid}`, name };
}

/** The folder that all files share, or the file's name when the user gave one file. */
function folderName(groups: readonly KubernetesGroup[]): string {
  const files = groups.flatMap((group) => group.files);
  const common = groups.map(({ folder }) => folder).reduce((a, b) => sharedFolder(a, b));
  if (common !== '') return common.slice(common.lastIndexOf('/') + 1);
  const [first, ...others] = files;
  if (first === undefined || first.root === '-') return 'stdin';
  const isFile = others.length === 0 && resolve(first.root) === resolve(first.name);
  return isFile ? fileStem(basename(first.name)) : basename(resolve(first.root)) || 'cluster';
}

function sharedFolder(a: string, b: string): string {
  let shared = a;
  while (shared !== '' && !isUnder(b, shared)) shared = shared.slice(0, Math.max(0, shared.lastIndexOf('/')));
  return shared;
}

const placeOf = (group: KubernetesGroup): string => (group.files.length === 1 ? (group.files[0]?.name ?? '.') : group.folder || '.');

const twoClusters = (groups: readonly KubernetesGroup[]): Problem => ({
  where: groups.map(placeOf).join(', '),
  what: 'hold objects of two clusters: the namespace kube-system has two uids.',
  todo: ask,
});
