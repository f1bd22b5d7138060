import { UserError } from '../errors.ts';
import { parseYamlDocument } from '../schema.ts';
import { maxDepth } from './bytes.ts';
import type { Document } from './document.ts';
import { yamlPieces, type YamlPiece } from './yamlPieces.ts';

/** The documents of a YAML stream; a large List comes as its items and then an end. @param file names it in errors */
export async function* yamlDocuments(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Document, void, void> {
  for await (const piece of yamlPieces(chunks, file)) {
    const value = parsePiece(piece, file);
    const origin = { file, start: piece.start, end: piece.end, pointer: '' };
    if (piece.form === 'value') yield { form: 'value', value, origin };
    else if (piece.form === 'item') {
      // The text of an item is a sequence of one.
      if (Array.isArray(value))
        for (const [index, each] of value.entries())
          yield { form: 'item', value: each, head: {}, origin: { ...origin, pointer: `/${index}` } };
    } else yield { form: 'end', envelope: { ...(value as Record<string, unknown>), items: [] }, origin }; // A mapping, as its `items:` shows.
  }
}

function parsePiece(piece: YamlPiece, file: string): unknown {
  const parsed = parseYamlDocument(piece.text, 'kubernetes');
  if ('value' in parsed) {
    if (isDeeper(parsed.value, maxDepth))
      throw new UserError({ where: `${file}:${piece.line}`, what: `is nested deeper than ${maxDepth} levels.` });
    return parsed.value;
  }
  const before = piece.text.slice(0, parsed.offset);
  const lines = before.split('\n');
  const where = `${file}:${piece.line + lines.length - 1}:${(lines.at(-1)?.length ?? 0) + 1}`;
  const template = /\{\{[-\s]/.test(piece.text) ? { todo: 'If it is a template of Helm, render it first: helm template.' } : {};
  throw new UserError({ where, what: parsed.what, ...template });
}

/** Without recursion, which is what a deep value attacks. */
export function isDeeper(value: unknown, limit: number): boolean {
  let level: object[] = typeof value === 'object' && value !== null ? [value] : [];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limit) return true;
    const next: object[] = [];
    for (const each of level) for (const child of Object.values(each)) if (typeof child === 'object' && child !== null) next.push(child);
    level = next;
  }
  return false;
}
