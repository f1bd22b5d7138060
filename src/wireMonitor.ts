/** The shapes of Azure Monitor, of budgets and of Azure Backup: what rules read of them. Types only. */
import type { ArmResource, KubernetesObject } from './wire.ts';

interface Arm<P> extends ArmResource {
  properties: P;
}

/** Microsoft.Insights/diagnosticSettings 2021-05-01-preview. */
export type DiagnosticSetting = Arm<{
  workspaceId?: string;
  storageAccountId?: string;
  eventHubAuthorizationRuleId?: string;
  marketplacePartnerId?: string;
  /** `Dedicated` is tables of their own; none is AzureDiagnostics. */
  logAnalyticsDestinationType?: string;
  logs?: { category?: string; categoryGroup?: string; enabled?: boolean }[];
}>;
/** Microsoft.OperationalInsights/workspaces 2023-09-01. */
export type Workspace = Arm<{
  retentionInDays?: number;
  workspaceCapping?: { dailyQuotaGb?: number };
  publicNetworkAccessForIngestion?: string;
  privateLinkScopedResources?: { resourceId?: string }[];
}>;
/** Microsoft.OperationalInsights/workspaces/tables 2023-09-01. */
export type WorkspaceTable = Arm<{ plan?: string; retentionInDays?: number; totalRetentionInDays?: number }>;
/** Microsoft.Insights/dataCollectionRules 2023-03-11. */
export type DataCollectionRule = Arm<{
  dataCollectionEndpointId?: string;
  dataSources?: {
    extensions?: {
      name?: string;
      extensionName?: string;
      streams?: string[];
      extensionSettings?: {
        dataCollectionSettings?: {
          interval?: string;
          namespaceFilteringMode?: string;
          namespaces?: string[];
          /** A string where a template wrote one. */
          enableContainerLogV2?: boolean | string;
        };
      };
    }[];
    prometheusForwarder?: { streams?: string[] }[];
  };
  dataFlows?: { streams?: string[]; destinations?: string[] }[];
  destinations?: {
    logAnalytics?: { name?: string; workspaceResourceId?: string }[];
    monitoringAccounts?: { name?: string; accountResourceId?: string }[];
  };
}>;
/** Microsoft.Dashboard/grafana 2023-09-01. */
export type Grafana = Arm<{
  provisioningState?: string;
  grafanaIntegrations?: { azureMonitorWorkspaceIntegrations?: { azureMonitorWorkspaceResourceId?: string }[] };
}>;
/** Microsoft.Network/networkWatchers/flowLogs. */
export type FlowLog = Arm<{ targetResourceId?: string; enabled?: boolean; provisioningState?: string }>;

/** Microsoft.Insights/metricAlerts 2018-03-01; criteria of a PromQL query as 2024-03-01-preview has them. */
export type MetricAlert = Arm<{
  enabled?: boolean;
  severity?: number;
  scopes?: string[];
  evaluationFrequency?: string;
  windowSize?: string;
  targetResourceType?: string;
  targetResourceRegion?: string;
  criteria?: { 'odata.type'?: string; allOf?: MetricCriterion[]; failingPeriods?: { for?: string } };
  actions?: { actionGroupId?: string }[];
}>;
export interface MetricCriterion {
  name?: string;
  criterionType?: string;
  metricName?: string;
  metricNamespace?: string;
  operator?: string;
  threshold?: number;
  timeAggregation?: string;
  dimensions?: { name?: string; operator?: string; values?: string[] }[];
  query?: string;
}
/** Microsoft.Insights/scheduledQueryRules 2023-12-01. */
export type ScheduledQueryRule = Arm<{
  enabled?: boolean;
  severity?: number;
  scopes?: string[];
  targetResourceTypes?: string[];
  evaluationFrequency?: string;
  windowSize?: string;
  criteria?: { allOf?: LogCriterion[] };
  actions?: { actionGroups?: string[] };
}>;
export interface LogCriterion {
  query?: string;
  timeAggregation?: string;
  metricMeasureColumn?: string;
  resourceIdColumn?: string;
  operator?: string;
  threshold?: number;
}
/** Microsoft.AlertsManagement/prometheusRuleGroups 2023-03-01. */
export type PrometheusRuleGroup = Arm<{
  enabled?: boolean;
  clusterName?: string;
  scopes?: string[];
  interval?: string;
  rules?: PrometheusRule[];
}>;
/** `record` stands in a rule that makes a metric, `alert` in one that tells somebody. */
export interface PrometheusRule {
  record?: string;
  alert?: string;
  enabled?: boolean;
  expression?: string;
  severity?: number;
  for?: string;
  actions?: { actionGroupId?: string }[];
}
interface LogCondition {
  field?: string;
  equals?: string;
  containsAny?: string[];
}
/** Microsoft.Insights/activityLogAlerts 2020-10-01. */
export type ActivityLogAlert = Arm<{
  enabled?: boolean;
  scopes?: string[];
  condition?: { allOf?: (LogCondition & { anyOf?: LogCondition[] })[] };
  actions?: { actionGroups?: { actionGroupId?: string }[] };
}>;
/** Microsoft.Insights/actionGroups 2023-01-01: who is told. Addresses are not read. */
export type ActionGroup = Arm<{ enabled?: boolean } & { [K in Receivers]?: Receiver[] }>;
export const receivers = [
  'emailReceivers',
  'smsReceivers',
  'webhookReceivers',
  'itsmReceivers',
  'azureAppPushReceivers',
  'automationRunbookReceivers',
  'voiceReceivers',
  'logicAppReceivers',
  'azureFunctionReceivers',
  'armRoleReceivers',
  'eventHubReceivers',
  'incidentReceivers',
] as const;
type Receivers = (typeof receivers)[number];
export interface Receiver {
  name?: string;
  /** Of mail and text messages: `Enabled`, or `Disabled` after somebody unsubscribed. */
  status?: string;
}
/** Microsoft.AlertsManagement/actionRules 2021-08-08, which Azure calls alert processing rules. */
export type AlertProcessingRule = Arm<{
  enabled?: boolean;
  scopes?: string[];
  conditions?: { field?: string; operator?: string; values?: string[] }[];
  schedule?: { effectiveFrom?: string; effectiveUntil?: string; recurrences?: unknown[] };
  actions?: { actionType?: string; actionGroupIds?: string[] }[];
}>;

