import { UserError } from '../errors.ts';
import { itemLimit } from './bytes.ts';
import { newline } from './jsonScan.ts';

/** The text of one YAML document, or of a part of one List that is too large to hold. */
export interface YamlPiece {
  /** `item` begins with its `- `, a sequence of one; `around` is what stood around the items, after the last of them. */
  form: 'value' | 'item' | 'around';
  text: string;
  /** Place in the file, in bytes, and the line of the text's begin, from 1. */
  start: number;
  end: number;
  line: number;
}

/** A document larger than this is taken apart when it is a block style List, as kubectl writes it. */
export const listLimit = 1024 * 1024;

interface Line {
  bytes: Buffer;
  start: number;
  number: number;
}

/** Splits a stream at its document marks, by lines. Documents of nothing but comments are left out. */
export async function* yamlPieces(chunks: AsyncIterable<Buffer>, name: string, limit = listLimit): AsyncGenerator<YamlPiece, void, void> {
  let lines: Line[] = [];
  let held = 0;
  let lookAgainAt = limit;
  let list: ListSplit | undefined;
  for await (const line of linesOf(chunks, name)) {
    const mark =
      line.bytes.length >= 3 && line.bytes.length < 1024 ? /^(---|\.\.\.)(?=\s|$)/.exec(line.bytes.toString('utf8'))?.[1] : undefined;
    if (mark !== undefined) {
      yield* list === undefined ? document(lines) : list.end();
      list = undefined;
      lines = [];
      held = 0;
      lookAgainAt = limit;
      if (mark === '...') continue;
    }
    if (list !== undefined) yield* list.take(line);
    else {
      lines.push(line);
      held += line.bytes.length;
      if (held > lookAgainAt && lines.some(opensItems)) {
        list = splitList(name);
        for (const each of lines) yield* list.take(each);
        lines = [];
      } else if (held > lookAgainAt) lookAgainAt *= 2;
      if (held > itemLimit) throw tooLarge(name, lines);
    }
  }
  yield* list === undefined ? document(lines) : list.end();
}

async function* linesOf(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Line, void, void> {
  let parts: Buffer[] = [];
  let held = 0;
  let start = 0;
  let number = 1;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      const bytes = Buffer.concat([...parts, chunk.subarray(from, end + 1)]);
      yield { bytes, start, number };
      start += bytes.length;
      number++;
      from = end + 1;
      parts = [];
      held = 0;
    }
    parts.push(chunk.subarray(from));
    held += chunk.length - from;
    if (held > itemLimit) throw tooLarge(name, [{ bytes: chunk, start, number }]);
  }
  const rest = Buffer.concat(parts);
  if (rest.length > 0) yield { bytes: rest, start, number };
}

const tooLarge = (name: string, lines: readonly Line[]): UserError =>
  new UserError({
    where: `${name}:${lines[0]?.number ?? 1}`,
    what: `holds a single YAML value of more than ${itemLimit / 1024 / 1024} MB.`,
    todo: 'Export it as JSON.',
  });

function* document(lines: readonly Line[]): Generator<YamlPiece> {
  if (lines.some(({ bytes }) => !/^(?:---|%.*)?\s*(?:#.*)?$/s.test(bytes.subarray(0, 200).toString('utf8').replace(/\n.*/s, ''))))
    yield piece('value', lines);
}

function piece(form: YamlPiece['form'], lines: readonly Line[]): YamlPiece {
  const [first] = lines as [Line, ...Line[]];
  const last = lines.at(-1) as Line;
  return {
    form,
    text: Buffer.concat(lines.map((line) => line.bytes)).toString('utf8'),
    start: first.start,
    end: last.start + last.bytes.length,
    line: first.number,
  };
}

const opensItems = ({ bytes }: Line): boolean => bytes.length < 200 && /^items:\s*(?:#.*)?$/.test(bytes.toString('utf8'));

interface ListSplit {
  take: (line: Line) => Generator<YamlPiece>;
  end: () => Generator<YamlPiece>;
}

/** Takes a List apart at the dashes of its items: whatever belongs to an item is indented deeper than they are. */
function splitList(name: string): ListSplit {
  const around: Line[] = [];
  let item: Line[] = [];
  let held = 0;
  let dash: string | undefined;
  let phase: 'before' | 'items' | 'after' = 'before';
  const flush = function* (): Generator<YamlPiece> {
    if (item.length > 0) yield piece('item', item);
    item = [];
    held = 0;
  };
  return {
    *take(line) {
      if (phase === 'items') {
        const text = line.bytes.subarray(0, 64).toString('latin1');
        dash ??= /^ *-(?=\s|$)/.exec(text)?.[0];
        if (dash !== undefined && text.startsWith(dash) && /^\s|^$/.test(text.slice(dash.length))) yield* flush();
        else if (/^[^\s#]/.test(text)) {
          yield* flush();
          phase = 'after';
        }
      }
      held += line.bytes.length;
      if (held > itemLimit) throw tooLarge(name, [line]);
      (phase === 'items' ? item : around).push(line);
      if (phase === 'before' && opensItems(line)) phase = 'items';
    },
    *end() {
      yield* flush();
      yield piece('around', around);
    },
  };
}
