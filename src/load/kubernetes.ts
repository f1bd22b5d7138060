import type { Problem } from '../errors.ts';
import { permission } from '../kinds.ts';
import type { Gap, Origin, StateKey } from '../snapshot.ts';
import type { KubernetesObject } from '../wire.ts';
import { addDefinitions, addKinds, isWhole, readDiscovery } from './discovery.ts';
import {
  addObject,
  groupOf,
  type KubernetesHarvest,
  keyOfKind,
  keyOfPlural,
  kubernetesKeyOfFile,
  type OpenList,
} from './kubernetesHarvest.ts';
import { problemAt } from './problemLines.ts';
import { parseError, parsePrinted, type PrintedError } from './text.ts';
import { isObject } from '../model/objects.ts';

type Members = Record<string, unknown>;

/** An API version as Kubernetes writes it; that of ARM is a date. */
const version = /^(?:[a-z0-9][a-z0-9.-]*\/)?v\d+(?:(?:alpha|beta)\d+)?$/;
const isKubernetes = (value: unknown): value is Members & { apiVersion: string; kind: string } =>
  isObject(value) && typeof value.kind === 'string' && typeof value.apiVersion === 'string' && version.test(value.apiVersion);

/**
 * Reads a value as Kubernetes: an object, a list, a Status, discovery, or an array of such. @returns false when it is
 * none of these
 */
export function readKubernetes(value: unknown, origin: Origin, into: KubernetesHarvest): boolean {
  if (Array.isArray(value)) {
    if (value.length === 0 || !value.every(isKubernetes)) return false;
    for (const [index, each] of value.entries()) readKubernetes(each, pointed(origin, index), into);
    return true;
  }
  if (!isKubernetes(value)) return false;
  if (value.kind === 'Status') readStatus(value, origin, into);
  else if (readDiscovery(value, into.discovery)) {
    if (value.kind === 'APIGroupList' && !isWhole(into.discovery))
      into.warnings.push(notWhole(origin.file, 'kubectl get --raw /apis > apis.json'));
  } else if (isList(value)) {
    const list = openList(origin.file);
    for (const [index, item] of (value.items ?? []).entries()) takeItem(item, pointed(origin, 'items', index), value, list, into);
    endList(value, list, into);
  } else takeObject(value, origin, into);
  return true;
}

/** Go writes an empty list as null now and then. A custom resource may be named so too, but has a name. */
function isList(value: Members & { kind: string }): value is Members & { apiVersion: string; kind: string; items?: unknown[] | null } {
  const { kind, items, metadata } = value;
  if (!kind.endsWith('List')) return false;
  return Array.isArray(items) || ((items === null || items === undefined) && !(isObject(metadata) && 'name' in metadata));
}

/** One item of a list that is handed on item by item. @param head what stood before the items */
export function readKubernetesItem(value: unknown, head: Readonly<Members>, origin: Origin, into: KubernetesHarvest): boolean {
  const taken =
    isKubernetes(value) || (isObject(value) && isObject(value.metadata) && !('properties' in value) && typeof value.type !== 'string');
  if (!taken) return false;
  into.open ??= openList(origin.file);
  takeItem(value, origin, head, into.open, into);
  return true;
}

/** What stood around the items. @returns false when the list is not of Kubernetes */
export function readKubernetesEnd(envelope: Members | readonly unknown[], origin: Origin, into: KubernetesHarvest): boolean {
  const list = into.open ?? openList(origin.file);
  if (into.open === undefined && !isKubernetes(envelope)) return false;
  into.open = undefined;
  endList(isObject(envelope) ? envelope : {}, list, into);
  return true;
}

/** What kubectl printed in place of JSON. @returns false when it is of az */
export function readKubernetesText(text: string, origin: Origin, into: KubernetesHarvest): boolean {
  const key = kubernetesKeyOfFile(origin.file);
  const printed = parsePrinted(text);
  if (text.trimStart().startsWith('ERROR: ') || printed.some((each) => each.what === 'error' && each.message.action !== undefined))
    return false;
  for (const each of printed) {
    if (each.what === 'error') noteError(each.message, origin, into);
    else if (each.what === 'nothingFound') noteEmpty(key, origin, into);
    else if (!addKinds(into.discovery, each.served)) into.warnings.push(notWhole(origin.file, 'kubectl api-resources > api-resources.txt'));
  }
  return true;
}

const notWhole = (file: string, command: string): Problem => ({
  where: file,
  what: 'is not the whole table of what the cluster serves; it proves nothing.',
  todo: `Export it with: ${command}.`,
});

const openList = (file: string): OpenList => ({ file, count: 0, waiting: [], definitions: [], keys: new Set() });

function takeItem(value: unknown, origin: Origin, around: Readonly<Members>, list: OpenList, into: KubernetesHarvest): void {
  list.count++;
  if (isKubernetes(value)) takeObject(value, origin, into, list);
  else if (!isObject(value)) into.problems.push(problemAt(origin, 'is an item of a list that is not an object.'));
  else if (isKubernetes(around) && around.kind !== 'List') {
    value.apiVersion = around.apiVersion;
    value.kind = around.kind.slice(0, -'List'.length);
    takeObject(value as Members & { apiVersion: string; kind: string }, origin, into, list);
  } else list.waiting.push({ value, origin });
}

