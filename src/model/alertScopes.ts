import { any, normalId, type Seen } from '../seen.ts';
import type {
  DataCollectionRule,
  DataCollectionRuleAssociation,
  DiagnosticSetting,
  ManagedCluster,
  MetricAlert,
  PrometheusRuleGroup,
  ScheduledQueryRule,
} from '../wire.ts';
import { associatedRules, metricsWorkspacesOf } from './collectionRules.ts';
import { admits, names, selectorsOf } from './promql.ts';
import { workspaceIds } from './retention.ts';
import { regionName } from './zones.ts';

export interface ScopeFacts {
  readonly cluster: ManagedCluster;
  readonly diagnosticSettings: Seen<DiagnosticSetting>;
  readonly dataCollectionRuleAssociations: Seen<DataCollectionRuleAssociation>;
  readonly dataCollectionRules: Seen<DataCollectionRule>;
}

/** Whether an id is a scope's, or lies within it. */
export const isWithin = (id: string, scope: string): boolean => `${normalId(id)}/`.startsWith(`${normalId(scope)}/`);

/** A Log Analytics workspace that the cluster's logs go to. */
const hasLogs = (id: string, { cluster, diagnosticSettings }: ScopeFacts): boolean =>
  workspaceIds(cluster, []).some((own) => normalId(own) === normalId(id)) ||
  diagnosticSettings.some((setting) => workspaceIds(cluster, [setting]).some((own) => normalId(own) === normalId(id)));

/** An Azure Monitor workspace that the cluster's metrics go to. */
const hasMetrics = (id: string, { dataCollectionRuleAssociations, dataCollectionRules }: ScopeFacts): boolean =>
  associatedRules(dataCollectionRuleAssociations, dataCollectionRules).some((rule) =>
    metricsWorkspacesOf(rule).some((own) => normalId(own) === normalId(id)),
  );

const isOfType = (id: string, type: string): boolean => normalId(id).includes(`/providers/${type}/`);
const metricsType = 'microsoft.monitor/accounts';
const logsType = 'microsoft.operationalinsights/workspaces';
const clusterType = 'microsoft.containerservice/managedclusters';

/** A metric alert of the cluster, of its scale sets, or of all clusters of a group, subscription and region; by PromQL, of its metrics. */
export function coversMetrics({ properties }: MetricAlert, facts: ScopeFacts): boolean {
  const { cluster } = facts;
  const nodes = `${cluster.id.split('/').slice(0, 3).join('/')}/resourceGroups/${cluster.properties.nodeResourceGroup}`;
  const { targetResourceType: type, targetResourceRegion: region } = properties;
  const expressions = (properties.criteria?.allOf ?? []).flatMap(({ query }) => query ?? []);
  if (!expressions.every((each) => isOfCluster(each, cluster))) return false;
  return any(
    ...(properties.scopes ?? []).map((scope) => () => {
      if (normalId(scope) === normalId(cluster.id) || isWithin(scope, nodes)) return true;
      if (isOfType(scope, metricsType)) return hasMetrics(scope, facts);
      const isHere = region == null || region === '' || sameRegion(region, cluster.location ?? '');
      // A query needs no type: it asks for what all that is within sends.
      const isOurs = type ? type.toLowerCase() === clusterType : expressions.length > 0;
      return isWithin(cluster.id, scope) && isOurs && isHere;
    }),
  );
}

/** `West Europe` and `westeurope`. */
export const sameRegion = (one: string, other: string): boolean => regionName(one) === regionName(other);

/** A query over the cluster, what holds it, or a workspace of its logs, that does not ask for another cluster by name. */
export function coversLogs({ properties }: ScheduledQueryRule, facts: ScopeFacts): boolean {
  const { cluster } = facts;
  const queries = (properties.criteria?.allOf ?? []).map(({ query }) => query ?? '');
  if (!queries.every((query) => asksFor(query, cluster))) return false;
  return any(
    ...(properties.scopes ?? []).map((scope) => () => isWithin(cluster.id, scope) || (isOfType(scope, logsType) && hasLogs(scope, facts))),
  );
}

const clusterColumn =
  /\b(?:ClusterName|ClusterId|_ResourceId|ResourceId|Resource)\s*(==|=~|in~?|has|contains|endswith)\s*(\(?\s{0,9}(?:['"][^'"]{1,300}['"]\s{0,9},?\s{0,9}){1,50})/gi;

/** Whether the names or ids of clusters that a query compares with are this one's. */
function asksFor(query: string, cluster: ManagedCluster): boolean {
  const id = normalId(cluster.id);
  return [...query.matchAll(clusterColumn)].every(([, operator = '', list = '']) => {
    const wanted = [...list.matchAll(/['"]([^'"]*)['"]/g)].map(([, each = '']) => each.toLowerCase());
    const isExact = /^(==|=~|in)/i.test(operator);
    return wanted.some((each) => (isExact ? each === id || each === cluster.name.toLowerCase() : id.includes(each)));
  });
}

/** A group of rules over the cluster's metrics, for this cluster or for all that send there. */
export function coversPrometheus({ properties }: PrometheusRuleGroup, facts: ScopeFacts): boolean {
  const { cluster } = facts;
  const scopes = properties.scopes ?? [];
  const clusters = scopes.filter((scope) => isOfType(scope, clusterType));
  if (clusters.length > 0) return clusters.some((scope) => normalId(scope) === normalId(cluster.id));
  if (properties.clusterName && properties.clusterName.toLowerCase() !== cluster.name.toLowerCase()) return false;
  return any(...scopes.filter((scope) => isOfType(scope, metricsType)).map((scope) => () => hasMetrics(scope, facts)));
}

/** Whether an expression is not about other clusters alone, by the label that managed Prometheus gives every metric. */
export const isOfCluster = (expression: string, cluster: ManagedCluster): boolean =>
  selectorsOf(expression).every(
    (each) => !names(each, 'cluster') || admits(each, 'cluster', cluster.name) || admits(each, 'cluster', cluster.name.toLowerCase()),
  );
