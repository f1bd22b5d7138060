import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../src/catalogue.ts';
import type { Finding, Result } from '../src/result.ts';
import type { Rule } from '../src/rule.ts';
import { judgeCase } from './support/judge.ts';
import { type Expectation, type FixtureCase, ruleFixtures, verdicts } from './support/fixtures.ts';

const fixtures = ruleFixtures();

describe.each(loadCatalogue().rules.filter((rule) => rule.check !== undefined))('$chapter/$name', (rule) => {
  const fixture = fixtures.get(`${rule.chapter}/${rule.name}`) ?? {};
  for (const verdict of verdicts) {
    for (const [name, each] of Object.entries(fixture[verdict] ?? {})) {
      test(`${verdict}: ${name}`, () => {
        const result = judgeCase(rule, each);
        expect({ status: result.status, findings: summary(result) }).toMatchObject({ status: verdict });
        expectDetails(result, each.expect ?? {});
      });
    }
  }
  if (rule.fix?.change) {
    for (const [name, each] of Object.entries(fixture.fail ?? {})) {
      if (each.gaps === undefined && each.mended !== false) test(`the fix mends: ${name}`, () => expectMended(rule, each));
    }
  }
});

const summary = (result: Result): string[] =>
  result.findings
    .filter((finding) => finding.status !== 'pass')
    .map((finding) => `${finding.status} ${nameOf(finding)}: ${finding.message}`);
const nameOf = ({ subject }: Finding): string => (subject.namespace === undefined ? subject.name : `${subject.namespace}/${subject.name}`);

function expectDetails(result: Result, expected: Expectation): void {
  const open = result.findings.filter((finding) => finding.status === (result.status === 'unknown' ? 'unknown' : result.status));
  const [first] = open;
  if (expected.subjects) expect(open.map(nameOf).sort()).toEqual([...expected.subjects].sort());
  if (expected.path) expect(first?.evidence.map((evidence) => evidence.path)).toEqual(expect.arrayContaining([expected.path].flat()));
  if (expected.severity) expect(first?.severity).toBe(expected.severity);
  if (expected.says) expect(`${first?.message} ${first?.note ?? ''} ${'because' in result ? result.because : ''}`).toContain(expected.says);
  if (expected.missing)
    expect(result.status === 'unknown' && [...new Set(result.missing.map((gap) => gap.key))].sort()).toEqual([...expected.missing].sort());
}

/** A failing case plus the rule's change no longer fails. Placeholders stand for each failing subject. */
function expectMended(rule: Rule, each: FixtureCase): void {
  const failing = judgeCase(rule, each).findings.filter((finding) => finding.status === 'fail');
  const changes = failing.map(({ subject }) => fill(rule.fix?.change, { ...subject, pool: subject.name }) as Record<string, unknown>);
  const mended = judgeCase(rule, each, changes);
  expect(mended.findings.filter((finding) => finding.status === 'fail').map(nameOf)).toEqual([]);
}

function fill(template: unknown, values: Readonly<Record<string, unknown>>): unknown {
  const text = JSON.stringify(template).replaceAll(/\{(namespace|name|pool)\}/g, (_all, key: string) => String(values[key] ?? ''));
  return JSON.parse(text);
}
