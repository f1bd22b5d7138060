import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyReport, clusterReport, entryOf, failing, hostileTexts, profiles, rendered, reportOf, ruleNamed } from '../support/sarif.ts';

const file = join(process.env.AKS_AUDIT_CORPUS ?? '', 'schemas/sarif-schema-2.1.0.json');
const present = process.env.AKS_AUDIT_CORPUS !== undefined && existsSync(file);

describe.skipIf(!present)('the schema of OASIS', () => {
  const validate = present ? validator() : () => [];

  test.each(profiles)('%s: any report', (sarifProfile) => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(validate(JSON.parse(rendered(report, { sarifProfile })))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test.each(hostileTexts)('hostile: %j', (text) => {
    const at = { file: text, line: 1, column: 1, endLine: 1, endColumn: 1 };
    const hostile = failing(text, { message: text, evidence: [{ resource: text, path: text, actual: text, at }] });
    const report = reportOf(
      [clusterReport(text, [entryOf('r-x', [hostile])])],
      [ruleNamed('r-x', { links: [{ title: text, url: text }] })],
    );
    for (const sarifProfile of profiles) expect(validate(JSON.parse(rendered(report, { sarifProfile })))).toEqual([]);
  });

  test('it does refuse', () => {
    expect(
      validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ message: { text: 'x' }, level: 'critical' }] }] }),
    ).not.toEqual([]);
  });
});

function validator(): (value: unknown) => unknown[] {
  const Ajv = AjvDraft04.default;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const check = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));
  return (value) => (check(value) ? [] : [...(check.errors ?? [])]);
}
