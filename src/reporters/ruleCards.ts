import { Chalk } from 'chalk';
import { exportCommand, permission } from '../kinds.ts';
import type { Chapter, Rule } from '../rule.ts';
import { fixLines, reachOf } from './fix.ts';
import type { RenderOptions } from './reporter.ts';
import { widthOf, wrap } from './width.ts';

type Format = 'table' | 'json' | 'markdown';

/** The catalogue as a list: severity, name and title, by chapter. */
export function* ruleTable(rules: readonly Rule[], chapters: readonly Chapter[], format: Format, options: RenderOptions): Iterable<string> {
  if (format === 'json') return yield `${JSON.stringify(rules.map(plainRule), null, 2)}\n`;
  const ink = new Chalk({ level: options.color ? 1 : 0 });
  const width = Math.max(...rules.map((rule) => rule.name.length));
  for (const { name, title } of chapters) {
    const own = rules.filter((rule) => rule.chapter === name);
    if (own.length === 0) continue;
    yield format === 'markdown' ? `## ${title}\n\n| Rule | Severity | Demand |\n|---|---|---|\n` : `${ink.bold(title)}\n`;
    for (const rule of own) {
      const manual = rule.ask === undefined ? '' : ' (manual)';
      if (format === 'markdown') yield `| [${rule.name}](#${rule.name}) | ${rule.severity}${manual} | ${rule.title} |\n`;
      else yield `  ${rule.severity.padEnd(8)}  ${rule.name.padEnd(width)}  ${rule.title}${ink.dim(manual)}\n`;
    }
    yield '\n';
  }
  if (format === 'table') yield `${rules.length} rules; 'aks-audit rules show <name>' explains one.\n`;
}

/** All that is known of one rule. */
export function* ruleCard(rule: Rule, format: Format, options: RenderOptions): Iterable<string> {
  if (format === 'json') return yield `${JSON.stringify(plainRule(rule), null, 2)}\n`;
  yield* format === 'markdown' ? markdownCard(rule) : textCard(rule, options);
}

function plainRule(rule: Rule): Record<string, unknown> {
  const { check, with: values, fix, ...prose } = rule;
  const { change: _change, ...shownFix } = fix ?? {};
  return {
    ...prose,
    ...(fix === undefined ? {} : { fix: shownFix }),
    ...(check === undefined ? {} : { needs: check.needs, with: values }),
  };
}

function* textCard(rule: Rule, options: RenderOptions): Iterable<string> {
  const ink = new Chalk({ level: options.color ? 1 : 0 });
  const width = Math.min(Math.max(options.width, 60), 120);
  const part = (name: string, paragraphs: readonly string[]) =>
    `${ink.bold(name)}\n${paragraphs.map((text) => indented(text, width)).join('')}\n`;
  yield `${ink.bold(rule.title)}\n${ink.dim(`${rule.name}  ${rule.chapter}  ${rule.severity}${rule.nonProduction === undefined ? '' : ` (outside production: ${rule.nonProduction})`}`)}\n\n`;
  yield part('Why', [rule.why]);
  yield part('Applies to', [rule.applies]);
  if (rule.ask !== undefined)
    yield part('Question', [rule.ask, rule.whyManual ?? '', rule.evidence === undefined ? '' : `Attach: ${rule.evidence}`].filter(Boolean));
  if (rule.check !== undefined) {
    yield part(
      'Judged by',
      rule.check.needs.map((key) => `${key}: ${permission(key)}`),
    );
    const thresholds = Object.entries(rule.with);
    if (thresholds.length > 0)
      yield part(
        'Thresholds',
        thresholds.map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
      );
    yield part('Export', [...new Set(rule.check.needs.map(exportCommand))]);
  }
  if (rule.fix !== undefined)
    yield part(
      `Fix (${reachOf(rule.fix)})`,
      fixLines(rule.fix).map(({ form, text }) => (form === 'az' || form === 'kubectl' || form === 'text' ? text : `${form}: ${text}`)),
    );
  const references = Object.entries(rule.refs ?? {}).map(([tool, ids]) => `${tool}: ${ids.join(', ')}`);
  if (references.length > 0) yield part('The same elsewhere', references);
  yield part(
    'Read more',
    rule.links.map(({ title, url }) => `${title}: ${url}`),
  );
}

function indented(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (widthOf(line) + 2 > width && !/^(az|kubectl) /.test(line) ? wrap(line, width - 2, false) : [line]))
    .map((line) => `  ${line}\n`)
    .join('');
}

export function* markdownCard(rule: Rule): Iterable<string> {
  yield `## ${rule.name}\n\n**${rule.title}.** ${rule.why}\n\n`;
  yield `- Severity: ${rule.severity}${rule.nonProduction === undefined ? '' : `; outside production: ${rule.nonProduction}`}\n- Applies to: ${rule.applies}\n`;
  if (rule.check !== undefined) {
    yield `- Reads: ${rule.check.needs.map((key) => `\`${key}\``).join(', ')}\n`;
    for (const [name, value] of Object.entries(rule.with)) yield `- Threshold \`${name}\`: \`${JSON.stringify(value)}\`\n`;
  }
  yield '\n';
  if (rule.ask !== undefined)
    yield `**Question.** ${rule.ask} ${rule.whyManual ?? ''}${rule.evidence === undefined ? '' : ` Attach: ${rule.evidence}`}\n\n`;
  if (rule.fix !== undefined) {
    yield `**Fix** (${reachOf(rule.fix)}):\n\n`;
    for (const { form, text } of fixLines(rule.fix))
      yield form === 'text' || form === 'portal' ? `- ${text}\n` : `\`\`\`${fence[form]}\n${text}\n\`\`\`\n`;
    yield '\n';
  }
  for (const [tool, ids] of Object.entries(rule.refs ?? {})) yield `- ${tool}: ${ids.join(', ')}\n`;
  for (const { title, url } of rule.links) yield `- [${title}](${url})\n`;
  yield '\n';
}
const fence = { az: 'sh', kubectl: 'sh', bicep: 'bicep', terraform: 'hcl', yaml: 'yaml' } as const;
