import type { Shape } from './shapes.ts';

const strings: Shape = ['string'];
const objects: Shape = [{}];
const groupIds: Shape = [{ actionGroupId: 'string' }];

/** What the properties of Azure Monitor, budgets and backups must be where rules reach into them. */
export const monitorShapes = {
  diagnosticSettings: {
    workspaceId: 'string',
    storageAccountId: 'string',
    eventHubAuthorizationRuleId: 'string',
    marketplacePartnerId: 'string',
    logAnalyticsDestinationType: 'string',
    logs: [{ category: 'string', categoryGroup: 'string', enabled: 'boolean' }],
  },
  workspaces: {
    retentionInDays: 'number',
    workspaceCapping: { dailyQuotaGb: 'number' },
    publicNetworkAccessForIngestion: 'string',
    privateLinkScopedResources: [{ resourceId: 'string' }],
  },
  workspaceTables: { plan: 'string', retentionInDays: 'number', totalRetentionInDays: 'number' },
  dataCollectionRules: {
    dataCollectionEndpointId: 'string',
    dataSources: {
      extensions: [
        {
          extensionName: 'string',
          streams: strings,
          extensionSettings: {
            dataCollectionSettings: { namespaceFilteringMode: 'string', namespaces: strings },
          },
        },
      ],
      prometheusForwarder: [{ streams: strings }],
    },
    dataFlows: [{ streams: strings }],
    destinations: { logAnalytics: [{ workspaceResourceId: 'string' }], monitoringAccounts: [{ accountResourceId: 'string' }] },
  },
  grafana: { grafanaIntegrations: { azureMonitorWorkspaceIntegrations: [{ azureMonitorWorkspaceResourceId: 'string' }] } },
  flowLogs: { targetResourceId: 'string', enabled: 'boolean' },
  metricAlerts: {
    enabled: 'boolean',
    scopes: strings,
    windowSize: 'string',
    targetResourceType: 'string',
    targetResourceRegion: 'string',
    criteria: {
      allOf: [
        {
          metricName: 'string',
          metricNamespace: 'string',
          operator: 'string',
          threshold: 'number',
          query: 'string',
          dimensions: [{ name: 'string', operator: 'string', values: strings }],
        },
      ],
      failingPeriods: {},
    },
    actions: groupIds,
  },
  scheduledQueryRules: {
    enabled: 'boolean',
    scopes: strings,
    windowSize: 'string',
    criteria: { allOf: [{ query: 'string', operator: 'string', threshold: 'number', metricMeasureColumn: 'string' }] },
    actions: { actionGroups: strings },
  },
  prometheusRuleGroups: {
    enabled: 'boolean',
    clusterName: 'string',
    scopes: strings,
    rules: [{ record: 'string', alert: 'string', enabled: 'boolean', expression: 'string', for: 'string', actions: groupIds }],
  },
  activityLogAlerts: {
    enabled: 'boolean',
    scopes: strings,
    condition: {
      allOf: [
        { field: 'string', equals: 'string', containsAny: strings, anyOf: [{ field: 'string', equals: 'string', containsAny: strings }] },
      ],
    },
    actions: { actionGroups: groupIds },
  },
  actionGroups: { enabled: 'boolean', emailReceivers: objects, smsReceivers: objects },
  alertProcessingRules: {
    enabled: 'boolean',
    scopes: strings,
    conditions: [{ field: 'string', operator: 'string', values: strings }],
    schedule: { effectiveFrom: 'string', effectiveUntil: 'string', recurrences: objects },
    actions: [{ actionType: 'string', actionGroupIds: strings }],
  },
  budgets: {
    timePeriod: { startDate: 'string', endDate: 'string' },
    filter: {},
    notifications: { '*': { enabled: 'boolean', contactEmails: strings, contactRoles: strings, contactGroups: strings } },
  },
  backupVaults: {
    storageSettings: [{ datastoreType: 'string', type: 'string' }],
    securitySettings: { softDeleteSettings: { state: 'string' }, immutabilitySettings: { state: 'string' } },
    featureSettings: { crossRegionRestoreSettings: { state: 'string' } },
  },
  backupInstances: {
    dataSourceInfo: { resourceID: 'string' },
    protectionStatus: { status: 'string' },
    policyInfo: {
      policyParameters: {
        backupDatasourceParametersList: [{ includedNamespaces: strings, excludedNamespaces: strings, labelSelectors: strings }],
      },
    },
  },
  backupJobs: { dataSourceId: 'string', operationCategory: 'string', status: 'string', startTime: 'string', endTime: 'string' },
} satisfies Readonly<Record<string, Shape>>;
