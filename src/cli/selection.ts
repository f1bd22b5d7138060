import { findRule, suggestion } from '../config.ts';
import { type Problem, UserError } from '../errors.ts';
import { nearest } from '../model/names.ts';
import type { Deviation } from '../report.ts';
import type { Catalogue, Rule } from '../rule.ts';
import type { AuditFlags } from './auditCommand.ts';

/** Which rules the flags choose, and what to say of that in the head of the report. */
export function selection(flags: AuditFlags, catalogue: Catalogue): { only: (rule: Rule) => boolean; chosen: Deviation[] } {
  const problems: Problem[] = [];
  const chapters = catalogue.chapters.map((chapter) => chapter.name);
  for (const name of flags.chapter) {
    if (!chapters.includes(name))
      problems.push({
        where: `--chapter ${name}`,
        what: 'there is no such chapter.',
        todo: hint(nearest(name, chapters), `There are ${chapters.join(', ')}.`),
      });
  }
  const named = (names: readonly string[], flag: string): Set<string> =>
    new Set(
      names.flatMap((name) => {
        const rule = findRule(catalogue, name);
        if (rule === undefined) problems.push({ where: `${flag} ${name}`, what: 'there is no such rule.', ...suggestion(name, catalogue) });
        return rule === undefined ? [] : [rule.name];
      }),
    );
  const wanted = named(flags.rule, '--rule');
  const skipped = named(flags.skipRule, '--skip-rule');
  if (problems.length > 0) throw new UserError(problems);
  const chosen = [
    ...flags.chapter.map((name) => ({ what: `only chapter ${name}`, from: '--chapter' })),
    ...[...wanted].map((name) => ({ what: `only rule ${name}`, from: '--rule' })),
    ...[...skipped].map((name) => ({ what: `rule ${name} is off`, from: '--skip-rule' })),
    ...flags.namespace.map((name) => ({ what: `only namespace ${name}`, from: '--namespace' })),
    ...flags.excludeNamespace.map((name) => ({ what: `namespaces left out: ${name}`, from: '--exclude-namespace' })),
    ...(flags.skipKubernetes ? [{ what: 'API servers were not asked', from: '--skip-kubernetes' }] : []),
    ...(flags.skipAzure ? [{ what: 'Azure was asked for the clusters alone', from: '--skip-azure' }] : []),
    ...(flags.complete ? [{ what: 'every Kubernetes kind that is not in the input is taken to be empty', from: '--complete' }] : []),
  ];
  const narrowed = flags.chapter.length > 0 || wanted.size > 0;
  return {
    only: (rule) => !skipped.has(rule.name) && (!narrowed || wanted.has(rule.name) || flags.chapter.includes(rule.chapter)),
    chosen,
  };
}

const hint = (close: string | undefined, otherwise: string): string => (close === undefined ? otherwise : `Did you mean '${close}'?`);
