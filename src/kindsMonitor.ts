import { type ArmKind, arm, cluster, rest } from './kindOf.ts';
import type { StateKey } from './snapshot.ts';

const inSubscription = (type: string, version: string, file: string): ArmKind =>
  arm(type, version, rest(`/subscriptions/<subscription>/providers/${type}?api-version=${version}`, file), { listed: true });
const inGraph = (type: string, version: string, file: string, query: string): ArmKind =>
  arm(type, version, `az graph query --first 1000 -q "${query}" -o json > ${file}.json`, { listed: true });

/** Queries of Resource Graph, over all subscriptions that the caller may read. */
export const graphQueries = {
  grafana: "resources | where type =~ 'microsoft.dashboard/grafana'",
  flowLogs: "resources | where type =~ 'microsoft.network/networkwatchers/flowlogs'",
  backupInstances:
    "recoveryservicesresources | where type =~ 'microsoft.dataprotection/backupvaults/backupinstances' | where properties.dataSourceInfo.datasourceType =~ 'Microsoft.ContainerService/managedClusters'",
  backupJobs:
    "recoveryservicesresources | where type =~ 'microsoft.dataprotection/backupvaults/backupjobs' | where properties.dataSourceType =~ 'Microsoft.ContainerService/managedClusters' | where todatetime(properties.startTime) > ago(30d)",
} as const;

const budgets = (scope: string, file: string) =>
  rest(`/subscriptions/<subscription>${scope}/providers/Microsoft.Consumption/budgets?api-version=2023-11-01`, file);

/** What is watched, who is told, what it may cost and what is saved: logs, metrics, alerts, budgets and backups. */
export const monitorKinds = {
  diagnosticSettings: arm(
    'Microsoft.Insights/diagnosticSettings',
    '2021-05-01-preview',
    rest(`${cluster}/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview`, 'diagnosticSettings'),
  ),
  workspaces: arm(
    'Microsoft.OperationalInsights/workspaces',
    '2023-09-01',
    'az monitor log-analytics workspace list -o json > workspaces.json',
    { shared: true },
  ),
  workspaceTables: arm(
    'Microsoft.OperationalInsights/workspaces/tables',
    '2023-09-01',
    'az monitor log-analytics workspace table list -g <resource-group> --workspace-name <workspace> -o json > workspaceTables.json',
    { shared: true },
  ),
  dataCollectionRules: arm(
    'Microsoft.Insights/dataCollectionRules',
    '2023-03-11',
    'az monitor data-collection rule list -o json > dataCollectionRules.json',
    { shared: true },
  ),
  grafana: inGraph('Microsoft.Dashboard/grafana', '2023-09-01', 'grafana', graphQueries.grafana),
  flowLogs: inGraph('Microsoft.Network/networkWatchers/flowLogs', '2024-05-01', 'flowLogs', graphQueries.flowLogs),
  metricAlerts: inSubscription('Microsoft.Insights/metricAlerts', '2018-03-01', 'metricAlerts'),
  scheduledQueryRules: inSubscription('Microsoft.Insights/scheduledQueryRules', '2023-12-01', 'scheduledQueryRules'),
  prometheusRuleGroups: inSubscription('Microsoft.AlertsManagement/prometheusRuleGroups', '2023-03-01', 'prometheusRuleGroups'),
  activityLogAlerts: inSubscription('Microsoft.Insights/activityLogAlerts', '2020-10-01', 'activityLogAlerts'),
  actionGroups: inSubscription('Microsoft.Insights/actionGroups', '2023-01-01', 'actionGroups'),
  alertProcessingRules: inSubscription('Microsoft.AlertsManagement/actionRules', '2021-08-08', 'alertProcessingRules'),
  budgets: arm(
    'Microsoft.Consumption/budgets',
    '2023-11-01',
    [
      budgets('', 'budgets'),
      budgets('/resourceGroups/<resource-group>', 'budgets.group'),
      budgets('/resourceGroups/<node-resource-group>', 'budgets.nodes'),
    ].join('; '),
    { listed: true },
  ),
  backupInstances: inGraph(
    'Microsoft.DataProtection/backupVaults/backupInstances',
    '2024-04-01',
    'backupInstances',
    graphQueries.backupInstances,
  ),
  backupJobs: inGraph('Microsoft.DataProtection/backupVaults/backupJobs', '2024-04-01', 'backupJobs', graphQueries.backupJobs),
  backupVaults: arm(
    'Microsoft.DataProtection/backupVaults',
    '2024-04-01',
    'az dataprotection backup-vault list -o json > backupVaults.json',
    {
      shared: true,
    },
  ),
} as const satisfies { readonly [K in StateKey]?: ArmKind };
