import type { Problem } from '../errors.ts';
import { kinds, kubernetesKeys, type KubernetesKind } from '../kinds.ts';
import type { Gap, Origin, StateKey } from '../snapshot.ts';
import type { KubernetesObject } from '../wire.ts';
import { type Discovery, noDiscovery } from './discovery.ts';
import type { Interner } from './intern.ts';

/** All that Kubernetes documents of one cluster hold; the readers add to it. */
export interface KubernetesHarvest {
  intern: Interner;
  /** By key, namespace (empty for cluster-wide) and name. */
  objects: Map<StateKey, Map<string, Map<string, KubernetesObject>>>;
  /** Kinds of which an object or an empty list was read. */
  read: Set<StateKey>;
  discovery: Discovery;
  gaps: Gap[];
  origins: Map<object, Origin>;
  /** How many objects of kinds that no rule reads. */
  others: Map<string, number>;
  /** Of a list that is handed on item by item, until it ends. */
  open: OpenList | undefined;
  /** Objects of one name that are not the same, as when two clusters are mixed. */
  conflicts: Conflict[];
  problems: Problem[];
  warnings: Problem[];
}
export interface OpenList {
  file: string;
  count: number;
  /** Items of a typed list whose kind stands behind them. */
  waiting: { value: object; origin: Origin }[];
  definitions: object[];
  keys: Set<StateKey>;
}
export interface Conflict {
  key: StateKey;
  name: string;
  namespace?: string;
  files: readonly [string, string];
  /** `uid`: two objects that were given one name after another, or in two clusters. */
  why: 'uid' | 'content';
}

export const emptyKubernetes = (intern: Interner): KubernetesHarvest => ({
  intern,
  objects: new Map(),
  read: new Set(),
  discovery: noDiscovery(),
  gaps: [],
  origins: new Map(),
  others: new Map(),
  open: undefined,
  conflicts: [],
  problems: [],
  warnings: [],
});

const kubernetesKind = (key: StateKey): KubernetesKind | undefined => {
  const kind = kinds[key];
  return kind.plane === 'kubernetes' ? kind : undefined;
};
const table = kubernetesKeys.flatMap((key) => {
  const kind = kubernetesKind(key);
  return kind === undefined ? [] : [{ key, kind, groups: [kind.group, ...(kind.alsoGroups ?? [])] }];
});
const byGroupAndKind: ReadonlyMap<string, StateKey> = new Map(
  table.flatMap(({ key, kind, groups }) => groups.map((group) => [`${group}/${kind.kind}`, key] as const)),
);
const byGroupAndPlural: ReadonlyMap<string, StateKey> = new Map(
  table.flatMap(({ key, kind, groups }) => groups.map((group) => [`${group}/${kind.plural}`, key] as const)),
);
export { table as kubernetesTable };

/** `apps/v1` is of the group `apps`, `v1` of the core group, the empty one. */
export const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] as string) : '');
export const keyOfKind = (apiVersion: string, kind: string): StateKey | undefined => byGroupAndKind.get(`${groupOf(apiVersion)}/${kind}`);

/** @param group when it is not known, the first kind of that plural is taken */
export function keyOfPlural(plural: string, group?: string): StateKey | undefined {
  return group === undefined ? table.find(({ kind }) => kind.plural === plural)?.key : byGroupAndPlural.get(`${group}/${plural}`);
}

/**
 * The kind that a file is named after: `podDisruptionBudgets.json`, `poddisruptionbudgets.policy.yaml`, `pods.prod.json`.
 * An API group in the name counts: `pods.metrics.k8s.io.json` holds no pods.
 */
export function kubernetesKeyOfFile(file: string): StateKey | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1).toLowerCase();
  const [stem = '', ...rest] = name.replace(/\.(?:json|ndjson|jsonl|ya?ml|txt)(?:\.gz)?$/, '').split('.');
  const suffix = rest.filter((part) => !/^v\d/.test(part)).join('.');
  const isGroup = suffix.includes('.') || (suffix !== '' && table.some(({ groups }) => groups.includes(suffix)));
  if (!isGroup) return kubernetesKeys.find((each) => each.toLowerCase() === stem) ?? keyOfPlural(stem);
  const withoutLast = suffix.slice(0, Math.max(0, suffix.lastIndexOf('.')));
  const isNamed = (group: string) => group !== '' && (group === suffix || group === withoutLast);
  return table.find(({ kind, groups }) => kind.plural === stem && groups.some(isNamed))?.key;
}

/** Takes an object up, unless it is there already. The first of two stays, or the later of two states of one object. */
export function addObject(into: KubernetesHarvest, key: StateKey, object: KubernetesObject, origin: Origin): void {
  into.read.add(key);
  const { namespace = '', name } = object.metadata;
  const ofKey = getOrAdd(into.objects, key, () => new Map<string, Map<string, KubernetesObject>>());
  const ofNamespace = getOrAdd(ofKey, namespace, () => new Map<string, KubernetesObject>());
  const before = ofNamespace.get(name);
  if (before !== undefined) {
    const why = difference(before, object);
    if (why !== undefined)
      into.conflicts.push({
        key,
        name,
        ...(namespace === '' ? {} : { namespace }),
        files: [into.origins.get(before)?.file ?? '', origin.file],
        why,
      });
    if (why !== undefined || !isLater(object, before)) return;
    into.origins.delete(before);
  }
  ofNamespace.set(name, object);
  into.origins.set(object, origin);
}

function difference(a: KubernetesObject, b: KubernetesObject): Conflict['why'] | undefined {
  const [one, other] = [a.metadata.uid, b.metadata.uid];
  if (one !== undefined && other !== undefined) return one === other ? undefined : 'uid';
  return JSON.stringify(withoutIdentity(a)) === JSON.stringify(withoutIdentity(b)) ? undefined : 'content';
}

/** A manifest and the live object made of it may differ in these alone. */
function withoutIdentity(object: KubernetesObject): object {
  const { uid: _1, resourceVersion: _2, creationTimestamp: _3, generation: _4, managedFields: _5, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** resourceVersion counts up in one API server (KEP-5504 makes that official). */
function isLater(a: KubernetesObject, b: KubernetesObject): boolean {
  const [one = '', other = ''] = [a.metadata.resourceVersion, b.metadata.resourceVersion];
  return one.length > other.length || (one.length === other.length && one > other);
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const before = map.get(key);
  if (before !== undefined) return before;
  const made = make();
  map.set(key, made);
  return made;
}
