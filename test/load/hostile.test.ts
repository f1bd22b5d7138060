import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { documentsOf, refusalOf, temporaryFolder, writeAt } from './support.ts';

const folder = temporaryFolder();
const secret = 'hunter2-do-not-print';
const refusal = async (name: string, content: string | Buffer) => refusalOf(await writeAt(folder, name, content), name);

const refused: Record<string, [name: string, content: string | Buffer, message: RegExp]> = {
  'an empty file': ['empty.json', '', /^empty\.json: is empty\./],
  'an empty YAML file': ['empty.yaml', '', /^empty\.yaml: is empty\./],
  'nothing but space': ['space.json', ' \r\n\t\n', /^space\.json: is empty\./],
  'nothing but a byte order mark': ['mark.json', '\uFEFF', /^mark\.json: is empty\./],
  'an empty gzip': ['empty.json.gz', gzipSync(''), /is empty\./],
  'a truncated object': ['cut.json', `{\n  "a": "${secret}",\n  "b": [1, 2`, /^cut\.json:3:13: ends too early/],
  'a truncated string': ['string.json', `{\n  "a": "${secret}`, /^string\.json:2:29: ends too early: a string is still open/],
  'a truncated line of NDJSON': ['cut.ndjson', `{"a": 1}\n{"b": "${secret}", "c": {`, /^cut\.ndjson:2:37: ends too early/],
  'a comment': ['comment.json', `{\n  // ${secret}\n  "a": 1\n}`, /^comment\.json:2:3: holds a comment/],
  'a trailing comma': ['comma.json', `{\n  "a": [\n    "${secret}",\n  ]\n}`, /^comma\.json:4:3: has a comma before a closing bracket/],
  'a bad value in CRLF': ['crlf.json', `{\r\n  "a": ${secret}\r\n}`, /^crlf\.json:2:8: has something that is not a JSON value/],
  'a bad value behind a mark': ['bom.json', `\uFEFF{"a": ${secret}}`, /^bom\.json:1:7: /],
  'two values of which one is bad': ['two.json', `{"a": 1}\n\n{"a": ${secret}}`, /^two\.json:3:7: /],
  'text behind the value': ['behind.json', `{"a": 1}\n${secret}\n`, /^behind\.json:2:1: goes on after the end/],
  'a web page': ['page.json', `<html><body>${secret}</body></html>`, /^page\.json:1:1: is not JSON/],
  bytes: ['bytes.json', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0xff]), /^bytes\.json:1:1: is not JSON/],
  'a Bicep source': ['main.bicep', `param key string = '${secret}'\n`, /^main\.bicep: is neither JSON nor YAML\. Render sources first/],
  'a duplicate key in YAML': [
    'twice.yaml',
    `a: 1\n---\nkind: Pod\nspec:\n  x: ${secret}\n  y: 1\n  x: 2\n`,
    /^twice\.yaml:7:3: has a key twice/,
  ],
  'a tab that indents YAML': ['tab.yaml', `a:\n\tb: ${secret}\n`, /^tab\.yaml:2:1: is not valid YAML/],
  'a YAML quote that stays open': ['quote.yaml', `a: "${secret}\nb: 1\n`, /^quote\.yaml:\d+:\d+: is not valid YAML/],
  'a Helm template': [
    'chart.yaml',
    `kind: Pod\n{{- if .Values.${secret} }}\nmetadata: {}\n{{- end }}\n`,
    /^chart\.yaml:\d+:\d+: is not valid YAML/,
  ],
  'an unknown alias': ['alias.yaml', `a: *${secret.replaceAll('-', '')}\n`, /^alias\.yaml:1:\d+: /],
  'an alias bomb': ['bomb.yaml', bomb(), /^bomb\.yaml:1:1: has YAML aliases that lead nowhere or multiply beyond measure/],
  'deep JSON': ['deep.json', '['.repeat(100_000) + ']'.repeat(100_000), /^deep\.json:1:1: is nested deeper than 1000 levels/],
  'deep JSON in a line': [
    'deep.ndjson',
    `{"a": 1}\n${'{"a":'.repeat(1001)}1${'}'.repeat(1001)}\n`,
    /^deep\.ndjson:2:1: is nested deeper than 1000 levels/,
  ],
  'deep JSON without an end': ['open.json', '{"a":'.repeat(200_000), /^open\.json:1:1000001: ends too early/],
  'deep YAML in flow style': ['deep.yaml', `a: ${'['.repeat(100_000)}`, /^deep\.yaml:1/],
  'deep YAML in block style': [
    'block.yaml',
    Array.from({ length: 1500 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
    /^block\.yaml:1/,
  ],
  'deep YAML of dashes': ['dashes.yaml', `${'- '.repeat(50_000)}a\n`, /^dashes\.yaml:1/],
  'a truncated gzip': [
    'cut.json.gz',
    gzipSync(`{"a": "${secret.repeat(1000)}"}`).subarray(0, 40),
    /^cut\.json\.gz: is not a whole gzip file/,
  ],
  'a damaged gzip': [
    'bad.json.gz',
    Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.from(secret)]),
    /^bad\.json\.gz: is not a whole gzip file/,
  ],
  'a gzip bomb': [
    'bomb.json.gz',
    gzipSync(Buffer.concat([Buffer.from('{"a": "'), Buffer.alloc(100 * 1024 * 1024, 0x20)])),
    /^bomb\.json\.gz: unzips to far more/,
  ],
};

