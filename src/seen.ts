import type { Gap } from './snapshot.ts';

/** Thrown by a read past the edge of what was seen; the engine turns it into `unknown` with these gaps. */
export class NotSeen extends Error {
  override readonly name = 'NotSeen';
  readonly gaps: readonly Gap[];
  constructor(gaps: readonly Gap[]) {
    // Without a stack, which costs more than all else: it is thrown for subject after subject, and never shown.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super('not seen');
    Error.stackTraceLimit = stackTraceLimit;
    this.gaps = gaps;
  }
}

/**
 * A list that knows what was not seen. A seen example settles `some`, `find` and `atLeast`, a seen counterexample
 * settles `every`; whatever would need the unseen rest throws `NotSeen`.
 */
export interface Seen<T> {
  some(test: (item: T) => boolean): boolean;
  every(test: (item: T) => boolean): boolean;
  atLeast(count: number, test: (item: T) => boolean): boolean;
  find(test: (item: T) => boolean): T | undefined;
  /** The resource with this ARM id or name, in any letter case; NotSeen when it is not there. */
  get(id: string): T;
  /** All items; for sums and minima, which need the whole. */
  all(): readonly T[];
  filter(test: (item: T) => boolean): Seen<T>;
  map<U>(change: (item: T) => U): Seen<U>;
  flatMap<U>(change: (item: T) => readonly U[]): Seen<U>;
  concat<U>(other: Seen<U>): Seen<T | U>;
  /** What is there, whatever is missing: for subjects, to which the engine adds the gaps. */
  readonly items: readonly T[];
  readonly gaps: readonly Gap[];
}

/** @param missing what to say of an id that is not there; without it the gaps of the list itself. */
export function seen<T>(items: readonly T[], gaps: readonly Gap[] = [], missing?: (id: string) => Gap): Seen<T> {
  const whole = <R>(result: R): R => {
    if (gaps.length > 0) throw new NotSeen(gaps);
    return result;
  };
  let index: Map<string, T> | undefined;
  return {
    items,
    gaps,
    some: (test) => items.some(test) || whole(false),
    every: (test) => (items.every(test) ? whole(true) : false),
    atLeast(count, test) {
      let found = 0;
      for (const item of items) if (test(item) && ++found >= count) return true;
      return count <= 0 || whole(false);
    },
    find: (test) => items.find(test) ?? whole(undefined),
    get(id) {
      index ??= new Map(items.map((item) => [keyOf(item), item]));
      const found = index.get(normalId(id));
      if (found !== undefined) return found;
      const own = gaps.filter((gap) => gap.scope === undefined || normalId(gap.scope) === normalId(id));
      throw new NotSeen(own.length > 0 || missing === undefined ? own : [missing(id)]);
    },
    all: () => whole(items),
    filter: (test) => seen(items.filter(test), gaps, missing),
    map: (change) => seen(items.map(change), gaps),
    flatMap: (change) => seen(items.flatMap(change), gaps),
    concat: (other) => seen([...items, ...other.items], [...gaps, ...other.gaps]),
  };
}

/** ARM ids compare without regard to letter case and to a trailing slash. */
export const normalId = (id: string): string => id.toLowerCase().replace(/\/+$/, '');

function keyOf(item: unknown): string {
  const { id, name } = item as { id?: string; name?: string };
  return normalId(id ?? name ?? '');
}

/** Three-valued or: true when one side is, whatever the others did not see; so the order of reading never matters. */
export function any(...sides: readonly (() => boolean)[]): boolean {
  return settle(sides, true);
}

/** Three-valued and: false when one side is, whatever the others did not see. */
export function all(...sides: readonly (() => boolean)[]): boolean {
  return settle(sides, false);
}

function settle(sides: readonly (() => boolean)[], decisive: boolean): boolean {
  const gaps: Gap[] = [];
  let blind = false;
  for (const side of sides) {
    try {
      if (side() === decisive) return decisive;
    } catch (thrown) {
      if (!(thrown instanceof NotSeen)) throw thrown;
      blind = true;
      gaps.push(...thrown.gaps);
    }
  }
  if (blind) throw new NotSeen(gaps);
  return !decisive;
}
