import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reporters } from '../../src/reporters/index.ts';
import type { RenderOptions } from '../../src/reporters/reporter.ts';
import { anyReport, clusterReport, entryOf, failing, reportOf, ruleNamed } from '../support/sarif.ts';

const options: RenderOptions = { width: 80, color: false, unicode: true, show: 'all', sarifProfile: 'full', environment: {} };
/** What acts on a terminal, turns text around, or is a command of a CI system: GitHub's at the start of a line, Azure's anywhere. */
const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]|^\s*::[a-z]|##\[|##vso\[/m;

test.each(Object.keys(reporters))('no text of a report acts, as %s', async (format) => {
  const render = await reporters[format]?.load();
  fc.assert(
    fc.property(anyReport, (report) => {
      expect([...(render?.(report, options) ?? [])].join('')).not.toMatch(acting);
    }),
    { numRuns: 60 },
  );
});

test('neither folding nor joining makes a command', async () => {
  const render = await reporters.table?.load();
  const finding = failing('::error', { message: 'x'.repeat(47).concat('::error::y ').repeat(9) });
  const report = reportOf(
    [clusterReport('::error', [entryOf('x', [{ ...finding, subject: { ...finding.subject, name: '::error' } }])])],
    [ruleNamed('x')],
  );
  for (let width = 60; width < 120; width++) expect([...(render?.(report, { ...options, width }) ?? [])].join('')).not.toMatch(acting);
});

test('without Unicode the table has no letters of its own but ASCII', async () => {
  const render = await reporters.table?.load();
  const plainOptions = { ...options, unicode: false };
  fc.assert(
    fc.property(anyReport, (report) => {
      const ascii = JSON.parse(JSON.stringify(report).replaceAll(/[^ -~]/g, '')) as typeof report;
      expect([...(render?.(ascii, plainOptions) ?? [])].join('')).toMatch(/^[\n -~]*$/);
    }),
    { numRuns: 60 },
  );
});

test.each([
  [['/a/x.json', 'a/x.json'], ''],
  [['/x.json', '//y.json'], 'Files in /\n'],
  [['exports/a/x.json', 'exports/b/y.json'], 'Files in exports/\n'],
])('the folder that %j share', async (files, shown) => {
  const render = await reporters.table?.load();
  const evidence = files.map((file) => ({
    resource: 'x',
    path: '/y',
    actual: 1,
    at: { file, line: 1, column: 1, endLine: 1, endColumn: 1 },
  }));
  const report = reportOf([clusterReport('shop', [entryOf('x', [failing('web', { evidence })])])], [ruleNamed('x')]);
  const text = [...(render?.(report, options) ?? [])].join('');
  expect(/Files in .*\n/.exec(text)?.[0] ?? '').toBe(shown);
});
