import { itemLimit, maxDepth } from './bytes.ts';
import { explainJson } from './jsonErrors.ts';
import { backslash, comma, isClosing, isOpening, isSpace, newScan, quote, type Scan, scanValue } from './jsonScan.ts';

/** Bytes are not JSON, or more than can be read; read.ts makes a UserError of it, with file and line. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
  readonly offset: number;
  constructor(offset: number, what: string) {
    super(what);
    this.offset = offset;
  }
}

/** JSON.parse, whose own message is never shown since it quotes the content. @param offset of the bytes in their file */
export function parseJson(bytes: Buffer, offset: number): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    const error = explainJson(bytes);
    throw new NotJson(offset + error.offset, error.what);
  }
}

export const tooDeep = (offset: number): NotJson => new NotJson(offset, `is nested deeper than ${maxDepth} levels.`);
const tooLarge = (offset: number): NotJson => new NotJson(offset, `holds a single value of more than ${itemLimit / 1024 / 1024} MB.`);

/** One element of the array of a value that is too large to hold, or at last what stood around the array. */
export type Cut =
  | { form: 'item'; value: unknown; head: Readonly<Record<string, unknown>>; start: number; end: number }
  | { form: 'end'; envelope: Record<string, unknown> | []; start: number; end: number }
  /** It had no such array after all. */
  | { form: 'value'; value: unknown; start: number; end: number };

/** The members whose array is cut: of a Kubernetes list, of an ARM list, of Resource Graph. */
const cutMembers = new Set(['items', 'value', 'data']);

interface State {
  start: number;
  phase: 'around' | 'opened' | 'between' | 'item' | 'scalar';
  /** Of what stands around the items. */
  scan: Scan;
  lastKey: number[];
  /** What stands around the items, and where what comes after them begins in it and in the file. */
  around: Buffer[];
  aroundLength: number;
  tail?: { at: number; offset: number };
  head: Readonly<Record<string, unknown>>;
  needsComma: boolean;
  afterComma: boolean;
  item: { scan: Scan; parts: Buffer[]; length: number; start: number };
}

/**
 * Cuts the top-level array, or the `items`, `value` or `data` array of a top-level object, into its elements, in
 * memory bounded by the largest one. Push chunks until `done`, which is then the offset in the last chunk after the value.
 * @param start offset in the file of the value's first byte, which opens it
 */
export function cutItems(start: number): {
  push: (chunk: Buffer, offset: number) => Generator<Cut, number>;
  stopped: (offset: number) => NotJson;
} {
  const state: State = {
    start,
    phase: 'around',
    scan: newScan(),
    lastKey: [],
    around: [],
    aroundLength: 0,
    head: {},
    needsComma: false,
    afterComma: false,
    item: { scan: newScan(), parts: [], length: 0, start: 0 },
  };
  return {
    push: (chunk, offset) => push(state, chunk, offset),
    stopped: (offset) => new NotJson(offset, 'ends too early: a bracket is still open.'),
  };
}

/** @returns the offset in the chunk after the whole value, or -1 when it goes on */
function* push(state: State, chunk: Buffer, offset: number): Generator<Cut, number> {
  let at = 0;
  while (at < chunk.length) {
    if (state.phase === 'around') {
      const from = at;
      at = passAround(state, chunk, at);
      keepAround(state, chunk.subarray(from, at), offset + from);
      if (state.scan.depth === 0) {
        yield finish(state, offset + at);
        return at;
      }
    } else if (state.phase === 'opened') {
      state.head = headOf(state, offset + at);
      state.phase = 'between';
    } else if (state.phase === 'between') at = passBetween(state, chunk, at, offset);
    else {
      const end = state.phase === 'item' ? scanValue(state.item.scan, chunk, at) : scalarEnd(state.item.scan, chunk, at);
      const part = chunk.subarray(at, end < 0 ? chunk.length : end);
      state.item.length += part.length;
      if (state.item.length > itemLimit) throw tooLarge(state.item.start);
      if (end >= 0) yield itemOf(state, part, offset + end);
      else state.item.parts.push(Buffer.from(part));
      at += part.length;
    }
  }
  return -1;
}

