import type { Check } from './check.ts';
import { checks } from './checks/index.ts';
import { UserError, type Problem } from './errors.ts';
import type { Catalogue, Chapter, Rule, RuleFile } from './rule.ts';
import { ruleFiles } from './ruleFiles.ts';
import { compileSchema } from './schema.ts';

/** Where rules/ meets src/checks/: every rule bound to its check, or every error at once. */
export function loadCatalogue(): Catalogue {
  const { rules, chapters, weights } = ruleFiles();
  const problems: Problem[] = [];
  const bound = rules.map(({ chapter, name, file }) => bind(chapter, name, file, problems));
  if (problems.length > 0) throw new UserError(problems);
  return { rules: inOrder(bound, chapters), chapters, weights };
}

/** Joins a rule file to its check. Problems are collected, so that a person sees all of them. */
export function bind(chapter: string, name: string, file: RuleFile, problems: Problem[]): Rule {
  const { check: checkName, with: values = {}, ...prose } = file;
  const where = `rules/${chapter}/${name}.yaml`;
  if (checkName === undefined) return { name, chapter, ...prose, with: {} };
  const check = findCheck(checkName);
  if (check === undefined) {
    const [subject, constant] = checkName.split('.');
    problems.push({
      where,
      what: `check '${checkName}' does not exist.`,
      todo: `Export 'const ${constant}' from src/checks/${subject}.ts.`,
    });
    return { name, chapter, ...prose, checkName, with: {} };
  }
  problems.push(...unknownThresholds(values, check, where));
  return { name, chapter, ...prose, checkName, check, with: { ...defaultsOf(check), ...values } };
}

export function findCheck(checkName: string): Check | undefined {
  const [subject = '', constant = ''] = checkName.split('.');
  const subjectChecks = Object.hasOwn(checks, subject) ? checks[subject] : undefined;
  return subjectChecks !== undefined && Object.hasOwn(subjectChecks, constant) ? subjectChecks[constant] : undefined;
}

const defaultsOf = (check: Check): Record<string, unknown> =>
  Object.fromEntries(Object.entries(check.params).map(([name, param]) => [name, param.default]));

function unknownThresholds(values: Readonly<Record<string, unknown>>, check: Check, where: string): Problem[] {
  return Object.keys(values)
    .filter((name) => !Object.hasOwn(check.params, name))
    .map((name) => ({
      where,
      what: `'with: ${name}' is not a threshold of its check.`,
      todo: `It takes ${Object.keys(check.params).join(', ') || 'none'}.`,
    }));
}

/** The JSON Schema of a rule's `with:`, as its check defines it. */
export function thresholdSchema(check: Check): Record<string, unknown> {
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(check.params).map(([name, param]) => [name, { ...param.schema, default: param.default }]),
    ),
  };
}

/** Checks `with:` values against the bounds of a check. @param where names the file and key */
export async function checkThresholds(values: Readonly<Record<string, unknown>>, check: Check, where: string): Promise<Problem[]> {
  const validate = await compileSchema(thresholdSchema(check));
  return validate(values).map((problem) => ({ ...problem, where: `${where}${problem.where ?? ''}` }));
}

function inOrder(rules: readonly Rule[], chapters: readonly Chapter[]): Rule[] {
  const place = new Map(chapters.map((chapter, index) => [chapter.name, index]));
  return [...rules].sort((a, b) => (place.get(a.chapter) ?? 0) - (place.get(b.chapter) ?? 0) || (a.name < b.name ? -1 : 1));
}
