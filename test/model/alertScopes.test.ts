import { describe, expect, test } from 'vitest';
import { coversLogs, coversMetrics, coversPrometheus, isOfCluster, type ScopeFacts } from '../../src/model/alertScopes.ts';
import { seen } from '../../src/seen.ts';
import type {
  DataCollectionRule,
  DataCollectionRuleAssociation,
  ManagedCluster,
  MetricAlert,
  PrometheusRuleGroup,
  ScheduledQueryRule,
} from '../../src/wire.ts';

const subscription = '/subscriptions/11111111-2222-3333-4444-555555555555';
const group = `${subscription}/resourceGroups/rg-shop`;
const id = `${group}/providers/Microsoft.ContainerService/managedClusters/shop`;
const logs = `${group}/providers/Microsoft.OperationalInsights/workspaces/logs`;
const metrics = `${group}/providers/Microsoft.Monitor/accounts/metrics`;
const rule = `${group}/providers/Microsoft.Insights/dataCollectionRules/prom`;
const resource = (properties: object, at = id) => ({
  id: at,
  name: at.split('/').at(-1) ?? '',
  type: '',
  location: 'westeurope',
  properties,
});

const facts: ScopeFacts = {
  cluster: resource({
    nodeResourceGroup: 'mc_shop',
    addonProfiles: { omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: logs } } },
  }) as ManagedCluster,
  diagnosticSettings: seen([]),
  dataCollectionRuleAssociations: seen([resource({ dataCollectionRuleId: rule }) as DataCollectionRuleAssociation]),
  dataCollectionRules: seen([
    resource({ destinations: { monitoringAccounts: [{ accountResourceId: metrics }] } }, rule) as DataCollectionRule,
  ]),
};

describe('a log alert', () => {
  test.each<[string, string, string, boolean]>([
    ['its workspace', logs, 'KubeEvents', true],
    ['its workspace in another case', logs.toUpperCase(), 'KubeEvents', true],
    ['another workspace', `${logs}-other`, 'KubeEvents', false],
    ['the cluster', id, 'KubeEvents', true],
    ['its resource group', group, 'KubeEvents', true],
    ['a resource group whose name begins alike', `${group}-other`, 'KubeEvents', false],
    ['this cluster by name', logs, "KubeEvents | where ClusterName =~ 'SHOP'", true],
    ['another by name', logs, "KubeEvents | where ClusterName == 'other'", false],
    ['this and another', logs, "KubeEvents | where ClusterName in ('other', 'shop')", true],
    ['this by id', logs, `KubeEvents | where _ResourceId =~ '${id}'`, true],
    ['this by a part of its id', logs, "KubeEvents | where _ResourceId has '/managedclusters/shop'", true],
    ['another by a part of its id', logs, "KubeEvents | where _ResourceId contains 'managedclusters/blog'", false],
  ])('of %s', (_name, scope, query, expected) =>
    expect(coversLogs(resource({ scopes: [scope], criteria: { allOf: [{ query }] } }) as ScheduledQueryRule, facts)).toBe(expected),
  );
});

describe('a metric alert', () => {
  const type = 'microsoft.containerservice/managedclusters';
  test.each<[string, object, boolean]>([
    ['the cluster', { scopes: [id] }, true],
    ['another cluster', { scopes: [`${id}2`] }, false],
    [
      'all clusters of the subscription and region',
      { scopes: [subscription], targetResourceType: type, targetResourceRegion: 'West Europe' },
      true,
    ],
    ['all clusters of another region', { scopes: [subscription], targetResourceType: type, targetResourceRegion: 'northeurope' }, false],
    ['all machines of the group', { scopes: [group], targetResourceType: 'Microsoft.Compute/virtualMachines' }, false],
    ['its scale sets', { scopes: [`${subscription}/resourceGroups/MC_shop/providers/Microsoft.Compute/virtualMachineScaleSets/a`] }, true],
    ['its metrics, by PromQL', { scopes: [metrics], criteria: { allOf: [{ query: 'up{cluster="shop"}' }] } }, true],
    ['what its group sends, by PromQL', { scopes: [group], criteria: { allOf: [{ query: 'up == 0' }] } }, true],
    [
      'what machines of its group send, by PromQL',
      { scopes: [group], targetResourceType: 'Microsoft.Compute/virtualMachines', criteria: { allOf: [{ query: 'up == 0' }] } },
      false,
    ],
    ['its group, of no type', { scopes: [group] }, false],
    ['metrics of another cluster, by PromQL', { scopes: [metrics], criteria: { allOf: [{ query: 'up{cluster="blog"}' }] } }, false],
    ['nothing', {}, false],
  ])('of %s', (_name, properties, expected) => expect(coversMetrics(resource(properties) as MetricAlert, facts)).toBe(expected));
});

describe('a group of Prometheus rules', () => {
  test.each<[string, object, boolean]>([
    ['all that is in its workspace', { scopes: [metrics] }, true],
    ['this cluster by name', { scopes: [metrics], clusterName: 'Shop' }, true],
    ['another by name', { scopes: [metrics], clusterName: 'blog' }, false],
    ['this cluster by id, whatever it is called', { scopes: [metrics, id], clusterName: 'k8s' }, true],
    ['another by id', { scopes: [metrics, `${id}2`] }, false],
    ['another workspace', { scopes: [`${metrics}2`] }, false],
  ])('of %s', (_name, properties, expected) => expect(coversPrometheus(resource(properties) as PrometheusRuleGroup, facts)).toBe(expected));
});

test.each<[string, boolean]>([
  ['up', true],
  ['up{cluster="shop"}', true],
  ['up{cluster=~"shop|blog"}', true],
  ['up{cluster=~"sh.*"}', true],
  ['up{cluster!="shop"}', false],
  ['up{cluster="blog"} / up', false],
  ['up{cluster=~"[a-z]{4}"}', true],
])('%s is of the cluster shop: %s', (expression, expected) => expect(isOfCluster(expression, facts.cluster)).toBe(expected));
