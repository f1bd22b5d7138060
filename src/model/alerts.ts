import type { Gap } from '../snapshot.ts';
import { NotSeen, type Seen, seen } from '../seen.ts';
import type { MetricAlert, PrometheusRuleGroup, PrometheusRuleObject, ScheduledQueryRule } from '../wire.ts';
import { coversLogs, coversMetrics, coversPrometheus, isOfCluster, type ScopeFacts } from './alertScopes.ts';
import { type Caveat, type Condition, type Signal, signals, watcherOf } from './alertSignals.ts';
import { parseIsoMinutes, parseMinutes } from './durations.ts';
import { once } from './once.ts';

export type Alert = MetricAlert | ScheduledQueryRule | PrometheusRuleGroup | PrometheusRuleObject;

/** An alert rule, or one rule of a group, that is on and watches a signal of this cluster. */
export interface Watcher {
  alert: Alert;
  /** Of the rule in its group, or the alert's own. */
  name: string;
  /** JSON pointers of what it measures, and of whom it calls. */
  pointer: string;
  actionsAt: string;
  language: Condition['language'];
  loose: boolean;
  /** Why it may stay silent. */
  caveat?: Caveat;
  /** ARM ids of the action groups it calls itself; undefined of rules in the cluster, whose Alertmanager is not read. */
  groups: readonly string[] | undefined;
}
/** An alert rule that would watch a signal, were it on or of this cluster; `pointer` says why it does not. */
export interface Miss {
  alert: Alert;
  pointer: string;
}
export interface Watch {
  watchers: Seen<Watcher>;
  misses: readonly Miss[];
}

export interface AlertFacts extends ScopeFacts {
  readonly snapshot: object;
  readonly metricAlerts: Seen<MetricAlert>;
  readonly scheduledQueryRules: Seen<ScheduledQueryRule>;
  readonly prometheusRuleGroups: Seen<PrometheusRuleGroup>;
  readonly prometheusRules: Seen<PrometheusRuleObject>;
}

/** What a check of alerts reads. */
export const alertKeys = [
  'cluster',
  'metricAlerts',
  'scheduledQueryRules',
  'prometheusRuleGroups',
  'prometheusRules',
  'diagnosticSettings',
  'dataCollectionRuleAssociations',
  'dataCollectionRules',
] as const;

/** One rule of an alert: it fires when all of its conditions hold. `offAt`: where it is switched off. */
interface Rule extends Omit<Watcher, 'loose' | 'caveat' | 'language'> {
  offAt?: string;
  conditions: readonly Condition[];
  covers: (facts: ScopeFacts) => boolean;
}

/** Who watches each signal. What may be another watcher, in what was not seen, is among the gaps. */
export const watched: (facts: AlertFacts) => ReadonlyMap<Signal, Watch> = once((facts: AlertFacts) => {
  const { metricAlerts, scheduledQueryRules, prometheusRuleGroups, prometheusRules } = facts;
  const rules = metricAlerts
    .flatMap(metricRules)
    .concat(scheduledQueryRules.flatMap(logRules))
    .concat(prometheusRuleGroups.flatMap(groupRules))
    .concat(prometheusRules.flatMap(objectRules));
  const read = rules.map(({ conditions, ...rule }) => ({
    ...rule,
    language: conditions[0]?.language,
    watchers: conditions.map(watcherOf),
  }));
  return new Map(signals.map((signal) => [signal, watchOf(signal, read, facts)]));
});

/** A rule whose conditions were read, all in the language of the first. */
interface ReadRule extends Omit<Rule, 'conditions'> {
  language: Condition['language'] | undefined;
  watchers: ReturnType<typeof watcherOf>[];
}

