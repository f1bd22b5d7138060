import type { ClusterReport, ReportedRule } from '../report.ts';
import type { Subject } from '../result.ts';
import { type Fix, fixForms } from '../rule.ts';

/** Whose names the steps show: of several failing subjects one that can be changed in place, as pods and what has run cannot. */
export const shownSubject = (subjects: readonly Subject[]): Subject | undefined =>
  subjects.find(({ kind }) => !['Pod', 'Job', 'CronJob'].includes(kind)) ?? subjects[0];

/** What the API server refuses for a pod of its own; kubectl has no such command for it, or nothing to change by it. */
const notOfPods = /^kubectl (?:edit|patch|rollout|scale|set resources) .*\{kind\}/;
const remake: FixLine = {
  form: 'text',
  text: 'Delete the pod and make it anew, best under a Deployment: most of a pod cannot be changed.',
};

export interface FixLine {
  form: (typeof fixForms)[number];
  text: string;
}

/** The steps of a fix with the placeholders filled, as far as they are known; in commands, quoted for a POSIX shell. */
export function fixLines(fix: Pick<Fix, 'steps'>, target?: ClusterReport['target'], subject?: Subject): FixLine[] {
  const values: Readonly<Record<string, string | undefined>> = {
    resourceGroup: target?.resourceGroup,
    cluster: target?.name,
    pool: subject?.kind === 'agentPools' ? subject.name : undefined,
    namespace: subject?.namespace ?? (subject?.kind === 'Namespace' ? subject.name : undefined),
    name: subject?.name,
    kind: subject?.kind.toLowerCase(),
  };
  return fix.steps.flatMap((step) =>
    fixForms.flatMap((form) => {
      const text = step[form];
      if (text === undefined) return [];
      if (subject?.kind === 'Pod' && notOfPods.test(text)) return [remake];
      // A subject that has no namespace needs no flag that names one.
      const fitting = subject !== undefined && values.namespace === undefined ? text.replaceAll(' -n {namespace}', '') : text;
      return [{ form, text: filled(fitting, values, form === 'az' || form === 'kubectl') }];
    }),
  );
}

function filled(text: string, values: Readonly<Record<string, string | undefined>>, isCommand: boolean): string {
  return text.replaceAll(/\{(resourceGroup|cluster|pool|namespace|name|kind)\}/g, (_all, key: string) => {
    const value = values[key];
    if (value === undefined) return `<${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}>`;
    return isCommand ? shellQuoted(value) : value;
  });
}

/** An export command with the cluster's own names in it. */
export function forTarget(command: string, { resourceGroup, name, subscription }: ClusterReport['target']): string {
  const known: Readonly<Record<string, string | undefined>> = {
    '<resource-group>': resourceGroup,
    '<cluster>': resourceGroup === undefined ? undefined : name,
    '<subscription>': subscription,
  };
  // Inside the quotes of a URL a quoted name would end them, so only plain names are filled in.
  return command.replaceAll(/<(?:resource-group|cluster|subscription)>/g, (placeholder) => {
    const value = known[placeholder];
    return value !== undefined && shellQuoted(value) === value ? value : placeholder;
  });
}

const shellQuoted = (value: string): string =>
  /^[A-Za-z0-9_.:/@%+,-]+$/.test(value) && !value.startsWith('-') ? value : `'${value.replaceAll("'", `'\\''`)}'`;

/** How far a fix reaches, in words. */
export function reachOf(fix: NonNullable<ReportedRule['fix']>): string {
  const reach = { 'in-place': 'in place', 'new-pool': 'needs a new node pool', 'new-cluster': 'needs a new cluster' }[fix.reach];
  const notes = [
    fix.notes?.restart && 'restarts nodes or pods',
    fix.notes?.downtime && 'with downtime',
    fix.notes?.oneWay && 'cannot be undone',
  ].filter((note) => typeof note === 'string');
  return [reach, ...notes].join(', ');
}
