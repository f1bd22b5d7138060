import type { Check } from '../../src/check.ts';
import { stateKeys } from '../../src/kinds.ts';
import type { RuleSource } from '../../src/rule.ts';
import type { Problem } from '../../src/errors.ts';
import type { RuleFixture } from './fixtures.ts';

/** What the meta-test looks at: rule files, fixtures by `chapter/rule`, and the checks there are. */
export interface House {
  rules: readonly RuleSource[];
  fixtures: ReadonlyMap<string, RuleFixture>;
  checks: Readonly<Record<string, Readonly<Record<string, Check>>>>;
  /** Validates a rule file against rules/rule.schema.json, and `with:` against its check. */
  ruleProblems: (file: unknown) => readonly Problem[];
  thresholdProblems: (values: Readonly<Record<string, unknown>>, check: Check) => readonly Problem[];
  readKeys?: readonly string[];
}

/** Everything that was forgotten, each with what to do next. */
export function omissions(house: House): string[] {
  return [...house.rules.flatMap((rule) => ofRule(rule, house)), ...twice(house), ...orphans(house)];
}

function ofRule({ chapter, name, file }: RuleSource, house: House): string[] {
  const path = `rules/${chapter}/${name}.yaml`;
  const wrong = house
    .ruleProblems(file)
    .map((problem) => `${path}${problem.where ?? ''}: ${problem.what} See rules/rule.schema.json for what a rule file may say.`);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) wrong.push(`${path}: a rule's name is kebab-case. Rename the file, and its fixture with it.`);
  if (file.check === undefined) return wrong;
  return [...wrong, ...ofCheck(path, { chapter, name, file }, house)];
}

function ofCheck(path: string, { chapter, name, file }: RuleSource, house: House): string[] {
  const [subject = '', constant = ''] = (file.check ?? '').split('.');
  const check = house.checks[subject]?.[constant];
  if (check === undefined)
    return [
      `${path}: check '${file.check}' does not exist. Export 'const ${constant}' from src/checks/${subject}.ts, and list a new subject in src/checks/index.ts.`,
    ];
  const wrong = house
    .thresholdProblems(file.with ?? {}, check)
    .map((problem) => `${path}/with${problem.where ?? ''}: ${problem.what} The check's own params are the schema of 'with'.`);
  if (file.fix?.reach === 'in-place' && file.fix.change === undefined)
    wrong.push(`${path}: a fix in place needs 'fix.change', the same as a fixture patch, so that the test can show that it mends.`);
  const fixturePath = `fixtures/rules/${chapter}/${name}.yaml`;
  const fixture = house.fixtures.get(`${chapter}/${name}`);
  if (fixture === undefined)
    return [
      ...wrong,
      `${path}: has no fixture. If you just added the rule, write ${fixturePath} with 'pass:' and 'fail:' cases; 'npm run new-rule' makes a start.`,
    ];
  for (const verdict of ['pass', 'fail'] as const) {
    if (Object.keys(fixture[verdict] ?? {}).length === 0)
      wrong.push(`${fixturePath}: has no case under '${verdict}:'. A rule that was never seen to ${verdict} proves nothing; add one.`);
  }
  for (const [title, each] of Object.entries(fixture.fail ?? {})) {
    if (each.expect?.subjects === undefined)
      wrong.push(
        `${fixturePath}: fail case '${title}' does not name the failing subjects. Add 'expect: { subjects: [...] }', so that it does not fail for the wrong reason.`,
      );
  }
  return wrong;
}

function twice(house: House): string[] {
  const names = house.rules.map((rule) => rule.name);
  const titles = house.rules.map((rule) => rule.file.title);
  const repeated = (values: readonly string[]) => [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
  return [
    ...repeated(names).map((name) => `rule name '${name}' is used twice. Names are unique over all chapters; rename one.`),
    ...repeated(titles).map((title) => `title '${title}' is used twice. Say what sets the rules apart.`),
  ];
}

function orphans(house: House): string[] {
  const known = new Set(house.rules.map(({ chapter, name }) => `${chapter}/${name}`));
  const fixtures = [...house.fixtures.keys()]
    .filter((path) => !known.has(path))
    .map((path) => `fixtures/rules/${path}.yaml: there is no rules/${path}.yaml. Write the rule, or delete the fixture.`);
  const used = new Set(house.rules.map(({ file }) => file.check));
  const checks = Object.entries(house.checks).flatMap(([subject, constants]) =>
    Object.keys(constants)
      .filter((constant) => !used.has(`${subject}.${constant}`))
      .map(
        (constant) => `src/checks/${subject}.ts: no rule says 'check: ${subject}.${constant}'. Write one in rules/, or delete the check.`,
      ),
  );
  const needed = new Set(Object.values(house.checks).flatMap((constants) => Object.values(constants).flatMap((check) => check.needs)));
  const keys = (house.readKeys ?? stateKeys)
    .filter((key) => !needed.has(key as never))
    .map(
      (key) =>
        `src/snapshot.ts: no check needs State key '${key}'. Delete it from State and src/kinds.ts, or write the check that reads it.`,
    );
  return [...fixtures, ...checks, ...keys];
}
