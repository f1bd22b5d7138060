import type { Severity } from './result.ts';
import { source } from './result.ts';
import { NotSeen, type Seen, seen } from './seen.ts';
import type { State, StateKey } from './snapshot.ts';
import type { ArmResource, KubernetesObject } from './wire.ts';

/** What an audit judges under: the same for every rule of a run. */
export interface Context {
  /** Whether objects of this namespace are users' own and not left out by the configuration. */
  readonly inScope: (namespace: string | undefined) => boolean;
  /** The time of the snapshot, by which ages and retirements are judged. */
  readonly at: Date;
  /** Identity of this judging of a snapshot, for what is computed once and not once per rule (model/once.ts). */
  readonly snapshot: object;
}

/** What a check reads: a key not asked for does not compile; a single value not seen throws NotSeen on access. */
export type Facts<K extends StateKey> = Context & { readonly [X in K]: State[X] extends readonly (infer T)[] ? Seen<T> : State[X] };

export type Resource = ArmResource | KubernetesObject;
/** What a verdict is about: a resource, or something computed that names the resource it stands for. */
export type Judged = Resource | { readonly resource: Resource };

export interface NotApplicable {
  readonly because: string;
}
export const notApplicable = (because: string): NotApplicable => ({ because });

/** One thing looked at, before it is tied to an id and a file. */
export interface Sight {
  readonly path: string;
  readonly actual: unknown;
  readonly expected?: string;
  readonly [source]: object;
}

export type Verdict =
  | { readonly status: 'pass'; readonly message: string; readonly evidence: readonly Sight[]; readonly note?: string }
  | {
      readonly status: 'fail';
      readonly message: string;
      readonly evidence: readonly Sight[];
      readonly note?: string;
      readonly severity?: Severity;
    }
  | { readonly status: 'unknown'; readonly message: string; readonly evidence: readonly Sight[] };

export const pass = (message: string, evidence: Sight | readonly Sight[], note?: string): Verdict => ({
  status: 'pass',
  message,
  evidence: list(evidence),
  ...(note === undefined ? {} : { note }),
});
/** `severity`: of this finding, milder than the rule's. */
export const fail = (message: string, evidence: Sight | readonly Sight[], more: { severity?: Severity; note?: string } = {}): Verdict => ({
  status: 'fail',
  message,
  evidence: list(evidence),
  ...more,
});
/** For data that was read and does not decide; want of data is never written by hand. */
export const undecided = (because: string, evidence: Sight | readonly Sight[] = []): Verdict => ({
  status: 'unknown',
  message: because,
  evidence: list(evidence),
});

const list = (evidence: Sight | readonly Sight[]): readonly Sight[] => ('path' in evidence ? [evidence] : evidence);

/**
 * What stands at `path`, a JSON pointer inside `resource`; a property that is not set is `{absent: true}`.
 * @param expected in words or as a literal, for people
 */
export function see(resource: object, path: string, expected?: string): Sight {
  return { path, actual: at(resource, path), ...(expected === undefined ? {} : { expected }), [source]: resource };
}

/** What stands at each of these places of one resource. */
export const seeEach = (resource: object, places: readonly { readonly pointer: string; readonly expected?: string }[]): Sight[] =>
  places.map(({ pointer, expected }) => see(resource, pointer, expected));

/** A value that was computed, shown at the place it was computed from. */
export function computed(resource: object, path: string, actual: unknown, expected?: string): Sight {
  return { path, actual, ...(expected === undefined ? {} : { expected }), [source]: resource };
}

export const absent = { absent: true } as const;

function at(resource: object, path: string): unknown {
  let value: unknown = resource;
  for (const token of path.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return absent;
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!Object.hasOwn(value, key)) return absent;
    value = (value as Record<string, unknown>)[key];
  }
  return value === undefined ? absent : value;
}

/** A JSON pointer made of these steps. */
export const pointer = (...steps: readonly (string | number)[]): string =>
  steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** A threshold of a check: its default and its schema, in one. */
export interface Param<T> {
  readonly default: T;
  readonly schema: Readonly<Record<string, unknown>>;
}
export type Params<P> = { readonly [K in keyof P]: Param<P[K]> };
export const count = (byDefault: number, minimum = 0): Param<number> => ({ default: byDefault, schema: { type: 'integer', minimum } });
export const ratio = (byDefault: number, minimum = 0, maximum = 1): Param<number> => ({
  default: byDefault,
  schema: { type: 'number', minimum, maximum },
});
export const flag = (byDefault: boolean): Param<boolean> => ({ default: byDefault, schema: { type: 'boolean' } });
export const text = (byDefault: string, pattern?: string): Param<string> => ({
  default: byDefault,
  schema: { type: 'string', ...(pattern === undefined ? {} : { pattern }) },
});
export const texts = (...byDefault: readonly string[]): Param<readonly string[]> => ({
  default: byDefault,
  schema: { type: 'array', items: { type: 'string' } },
});
export const oneOf = <T extends string>(byDefault: T, ...others: readonly T[]): Param<T> => ({
  default: byDefault,
  schema: { enum: [byDefault, ...others] },
});

export interface Spec<K extends StateKey, S extends Judged, P> {
  /** All it may read: what is fetched and what permissions are printed. */
  needs: readonly K[];
  /** The defaults, types and bounds of a rule's `with:`. */
  params?: Params<P>;
  /** What is judged; notApplicable is decided from the least that decides it. A gap in the list makes the rule unknown unless something fails. */
  subjects: (facts: Facts<K>, params: P) => Seen<S> | readonly S[] | NotApplicable;
  /** Why the rule does not apply when there is nothing to judge. */
  none: string;
  judge: (subject: S, params: P, facts: Facts<K>) => Verdict;
}

/** A check whose inner types are closed over: the engine judges without knowing them. */
export interface Check {
  readonly needs: readonly StateKey[];
  readonly params: Readonly<Record<string, Param<unknown>>>;
  readonly none: string;
  /** Throws NotSeen when the subjects themselves cannot be told. */
  readonly begin: (facts: Facts<StateKey>, params: Readonly<Record<string, unknown>>) => NotApplicable | Seen<Case>;
}
export interface Case {
  readonly resource: Resource;
  readonly judge: () => Verdict;
}

export function check<K extends StateKey, S extends Judged, P = Record<never, never>>(spec: Spec<K, S, P>): Check {
  return {
    needs: spec.needs,
    params: (spec.params ?? {}) as Check['params'], // P is what Params<P> was made from
    none: spec.none,
    begin(facts, values) {
      const params = values as P; // validated against the schema of `params` by the catalogue
      const subjects = spec.subjects(facts, params);
      if ('because' in subjects) return subjects;
      const cases = 'items' in subjects ? subjects : seen(subjects);
      return cases.map((subject) => ({ resource: resourceOf(subject), judge: () => spec.judge(subject, params, facts) }));
    },
  };
}

const resourceOf = (subject: Judged): Resource => ('resource' in subject ? subject.resource : subject);

/** Reads that may throw NotSeen, made optional: undefined when the data was not seen. For notes only, never for a verdict. */
export function ifSeen<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof NotSeen) return undefined;
    throw thrown;
  }
}
