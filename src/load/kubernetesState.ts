import type { Problem } from '../errors.ts';
import type { Gap, Gathered, Origin, Snapshot, State, StateKey } from '../snapshot.ts';
import type { KubernetesObject, Node } from '../wire.ts';
import { isNotServed } from './discovery.ts';
import { addObject, type Conflict, type KubernetesHarvest, kubernetesTable } from './kubernetesHarvest.ts';

export interface KubernetesState {
  /** A key that is not there was not collected. */
  state: Snapshot['state'];
  origins: ReadonlyMap<object, Origin>;
  problems: readonly Problem[];
  warnings: readonly Problem[];
}

/**
 * What is known of one cluster's Kubernetes objects: a kind that was read, or that the cluster provably does not serve,
 * has a value; a kind that was refused has a gap. Lists are sorted by namespace and name.
 */
export function stateOfKubernetes(harvests: readonly KubernetesHarvest[]): KubernetesState {
  const all = merged(harvests);
  if (all === undefined) return { state: {}, origins: new Map(), problems: [], warnings: [] };
  const state: Partial<Record<StateKey, Gathered<readonly KubernetesObject[]>>> = {};
  for (const entry of kubernetesTable) {
    const { key } = entry;
    const gaps = distinct([...all.gaps, ...all.conflicts.flatMap(gapOfContents)].filter((gap) => gap.key === key));
    const [first, ...rest] = gaps;
    if (all.read.has(key) || (first === undefined && isNotServed(entry, all.discovery)))
      state[key] = { value: sorted(all, key), ...(first === undefined ? {} : { gaps }) };
    else if (first !== undefined) state[key] = { gaps: [first, ...rest] };
  }
  const { origins, conflicts } = all;
  const problems = [
    ...all.problems,
    ...conflicts
      .filter(({ why }) => why === 'uid')
      .slice(0, 1)
      .map((each) => twoObjects(each, conflicts.length)),
  ];
  const warnings = [...all.warnings, ...conflicts.filter(({ why }) => why === 'content').map(twoContents)];
  return { state: state as Snapshot['state'], origins, problems, warnings }; // each key's objects are of its kind, by keyOfKind
}

/** By what a cluster is known: the uid of kube-system, and the nodes' providerID. */
export function marksOf(harvest: KubernetesHarvest): { uids: Set<string>; nodes: { subscription: string; resourceGroup: string }[] } {
  const uid = harvest.objects.get('namespaces')?.get('')?.get('kube-system')?.metadata.uid;
  const places = new Map<string, { subscription: string; resourceGroup: string }>();
  for (const node of (harvest.objects.get('nodes')?.get('')?.values() ?? []) as Iterable<Node>) {
    const match = /^azure:\/\/\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\//.exec(node.spec?.providerID?.toLowerCase() ?? '');
    const [, subscription, resourceGroup] = match ?? [];
    if (subscription !== undefined && resourceGroup !== undefined)
      places.set(`${subscription}/${resourceGroup}`, { subscription, resourceGroup });
  }
  return { uids: new Set(uid === undefined ? [] : [uid]), nodes: [...places.values()] };
}

function merged(harvests: readonly KubernetesHarvest[]): KubernetesHarvest | undefined {
  const [into, ...others] = harvests;
  for (const other of others) {
    if (into === undefined) break;
    for (const [key, ofKey] of other.objects)
      for (const ofNamespace of ofKey.values())
        for (const object of ofNamespace.values()) addObject(into, key, object, other.origins.get(object) ?? nowhere);
    for (const key of other.read) into.read.add(key);
    into.gaps.push(...other.gaps);
    into.conflicts.push(...other.conflicts);
    into.problems.push(...other.problems);
    into.warnings.push(...other.warnings);
    const { discovery } = other;
    for (const key of discovery.denied) into.discovery.denied.add(key);
    for (const [name, kinds] of discovery.resources) into.discovery.resources.set(name, kinds);
    into.discovery.groups ??= discovery.groups;
    into.discovery.kinds ??= discovery.kinds;
    into.discovery.custom ??= discovery.custom;
  }
  return into;
}
const nowhere: Origin = { file: '', start: 0, end: 0, pointer: '' };

function sorted(harvest: KubernetesHarvest, key: StateKey): KubernetesObject[] {
  const namespaces = [...(harvest.objects.get(key) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  return namespaces.flatMap(([, byName]) => [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object));
}

const distinct = (gaps: readonly Gap[]): Gap[] => [...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()];

interface Twice {
  key: keyof State;
  files: readonly [string, string];
}
const between = ([one, other]: Twice['files']): string => (one === other ? one : `${one}, ${other}`);

const twoObjects = ({ key, files }: Twice, count: number): Problem => ({
  where: between(files),
  what: `hold two objects of ${key} with one name and different uids${count > 1 ? `, and ${count - 1} more such` : ''}: exports of two clusters or of two times.`,
  todo: 'Say which is which with --cluster <name>=<path>, or give one export.',
});
/** One of the two was not judged, and what was not judged is not a pass. */
const gapOfContents = ({ key, why }: Conflict): Gap[] =>
  why === 'content' ? [{ key, why: 'failed', message: 'Objects of one name that are not alike: only the first was judged.' }] : [];
const twoContents = ({ key, files }: Twice): Problem => ({
  where: between(files),
  what: `hold an object of ${key} twice under one name and not alike; the first counts.`,
});