function watchOf(signal: Signal, rules: Seen<ReadRule>, facts: ScopeFacts): Watch {
  const found: Watcher[] = [];
  const misses: Miss[] = [];
  const gaps: Gap[] = [...rules.gaps];
  for (const { watchers, covers, offAt, language, ...rule } of rules.items) {
    const results = watchers.map((watches) => watches(signal));
    if (language === undefined || results.includes(undefined)) continue;
    try {
      const loose = results.some((each) => each?.loose === true);
      const caveat = results.find((each) => each?.caveat !== undefined)?.caveat;
      if (!covers(facts)) misses.push({ alert: rule.alert, pointer: '/properties/scopes' });
      else if (offAt !== undefined) misses.push({ alert: rule.alert, pointer: offAt });
      else found.push({ ...rule, loose, ...(caveat && { caveat }), language });
    } catch (thrown) {
      if (!(thrown instanceof NotSeen)) throw thrown;
      if (offAt === undefined) gaps.push(...thrown.gaps);
    }
  }
  return { watchers: seen(found, gaps), misses };
}

const minutesOf = (text: unknown): number | undefined => parseIsoMinutes(text) ?? parseMinutes(text);
const enabledAt = '/properties/enabled';
const actionsAt = '/properties/actions';

function metricRules(alert: MetricAlert): Rule[] {
  const { enabled, criteria, windowSize, actions } = alert.properties;
  const conditions = (criteria?.allOf ?? []).map(
    (criterion): Condition =>
      criterion.query === undefined
        ? { language: 'metric', criterion, minutes: minutesOf(windowSize) }
        : { language: 'promql', expression: criterion.query, minutes: minutesOf(criteria?.failingPeriods?.for) },
  );
  const measured = conditions[0]?.language === 'promql' ? 'query' : 'metricName';
  const rule: Rule = {
    alert,
    name: alert.name,
    pointer: `/properties/criteria/allOf/0/${measured}`,
    actionsAt,
    conditions,
    groups: (actions ?? []).flatMap(({ actionGroupId }) => actionGroupId ?? []),
    covers: (facts) => coversMetrics(alert, facts),
  };
  return [enabled === false ? { ...rule, offAt: enabledAt } : rule];
}

function logRules(alert: ScheduledQueryRule): Rule[] {
  const { enabled, criteria, windowSize, actions } = alert.properties;
  const rule: Rule = {
    alert,
    name: alert.name,
    pointer: '/properties/criteria/allOf/0/query',
    actionsAt,
    conditions: (criteria?.allOf ?? []).map((criterion): Condition => ({ language: 'kql', criterion, minutes: minutesOf(windowSize) })),
    groups: actions?.actionGroups ?? [],
    covers: (facts) => coversLogs(alert, facts),
  };
  return [enabled === false ? { ...rule, offAt: enabledAt } : rule];
}

function groupRules(alert: PrometheusRuleGroup): Rule[] {
  const isOff = alert.properties.enabled === false;
  return (alert.properties.rules ?? []).flatMap((each, at): Rule[] => {
    const { enabled, expression = '', actions } = each;
    if (!each.alert) return [];
    const rule: Rule = {
      alert,
      name: each.alert,
      pointer: `/properties/rules/${at}/expression`,
      actionsAt: `/properties/rules/${at}/actions`,
      conditions: [{ language: 'promql', expression, minutes: minutesOf(each.for) }],
      groups: (actions ?? []).flatMap(({ actionGroupId }) => actionGroupId ?? []),
      covers: (facts) => isOfCluster(expression, facts.cluster) && coversPrometheus(alert, facts),
    };
    if (isOff) return [{ ...rule, offAt: enabledAt }];
    return [enabled === false ? { ...rule, offAt: `/properties/rules/${at}/enabled` } : rule];
  });
}

/** Rules of a Prometheus in the cluster, which are about this cluster alone. */
function objectRules(alert: PrometheusRuleObject): Rule[] {
  return (alert.spec?.groups ?? []).flatMap(({ rules }, group) =>
    (rules ?? []).flatMap((rule, at): Rule[] => {
      if (!rule.alert) return [];
      const conditions: Condition[] = [{ language: 'promql', expression: String(rule.expr ?? ''), minutes: minutesOf(rule.for) }];
      const pointer = `/spec/groups/${group}/rules/${at}/expr`;
      return [{ alert, name: rule.alert, pointer, actionsAt: pointer, conditions, groups: undefined, covers: () => true }];
    }),
  );
}