/** Microsoft.Consumption/budgets 2023-11-01. */
export type Budget = Arm<{
  amount?: number;
  timeGrain?: string;
  timePeriod?: { startDate?: string; endDate?: string };
  filter?: Record<string, unknown>;
  notifications?: Record<
    string,
    { enabled?: boolean; threshold?: number; contactEmails?: string[]; contactRoles?: string[]; contactGroups?: string[] }
  >;
}>;
/** Microsoft.DataProtection/backupVaults 2024-04-01. */
export type BackupVault = Arm<{
  storageSettings?: { datastoreType?: string; type?: string }[];
  securitySettings?: { softDeleteSettings?: { state?: string }; immutabilitySettings?: { state?: string } };
  featureSettings?: { crossRegionRestoreSettings?: { state?: string } };
}>;
/** Microsoft.DataProtection/backupVaults/backupInstances 2024-04-01. */
export type BackupInstance = Arm<{
  dataSourceInfo?: { resourceID?: string; datasourceType?: string };
  protectionStatus?: { status?: string };
  policyInfo?: {
    policyParameters?: {
      backupDatasourceParametersList?: {
        objectType?: string;
        includedNamespaces?: string[];
        excludedNamespaces?: string[];
        includeClusterScopeResources?: boolean;
        snapshotVolumes?: boolean;
        labelSelectors?: string[];
      }[];
    };
  };
}>;
/** Microsoft.DataProtection/backupVaults/backupJobs 2024-04-01. */
export type BackupJob = Arm<{
  dataSourceId?: string;
  operationCategory?: string;
  status?: string;
  startTime?: string;
  endTime?: string;
}>;

/** monitoring.coreos.com/v1 PrometheusRule: alerts of a Prometheus in the cluster. */
export interface PrometheusRuleObject extends KubernetesObject {
  spec?: { groups?: { name?: string; rules?: { alert?: string; expr?: string | number; for?: string }[] }[] };
}
/** velero.io/v1: what a backup holds; absent or `*` namespaces are all. */
export interface VeleroBackupSpec {
  includedNamespaces?: string[];
  excludedNamespaces?: string[];
  snapshotVolumes?: boolean;
  defaultVolumesToFsBackup?: boolean;
  storageLocation?: string;
}
export interface VeleroSchedule extends KubernetesObject {
  spec?: { schedule?: string; paused?: boolean; template?: VeleroBackupSpec };
  status?: { phase?: string; lastBackup?: string };
}
export interface VeleroBackup extends KubernetesObject {
  spec?: VeleroBackupSpec;
  status?: { phase?: string; completionTimestamp?: string };
}
export interface BackupStorageLocation extends KubernetesObject {
  status?: { phase?: string };
}
