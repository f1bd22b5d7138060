/** Bytes `start` to `end` (not included) of a file. */
export interface ByteRange {
  start: number;
  end: number;
}

/** The text of a range, and where in the file it begins: line and column from 1, columns in UTF-16 units. */
export interface Cut<R> {
  range: R;
  text: string;
  line: number;
  column: number;
}

/**
 * Cuts ranges out of a file of UTF-8 as it streams by: of the rest only the lines are counted. Push the chunks in
 * order; `done` says that no further chunk is needed. A chunk is not looked at again once it was pushed.
 * @param ranges in order of `start`
 */
export function rangeCutter<R extends ByteRange>(ranges: readonly R[]): { push: (chunk: Uint8Array) => Cut<R>[]; done: () => boolean } {
  const here: Position = { offset: 0, line: 1, column: 1 };
  let open: Open<R>[] = [];
  let next = 0;
  return {
    done: () => next === ranges.length && open.length === 0,
    push(chunk) {
      const first = here.offset;
      const last = first + chunk.length;
      // A byte order mark takes no column.
      if (first === 0 && hasMark(chunk)) here.column = 0;
      for (let range = ranges[next]; range !== undefined && range.start < last; range = ranges[++next]) {
        advance(here, chunk, first, range.start);
        open.push({ range, line: here.line, column: here.column, parts: [] });
      }
      advance(here, chunk, first, last);
      for (const { range, parts } of open) {
        const part = chunk.subarray(Math.max(0, range.start - first), range.end - first);
        parts.push(range.end > last ? Uint8Array.from(part) : part);
      }
      const ended = open.filter(({ range }) => range.end <= last);
      if (ended.length > 0) open = open.filter(({ range }) => range.end > last);
      return ended.map(({ range, line, column, parts }) => ({ range, line, column, text: textOf(parts) }));
    },
  };
}

interface Open<R> {
  range: R;
  line: number;
  column: number;
  parts: Uint8Array[];
}
interface Position {
  offset: number;
  line: number;
  column: number;
}

/** Moves to `offset` of the file, which lies in this chunk; columns count only behind the last end of a line. */
function advance(here: Position, chunk: Uint8Array, first: number, offset: number): void {
  const passed = chunk.subarray(here.offset - first, offset - first);
  let begin = 0;
  for (let end = passed.indexOf(newline); end >= 0; end = passed.indexOf(newline, begin)) {
    here.line += 1;
    here.column = 1;
    begin = end + 1;
  }
  for (let at = begin; at < passed.length; at++) here.column += unitsOf(passed[at] ?? 0);
  here.offset = offset;
}

/** UTF-16 units that a byte of UTF-8 begins: none within a character, two of one beyond the basic plane. */
const unitsOf = (byte: number): number => ((byte & 0xc0) === 0x80 ? 0 : byte >= 0xf0 ? 2 : 1);
const newline = 0x0a;
const hasMark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

const textOf = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString('utf8');
