import { isSpace } from './jsonScan.ts';

/** Why bytes are not JSON (RFC 8259), and where. JSON.parse's own message quotes the content, so it is never shown. */
export interface JsonError {
  offset: number;
  what: string;
}

type Expecting = 'value' | 'valueOrEnd' | 'keyOrEnd' | 'key' | 'colon' | 'commaOrEnd' | 'nothing';

const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** The first error of a text that JSON.parse refused. */
export function explainJson(bytes: Uint8Array): JsonError {
  const open: number[] = [];
  let expecting: Expecting = 'value';
  let at = 0;
  while (true) {
    while (isSpace(bytes[at])) at++;
    const byte = bytes[at];
    if (byte === undefined) return { offset: at, what: open.length > 0 ? 'ends too early: a bracket is still open.' : 'ends too early.' };
    if (byte === 0x2f || byte === 0x23) return { offset: at, what: 'holds a comment, which JSON does not allow.' };
    if (expecting === 'nothing') return { offset: at, what: 'goes on after the end of the JSON value.' };
    const closes = byte === 0x7d ? 0x7b : byte === 0x5d ? 0x5b : undefined;
    if (closes !== undefined) {
      if (expecting === 'key' || (expecting === 'value' && byte === 0x5d && open.at(-1) === 0x5b))
        return { offset: at, what: 'has a comma before a closing bracket, which JSON does not allow.' };
      const fits = expecting === 'commaOrEnd' || expecting === (byte === 0x7d ? 'keyOrEnd' : 'valueOrEnd');
      if (!fits || open.pop() !== closes) return { offset: at, what: 'has a closing bracket that does not fit.' };
      expecting = open.length === 0 ? 'nothing' : 'commaOrEnd';
      at++;
    } else if (expecting === 'colon') {
      if (byte !== 0x3a) return { offset: at, what: 'lacks a colon after a key.' };
      expecting = 'value';
      at++;
    } else if (expecting === 'commaOrEnd') {
      if (byte !== 0x2c) return { offset: at, what: 'lacks a comma or a closing bracket.' };
      expecting = open.at(-1) === 0x7b ? 'key' : 'value';
      at++;
    } else if (expecting === 'key' || expecting === 'keyOrEnd') {
      if (byte !== 0x22) return { offset: at, what: 'has a key that is not in double quotes.' };
      const end = stringEnd(bytes, at);
      if (typeof end !== 'number') return end;
      expecting = 'colon';
      at = end;
    } else if (byte === 0x7b || byte === 0x5b) {
      open.push(byte);
      expecting = byte === 0x7b ? 'keyOrEnd' : 'valueOrEnd';
      at++;
    } else {
      const end = byte === 0x22 ? stringEnd(bytes, at) : scalarEnd(bytes, at);
      if (typeof end !== 'number') return end;
      expecting = open.length === 0 ? 'nothing' : 'commaOrEnd';
      at = end;
    }
  }
}

function stringEnd(bytes: Uint8Array, start: number): number | JsonError {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === 0x22) return at + 1;
    if (byte < 0x20) return { offset: at, what: 'has a line break or control character inside a string.' };
    if (byte === 0x5c) {
      const escaped = String.fromCharCode(...bytes.subarray(at, at + 6));
      if (at + 1 < bytes.length && !/^\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/.test(escaped))
        return { offset: at, what: 'has an escape in a string that JSON does not know.' };
      at++;
    }
  }
  return { offset: bytes.length, what: 'ends too early: a string is still open.' };
}

function scalarEnd(bytes: Uint8Array, start: number): number | JsonError {
  let end = start;
  while (end < bytes.length && end - start < 400 && !isSpace(bytes[end]) && !',]}:{["'.includes(String.fromCharCode(bytes[end] as number)))
    end++;
  if (scalar.test(String.fromCharCode(...bytes.subarray(start, end)))) return end;
  return { offset: start, what: 'has something that is not a JSON value.' };
}

/** `:line:column` of an offset, counted from 1; a UTF-8 byte order mark at the start is not a column. */
export function placeIn(bytes: Uint8Array, offset: number, first = { line: 1 }): string {
  const before = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(offset, bytes.length)).toString();
  const lastBreak = before.lastIndexOf('\n');
  let line = first.line;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  const mark = lastBreak < 0 && before.startsWith('\uFEFF') ? 1 : 0;
  return `:${line}:${before.length - lastBreak - mark}`;
}
