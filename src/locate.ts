import { type ByteRange, type Cut, rangeCutter } from './model/byteRanges.ts';
import { positionsIn, readPlaces } from './model/places.ts';
import { descend, findSpan, type Positioned, type Span, stepsOf } from './model/positions.ts';
import { virtualPath } from './model/virtualPath.ts';
import { type Evidence, type Place, type Result, source } from './result.ts';
import { NotSeen } from './seen.ts';
import type { Origin, Snapshot } from './snapshot.ts';

/** Opens a file by the name that origins have for it: the same bytes that their offsets count, as UTF-8, unzipped. */
export type OpenFile = (file: string) => AsyncIterable<Uint8Array>;

/**
 * Gives the evidence of every fail and unknown its place, in the results as they are: the line of the property in the
 * file that it was read from, or of what the property is not set in. Each file is read once more, as a stream. What
 * has no file, or one that can be read no more (standard input), gets line 1 of its virtual path. Afterwards no
 * evidence holds on to the object it was read from, so that the snapshot can go.
 */
export async function locate(results: readonly Result[], snapshot: Snapshot, open: OpenFile): Promise<void> {
  const wanted = new Map<string, Map<string, Wanted>>();
  for (const evidence of openEvidence(results)) {
    evidence.at = virtualPlace(evidence, snapshot);
    const found = originOf(evidence, snapshot.origins);
    if (found !== undefined) want(wanted, found.origin, { evidence, ...found });
  }
  for (const [file, ranges] of wanted) await locateIn(file, [...ranges.values()], open);
  for (const { findings } of results) for (const { evidence } of findings) for (const each of evidence) delete each[source];
}

function* openEvidence(results: readonly Result[]): Iterable<Evidence> {
  for (const { findings } of results) for (const finding of findings) if (finding.status !== 'pass') yield* finding.evidence;
}

/** A range of bytes, and what is looked for in it. */
interface Wanted extends ByteRange {
  looks: Look[];
}
interface Look {
  evidence: Evidence;
  origin: Origin;
  /** From the object that the origin is of. */
  steps: readonly string[];
}

function want(wanted: Map<string, Map<string, Wanted>>, { file, start, end }: Origin, look: Look): void {
  const ranges = wanted.get(file) ?? new Map<string, Wanted>();
  const range = ranges.get(`${start} ${end}`) ?? { start, end, looks: [] };
  range.looks.push(look);
  wanted.set(file, ranges.set(`${start} ${end}`, range));
}

/** The innermost object on the evidence's path that has an origin: a subnet may come from another file than its network. */
function originOf(evidence: Evidence, origins: Snapshot['origins']): Pick<Look, 'origin' | 'steps'> | undefined {
  const steps = stepsOf(evidence.path);
  let object: unknown = evidence[source];
  let found: Pick<Look, 'origin' | 'steps'> | undefined;
  for (let at = 0; typeof object === 'object' && object !== null; at++) {
    const origin = origins.get(object);
    if (origin !== undefined) found = { origin, steps: steps.slice(at) };
    if (at === steps.length) break;
    object = read(object, steps[at] ?? '');
  }
  return found;
}

function read(object: object, name: string): unknown {
  try {
    return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined; // own, as was just asked
  } catch (thrown) {
    if (thrown instanceof NotSeen) return undefined;
    throw thrown;
  }
}

function virtualPlace({ resource }: Evidence, { target }: Snapshot): Place {
  return { file: virtualPath(target, resource), line: 1, column: 1, endLine: 1, endColumn: 1 };
}

async function locateIn(file: string, ranges: Wanted[], open: OpenFile): Promise<void> {
  const cutter = rangeCutter(ranges.sort((a, b) => a.start - b.start || a.end - b.end));
  for await (const chunk of whileReadable(open, file)) {
    for (const cut of cutter.push(chunk)) place(file, cut);
    if (cutter.done()) break;
  }
}

/** A file that is gone since it was read costs its places, not the report. */
async function* whileReadable(open: OpenFile, file: string): AsyncIterable<Uint8Array> {
  try {
    yield* open(file);
  } catch {
    return;
  }
}

function place(file: string, cut: Cut<Wanted>): void {
  const spans = readPlaces(cut.text, (root) => look(root, cut.range.looks));
  if (spans === undefined) return; // The bytes are no longer what they were.
  const positionOf = positionsIn(cut);
  for (const [index, { from, to }] of spans.entries()) {
    const evidence = cut.range.looks[index]?.evidence;
    if (evidence === undefined) continue;
    const [start, end] = [positionOf(from), positionOf(endOfText(cut.text, from, to))];
    evidence.at = { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  }
}

function look(root: Positioned, looks: readonly Look[]): Span[] {
  const resources = new Map<string, Positioned>();
  return looks.map(({ origin, steps }) => {
    const resource = resources.get(origin.pointer) ?? descend(root, stepsOf(origin.pointer));
    resources.set(origin.pointer, resource);
    return findSpan(resource, steps);
  });
}

/** Blocks of YAML reach to the next name; the blanks before it are not part of what is shown. */
function endOfText(text: string, from: number, to: number): number {
  let end = to;
  while (end > from + 1 && /\s/.test(text[end - 1] ?? '')) end--;
  return end;
}
