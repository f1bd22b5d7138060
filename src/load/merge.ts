import type { Problem } from '../errors.ts';
import type { Origin } from '../snapshot.ts';
import type { ArmFound } from './armHarvest.ts';
import type { WireResource } from './armShape.ts';
import { isObject } from '../model/objects.ts';

/** A resource and where it was read; of a network also its subnets and peerings, for their places. */
export type Placed = Pick<ArmFound, 'resource' | 'origin' | 'body' | 'listed'> & { parts?: readonly Placed[] };

export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * One of each resource, sorted by id in lower case: where one was read several times the fuller stands, and a
 * contradiction is warned of. Which one stands does not depend on the order of reading.
 */
export function mergeById(all: readonly Placed[], warnings: Problem[]): Placed[] {
  const byId = new Map<string, Placed[]>();
  for (const each of all) {
    const id = each.resource.id.toLowerCase();
    byId.set(id, [...(byId.get(id) ?? []), each]);
  }
  return [...byId.entries()].sort(([a], [b]) => byCodeUnit(a, b)).map(([, same]) => fullest(same, warnings));
}

function fullest(same: readonly Placed[], warnings: Problem[]): Placed {
  const [best, ...others] = same.toSorted(fullerFirst);
  if (best === undefined) throw new RangeError('nothing to merge');
  const other = others.find((each) => contradicts(bodyOf(best.resource), bodyOf(each.resource)));
  if (other !== undefined) {
    const named = `${best.resource.type} ${best.resource.name}`.replaceAll(/[^\w.()/ -]/g, '?');
    const elsewhere = other.origin.file === best.origin.file ? 'a second time' : `as ${best.origin.file} does`;
    warnings.push({ where: other.origin.file, what: `describes ${named} ${elsewhere}, and otherwise; the fuller description counts.` });
  }
  return { ...best, listed: same.some((each) => each.listed) };
}

function fullerFirst(a: Placed, b: Placed): number {
  const place = ({ file, start, pointer }: Origin) => `${file} ${String(start).padStart(16, '0')} ${pointer}`;
  return fullness(b.resource) - fullness(a.resource) || byCodeUnit(place(a.origin), place(b.origin));
}

/** How many values are set below this one; unresolved expressions of templates count for nothing and are not read. */
export function fullness(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value !== 'object') return 1;
  return readable(value).reduce((sum, [, inner]) => sum + fullness(inner), 0);
}

/** Both set a value and set it otherwise. */
function contradicts(a: unknown, b: unknown): boolean {
  if (a === null || a === undefined || b === null || b === undefined) return false;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length !== b.length || readable(a).some(([at, inner]) => contradicts(inner, b[Number(at)]));
  if (isObject(a) && isObject(b)) {
    const others = new Map(readable(b));
    return readable(a).some(([key, inner]) => !passing.has(key) && contradicts(inner, others.get(key)));
  }
  return typeof a === 'string' && typeof b === 'string' ? a.toLowerCase() !== b.toLowerCase() : a !== b;
}

/** What changes from one reading to the next. */
const passing = new Set(['etag', 'eTag', 'provisioningState']);

/** The entries of an object or array that can be read; an unresolved expression is a getter that throws. */
function readable(value: object): [string, unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([key, { value: inner, enumerable }]) =>
    enumerable ? [[key, inner]] : [],
  );
}

/** A copy without some properties, which keeps what is unresolved as it is. */
export function without(object: object, ...names: readonly string[]): Record<string, unknown> {
  const kept = Object.entries(Object.getOwnPropertyDescriptors(object)).filter(([key]) => !names.includes(key));
  return Object.defineProperties({}, Object.fromEntries(kept));
}

/** A resource with some of its properties replaced, the others as they are. */
export function withProperties(resource: WireResource, replaced: Record<string, unknown>): WireResource {
  const properties = Object.assign(without(bodyOf(resource) ?? {}, ...Object.keys(replaced)), replaced);
  const { id, name, type } = resource;
  return Object.assign(without(resource, 'id', 'name', 'type', 'properties'), { id, name, type, properties });
}

/** The properties of a resource; none when a template leaves all of them to an expression. */
export function bodyOf(resource: WireResource): Record<string, unknown> | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(resource, 'properties')?.value;
  return isObject(value) ? value : undefined;
}

/** A property that is a list of objects; undefined when it is not set, or not known. */
export function listOf(resource: WireResource, name: string): Record<string, unknown>[] | undefined {
  const body = bodyOf(resource);
  const value: unknown = body && Object.getOwnPropertyDescriptor(body, name)?.value;
  return Array.isArray(value) ? readable(value).flatMap(([, item]) => (isObject(item) ? [item] : [])) : undefined;
}
