import { UserError } from '../errors.ts';
import { openBytes, peek } from './bytes.ts';
import type { Document, Input } from './document.ts';
import { isSource } from './inputs.ts';
import { jsonPieces } from './jsonDocuments.ts';
import { placeIn } from './jsonErrors.ts';
import { NotJson } from './jsonItems.ts';
import { newline } from './jsonScan.ts';
import { isOnlyWarnings, isPrinted } from './text.ts';
import { yamlDocuments } from './yamlDocuments.ts';

const sniffed = 64 * 1024;
const notRecognised = {
  what: 'is neither JSON nor YAML.',
  todo: 'Render sources first: az bicep build, helm template; of Terraform, export the deployed cluster: az aks show.',
};

/** The documents of one file. @throws UserError that names the file and place, never its content */
export async function* readDocuments(input: Input): AsyncGenerator<Document, void, void> {
  if (isSource(input.name) && input.named !== true && input.refused === undefined) {
    yield {
      form: 'warning',
      problem: { where: input.name, what: 'is a source, not an export; it was not read.', todo: notRecognised.todo },
    };
    return;
  }
  const { first, all } = await peek(openBytes(input), sniffed);
  const text = first.toString('utf8').replace(/^\uFEFF/, '');
  const format = formatOf(text, input);
  if (format === 'yaml') yield* someOf(yamlDocuments(all, input.name), input);
  else if (format === 'json') yield* jsonDocuments(input, all, first);
  else {
    await all.return();
    if (format === 'empty') throw new UserError({ where: input.name, what: 'is empty.', todo: 'Export it again.' });
    if (format === 'unknown') throw new UserError({ where: input.name, ...notRecognised });
  }
}

type Format = 'json' | 'yaml' | 'empty' | 'unknown' | 'ignored';

/** @param text how the file begins */
function formatOf(text: string, input: Input): Format {
  const extension = /\.(\w+)(?:\.gz)?$/.exec(input.name.toLowerCase())?.[1] ?? '';
  if (text === '') return 'empty';
  if (['json', 'ndjson', 'jsonl'].includes(extension) || isPrinted(text)) return 'json';
  if (extension === 'yaml' || extension === 'yml') return /^\s*(?:\{\s*["}]|\[\s*[{\]])/.test(text) ? 'json' : 'yaml';
  if (/^\s*[{[]/.test(text)) return 'json';
  if (looksLikeYaml(text)) return 'yaml';
  if (/^[{[]/m.test(text)) return 'json';
  // A folder may hold notes; a file that was named is meant.
  return extension === 'txt' && !input.named ? 'ignored' : 'unknown';
}

function looksLikeYaml(text: string): boolean {
  const line = text.split('\n', 200).find((each) => /^\s*[^\s#]/.test(each)) ?? '';
  return /^(?:---|%YAML|-\s|["']?[\w./$-]{1,100}["']?\s*:(?:\s|$))/.test(line);
}

async function* someOf(documents: AsyncIterable<Document>, input: Input): AsyncGenerator<Document, void, void> {
  let count = 0;
  for await (const document of documents) {
    count++;
    yield document;
  }
  if (count === 0) yield { form: 'warning', problem: { where: input.name, what: 'holds no YAML document, only comments.' } };
}

async function* jsonDocuments(input: Input, chunks: AsyncIterable<Buffer>, first: Buffer): AsyncGenerator<Document, void, void> {
  let values = 0;
  let preamble: number | undefined;
  try {
    for await (const piece of jsonPieces(chunks)) {
      const { start, end } = piece;
      const origin = { file: input.name, start, end, pointer: '' };
      if (piece.form !== 'text') {
        values++;
        const { start: _start, end: _end, ...document } = piece;
        yield { ...document, origin };
      } else if (isPrinted(piece.text)) {
        if (isOnlyWarnings(piece.text))
          yield { form: 'warning', problem: { where: input.name, what: 'holds warnings that az or kubectl printed; they are left out.' } };
        else yield { form: 'text', text: piece.text, origin };
        values++;
      } else if (values > 0 || preamble !== undefined) throw new NotJson(start, 'goes on after the end of the JSON value.');
      else if (isScalar(piece.text)) {
        values++;
        yield { form: 'value', value: JSON.parse(piece.text), origin };
      } else preamble = start;
    }
    if (values === 0 && preamble !== undefined) throw new NotJson(preamble, 'is not JSON.');
    if (values === 0) throw new UserError({ where: input.name, what: 'is empty.', todo: 'Export it again.' });
    if (preamble !== undefined)
      yield {
        form: 'warning',
        problem: { where: input.name, what: 'holds text before the JSON; it is left out.', todo: 'Export with --only-show-errors.' },
      };
  } catch (thrown) {
    if (!(thrown instanceof NotJson)) throw thrown;
    throw new UserError({ where: `${input.name}${await placeOf(input, thrown.offset, first)}`, what: thrown.message });
  }
}

function isScalar(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** `:line:column` of a byte of a file, which is read once more when it is far in. @param first how the file begins */
async function placeOf(input: Input, offset: number, first: Buffer): Promise<string> {
  if (offset <= first.length) return placeIn(first, offset);
  if (input.path === '-') return ` (byte ${offset + 1})`;
  let [line, column, at] = [1, 1, 0];
  let decoder = new TextDecoder();
  for await (const chunk of openBytes(input)) {
    const part = chunk.subarray(0, offset - at);
    let start = 0;
    for (let found = part.indexOf(newline); found >= 0; found = part.indexOf(newline, start)) {
      line++;
      column = 1;
      start = found + 1;
      decoder = new TextDecoder();
    }
    // The line may be of any length: it is counted, not kept.
    column += decoder.decode(part.subarray(start), { stream: true }).length;
    at += chunk.length;
    if (at >= offset) break;
  }
  return `:${line}:${column}`;
}