/** Passes what stands around the items, up to an array to cut, the end of the value or of the chunk. */
function passAround(state: State, chunk: Buffer, from: number): number {
  const { scan } = state;
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at] as number;
    if (scan.inString) {
      if (scan.escaped) scan.escaped = false;
      else if (byte === backslash) scan.escaped = true;
      else if (byte === quote) scan.inString = false;
      if (scan.inString && scan.depth === 1 && state.lastKey.length < 8) state.lastKey.push(byte);
    } else if (byte === quote) {
      scan.inString = true;
      if (scan.depth === 1) state.lastKey = [];
    } else if (isOpening(byte)) {
      if (++scan.depth > scan.deepest) scan.deepest = scan.depth;
      if (byte === 0x5b && isCut(state)) {
        state.phase = 'opened';
        return at + 1;
      }
    } else if (isClosing(byte) && --scan.depth === 0) return at + 1;
  }
  return chunk.length;
}

const isCut = ({ scan, lastKey, tail }: State): boolean =>
  tail === undefined && (scan.depth === 1 || (scan.depth === 2 && cutMembers.has(String.fromCharCode(...lastKey))));

function passBetween(state: State, chunk: Buffer, at: number, offset: number): number {
  const byte = chunk[at];
  if (isSpace(byte)) return at + 1;
  if (byte === comma) {
    if (!state.needsComma) throw new NotJson(offset + at, 'has a comma without a value before it.');
    state.needsComma = false;
    state.afterComma = true;
    return at + 1;
  }
  if (byte === 0x5d) {
    if (state.afterComma) throw new NotJson(offset + at, 'has a comma before a closing bracket, which JSON does not allow.');
    state.phase = 'around';
    state.tail = { at: state.aroundLength, offset: offset + at };
    return at;
  }
  if (state.needsComma) throw new NotJson(offset + at, 'lacks a comma or a closing bracket.');
  state.phase = isOpening(byte) ? 'item' : 'scalar';
  state.item = { scan: newScan(), parts: [], length: 0, start: offset + at };
  return at;
}

/** The end of a string, number or word: the comma or bracket after it. */
function scalarEnd(scan: Scan, chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at];
    if (scan.inString) {
      if (scan.escaped) scan.escaped = false;
      else if (byte === backslash) scan.escaped = true;
      else if (byte === quote) scan.inString = false;
    } else if (byte === quote) scan.inString = true;
    else if (byte === comma || isClosing(byte)) return at;
  }
  return -1;
}

function itemOf(state: State, last: Buffer, end: number): Cut {
  const { parts, start, scan } = state.item;
  if (scan.deepest > maxDepth) throw tooDeep(start);
  const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
  state.phase = 'between';
  state.needsComma = true;
  state.afterComma = false;
  return { form: 'item', value: parseJson(bytes, start), head: state.head, start, end };
}

function keepAround(state: State, bytes: Buffer, offset: number): void {
  state.around.push(Buffer.from(bytes));
  state.aroundLength += bytes.length;
  if (state.aroundLength > itemLimit) throw tooLarge(offset);
  if (state.scan.deepest > maxDepth) throw tooDeep(offset);
}

function headOf(state: State, offset: number): Readonly<Record<string, unknown>> {
  if (state.scan.depth === 1) return {};
  const head = parseJson(Buffer.concat([...state.around, Buffer.from(']}')]), offset - state.aroundLength);
  return head as Record<string, unknown>; // It opened as an object.
}

function finish(state: State, end: number): Cut {
  const bytes = Buffer.concat(state.around);
  const { tail, start } = state;
  try {
    const value = parseJson(bytes, 0);
    // It opened as an object or as the array that was cut.
    return tail === undefined
      ? { form: 'value', value, start, end }
      : { form: 'end', envelope: value as Record<string, unknown> | [], start, end };
  } catch (thrown) {
    if (!(thrown instanceof NotJson)) throw thrown;
    const inTail = tail !== undefined && thrown.offset >= tail.at;
    throw new NotJson(inTail ? tail.offset + thrown.offset - tail.at : start + thrown.offset, thrown.message);
  }
}
