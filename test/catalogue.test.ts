import { beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue, thresholdSchema } from '../src/catalogue.ts';
import { type Check, check, count, fail, pass } from '../src/check.ts';
import { checks } from '../src/checks/index.ts';
import type { Problem } from '../src/errors.ts';
import { singleKeys, stateKeys } from '../src/kinds.ts';
import type { RuleFile, RuleSource } from '../src/rule.ts';
import { ruleFiles } from '../src/ruleFiles.ts';
import { compileSchema } from '../src/schema.ts';
import type { Gathered } from '../src/snapshot.ts';
import ruleSchema from '../rules/rule.schema.json' with { type: 'json' };
import { type FixtureCase, ruleFixtures, snapshotOf, verdicts, withGap } from './support/fixtures.ts';
import { judgeSnapshot } from './support/judge.ts';
import { type House, omissions } from './support/omissions.ts';

let ruleProblems: House['ruleProblems'];
const thresholds = new Map<Check, (value: unknown) => readonly Problem[]>();
beforeAll(async () => {
  ruleProblems = await compileSchema(ruleSchema);
  for (const subject of Object.values(checks))
    for (const each of Object.values(subject)) thresholds.set(each, await compileSchema(thresholdSchema(each)));
});
const thresholdProblems: House['thresholdProblems'] = (values, of) => thresholds.get(of)?.(values) ?? [];

test('nothing was forgotten', () => {
  expect(omissions({ rules: ruleFiles().rules, fixtures: ruleFixtures(), checks, ruleProblems, thresholdProblems })).toEqual([]);
});

test('a pool is drained before it is deleted, as AKS does not cordon or drain then', () => {
  const abrupt = ruleFiles().rules.filter(({ file }) => {
    const steps = (file.fix?.steps ?? []).map((step) => Object.values(step).join(' '));
    const deletion = steps.findIndex((step) => step.includes('az aks nodepool delete'));
    return deletion >= 0 && !steps.slice(0, deletion).some((step) => step.includes('kubectl drain'));
  });
  expect(abrupt.map(({ name }) => name)).toEqual([]);
});

