import type { Invocation, Notification, Run } from 'sarif';
import type { ClusterReport, Report, ReportedRule } from '../report.ts';
import type { RenderOptions, Reporter } from './reporter.ts';
import { type Item, itemId, itemsOf, sarifResult } from './sarifResults.ts';
import { planRuns, type RunPlan } from './sarifRuns.ts';
import { ruleDescriptor } from './sarifRules.ts';
import { line, message, quoted, sentence } from './sarifText.ts';

/** GitHub shows, and Azure DevOps takes, so many results of a run. */
const mostResults = 5000;
const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * SARIF 2.1.0. The profiles `github` and `ado` hold open findings alone: both services take whatever else stands there
 * for an alert. `full` holds every verdict.
 */
export const sarif: Reporter = function* sarif(report: Report, options: RenderOptions): Iterable<string> {
  yield `{\n"$schema": ${JSON.stringify(schema)},\n"version": "2.1.0",\n"runs": [`;
  for (const [index, plan] of planRuns(report, options).entries()) {
    yield index === 0 ? '\n' : ',\n';
    yield* runText(plan, report, options);
  }
  yield '\n]\n}\n';
};

/** A run, its results one to a line. */
function* runText(plan: RunPlan, report: Report, options: RenderOptions): Iterable<string> {
  const openOnly = options.sarifProfile !== 'full';
  const items = itemsOf(plan, report.rules, openOnly);
  const kept = openOnly ? items.slice(0, mostResults) : items;
  const left = leftOut(items.slice(kept.length));
  const failing = new Set(items.map(({ rule }) => rule));
  const rules = openOnly ? report.rules.filter((rule) => failing.has(rule)) : report.rules;
  yield `${JSON.stringify(headOf(plan, report, rules, left), null, 1).slice(0, -2)},\n "results": [`;
  const ruleIndex = new Map(rules.map((rule, index) => [rule.name, index]));
  const lastOfRule = new Map(kept.map((item, index) => [item.rule.name, index]));
  const ordinals = new Map<string, number>();
  for (const [index, item] of kept.entries()) {
    const { name } = item.rule;
    const id = itemId(item);
    const ordinal = (ordinals.get(id) ?? 0) + 1;
    ordinals.set(id, ordinal);
    const cut = lastOfRule.get(name) === index ? left.get(name) : undefined;
    const result = sarifResult(item, {
      ruleIndex: ruleIndex.get(name) ?? -1,
      ordinal,
      namesCluster: plan.clusters.length > 1,
      ...(cut === undefined ? {} : { more: `And ${cut} more of this rule, which the JSON report holds.` }),
    });
    yield `${index === 0 ? '\n  ' : ',\n  '}${JSON.stringify(result)}`;
  }
  yield `${kept.length === 0 ? '' : '\n '}]\n}`;
}

/** How many results of each rule are left out. */
function leftOut(items: readonly Item[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of items) counts.set(rule.name, (counts.get(rule.name) ?? 0) + 1);
  return counts;
}

function headOf(plan: RunPlan, report: Report, rules: readonly ReportedRule[], left: ReadonlyMap<string, number>): Omit<Run, 'results'> {
  const [only, ...others] = plan.clusters;
  const target = others.length === 0 ? only?.target : undefined;
  return {
    tool: {
      driver: {
        name: 'aks-audit',
        fullName: 'aks-audit, compliance audit for Azure Kubernetes Service',
        semanticVersion: line(report.tool.version, 100),
        rules: rules.map((rule) => ruleDescriptor(rule, target)),
      },
    },
    automationDetails: plan.automation,
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The working directory of the audit.' } } },
    invocations: [invocationOf(plan, report, left)],
    properties: {
      clusters: plan.clusters.map(clusterProperties),
      changed: report.deviations.map(({ what, from }) => line(`${what} (${from})`)),
    },
  };
}

function clusterProperties({ target, takenAt, digest, environment, score }: ClusterReport): Record<string, unknown> {
  const { value, low, high, coverage, grade } = score;
  return {
    id: line(target.id),
    name: line(target.name, 255),
    takenAt: takenAt === null ? null : line(takenAt, 100),
    ...(digest === undefined ? {} : { digest: line(digest, 100) }),
    production: environment.production,
    score: { value, low, high, coverage, grade },
  };
}

/** What was not seen, what failed and what was left out: whoever reads the results alone should know how far they carry. */
function invocationOf(plan: RunPlan, report: Report, left: ReadonlyMap<string, number>): Invocation {
  const crashed = plan.clusters.flatMap(({ entries }) =>
    entries.flatMap(({ rule, result }) =>
      result.status === 'unknown' && result.crash !== undefined ? [{ rule, crash: result.crash }] : [],
    ),
  );
  return {
    executionSuccessful: crashed.length === 0,
    toolExecutionNotifications: [
      ...crashed.map(({ rule, crash }) => notification('check-failed', 'error', `The check of ${quoted(rule)} failed: ${quoted(crash)}.`)),
      ...report.skipped.map(({ file, reason }) =>
        notification('file-left-out', 'warning', `File ${quoted(file)} was left out: ${sentence(line(reason))}`),
      ),
      ...(report.unread ?? []).map(({ target, reason }) =>
        notification('target-not-read', 'error', `Nothing was read of ${quoted(target)}: ${sentence(line(reason))}`),
      ),
      ...plan.clusters.flatMap((cluster) =>
        cluster.gaps.map((each) => gapNotification(each, plan.clusters.length > 1 ? cluster.target.name : undefined)),
      ),
      ...Array.from(left, ([rule, count]) =>
        notification(
          'results-left-out',
          'warning',
          `${count} results of rule ${quoted(rule)} are left out: a run holds ${mostResults}. The JSON report holds all.`,
        ),
      ),
    ],
  };
}

function gapNotification({ gap, rules }: ClusterReport['gaps'][number], cluster: string | undefined): Notification {
  const of = [
    gap.scope === undefined ? '' : ` of ${quoted(gap.scope)}`,
    cluster === undefined ? '' : ` in cluster ${quoted(cluster)}`,
  ].join('');
  const why = {
    'not-collected': 'was not collected',
    forbidden: 'was denied',
    unreachable: 'could not be reached',
    failed: 'could not be read',
    'cluster-stopped': 'could not be read: the cluster is stopped',
  }[gap.why];
  const how =
    gap.why === 'forbidden'
      ? ` It takes the permission ${quoted(gap.permission)}.`
      : gap.why === 'not-collected'
        ? ''
        : ` ${sentence(line(gap.message))}`;
  const judged = rules.length === 1 ? 'One rule is' : `${rules.length} rules are`;
  return notification(
    gap.why,
    gap.why === 'not-collected' ? 'note' : 'warning',
    `${quoted(gap.key)}${of} ${why}.${how} ${judged} not fully evaluated for it: ${line(rules.join(', '))}.`,
  );
}

const notification = (id: string, level: NonNullable<Notification['level']>, text: string): Notification => ({
  descriptor: { id },
  level,
  message: message(text),
});
