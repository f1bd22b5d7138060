import { type Inner, lazily, membersOf, type Positioned } from './positions.ts';

/**
 * The places of what stands in a JSON text, which was parsed before: what is strict in JSON is not judged here again.
 * @throws SyntaxError (from here or from `inner`) when the text is not JSON after all
 */
export function jsonPositions(text: string): Positioned {
  return valueAt(text, skipBlank(text, text.startsWith('\uFEFF') ? 1 : 0));
}

function valueAt(text: string, start: number, key?: number): Positioned {
  const end = endOf(text, start);
  const bracketed = isOpening(text.charCodeAt(start));
  return {
    ...(key === undefined ? {} : { key }),
    start,
    opened: bracketed ? start + 1 : end,
    end,
    inner: lazily(() => innerOf(text, start)),
  };
}

function innerOf(text: string, start: number): Inner {
  if (text[start] === '{') return membersOf(new Map(members(text, start)));
  if (text[start] === '[') return { form: 'array', items: [...items(text, start)] };
  return { form: 'scalar' };
}

function* members(text: string, start: number): Iterable<[string, Positioned]> {
  for (let at = skipBlank(text, start + 1); text[at] !== '}'; at = afterComma(text, at)) {
    if (text[at] !== '"') throw new SyntaxError('a name was expected');
    const nameEnd = endOfString(text, at);
    const colon = skipBlank(text, nameEnd);
    if (text[colon] !== ':') throw new SyntaxError('a colon was expected');
    const value = valueAt(text, skipBlank(text, colon + 1), at);
    yield [nameIn(text, at, nameEnd), value];
    at = value.end;
  }
}

function* items(text: string, start: number): Iterable<Positioned> {
  for (let at = skipBlank(text, start + 1); text[at] !== ']'; at = afterComma(text, at)) {
    const value = valueAt(text, at);
    yield value;
    at = value.end;
  }
}

function nameIn(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1);
  return raw.includes('\\') ? String(JSON.parse(text.slice(start, end))) : raw;
}

/** The next member or item, or the bracket that closes. */
function afterComma(text: string, end: number): number {
  const at = skipBlank(text, end);
  if (text[at] === ',') return skipBlank(text, at + 1);
  if (text[at] === '}' || text[at] === ']') return at;
  throw new SyntaxError('a comma was expected');
}

/** The end of the value at this offset; brackets are followed, not nested calls, so that depth is no matter. */
function endOf(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === quote) return endOfString(text, start);
  if (!isOpening(first)) return endOfScalar(text, start);
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote) at = endOfString(text, at) - 1;
    else if (isOpening(unit)) depth++;
    else if (isClosing(unit) && --depth === 0) return at + 1;
  }
  throw new SyntaxError('a bracket is not closed');
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  throw new SyntaxError('a string is not closed');
}

function endOfScalar(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) !== comma && !isClosing(text.charCodeAt(at)) && !isBlank(text.charCodeAt(at))) at++;
  if (at === start) throw new SyntaxError('a value was expected');
  return at;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const isOpening = (unit: number): boolean => unit === 0x7b || unit === 0x5b;
const isClosing = (unit: number): boolean => unit === 0x7d || unit === 0x5d;
const isBlank = (unit: number): boolean => unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
