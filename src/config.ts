import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { checkThresholds } from './catalogue.ts';
import configSchema from './config.schema.json' with { type: 'json' };
import { type Problem, UserError } from './errors.ts';
import { nearest } from './model/names.ts';
import type { Deviation } from './report.ts';
import type { Severity } from './result.ts';
import type { Catalogue, Rule } from './rule.ts';
import { compileSchema, parseYaml } from './schema.ts';

/** What a configuration file says, and where it stands. The schema is src/config.schema.json. */
export interface Config {
  file?: string;
  rules: Readonly<Record<string, RuleSetting>>;
  environment: { tag: string; nonProduction: readonly string[] };
  excludeNamespaces: readonly string[];
  failOn?: Severity | 'none';
  failBelow?: number;
  minCoverage?: number;
}
export type RuleSetting = 'on' | 'off' | { severity?: Severity; with?: Readonly<Record<string, unknown>> };

export const defaults: Config = {
  rules: {},
  environment: {
    tag: 'environment',
    nonProduction: ['dev', 'development', 'test', 'testing', 'qa', 'sandbox', 'staging', 'nonprod', 'non-production'],
  },
  excludeNamespaces: [],
};
export const configFileNames = ['aks-audit.config.yaml', 'aks-audit.config.yml', 'aks-audit.config.json'];

export interface ConfigSource {
  /** `--config`, or undefined for the one in the working directory, or null for none. */
  file: string | null | undefined;
  folder: string;
  /** A configuration is never taken from here unless it is named: whoever sends the files must not steer the audit. */
  audited: readonly string[];
}

/** The configuration of a run, validated as a whole; and a warning when one was passed over. */
export async function readConfig(source: ConfigSource, catalogue: Catalogue): Promise<{ config: Config; warnings: string[] }> {
  if (source.file === null) return { config: defaults, warnings: [] };
  if (source.file !== undefined)
    return { config: await readConfigFile(resolve(source.folder, source.file), source.file, catalogue), warnings: [] };
  const name = configFileNames.find((each) => existsSync(join(source.folder, each)));
  if (name === undefined) return { config: defaults, warnings: [] };
  const path = join(source.folder, name);
  if (source.audited.some((audited) => isInside(path, resolve(source.folder, audited)))) {
    return {
      config: defaults,
      warnings: [`${name} was not used: it stands inside what is audited. Name it with --config if it is yours.`],
    };
  }
  return { config: await readConfigFile(path, name, catalogue), warnings: [] };
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith('..') && !way.startsWith(sep) && way !== path);
}

async function readConfigFile(path: string, shown: string, catalogue: Catalogue): Promise<Config> {
  const content = parseYaml(textOf(path, shown), shown) ?? {};
  const problems = (await compileSchema(configSchema))(content).map((problem) => ({ ...problem, where: `${shown}${problem.where ?? ''}` }));
  if (problems.length > 0) throw new UserError(problems);
  const { $schema: _editor, environment, rules = {}, ...rest } = content as Partial<Config> & { $schema?: string }; // held to the schema above
  const config = { ...defaults, ...rest, rules: tidy(rules), environment: { ...defaults.environment, ...environment }, file: shown };
  const wrong = await ruleProblems(config, shown, catalogue);
  if (wrong.length > 0) throw new UserError(wrong);
  return config;
}

function textOf(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new UserError({ where: shown, what: 'cannot be read.', todo: 'Check the path and its permissions.' });
  }
}

/** YAML 1.1 habits: `off` and `on` may arrive as booleans. */
const tidy = (rules: Readonly<Record<string, RuleSetting | boolean>>): Config['rules'] =>
  Object.fromEntries(Object.entries(rules).map(([name, setting]) => [name, setting === true ? 'on' : setting === false ? 'off' : setting]));

async function ruleProblems(config: Config, shown: string, catalogue: Catalogue): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [name, setting] of Object.entries(config.rules)) {
    const rule = findRule(catalogue, name);
    const where = `${shown}/rules/${name}`;
    if (rule === undefined) problems.push({ where, what: 'there is no such rule.', ...suggestion(name, catalogue) });
    else if (typeof setting === 'object' && setting.with !== undefined) {
      if (rule.check === undefined) problems.push({ where, what: 'a manual rule takes no thresholds.' });
      else problems.push(...(await checkThresholds(setting.with, rule.check, `${where}/with`)));
    }
  }
  return problems;
}

export const findRule = (catalogue: Catalogue, name: string): Rule | undefined =>
  catalogue.rules.find((rule) => rule.name === name || rule.aliases?.includes(name));

export function suggestion(name: string, catalogue: Catalogue): { todo?: string } {
  const close = nearest(
    name,
    catalogue.rules.map((rule) => rule.name),
  );
  return { todo: close === undefined ? "'aks-audit rules' lists them." : `Did you mean '${close}'?` };
}

/** The rules of a run, with the configuration's thresholds and severities in them. */
export function configuredRules(catalogue: Catalogue, config: Config): Rule[] {
  return catalogue.rules.flatMap((rule) => {
    const setting = settingOf(config, rule);
    if (setting === 'off') return [];
    if (setting === undefined || setting === 'on') return [rule];
    return [
      { ...rule, ...(setting.severity === undefined ? {} : { severity: setting.severity }), with: { ...rule.with, ...setting.with } },
    ];
  });
}

const settingOf = (config: Config, rule: Rule): RuleSetting | undefined =>
  [rule.name, ...(rule.aliases ?? [])].map((name) => config.rules[name]).find((setting) => setting !== undefined);

/** Everything that the configuration changes, for the report's head. */
export function deviations(config: Config): Deviation[] {
  if (config.file === undefined) return [];
  const from = config.file;
  const rules = Object.entries(config.rules).flatMap(([name, setting]) => {
    if (setting === 'on') return [];
    if (setting === 'off') return [`rule ${name} is off`];
    const severity = setting.severity === undefined ? [] : [`rule ${name} has severity ${setting.severity}`];
    return [...severity, ...Object.entries(setting.with ?? {}).map(([key, value]) => `rule ${name} with ${key}: ${JSON.stringify(value)}`)];
  });
  const { tag, nonProduction } = config.environment;
  const environment =
    tag === defaults.environment.tag && nonProduction === defaults.environment.nonProduction
      ? []
      : [`environment is read from tag ${tag}; not production: ${nonProduction.join(', ')}`];
  const namespaces = config.excludeNamespaces.length === 0 ? [] : [`namespaces left out: ${config.excludeNamespaces.join(', ')}`];
  return [...rules, ...environment, ...namespaces].map((what) => ({ what, from }));
}
