import { any, normalId, type Seen } from '../seen.ts';
import type { ActionGroup, ActivityLogAlert, AlertProcessingRule, ManagedCluster } from '../wire.ts';
import { receivers } from '../wireMonitor.ts';
import { isWithin } from './alertScopes.ts';
import type { Alert as AnyAlert, Watcher } from './alerts.ts';

type Alert = AnyAlert | ActivityLogAlert;
/** An alert rule, and the action groups that it calls itself. */
export interface Routed extends Pick<Watcher, 'groups'> {
  readonly alert: Alert;
}

export interface RoutingFacts {
  readonly cluster: ManagedCluster;
  readonly actionGroups: Seen<ActionGroup>;
  readonly alertProcessingRules: Seen<AlertProcessingRule>;
}

/** The action group of an id. One that is in no list of the cluster's own subscription does not exist; elsewhere it was not seen. */
function groupOf(id: string, { cluster, actionGroups }: RoutingFacts): ActionGroup | undefined {
  const here = cluster.id.split('/').slice(0, 3).join('/');
  return isWithin(id, here) ? actionGroups.find((each) => normalId(each.id) === normalId(id)) : actionGroups.get(id);
}

/** Whether a group tells anybody: it is on, and one receiver is not switched off or unsubscribed. */
export const tells = ({ properties }: ActionGroup): boolean =>
  properties.enabled !== false &&
  receivers.some((kind) => (properties[kind] ?? []).some(({ status }) => status?.toLowerCase() !== 'disabled'));

/** What a fired alert is about, by which processing rules find it: the cluster where the alert covers it by scope, else the scopes. */
function targetsOf(alert: Alert, cluster: ManagedCluster): string[] {
  const scopes = 'properties' in alert ? (alert.properties.scopes ?? []) : [];
  return scopes.some((scope) => isWithin(cluster.id, scope)) ? [cluster.id] : scopes;
}

const appliesTo = (alert: Alert, { properties }: AlertProcessingRule, cluster: ManagedCluster): boolean =>
  targetsOf(alert, cluster).some((target) => (properties.scopes ?? []).some((scope) => isWithin(target, scope)));

/** Conditions of a processing rule that can be told from the alert rule; of others it is not sure that they hold. */
function isSure(alert: Alert, { properties }: AlertProcessingRule): boolean {
  return (properties.conditions ?? []).every(({ field = '', operator = '', values = [] }) => {
    const own = { alertruleid: normalId('id' in alert ? alert.id : ''), alertrulename: nameOf(alert) }[field.toLowerCase()];
    if (own === undefined) return false;
    const wanted = values.map((each) => normalId(each));
    if (/^equals$/i.test(operator)) return wanted.includes(own);
    if (/^notequals$/i.test(operator)) return !wanted.includes(own);
    return /^contains$/i.test(operator) && wanted.some((each) => own.includes(each));
  });
}
const nameOf = (alert: Alert): string => ('metadata' in alert ? alert.metadata.name : alert.name).toLowerCase();

const acts = ({ properties }: AlertProcessingRule, type: string) =>
  properties.enabled === false ? [] : (properties.actions ?? []).filter(({ actionType }) => actionType?.toLowerCase() === type);

/** A processing rule that takes all action groups off an alert, without an end and at all hours. */
export const muting = (alert: Alert, { cluster, alertProcessingRules }: RoutingFacts): AlertProcessingRule | undefined =>
  alertProcessingRules.find((rule) => {
    const { schedule } = rule.properties;
    const always = !schedule?.effectiveUntil && (schedule?.recurrences ?? []).length === 0;
    return always && acts(rule, 'removeallactiongroups').length > 0 && appliesTo(alert, rule, cluster) && isSure(alert, rule);
  });

/** Whether somebody hears an alert rule, by a group of its own or one that a processing rule adds, when nothing mutes it. */
export function isHeard({ alert, groups = [] }: Routed, facts: RoutingFacts): boolean {
  const added = () =>
    facts.alertProcessingRules.some(
      (rule) =>
        appliesTo(alert, rule, facts.cluster) &&
        isSure(alert, rule) &&
        acts(rule, 'addactiongroups').some(({ actionGroupIds }) => (actionGroupIds ?? []).some((id) => tellsGroup(id, facts))),
    );
  return any(...groups.map((id) => () => tellsGroup(id, facts)), added) && muting(alert, facts) === undefined;
}

const tellsGroup = (id: string, facts: RoutingFacts): boolean => {
  const group = groupOf(id, facts);
  return group !== undefined && tells(group);
};

/** Whether somebody hears one of several. */
export const isOneHeard = (alerts: Seen<Routed>, facts: RoutingFacts): boolean =>
  any(...alerts.items.map((each) => () => isHeard(each, facts)), () => alerts.some(() => false));

/** Whether somebody hears a watcher of a signal; undefined when all that watch it are in the cluster, whose Alertmanager is not read. */
export function isHeardOf(watchers: Seen<Watcher>, facts: RoutingFacts): boolean | undefined {
  const own = watchers.filter(({ groups }) => groups !== undefined);
  const isOne = isOneHeard(own, facts);
  return !isOne && watchers.items.length > own.items.length ? undefined : isOne;
}
