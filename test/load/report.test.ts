import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readReport } from '../../src/load/report.ts';
import { temporaryFolder, writeAt } from './support.ts';

const folder = temporaryFolder();
const kept = {
  schema: 'aks-audit/report/1',
  tool: { name: 'aks-audit', version: '1' },
  now: '2026-11-21T00:00:00.000Z',
  deviations: [],
  skipped: [],
  rules: [],
  clusters: [],
};
const text = JSON.stringify(kept);
const read = async (content: string | Buffer) => readReport(await writeAt(folder, 'report.json', content));

test.each([
  ['UTF-8', text],
  ['UTF-8 with a mark', `\uFEFF${text}`],
  ['UTF-16, as PowerShell redirects', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['gzip', gzipSync(text)],
])('a report in %s', async (_, content) => {
  expect(await read(content)).toEqual(kept);
});

describe('what is no report is named, with the place', () => {
  const cases: [what: string, content: string, message: RegExp][] = [
    ['nothing', '', /report\.json: is not valid JSON/],
    ['a list', '[]', /is not a report of aks-audit/],
    ['another version', '{"schema": "aks-audit/report/2"}', /is a report of another version/],
    ['a property that is not known', JSON.stringify({ ...kept, extra: 1 }), /has a property 'extra'/],
    ['__proto__', text.replace('"rules"', '"__proto__": {}, "rules"'), /has a property '__proto__'/],
    ['a time that is none', JSON.stringify({ ...kept, now: '::error::' }), /report\.json\/now: must match format "date-time"/],
    ['a rule that is none', JSON.stringify({ ...kept, rules: [1] }), /report\.json\/rules\/0: must be object/],
    [
      'deep nesting',
      text.replace('"rules":[]', `"rules":${'['.repeat(100_000)}${']'.repeat(100_000)}`),
      /report\.json\/rules\/0: must be object/,
    ],
  ];
  test.each(cases)('%s', async (_, content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });
  test('a folder and what is not there', async () => {
    await expect(readReport(folder)).rejects.toThrow(/is a folder/);
    await expect(readReport(`${folder}/nowhere.json`)).rejects.toThrow(/nowhere\.json: does not exist/);
  });
});