function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let depth = 1; depth < 12; depth++)
    lines.push(
      `a${depth}: &a${depth} [${Array(10)
        .fill(`*a${depth - 1}`)
        .join(', ')}]`,
    );
  return `${lines.join('\n')}\n`;
}

test.each(Object.entries(refused))(
  '%s ends in a message with its place, which quotes nothing',
  async (_name, [name, content, message]) => {
    const before = performance.now();
    const told = await refusal(name, content);
    expect(told).toMatch(message);
    expect(told).not.toContain('hunter2');
    expect(performance.now() - before).toBeLessThan(15_000);
  },
  30_000,
);

describe('far into a large file', () => {
  const item = JSON.stringify({ metadata: { name: 'x'.repeat(100_000) } });
  const lines = Array(400).fill(item);

  test('an item that is not JSON is found by line and column', async () => {
    const bad = lines.with(390, `{"a": ${secret}}`);
    expect(await refusal('large.json', `{"items": [\n${bad.join(',\n')}\n]}`)).toBe(
      'large.json:392:7: has something that is not a JSON value.',
    );
  });
  test('a missing comma is found', async () => {
    expect(await refusal('comma.json', `{"items": [\n${lines.join(',\n')}\n${item}]}`)).toBe(
      'comma.json:402:1: lacks a comma or a closing bracket.',
    );
  });
  test('an end too early is found', async () => {
    expect(await refusal('early.json', `[\n${lines.join(',\n')},\n`)).toBe('early.json:402:1: ends too early: a bracket is still open.');
  });
  test('what stands behind the items is held to JSON', async () => {
    expect(await refusal('tail.json', `{"items": [\n${lines.join(',\n')}],\n"kind": 'List'}`)).toBe(
      'tail.json:402:9: has something that is not a JSON value.',
    );
  });
});

test('__proto__ is a key like another', async () => {
  const text =
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "metadata": {"labels": {"__proto__": "x"}}}';
  for (const [name, content] of [
    ['proto.json', text],
    ['proto.yaml', `__proto__:\n  polluted: true\nconstructor: {prototype: {polluted: true}}\n`],
  ] as const) {
    const [document] = await documentsOf(await writeAt(folder, name, content), name);
    if (document?.form !== 'value') throw new Error('no value');
    expect(Object.hasOwn(document.value as object, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(document.value)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  }
});

test("JSON's last key wins, as in the API server", async () => {
  const [document] = await documentsOf(await writeAt(folder, 'last.json', '{"a": 1, "a": 2}'), 'last.json');
  expect(document).toMatchObject({ value: { a: 2 } });
});
