import type { Cut } from './byteRanges.ts';
import { jsonPositions } from './jsonPositions.ts';
import type { Positioned } from './positions.ts';
import { yamlPositions } from './yamlPositions.ts';

/** Reads places of a text of JSON or YAML; undefined when it is neither. What is wrong with JSON shows only as it is read. */
export function readPlaces<T>(text: string, read: (root: Positioned) => T): T | undefined {
  if (/^[\s\uFEFF]*[[{]/.test(text)) {
    try {
      return read(jsonPositions(text));
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown; // YAML may begin with a bracket too.
    }
  }
  const root = yamlPositions(text);
  return root === undefined ? undefined : read(root);
}

/** Line and column in the file of an offset in the text. */
export function positionsIn({ text, line, column }: Cut<unknown>): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: line + low, column: offset - (starts[low] ?? 0) + (low === 0 ? column : 1) };
  };
}
