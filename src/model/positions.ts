/** A value in a text, by offsets in UTF-16 units. What it holds is read when it is asked for: most never is. */
export interface Positioned {
  /** Where its name begins, when it has one. */
  key?: number;
  start: number;
  /** Where what opens it ends: a bracket, or the name of a YAML block; of a scalar, its end. */
  opened: number;
  end: number;
  inner: () => Inner;
}
export type Inner = { form: 'scalar' } | { form: 'array'; items: readonly Positioned[] } | Members;
export interface Members {
  form: 'object';
  byName: ReadonlyMap<string, Positioned>;
  /** By the name as tools agree on it: without letter case and hyphens. */
  byFoldedName: () => ReadonlyMap<string, Positioned>;
}

/** Part of a text, from one offset to another. */
export interface Span {
  from: number;
  to: number;
}

/** The steps of a JSON pointer. */
export const stepsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/**
 * What a JSON pointer in wire names leads to in a file, with its name; when it is not there, the opening of what it
 * would be in. The file may spell it otherwise: az writes `enableRbac`, PSRule `Properties`, and az hoists
 * what is in `properties`. The root itself is shown by its opening alone.
 */
export function findSpan(root: Positioned, steps: readonly string[]): Span {
  let at = root;
  let hoisted = false;
  for (const step of steps) {
    const next = stepInto(at, step, hoisted);
    if (next !== undefined) at = next;
    else if (step === 'properties' && at.inner().form === 'object') hoisted = true;
    else return openingOf(at);
    if (next !== undefined) hoisted = false;
  }
  return at === root || hoisted ? openingOf(at) : { from: at.key ?? at.start, to: at.end };
}

const openingOf = ({ key, start, opened }: Positioned): Span => ({ from: key ?? start, to: opened });

/** The value that a pointer leads to, or the nearest that is there on the way. */
export function descend(root: Positioned, steps: readonly string[]): Positioned {
  let at = root;
  for (const step of steps) {
    const next = stepInto(at, step, false);
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

function stepInto(at: Positioned, step: string, hoisted: boolean): Positioned | undefined {
  const inner = at.inner();
  if (inner.form === 'array') return /^\d+$/.test(step) ? inner.items[Number(step)] : undefined;
  if (inner.form === 'scalar') return undefined;
  // Hoisted beside the resource's own type, a property `type` gets this name (wire.ts).
  const renamed = hoisted && step === 'type' ? inner.byName.get('typePropertiesType') : undefined;
  return renamed ?? inner.byName.get(step) ?? inner.byFoldedName().get(fold(step));
}

const fold = (name: string): string => name.toLowerCase().replaceAll('-', '');

/** The members of an object, looked up exactly or, at the second try, by folded names; of two alike the last stands. */
export function membersOf(byName: ReadonlyMap<string, Positioned>): Members {
  let folded: ReadonlyMap<string, Positioned> | undefined;
  return {
    form: 'object',
    byName,
    byFoldedName: () => {
      folded ??= new Map(Array.from(byName, ([name, value]) => [fold(name), value]));
      return folded;
    },
  };
}

/** Reads at the first asking, and again only gives what was read. */
export function lazily<T>(read: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}
