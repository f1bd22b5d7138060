import { type Problem, UserError } from '../errors.ts';
import { rangeCutter } from '../model/byteRanges.ts';
import { positionsIn, readPlaces } from '../model/places.ts';
import { findSpan, stepsOf } from '../model/positions.ts';
import type { Origin } from '../snapshot.ts';
import { openBytes } from './bytes.ts';
import type { Input } from './document.ts';

/** A problem of a value inside a file; its `where` is the file and a pointer, until the line is known. */
export interface PlacedProblem extends Problem {
  origin: Origin;
}

export const problemAt = (origin: Origin, what: string): PlacedProblem => ({
  where: origin.pointer === '' ? origin.file : `${origin.file}#${origin.pointer}`,
  what,
  origin,
});
const isPlaced = (problem: Problem): problem is PlacedProblem => 'origin' in problem;

/** Gives problems of values inside a file their line and column: the file is read once more, which standard input cannot be. */
export async function tellLines(problems: readonly Problem[], input: Input): Promise<void> {
  const placed = problems.filter(isPlaced);
  if (placed.length === 0 || input.path === '-') return;
  const ranges = new Map<string, { start: number; end: number; problems: PlacedProblem[] }>();
  for (const problem of placed) {
    const { start, end } = problem.origin;
    const range = ranges.get(`${start} ${end}`) ?? { start, end, problems: [] };
    range.problems.push(problem);
    ranges.set(`${start} ${end}`, range);
  }
  try {
    await tell([...ranges.values()], input);
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown; // It breaks off, which is a problem of its own.
  }
}

async function tell(ranges: { start: number; end: number; problems: PlacedProblem[] }[], input: Input): Promise<void> {
  const cutter = rangeCutter(ranges.sort((a, b) => a.start - b.start || a.end - b.end));
  for await (const chunk of openBytes(input)) {
    for (const cut of cutter.push(chunk)) {
      const positionOf = positionsIn(cut);
      readPlaces(cut.text, (root) => {
        for (const problem of cut.range.problems) {
          const { line, column } = positionOf(findSpan(root, stepsOf(problem.origin.pointer)).from);
          problem.where = `${input.name}:${line}:${column}`;
        }
      });
    }
    if (cutter.done()) break;
  }
}