describe('each omission says what to do', () => {
  const sample = check({
    needs: ['services'],
    params: { least: count(1) },
    subjects: ({ services }) => services,
    none: 'None.',
    judge: () => (Math.max(0) > 1 ? fail('.', []) : pass('.', [])),
  });
  const file: RuleFile = {
    title: 'Do the right thing',
    severity: 'low',
    why: 'Because it is right.',
    applies: 'Every cluster.',
    links: [{ title: 'Docs', url: 'https://example.com' }],
    fix: { steps: [{ az: 'az aks update' }], reach: 'in-place', change: {} },
    check: 'sample.thing',
  };
  const rule = (change: Partial<Record<keyof RuleFile, unknown>> = {}, name = 'right-thing'): RuleSource => ({
    chapter: 'cost',
    name,
    file: { ...file, ...change } as RuleFile,
  });
  const fixture = { pass: { good: {} }, fail: { bad: { expect: { subjects: ['x'] } } } };
  const house = (change: Partial<House> = {}): House => ({
    rules: [rule()],
    fixtures: new Map([['cost/right-thing', fixture]]),
    checks: { sample: { thing: sample } },
    ruleProblems: (value) => ruleProblems(value),
    thresholdProblems,
    readKeys: ['services'],
    ...change,
  });

  test('the sample is whole', () => expect(omissions(house())).toEqual([]));
  test.each<[string, Partial<House>, string]>([
    ['no fixture', { fixtures: new Map() }, "write fixtures/rules/cost/right-thing.yaml with 'pass:' and 'fail:' cases"],
    ['no pass case', { fixtures: new Map([['cost/right-thing', { fail: fixture.fail }]]) }, "no case under 'pass:'"],
    ['no fail case', { fixtures: new Map([['cost/right-thing', { pass: fixture.pass }]]) }, "no case under 'fail:'"],
    [
      'a fail case that names no subject',
      { fixtures: new Map([['cost/right-thing', { ...fixture, fail: { bad: {} } }]]) },
      "Add 'expect: { subjects: [...] }'",
    ],
    ['no such check', { rules: [rule({ check: 'sample.other' })] }, "Export 'const other' from src/checks/sample.ts"],
    ['a check without a rule', { rules: [], fixtures: new Map() }, "no rule says 'check: sample.thing'. Write one in rules/"],
    [
      'a fixture without a rule',
      {
        fixtures: new Map([
          ['cost/right-thing', fixture],
          ['cost/gone', fixture],
        ]),
      },
      'there is no rules/cost/gone.yaml. Write the rule, or delete the fixture',
    ],
    ['a State key that nothing reads', { readKeys: ['services', 'nonsense'] }, "no check needs State key 'nonsense'. Delete it"],
    ['prose without a period', { rules: [rule({ why: 'Because it is right' })] }, 'rules/cost/right-thing.yaml/why'],
    ['a title that is a statement with a period', { rules: [rule({ title: 'The thing is right.' })] }, 'rules/cost/right-thing.yaml/title'],
    ['a title that is too long', { rules: [rule({ title: `Do ${'x'.repeat(60)}` })] }, '/title'],
    ['a link that is not https', { rules: [rule({ links: [{ title: 'Docs', url: 'http://example.com' }] })] }, '/links/0/url'],
    ['an unknown key', { rules: [rule({ colour: 'red' } as never)] }, 'See rules/rule.schema.json'],
    ['neither check nor question', { rules: [rule({ check: undefined, fix: undefined })], checks: {} }, 'See rules/rule.schema.json'],
    ['a fix in place without its change', { rules: [rule({ fix: { steps: [{ az: 'az x' }], reach: 'in-place' } })] }, "needs 'fix.change'"],
    ['a name used twice', { rules: [rule(), { ...rule(), chapter: 'cost' }] }, "rule name 'right-thing' is used twice"],
    [
      'a name that is not kebab-case',
      { rules: [rule({}, 'RightThing')], fixtures: new Map([['cost/RightThing', fixture]]) },
      'Rename the file',
    ],
  ])('%s', (_name, change, says) => {
    expect(omissions(house(change)).join('\n')).toContain(says);
  });

  test('a threshold that the check does not know', async () => {
    const validate = await compileSchema(thresholdSchema(sample));
    const wrong = omissions(house({ rules: [rule({ with: { most: 3 } })], thresholdProblems: (values) => validate(values) }));
    expect(wrong.join()).toContain("The check's own params are the schema of 'with'");
    expect(omissions(house({ rules: [rule({ with: { least: 'x' } })], thresholdProblems: (values) => validate(values) })).join()).toContain(
      '/with/least',
    );
  });
});

test('every key of the state is a list or one resource', () => {
  expect(stateKeys).toEqual(expect.arrayContaining([...singleKeys]));
});

const fixtures = ruleFixtures();
/** For every need and every case: a gap in its place gives the same verdict or unknown, never another. */
describe.each(loadCatalogue().rules.filter((rule) => rule.check !== undefined))('what $name did not see', (rule) => {
  const fixture = fixtures.get(`${rule.chapter}/${rule.name}`) ?? {};
  const cases: [string, FixtureCase][] = verdicts.flatMap((verdict) => Object.entries(fixture[verdict] ?? {}));
  const needs = rule.check?.needs ?? [];

  test('never turns into another verdict', () => {
    const wrong: string[] = [];
    let unknown = 0;
    for (const [name, each] of cases) {
      const snapshot = snapshotOf(each);
      const whole = judgeSnapshot(rule, snapshot, each).status;
      for (const need of needs) {
        for (const why of ['forbidden', 'partial'] as const) {
          const before: Gathered<unknown> = snapshot.state[need] ?? { value: [] };
          if (why === 'partial' && before.value === undefined) continue;
          const blinded = { ...snapshot, state: { ...snapshot.state, [need]: withGap(before, need, why) } };
          const status = judgeSnapshot(rule, blinded, each).status;
          if (status === 'unknown') unknown++;
          else if (status !== whole) wrong.push(`case '${name}' is ${whole}, and ${status} when ${need} was ${why}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(unknown, 'at least one case becomes unknown').toBeGreaterThan(0);
  });
});
