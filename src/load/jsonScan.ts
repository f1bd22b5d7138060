/** Follows brackets and strings through the bytes of JSON, over any boundaries of chunks; it does not judge the rest. */
export interface Scan {
  depth: number;
  deepest: number;
  inString: boolean;
  escaped: boolean;
}
export const newScan = (): Scan => ({ depth: 0, deepest: 0, inString: false, escaped: false });

export const quote = 0x22;
export const backslash = 0x5c;
export const comma = 0x2c;
export const newline = 0x0a;
export const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
export const isOpening = (byte: number | undefined): boolean => byte === 0x7b || byte === 0x5b;
export const isClosing = (byte: number | undefined): boolean => byte === 0x7d || byte === 0x5d;

/** @returns the offset after the bracket that closes the outermost, or -1 when the chunk ends before it. */
export function scanValue(scan: Scan, chunk: Uint8Array, from: number): number {
  let { depth, deepest, inString, escaped } = scan;
  let end = -1;
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at];
    if (inString) {
      if (escaped) escaped = false;
      else if (byte === backslash) escaped = true;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > deepest) deepest = depth;
    } else if ((byte === 0x7d || byte === 0x5d) && --depth <= 0) {
      end = at + 1;
      break;
    }
  }
  scan.depth = depth;
  scan.deepest = deepest;
  scan.inString = inString;
  scan.escaped = escaped;
  return end;
}

/**
 * Can the value be nested deeper than this? Counts opening brackets, those in strings too: quick, and never a wrong no.
 * Four bytes at a time: `{` and `[` differ in one bit, and the trick finds a word with a byte that is zero.
 */
export function mayBeDeeper(bytes: Uint8Array, limit: number): boolean {
  if (bytes.length <= limit) return false;
  const lead = -bytes.byteOffset & 3;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + lead, Math.max(0, bytes.length - lead) >> 2);
  let found = 0;
  for (let at = 0; at < words.length; at++) {
    const word = ((words[at] as number) | 0x20202020) ^ 0x7b7b7b7b;
    if (((word - 0x01010101) & ~word & 0x80808080) !== 0) found++;
  }
  return found * 4 + 8 > limit;
}

/** How deep brackets nest in the bytes of one value. */
export function depthOf(bytes: Uint8Array): number {
  const scan = newScan();
  scanValue(scan, bytes, 0);
  return scan.deepest;
}

export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && isSpace(bytes[at])) at++;
  return at;
}
