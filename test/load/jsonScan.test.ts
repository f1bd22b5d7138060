import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonPieces, type JsonPiece } from '../../src/load/jsonDocuments.ts';
import { explainJson } from '../../src/load/jsonErrors.ts';
import { NotJson } from '../../src/load/jsonItems.ts';
import { depthOf, mayBeDeeper } from '../../src/load/jsonScan.ts';
import { inChunks } from './support.ts';

async function pieces(bytes: Buffer, chunk: number, limit?: number): Promise<JsonPiece[]> {
  const all: JsonPiece[] = [];
  for await (const piece of jsonPieces(inChunks(bytes, chunk), limit)) all.push(piece);
  return all;
}
/** Puts a value that came in pieces together again. */
function joined(all: readonly JsonPiece[]): unknown {
  const items = all.flatMap((piece) => (piece.form === 'item' ? [piece.value] : []));
  const last = all.at(-1);
  if (last?.form === 'value') return last.value;
  if (last?.form !== 'end') throw new Error('no end');
  if (Array.isArray(last.envelope)) return items;
  const name = ['items', 'value', 'data'].find((each) => Array.isArray((last.envelope as Record<string, unknown>)[each]));
  return { ...last.envelope, [name as string]: items };
}

const layouts = fc.constantFrom(undefined, 1, 4, '\t');
const endings = fc.constantFrom('\n', '\r\n');
const composite = fc.jsonValue().filter((value) => typeof value === 'object' && value !== null);
const withItems = fc.record({ before: fc.jsonValue(), items: fc.array(fc.jsonValue()), kind: fc.string() });

describe('the scanner equals JSON.parse', () => {
  test('for one value, whatever the layout and the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        composite,
        layouts,
        endings,
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (value, layout, ending, chunk, mark) => {
          const text = `${mark ? '\uFEFF' : ''}${JSON.stringify(value, null, layout).replaceAll('\n', ending)}${ending}`;
          const bytes = Buffer.from(text);
          const [piece, ...others] = await pieces(bytes, chunk);
          expect(others).toEqual([]);
          if (piece?.form !== 'value') throw new Error('no value');
          expect(piece.value).toEqual(JSON.parse(text.trim()));
          expect(bytes.subarray(piece.start, piece.end).toString()).toBe(text.trim());
        },
      ),
    );
  });

  test('for lines and for values behind one another', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(composite),
        fc.constantFrom('\n', '\r\n', '', ' \n\n'),
        layouts,
        fc.integer({ min: 1, max: 40 }),
        async (values, between, layout, chunk) => {
          const text = values.map((value) => JSON.stringify(value, null, layout) + between).join('');
          const all = await pieces(Buffer.from(text), chunk);
          expect(all.map((piece) => (piece.form === 'value' ? piece.value : piece.form))).toEqual(
            values.map((value) => JSON.parse(JSON.stringify(value))),
          );
        },
      ),
    );
  });

  test('for a value that is taken in pieces, with the right offsets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(withItems, composite), layouts, fc.integer({ min: 1, max: 40 }), async (value, layout, chunk) => {
        const bytes = Buffer.from(JSON.stringify(value, null, layout));
        const all = await pieces(bytes, chunk, 0);
        const plain: unknown = JSON.parse(bytes.toString());
        expect(joined(all)).toEqual(plain);
        for (const piece of all)
          if (piece.form === 'item') expect(JSON.parse(bytes.subarray(piece.start, piece.end).toString())).toEqual(piece.value);
      }),
      { numRuns: 300 },
    );
  });

  test('for text that is not JSON: neither takes it, and the place is inside', async () => {
    await fc.assert(
      fc.asyncProperty(
        composite,
        fc.nat(),
        fc.constantFrom('', ',', '}', '/', '"', 'x', ']'),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 1e6),
        async (value, place, insert, chunk, limit) => {
          const whole = JSON.stringify(value);
          const at = place % whole.length;
          const broken = whole.slice(0, at) + insert + whole.slice(at + 1);
          let valid = true;
          try {
            JSON.parse(broken);
          } catch {
            valid = false;
          }
          fc.pre(!valid && /^[{[]/.test(broken));
          const bytes = Buffer.from(broken);
          const { offset } = explainJson(bytes);
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset).toBeLessThanOrEqual(bytes.length);
          const outcome = await pieces(bytes, chunk, limit).catch((thrown: unknown) => thrown);
          if (Array.isArray(outcome)) expect(outcome.some((piece: JsonPiece) => piece.form === 'text') || outcome.length !== 1).toBe(true);
          else expect(outcome).toBeInstanceOf(NotJson);
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('a list whose kind stands behind its items still ends with it', async () => {
  const list = { apiVersion: 'v1', items: [{ a: '],}' }, { b: [1] }], kind: 'List', metadata: { resourceVersion: '' } };
  const all = await pieces(Buffer.from(JSON.stringify(list, null, 4)), 7, 0);
  expect(all.map(({ form }) => form)).toEqual(['item', 'item', 'end']);
  expect(all[0]).toMatchObject({ value: { a: '],}' }, head: { apiVersion: 'v1' } });
  expect(all[2]).toMatchObject({ envelope: { apiVersion: 'v1', kind: 'List', items: [] } });
});

const broken: Record<string, [text: string, at: number, what: RegExp]> = {
  'a comment': ['{\n  // why\n  "a": 1}', 4, /comment/],
  'a trailing comma': ['{"a": [1, 2,]}', 12, /comma before a closing bracket/],
  'a trailing comma of an object': ['{"a": 1,}', 8, /comma before a closing bracket/],
  'a truncated object': ['{"a": {"b": 1', 13, /ends too early: a bracket/],
  'a truncated string': ['{"a": "b', 8, /ends too early: a string/],
  'a missing comma': ['{"a": 1 "b": 2}', 8, /lacks a comma/],
  'a missing colon': ['{"a" 1}', 5, /colon/],
  'single quotes': ["{'a': 1}", 1, /double quotes/],
  'a line break in a string': ['{"a": "b\n"}', 8, /inside a string/],
  'an unknown escape': ['{"a": "\\x"}', 7, /escape/],
  'a word': ['{"a": yes}', 6, /not a JSON value/],
  'a number with a leading zero': ['[012]', 1, /not a JSON value/],
  'brackets that do not fit': ['[1}', 2, /does not fit/],
  'something behind': ['{} x', 3, /goes on/],
};
test.each(Object.entries(broken))('%s is found', (_name, [text, at, what]) => {
  const error = explainJson(Buffer.from(text));
  expect(error.what).toMatch(what);
  expect(error.offset).toBe(at);
});

test('no bracket is overlooked by the quick count', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 9 }), (value, lead) => {
      const bytes = Buffer.from(' '.repeat(lead) + JSON.stringify(value)).subarray(lead);
      const depth = depthOf(bytes);
      if (depth > 0) expect(mayBeDeeper(bytes, depth - 1)).toBe(true);
    }),
  );
});
