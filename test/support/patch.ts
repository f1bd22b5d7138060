import { kinds } from '../../src/kinds.ts';
import type { StateKey } from '../../src/snapshot.ts';

type Json = Record<string, unknown>;

/** Arrays that a patch addresses as a map by the name of their items. */
const namedArrays = new Set([
  'containers',
  'initContainers',
  'ephemeralContainers',
  'env',
  'ports',
  'volumes',
  'volumeMounts',
  'subnets',
  'virtualNetworkPeerings',
]);

/** What a patch may say of a resource that it adds: enough to give it an id of its own. */
export interface PatchOptions {
  /** ARM id under which new ARM resources of a key are put. */
  parentId: (key: StateKey) => string;
}

/**
 * A patch is by State key; an array of objects is addressed as a map by its natural key (ARM `name`; Kubernetes
 * `namespace/name`, or `name`; containers, ports, env, volumes by `name`). A new key adds one, `$delete` removes,
 * `$replace: [...]` sets a whole array, null IS null. Unknown keys are errors.
 */
export function applyPatch(state: Record<string, unknown>, patch: Json, options: PatchOptions): void {
  for (const [key, change] of Object.entries(patch)) {
    const kind = (kinds as Record<string, (typeof kinds)[StateKey]>)[key];
    if (kind === undefined) throw new Error(`'${key}' is no State key; it is one of ${Object.keys(kinds).join(', ')}`);
    if (key === 'cluster') state[key] = merge(state[key], change);
    else state[key] = patchList((state[key] ?? []) as Json[], change as Json, key as StateKey, options);
    if (key === 'virtualNetworks') state[key] = (state[key] as Json[]).map(wholeNetwork);
  }
}

/** A network whose subnets and peerings have what load fills in: an id, a type, properties. */
function wholeNetwork(network: Json): Json {
  const properties = { ...(network.properties as Json) };
  for (const list of ['subnets', 'virtualNetworkPeerings'])
    if (Array.isArray(properties[list]))
      properties[list] = (properties[list] as Json[]).map((part) => ({
        id: `${network.id}/${list}/${part.name}`,
        type: `Microsoft.Network/virtualNetworks/${list}`,
        properties: {},
        ...part,
      }));
  return { ...network, properties };
}

function patchList(items: readonly Json[], change: Json, key: StateKey, options: PatchOptions): Json[] {
  if (Array.isArray(change)) throw new Error(`${key}: use $replace to set a whole list`);
  if (isDelete(change)) return [];
  if ('$replace' in change) return structuredClone(change.$replace) as Json[];
  const kind = kinds[key];
  const result = [...items];
  for (const [name, one] of Object.entries(change)) {
    const index = result.findIndex((item) => naturalKey(item) === name);
    if (isDelete(one)) {
      if (index < 0) throw new Error(`${key}: there is no '${name}' to delete; there is ${items.map(naturalKey).join(', ')}`);
      result.splice(index, 1);
    } else if (index >= 0) result[index] = merge(result[index], one) as Json;
    else if (kind.plane === 'kubernetes') result.push(merge(newObject(kind, name), one) as Json);
    else result.push(merge({ id: `${options.parentId(key)}/${name}`, name, type: kind.type ?? '', properties: {} }, one) as Json);
  }
  return result;
}

function newObject(kind: { group: string; version: string; kind: string; namespaced: boolean }, key: string): Json {
  const [namespace, name] = key.includes('/') ? (key.split('/') as [string, string]) : [undefined, key];
  if (kind.namespaced && namespace === undefined) throw new Error(`'${key}': a ${kind.kind} is namespaced, so its key is namespace/name`);
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  return { apiVersion, kind: kind.kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}

function naturalKey(item: Json): string {
  const metadata = item.metadata as { name: string; namespace?: string } | undefined;
  // A neighbour has no name beside its id.
  if (metadata === undefined) return String(item.name ?? String(item.id).split('/').at(-1));
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

function merge(before: unknown, change: unknown): unknown {
  if (!isObject(change)) return structuredClone(change);
  if ('$replace' in change) return structuredClone(change.$replace);
  if (Array.isArray(before)) return mergeNamed(before, change);
  const result: Json = isObject(before) ? { ...before } : {};
  for (const [key, one] of Object.entries(change)) {
    if (isDelete(one)) delete result[key];
    else if (result[key] === undefined && namedArrays.has(key) && isObject(one) && !('$replace' in one)) result[key] = mergeNamed([], one);
    else result[key] = merge(result[key], one);
  }
  return result;
}

function mergeNamed(before: readonly unknown[], change: Json): unknown[] {
  const result = [...before] as Json[];
  for (const [name, one] of Object.entries(change)) {
    const index = result.findIndex((item) => item.name === name);
    if (isDelete(one)) {
      if (index < 0) throw new Error(`there is no item '${name}' to delete`);
      result.splice(index, 1);
    } else if (index < 0) result.push(merge({ name }, one) as Json);
    else result[index] = merge(result[index], one) as Json;
  }
  return result;
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isDelete = (value: unknown): boolean => value === '$delete' || (isObject(value) && '$delete' in value);
