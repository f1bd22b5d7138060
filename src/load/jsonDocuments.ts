import { itemLimit, maxDepth, wholeLimit } from './bytes.ts';
import { type Cut, cutItems, NotJson, parseJson, tooDeep } from './jsonItems.ts';
import { depthOf, isClosing, isOpening, isSpace, mayBeDeeper, newline, newScan, scanValue, skipSpace } from './jsonScan.ts';

/** A piece of a file of JSON values: a value, a part of one that is too large, or a line or more of text between them. */
export type JsonPiece = Cut | { form: 'text'; text: string; start: number; end: number };

const textLimit = 1024 * 1024;
const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf]);

interface Reader {
  chunks: AsyncIterator<Buffer>;
  /** What was read and not yet handed on, and its place in the file. */
  buffer: Buffer;
  offset: number;
  limit: number;
}

/**
 * The JSON values of a file one after another, however they are laid out: one value, NDJSON, or values one behind the
 * other; text between them comes as text. A value larger than `limit` bytes comes in pieces.
 */
export async function* jsonPieces(chunks: AsyncIterable<Buffer>, limit = wholeLimit): AsyncGenerator<JsonPiece, void, void> {
  const reader: Reader = { chunks: chunks[Symbol.asyncIterator](), buffer: Buffer.alloc(0), offset: 0, limit };
  try {
    while (reader.buffer.length < utf8Mark.length && (await more(reader)));
    if (reader.buffer.subarray(0, 3).equals(utf8Mark)) advance(reader, 3);
    while (true) {
      advance(reader, skipSpace(reader.buffer, 0));
      if (reader.buffer.length === 0) {
        if (!(await more(reader))) return;
      } else if (!isOpening(reader.buffer[0])) yield await readText(reader);
      else {
        yield* wholeLines(reader);
        if (isOpening(reader.buffer[0])) yield* longValue(reader);
      }
    }
  } finally {
    await reader.chunks.return?.();
  }
}

async function more(reader: Reader): Promise<boolean> {
  const next = await reader.chunks.next();
  if (next.done) return false;
  reader.buffer = reader.buffer.length === 0 ? next.value : Buffer.concat([reader.buffer, next.value]);
  return true;
}

function advance(reader: Reader, count: number): void {
  if (count === 0) return;
  reader.buffer = reader.buffer.subarray(count);
  reader.offset += count;
}

/** The way of NDJSON: as many values as there are whole lines of one value each, found without looking at every byte. */
function* wholeLines(reader: Reader): Generator<JsonPiece> {
  const { buffer, offset } = reader;
  let at = 0;
  while (isOpening(buffer[at])) {
    const lineEnd = buffer.indexOf(newline, at);
    let end = lineEnd;
    while (end > at && isSpace(buffer[end - 1])) end--;
    if (lineEnd < 0 || end - at < 2 || !isClosing(buffer[end - 1])) break;
    const bytes = buffer.subarray(at, end);
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8'));
    } catch {
      break; // Not one value a line: the long way finds its end, or what is wrong.
    }
    if (mayBeDeeper(bytes, maxDepth) && depthOf(bytes) > maxDepth) throw tooDeep(offset + at);
    yield { form: 'value', value, start: offset + at, end: offset + end };
    at = skipSpace(buffer, lineEnd + 1);
  }
  advance(reader, at);
}

/** A value over several lines, or one whose line the chunk cuts. */
async function* longValue(reader: Reader): AsyncGenerator<JsonPiece, void, void> {
  const start = reader.offset;
  const parts: Buffer[] = [];
  let held = 0;
  const scan = newScan();
  while (held <= reader.limit) {
    const end = scanValue(scan, reader.buffer, 0);
    const part = end < 0 ? reader.buffer : reader.buffer.subarray(0, end);
    parts.push(part);
    held += part.length;
    advance(reader, part.length);
    if (end >= 0) {
      if (scan.deepest > maxDepth) throw tooDeep(start);
      return yield { form: 'value', value: parseJson(Buffer.concat(parts), start), start, end: start + held };
    }
    if (!(await more(reader))) {
      parseJson(Buffer.concat(parts), start); // Throws, and says where.
      throw new NotJson(start + held, 'ends too early.');
    }
  }
  yield* cut(reader, parts, start);
}

async function* cut(reader: Reader, parts: readonly Buffer[], start: number): AsyncGenerator<JsonPiece, void, void> {
  const cutter = cutItems(start);
  let offset = start;
  for (const part of parts) {
    yield* cutter.push(part, offset);
    offset += part.length;
  }
  while (reader.buffer.length > 0 || (await more(reader))) {
    const end = yield* cutter.push(reader.buffer, reader.offset);
    advance(reader, end < 0 ? reader.buffer.length : end);
    if (end >= 0) return;
  }
  throw cutter.stopped(reader.offset);
}

/** Lines that are no JSON, up to one that is. */
async function readText(reader: Reader): Promise<JsonPiece> {
  const start = reader.offset;
  const lines: string[] = [];
  let held = 0;
  while (reader.buffer.length > 0 || (await more(reader))) {
    if (isOpening(reader.buffer[skipSpace(reader.buffer, 0)]) && lines.length > 0) break;
    let lineEnd = reader.buffer.indexOf(newline);
    while (lineEnd < 0 && reader.buffer.length <= itemLimit && (await more(reader))) lineEnd = reader.buffer.indexOf(newline);
    const line = reader.buffer.subarray(0, lineEnd < 0 ? reader.buffer.length : lineEnd + 1);
    held += line.length;
    if (held > textLimit) throw new NotJson(start, 'is not JSON.');
    lines.push(line.toString('utf8'));
    advance(reader, line.length);
  }
  return { form: 'text', text: lines.join(''), start, end: start + held };
}
