import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../src/load/document.ts';
import { readDocuments } from '../../src/load/read.ts';
import { documentsOf, temporaryFolder, writeAt } from './support.ts';

const folder = temporaryFolder();
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'größe' } };
const json = JSON.stringify(pod, null, 2);
const yaml = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: größe\n';

const values = (documents: readonly Document[]): unknown[] => documents.map((each) => (each.form === 'value' ? each.value : each.form));
const read = async (name: string, content: string | Buffer) => documentsOf(await writeAt(folder, name, content), name);

const bigEndian = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
const same: Record<string, [name: string, content: string | Buffer]> = {
  JSON: ['a.json', json],
  'JSON with a byte order mark': ['b.json', `\uFEFF${json}`],
  'JSON with CRLF': ['c.json', json.replaceAll('\n', '\r\n')],
  'JSON in UTF-16 LE, as PowerShell redirects': ['d.json', Buffer.from(`\uFEFF${json}\r\n`, 'utf16le')],
  'JSON in UTF-16 BE': ['e.json', bigEndian(json)],
  'one line of NDJSON': ['f.ndjson', `${JSON.stringify(pod)}\n`],
  gzip: ['g.json.gz', gzipSync(json)],
  'gzip of UTF-16': ['h.json.gz', gzipSync(Buffer.from(`\uFEFF${json}`, 'utf16le'))],
  'gzip by its content': ['i.json', gzipSync(json)],
  'gzip in two members': ['j.json', Buffer.concat([gzipSync(json.slice(0, 20)), gzipSync(json.slice(20))])],
  YAML: ['k.yaml', yaml],
  'YAML with a byte order mark': ['l.yml', `\uFEFF${yaml}`],
  'YAML with CRLF': ['m.yaml', yaml.replaceAll('\n', '\r\n')],
  'YAML in UTF-16': ['n.yaml', Buffer.from(`\uFEFF${yaml}`, 'utf16le')],
  'JSON in a file named YAML': ['o.yaml', json],
  'JSON in a text file': ['p.txt', json],
  'YAML without an extension': ['pod', `# a pod\n${yaml}`],
};
test.each(Object.entries(same))('%s holds the same', async (_name, [name, content]) => {
  expect(values(await read(name, content))).toEqual([pod]);
});

describe('places', () => {
  test('of lines are bytes of the content', async () => {
    const lines = [json.replaceAll('\n', ''), '', JSON.stringify({ b: 'ö' }), '[1]'];
    const text = lines.join('\r\n');
    const documents = await read('places.ndjson', text);
    expect(values(documents)).toEqual([pod, { b: 'ö' }, [1]]);
    const bytes = Buffer.from(text);
    expect(documents.map((each) => ('origin' in each ? bytes.subarray(each.origin.start, each.origin.end).toString() : ''))).toEqual(
      lines.filter(Boolean),
    );
  });

  test('of YAML documents begin at their marks', async () => {
    const text = `# head\n---\n${yaml}---\n# nothing\n---\na: ü\n...\n`;
    const documents = await read('places.yaml', text);
    const bytes = Buffer.from(text);
    expect(documents.map((each) => ('origin' in each ? bytes.subarray(each.origin.start, each.origin.end).toString() : ''))).toEqual([
      `---\n${yaml}`,
      '---\na: ü\n',
    ]);
  });
});

test('a list larger than memory should hold is read item by item', async () => {
  const items = Array.from({ length: 300 }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `n${index}` },
    data: { text: 'x'.repeat(120_000) },
  }));
  const path = await writeAt(folder, 'large.json', JSON.stringify({ apiVersion: 'v1', items, kind: 'List', metadata: {} }));
  let count = 0;
  let last: Document | undefined;
  for await (const document of readDocuments({ path, name: 'large.json', root: folder })) {
    if (document.form === 'item') expect(document.value).toEqual(items[count++]);
    last = document;
  }
  expect(count).toBe(300);
  expect(last).toMatchObject({ form: 'end', envelope: { kind: 'List', items: [] } });
});

describe('text in place of JSON', () => {
  const preamble = "Resource provider 'Example.Provider' is not registered.\nRegistered.\n";
  test('before a value is left out, with a warning', async () => {
    const documents = await read('preamble.txt', preamble + json);
    expect(values(documents)).toEqual([pod, 'warning']);
  });
  test.each([['WARNING: This command is in preview.\n'], ['Warning: v1 ComponentStatus is deprecated in v1.19+\r\n']])(
    'that is a warning is left out: %s',
    async (warning) => {
      expect(values(await read('warning.json', warning + json))).toEqual(['warning', pod]);
      expect(values(await read('warned.json', `${json}\n${warning}`))).toEqual([pod, 'warning']);
    },
  );
  const refusal =
    'Error from server (Forbidden): pods is forbidden: User "someone" cannot list resource "pods" in API group "" at the cluster scope\n';
  test.each(['pods.json', 'pods.yaml', 'pods.txt', 'pods.out'])('that is an error comes as text: %s', async (name) => {
    expect(await read(name, refusal)).toMatchObject([{ form: 'text', text: refusal }]);
  });
  test('behind a list, where the error output was redirected too', async () => {
    expect(await read('both.json', `${json}\n${refusal}`)).toMatchObject([
      { form: 'value', value: pod },
      { form: 'text', text: refusal },
    ]);
  });
});

test('notes in a folder are left out; a named file is meant', async () => {
  const path = await writeAt(folder, 'notes.txt', 'Dear reader,\nthis is not data.\n');
  const documents: Document[] = [];
  for await (const document of readDocuments({ path, name: 'notes.txt', root: folder })) documents.push(document);
  expect(documents).toEqual([]);
  await expect(documentsOf(path, 'notes.txt')).rejects.toThrow('notes.txt: is neither JSON nor YAML.');
});

test('a scalar is a value', async () => {
  expect(values(await read('null.json', 'null\n'))).toEqual([null]);
});