function endList(envelope: Readonly<Members>, list: OpenList, into: KubernetesHarvest): void {
  const typed =
    isKubernetes(envelope) && envelope.kind !== 'List'
      ? { apiVersion: envelope.apiVersion, kind: envelope.kind.slice(0, -'List'.length) }
      : undefined;
  for (const { value, origin } of list.waiting) {
    if (typed === undefined)
      into.problems.push(problemAt(origin, 'is an item without apiVersion and kind, in a list that has no kind of its own.'));
    else takeObject(Object.assign(value, typed), origin, into, list);
  }
  const key = typed && keyOfKind(typed.apiVersion, typed.kind);
  if (key !== undefined) {
    into.read.add(key);
    list.keys.add(key);
  } else if (list.count === 0 && typed === undefined)
    noteEmpty(kubernetesKeyOfFile(list.file), { file: list.file, start: 0, end: 0, pointer: '' }, into);
  const ofDefinitions = typed?.kind === 'CustomResourceDefinition' || (list.count > 0 && list.definitions.length === list.count);
  if (ofDefinitions && list.definitions.length === list.count) addDefinitions(into.discovery, list.definitions);
  const metadata = envelope.metadata;
  if (isObject(metadata) && typeof metadata.continue === 'string' && metadata.continue !== '') {
    for (const each of list.keys)
      into.gaps.push({ key: each, why: 'failed', message: 'The list in the export is not the whole: it says that further pages follow.' });
  }
}

function takeObject(value: Members & { apiVersion: string; kind: string }, origin: Origin, into: KubernetesHarvest, list?: OpenList): void {
  const key = keyOfKind(value.apiVersion, value.kind);
  if (key === undefined) {
    const name = `${groupOf(value.apiVersion)}/${value.kind}`;
    into.others.set(name, (into.others.get(name) ?? 0) + 1);
    if (name === 'apiextensions.k8s.io/CustomResourceDefinition') list?.definitions.push(definitionOf(value));
    return;
  }
  list?.keys.add(key);
  const metadata = value.metadata;
  if (isObject(metadata) && typeof metadata.name !== 'string' && typeof metadata.generateName === 'string')
    metadata.name = metadata.generateName;
  if (!isObject(metadata) || typeof metadata.name !== 'string' || metadata.name === '') {
    leaveOut(key, problemAt(origin, `is a ${value.kind} without metadata.name.`), into);
    return;
  }
  const interned = into.intern(value as unknown as KubernetesObject, key); // it has apiVersion, kind and a name
  if ('misfit' in interned) {
    const place = { ...origin, pointer: origin.pointer + interned.misfit };
    leaveOut(key, problemAt(place, `does not hold what the API of ${value.kind} says.`), into);
  } else addObject(into, key, interned.object, origin);
}

/** Where a run goes on without a bad object, the list that it stood in has a gap. */
function leaveOut(key: StateKey, problem: Problem, into: KubernetesHarvest): void {
  into.problems.push(problem);
  into.gaps.push({ key, why: 'failed', message: 'An object in the export could not be read.' });
}

/** A definition is large, for its schema; little of it is needed. */
function definitionOf({ metadata, spec }: Members): object {
  const { group, names } = isObject(spec) ? spec : {};
  return { metadata: { uid: isObject(metadata) ? metadata.uid : undefined }, spec: { group, names } };
}

function noteEmpty(key: StateKey | undefined, origin: Origin, into: KubernetesHarvest): void {
  if (key !== undefined) into.read.add(key);
  else
    into.warnings.push({
      where: origin.file,
      what: 'an empty List does not say of what kind.',
      todo: 'Name the file after the kind, as podDisruptionBudgets.json, or export with kubectl get --raw.',
    });
}

function readStatus(value: Members, origin: Origin, into: KubernetesHarvest): void {
  const details = isObject(value.details) ? value.details : {};
  const reason = typeof value.reason === 'string' && /^\w{1,60}$/.test(value.reason) ? value.reason : undefined;
  const error = parseError(typeof value.message === 'string' ? value.message : '', reason);
  const plural = details.kind;
  const resource = typeof plural === 'string' ? { plural, group: typeof details.group === 'string' ? details.group : '' } : undefined;
  noteError({ ...(resource ? { resource } : {}), ...error }, origin, into);
}

function noteError(error: PrintedError, origin: Origin, into: KubernetesHarvest): void {
  const { resource } = error;
  const key = resource === undefined ? kubernetesKeyOfFile(origin.file) : keyOfPlural(resource.plural, resource.group);
  if (key === undefined) {
    if (resource !== undefined) return; // Of a kind that no rule reads.
    into.warnings.push({
      where: origin.file,
      what: 'holds an error of kubectl that does not say what it was about.',
      todo: 'Export it again.',
    });
  } else if (error.why === 'notServed') into.discovery.denied.add(key);
  else into.gaps.push(gapOf(key, error));
}

function gapOf(key: StateKey, { why, namespace, code }: PrintedError): Gap {
  const scope = namespace === undefined ? {} : { scope: namespace };
  if (why === 'forbidden') return { key, ...scope, why, permission: permission(key) };
  if (why === 'unreachable') return { key, ...scope, why, message: 'kubectl could not reach the API server.' };
  return { key, ...scope, why: 'failed', message: `kubectl got an error${code === undefined ? '' : ` (${code})`} in place of the list.` };
}

const pointed = (origin: Origin, ...path: (string | number)[]): Origin => ({ ...origin, pointer: `${origin.pointer}/${path.join('/')}` });
