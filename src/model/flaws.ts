import { NotSeen } from '../seen.ts';
import type { Gap } from '../snapshot.ts';
import type { Shape, Workload } from './workloads.ts';

/** Something that a pod template or pod has and should not, or lacks. */
export interface Flaw {
  /** Whose it is: the name of a container, of a control. */
  of: string;
  /** In a word or two: `cpu`, `tag latest`. */
  what: string;
  /** JSON pointer inside the shape's source. */
  pointer: string;
  expected: string;
}

export interface Flawed<F extends Flaw = Flaw> {
  /** The first shape with flaws, which gives the evidence, and its flaws. */
  shape: Shape;
  flaws: readonly F[];
  /** Those of every shape, for what is said of the workload. */
  all: readonly F[];
}

/** Inspects each shape of a workload. What one of them shows stands, whatever another could not see; undefined when none has a flaw. */
export function flawed<F extends Flaw>({ shapes }: Workload, inspect: (shape: Shape) => readonly F[]): Flawed<F> | undefined {
  const gaps: Gap[] = [];
  let blind = false;
  let first: { shape: Shape; flaws: readonly F[] } | undefined;
  const all: F[] = [];
  for (const shape of shapes) {
    try {
      const flaws = inspect(shape);
      if (flaws.length > 0) first ??= { shape, flaws };
      all.push(...flaws);
    } catch (thrown) {
      if (!(thrown instanceof NotSeen)) throw thrown;
      blind = true;
      gaps.push(...thrown.gaps);
    }
  }
  if (first !== undefined) return { ...first, all };
  if (blind) throw new NotSeen(gaps);
  return undefined;
}

/** Says each once: `app (cpu, memory), log (cpu)`; what is named like its own is said alone. */
export function sayFlaws(flaws: readonly Flaw[]): string {
  const words = new Map<string, Set<string>>();
  for (const { of, what } of flaws) words.set(of, (words.get(of) ?? new Set()).add(what));
  return some([...words].map(([of, what]) => (what.size === 1 && what.has(of) ? of : `${of} (${[...what].join(', ')})`)));
}

/** Says whose they are: `app, log`. */
export const sayNames = (flaws: readonly Flaw[]): string => some([...new Set(flaws.map(({ of }) => of))]);

/** As many as fit a sentence, and how many more there are. */
const some = (words: readonly string[], most = 6): string =>
  words.slice(0, most).join(', ') + (words.length > most ? ` and ${words.length - most} more` : '');
