import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Document } from '../../src/load/document.ts';
import { yamlDocuments } from '../../src/load/yamlDocuments.ts';
import { type YamlPiece, yamlPieces } from '../../src/load/yamlPieces.ts';
import { inChunks } from './support.ts';

async function read(text: string, chunk = 1000): Promise<Document[]> {
  const documents: Document[] = [];
  for await (const document of yamlDocuments(inChunks(Buffer.from(text), chunk), 'x.yaml')) documents.push(document);
  return documents;
}
const value = async (text: string) => ((await read(text))[0] as { value: unknown }).value;

test('documents are split at their marks, whatever the chunks; comments alone are none', async () => {
  const text =
    '# Source: chart\n---\n# Source: chart/templates/a.yaml\na: 1\n---\n\n# nothing here\n--- # with a comment\nb: |\n  --- not a mark\n  text\n...\n---\n- 1\n--- {c: 1}\n';
  for (const chunk of [1, 2, 7, 1000]) {
    expect((await read(text, chunk)).map((each) => (each.form === 'value' ? each.value : each.form))).toEqual([
      { a: 1 },
      { b: '--- not a mark\ntext\n' },
      [1],
      { c: 1 },
    ]);
  }
});

describe('scalars are read as kubectl reads them', () => {
  const cases: Record<string, [text: string, value: unknown]> = {
    'yes is true': ['a: yes', true],
    'On is true': ['a: On', true],
    'off is false': ['a: off', false],
    'quoted yes is a string': ['a: "yes"', 'yes'],
    'an octal mode': ['a: 0644', 420],
    'an octal mode of YAML 1.2': ['a: 0o644', '0o644'],
    'a date stays a string': ['a: 2026-05-04T08:15:30Z', '2026-05-04T08:15:30Z'],
    'a day stays a string': ['a: 2026-05-04', '2026-05-04'],
    'ports with a colon stay a string': ['a: 22:22', '22:22'],
    null: ['a: ~', null],
    'a version is a number': ['a: 1.30', 1.3],
  };
  test.each(Object.entries(cases))('%s', async (_name, [text, expected]) => {
    expect(await value(text)).toEqual({ a: expected });
  });
  test('merge keys', async () => {
    expect(await value('base: &base {x: 1, z: 2}\na:\n  <<: *base\n  z: 3\n')).toEqual({ base: { x: 1, z: 2 }, a: { x: 1, z: 3 } });
  });
});

async function pieces(text: string, chunk: number, limit: number): Promise<YamlPiece[]> {
  const all: YamlPiece[] = [];
  for await (const piece of yamlPieces(inChunks(Buffer.from(text), chunk), 'x.yaml', limit)) all.push(piece);
  return all;
}

describe('a large List is taken apart at its items', () => {
  const item = fc.record({
    kind: fc.constant('Pod'),
    text: fc.oneof(fc.string(), fc.constant('- a\n- b\n'), fc.constant('items:\n- x\n')),
    list: fc.array(fc.integer()),
    'a b': fc.jsonValue({ maxDepth: 2 }),
  });
  test('with the places of each', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 50 }),
        async (items, indentSeq, chunk) => {
          const text = stringify(
            { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } },
            { indentSeq, aliasDuplicateObjects: false },
          );
          const all = await pieces(text, chunk, 1);
          const bytes = Buffer.from(text);
          expect(all.map(({ form }) => form)).toEqual([...items.map(() => 'item'), 'around']);
          for (const piece of all.slice(0, -1)) {
            expect(bytes.subarray(piece.start, piece.end).toString()).toBe(piece.text);
            expect(bytes.subarray(0, piece.start).toString().split('\n').length).toBe(piece.line);
          }
          expect(all.at(-1)?.text).toMatch(/^apiVersion: v1\nitems:\nkind: List\n/);
        },
      ),
    );
  });

  test('and comes as items with their pointer and an end', async () => {
    const items = Array.from({ length: 40 }, (_, index) => ({ metadata: { name: `n${index}` }, text: 'x'.repeat(50_000) }));
    const text = stringify({ apiVersion: 'v1', items, kind: 'List' }, { indentSeq: false, lineWidth: 0 });
    const documents = await read(`${text}---\nb: 1\n`, 100_000);
    expect(documents.map((each) => (each.form === 'item' ? each.value : null)).slice(0, 40)).toEqual(items);
    expect(documents[3]).toMatchObject({ form: 'item', origin: { pointer: '/0' } });
    expect(documents[40]).toMatchObject({ form: 'end', envelope: { apiVersion: 'v1', kind: 'List', items: [] } });
    expect(documents[41]).toMatchObject({ form: 'value', value: { b: 1 } });
  });

  test('an error in an item has its line in the file', async () => {
    const items = Array.from({ length: 40 }, (_, index) => ({ name: `n${index}`, text: 'x'.repeat(50_000) }));
    const text = stringify({ items, kind: 'List' }, { indentSeq: false, lineWidth: 0 }).replace('name: n30', 'name: n30\n  name: again');
    await expect(read(text)).rejects.toThrow(/^x\.yaml:63:3: has a key twice/);
  });
});
