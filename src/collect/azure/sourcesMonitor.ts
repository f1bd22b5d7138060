import { graphQueries } from '../../kindsMonitor.ts';
import { containerInsights } from '../../model/logCollection.ts';
import type { ActionGroup } from '../../wire.ts';
import { receivers } from '../../wireMonitor.ts';
import type { Page, Source } from '../source.ts';
import { inReach, inSubscription, inSubscriptionAnd, linked, listOf, listsAt } from './reading.ts';

const parentOf = (id: string): string => id.split('/').slice(0, -2).join('/');
const idsOf = (...ids: readonly (string | undefined | null)[]): string[] => ids.flatMap((id) => id ?? []);

/** What is watched, who is told, what it may cost and what is saved. */
export const monitorSources: readonly Source[] = [
  listOf('diagnosticSettings', 'providers/Microsoft.Insights/diagnosticSettings'),
  linked('workspaces', ['diagnosticSettings'], ({ cluster }, { diagnosticSettings = [] }) =>
    idsOf(containerInsights(cluster).workspaceId, ...diagnosticSettings.map(({ properties }) => properties.workspaceId)),
  ),
  listsAt('workspaceTables', ['workspaces'], (_, { workspaces = [] }) => workspaces.map(({ id }) => `${id}/tables`)),
  linked('dataCollectionRules', ['dataCollectionRuleAssociations'], (_, { dataCollectionRuleAssociations = [] }) =>
    idsOf(...dataCollectionRuleAssociations.map(({ properties }) => properties.dataCollectionRuleId)),
  ),
  inReach('grafana', graphQueries.grafana),
  inReach('flowLogs', graphQueries.flowLogs),
  inSubscription('metricAlerts'),
  inSubscription('scheduledQueryRules'),
  inSubscription('prometheusRuleGroups'),
  inSubscription('activityLogAlerts'),
  inSubscription('alertProcessingRules'),
  namesOnly(
    inSubscriptionAnd(
      'actionGroups',
      ['metricAlerts', 'scheduledQueryRules', 'prometheusRuleGroups', 'alertProcessingRules'],
      (_, { metricAlerts = [], scheduledQueryRules = [], prometheusRuleGroups = [], alertProcessingRules = [] }) =>
        idsOf(
          ...metricAlerts.flatMap(({ properties }) => properties.actions ?? []).map((each) => each.actionGroupId),
          ...scheduledQueryRules.flatMap(({ properties }) => properties.actions?.actionGroups ?? []),
          ...prometheusRuleGroups
            .flatMap(({ properties }) => properties.rules ?? [])
            .flatMap(({ actions }) => actions ?? [])
            .map((each) => each.actionGroupId),
          ...alertProcessingRules.flatMap(({ properties }) => properties.actions ?? []).flatMap((each) => each.actionGroupIds ?? []),
        ),
    ),
  ),
  listsAt(
    'budgets',
    [],
    ({ subscription, resourceGroup, cluster }) =>
      ['', `/resourceGroups/${resourceGroup}`, `/resourceGroups/${cluster.properties.nodeResourceGroup ?? resourceGroup}`].map(
        (scope) => `/subscriptions/${subscription}${scope}/providers/Microsoft.Consumption/budgets`,
      ),
    true,
  ),
  inReach('backupInstances', graphQueries.backupInstances),
  inReach('backupJobs', graphQueries.backupJobs),
  linked('backupVaults', ['backupInstances'], (_, { backupInstances = [] }) => backupInstances.map(({ id }) => parentOf(id))),
];

/** Addresses of webhooks carry keys, and those of people are theirs: of receivers only the name and the status are kept. */
function namesOnly(groups: Source): Source {
  const bare = (group: ActionGroup): ActionGroup => {
    const properties = { ...group.properties };
    for (const kind of receivers) {
      const told = properties[kind];
      if (Array.isArray(told))
        properties[kind] = told.map(({ name = '', status }) => ({ name, ...(status === undefined ? {} : { status }) }));
    }
    return { ...group, properties };
  };
  return {
    ...groups,
    async *read(...asked): AsyncGenerator<Page, void, void> {
      for await (const page of groups.read(...asked)) {
        // Items of this source are action groups, as Azure answered.
        yield 'items' in page ? { items: (page.items as readonly ActionGroup[]).map(bare) } : page;
      }
    },
  };
}
