import type { ReportingConfiguration, ReportingDescriptor } from 'sarif';
import type { ClusterReport, ReportedRule } from '../report.ts';
import type { Severity } from '../result.ts';
import { type FixLine, fixLines, reachOf } from './fix.ts';
import { codeBlock, escapedMarkdown, line, lines, sentence } from './sarifText.ts';

/** GitHub shows ten tags and refuses more than twenty. */
const mostTags = 10;
const longestName = 255;

/** Not at the edges of GitHub's bands: over 9.0 is critical, from 7.0 high, from 4.0 medium. */
const securitySeverity: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.5' };
const problemSeverity: Readonly<Record<Severity, string>> = { critical: 'error', high: 'error', medium: 'warning', low: 'recommendation' };
export const levels: Readonly<Record<Severity, ReportingConfiguration.level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
};

/**
 * Chapters whose findings are security alerts on GitHub. Governance is not: a policy that is not assigned is no
 * weakness yet, and where there is one, a rule of these chapters finds it.
 */
const securityChapters: ReadonlySet<string> = new Set(['networking', 'identity-access', 'security', 'workload-security']);

/** @param target the run's one cluster, for the commands; without it they keep their placeholders */
export function ruleDescriptor(rule: ReportedRule, target: ClusterReport['target'] | undefined): ReportingDescriptor {
  const url = rule.links.map((link) => secureUrl(link.url)).find((each) => each !== undefined);
  const isSecurity = securityChapters.has(rule.chapter);
  return {
    id: line(rule.name, longestName),
    name: pascalCase(rule.name),
    shortDescription: { text: line(sentence(rule.title)) },
    fullDescription: { text: line(sentence(rule.why)) },
    help: helpOf(rule, target),
    ...(url === undefined ? {} : { helpUri: url }),
    defaultConfiguration: { level: levels[rule.severity] },
    properties: {
      precision: 'very-high',
      'problem.severity': problemSeverity[rule.severity],
      ...(isSecurity ? { 'security-severity': securitySeverity[rule.severity] } : {}),
      severity: rule.severity,
      tags: tagsOf(rule, isSecurity),
    },
  };
}

/** `private-api-server` is `PrivateApiServer`: validators want a name unlike the id. */
function pascalCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const joined = words.join('').slice(0, longestName);
  return joined === '' || joined === name ? 'Rule' : joined;
}

function tagsOf(rule: ReportedRule, isSecurity: boolean): string[] {
  const refs = Object.entries(rule.refs ?? {}).flatMap(([standard, ids]) => ids.map((id) => `${standard}/${id}`));
  const tags = [...(isSecurity ? ['security'] : []), 'aks', rule.chapter, ...refs].map((tag) => line(tag, 100));
  return [...new Set(tags)].slice(0, mostTags);
}

function helpOf(rule: ReportedRule, target: ClusterReport['target'] | undefined): { text: string; markdown: string } {
  const steps = rule.fix === undefined ? [] : fixLines(rule.fix, target).map((step) => ({ ...step, text: lines(step.text) }));
  const reach = rule.fix === undefined ? '' : reachOf(rule.fix);
  const links = rule.links.flatMap(({ title, url }) => {
    const href = secureUrl(url);
    return href === undefined ? [] : [{ title: line(title, 200), href }];
  });
  const why = line(sentence(rule.why));
  return {
    text: [
      why,
      ...(steps.length === 0 ? [] : [`Fix (${reach}):`, ...steps.map(({ text }) => text)]),
      ...links.map(({ title, href }) => `${title}: ${href}`),
    ].join('\n'),
    markdown: [
      `**Why**\n\n${escapedMarkdown(why)}`,
      ...(steps.length === 0 ? [] : [`**Fix** (${reach})`, ...steps.map(stepInMarkdown)]),
      ...(links.length === 0
        ? []
        : [`**References**\n\n${links.map(({ title, href }) => `- [${escapedMarkdown(title)}](${href})`).join('\n')}`]),
    ].join('\n\n'),
  };
}

const languages: Readonly<Record<Exclude<FixLine['form'], 'portal' | 'text'>, string>> = {
  az: 'sh',
  kubectl: 'sh',
  bicep: 'bicep',
  terraform: 'hcl',
  yaml: 'yaml',
};
const stepInMarkdown = ({ form, text }: FixLine): string =>
  form === 'portal' || form === 'text' ? escapedMarkdown(text) : codeBlock(text, languages[form]);

/** An https address in a form that ends no Markdown link early; undefined for any other. */
function secureUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return parsed.protocol === 'https:'
    ? parsed.href.replaceAll(/[()<>"'`\\]/g, (mark) => `%${mark.charCodeAt(0).toString(16).padStart(2, '0')}`)
    : undefined;
}
