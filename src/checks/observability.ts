import { check, fail, flag, ifSeen, pass, see, texts } from '../check.ts';
import { containerInsights as insightsOf, keysRetired } from '../model/logCollection.ts';
import { associatedRules, metricsWorkspacesOf } from '../model/collectionRules.ts';
import { isFlowObserver, isLogOfNetwork, isLogOfSecurityGroup } from '../model/flowLogs.ts';
import { isGrafana, isPrometheus, mayCarryMetrics } from '../model/metricsCollection.ts';
import { glob } from '../model/namespaces.ts';
import { all, any, normalId, type Seen } from '../seen.ts';
import type { Deployment, Grafana, StatefulSet } from '../wire.ts';

/** Logs of containers in a Log Analytics workspace. The agent once signed in by the key of the workspace, which Azure retired. */
export const containerInsights = check({
  needs: ['cluster', 'daemonSets'],
  params: { acceptedLogPlatforms: texts() },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { acceptedLogPlatforms }, { daemonSets, at }) => {
    const { enabled, workspaceId, legacy, enabledAt, workspaceAt, authenticationAt } = insightsOf(cluster);
    const evidence = [
      see(cluster, enabledAt, 'true'),
      ...(enabled ? [see(cluster, workspaceAt, 'a workspace')] : []),
      ...(legacy ? [see(cluster, authenticationAt, '"true"')] : []),
    ];
    if (enabled && workspaceId && !legacy) return pass('Container Insights collects logs.', evidence);
    if (enabled && workspaceId && !keysRetired(at))
      return pass('Container Insights collects logs.', evidence, 'Its legacy key authentication is retired on 30 September 2026.');
    const names = acceptedLogPlatforms.map(glob);
    const other = names.length === 0 ? undefined : daemonSets.find(({ metadata }) => names.some((matches) => matches(metadata.name)));
    if (other !== undefined)
      return pass('Another accepted log agent runs.', [see(other, '/metadata/name'), ...evidence], 'Container Insights collects no logs.');
    if (!enabled) return fail('Container Insights is off.', evidence);
    if (!workspaceId) return fail('Container Insights has no workspace to send logs to.', evidence);
    return fail('Container Insights uses legacy key authentication, retired on 30 September 2026.', evidence);
  },
});

const metricsAt = '/properties/azureMonitorProfile/metrics/enabled';

/** Metrics in an Azure Monitor workspace, to which only an associated rule leads them; else a Prometheus in the cluster. */
export const prometheus = check({
  needs: ['cluster', 'dataCollectionRuleAssociations', 'deployments', 'statefulSets'],
  params: { acceptSelfManaged: flag(true) },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { acceptSelfManaged }, { dataCollectionRuleAssociations: associations, deployments, statefulSets }) => {
    const evidence = [see(cluster, metricsAt, 'true')];
    const enabled = cluster.properties.azureMonitorProfile?.metrics?.enabled === true;
    const managed = () =>
      all(
        () => enabled,
        () => associations.some(mayCarryMetrics),
      );
    const own = () =>
      all(
        () => acceptSelfManaged,
        () =>
          any(
            () => deployments.some(isPrometheus),
            () => statefulSets.some(isPrometheus),
          ),
      );
    if (any(managed, own)) {
      if (ifSeen(managed))
        return pass('Managed Prometheus collects metrics.', [
          ...evidence,
          ...associations.items.filter(mayCarryMetrics).map((each) => see(each, '/properties/dataCollectionRuleId')),
        ]);
      const servers = [...deployments.items, ...statefulSets.items].filter(isPrometheus).map((each) => see(each, '/metadata/name'));
      return pass('Prometheus runs in the cluster.', [...servers, ...evidence], enabled ? undefined : 'Managed Prometheus is off.');
    }
    if (!enabled) return fail('Managed Prometheus is off.', evidence);
    const rules = associations.items.map((each) => see(each, '/properties/dataCollectionRuleId', 'a rule for Prometheus metrics'));
    return fail('Managed Prometheus is on, and no data collection rule leads its metrics to a workspace.', [...evidence, ...rules]);
  },
});

/** A Grafana that reads the workspace of the cluster's metrics, or one in the cluster. */
export const grafana = check({
  needs: ['cluster', 'dataCollectionRuleAssociations', 'dataCollectionRules', 'grafana', 'deployments', 'statefulSets'],
  params: { acceptSelfManaged: flag(true) },
  subjects: ({ cluster, deployments, statefulSets }) => {
    const enabled = cluster.properties.azureMonitorProfile?.metrics?.enabled === true;
    return enabled || serverThat(isPrometheus, deployments, statefulSets) !== undefined ? [cluster] : [];
  },
  none: 'No Prometheus collects metrics that a Grafana could show.',
  judge: (cluster, { acceptSelfManaged }, { dataCollectionRuleAssociations, dataCollectionRules, grafana, deployments, statefulSets }) => {
    const rules = associatedRules(dataCollectionRuleAssociations, dataCollectionRules);
    const workspaces = new Set(rules.items.flatMap(metricsWorkspacesOf).map(normalId));
    const linked = grafana.items.find((each) => linksOf(each).some((id) => workspaces.has(id)));
    if (linked !== undefined)
      return pass('A managed Grafana reads its metrics.', see(linked, '/properties/grafanaIntegrations/azureMonitorWorkspaceIntegrations'));
    const own = () => (acceptSelfManaged ? serverThat(isGrafana, deployments, statefulSets) : undefined);
    const seenOwn = ifSeen(own);
    if (seenOwn !== undefined) return pass('Grafana runs in the cluster.', see(seenOwn, '/metadata/name'));
    const instances = grafana.all().map((each) => see(each, '/properties/grafanaIntegrations', [...workspaces].join(', ')));
    rules.all();
    own();
    return fail('No Grafana reads its metrics.', [see(cluster, metricsAt), ...instances]);
  },
});

const linksOf = ({ properties }: Grafana): string[] =>
  (properties.grafanaIntegrations?.azureMonitorWorkspaceIntegrations ?? []).flatMap(({ azureMonitorWorkspaceResourceId: id }) =>
    id ? [normalId(id)] : [],
  );

/** The first of them, seen or not in either list. */
function serverThat(
  is: (server: Deployment | StatefulSet) => boolean,
  deployments: Seen<Deployment>,
  statefulSets: Seen<StatefulSet>,
): Deployment | StatefulSet | undefined {
  return deployments.concat(statefulSets).find(is);
}

/** Who talks to whom: by AKS' own observability, a Retina or Hubble in the cluster, or flow logs of the nodes' network. */
export const traffic = check({
  needs: ['cluster', 'agentPools', 'flowLogs', 'deployments', 'daemonSets'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, { agentPools, flowLogs, deployments, daemonSets }) => {
    const at = '/properties/networkProfile/advancedNetworking/observability/enabled';
    if (cluster.properties.networkProfile?.advancedNetworking?.observability?.enabled === true)
      return pass('Container network observability is on.', see(cluster, at));
    const log = flowLogs.items.find((each) => isLogOfNetwork(each, cluster, agentPools.items));
    if (log !== undefined) return pass('Flows in the network of its nodes are logged.', see(log, '/properties/enabled'));
    const observers = deployments.concat(daemonSets);
    const observer = observers.items.find(isFlowObserver);
    if (observer !== undefined) return pass('The cluster runs an observer of its network.', see(observer, '/metadata/name'));
    const logs = flowLogs.all();
    agentPools.all();
    observers.all();
    const old = logs.filter(isLogOfSecurityGroup);
    return fail(
      'Its network traffic is not observed.',
      [see(cluster, at, 'true'), ...old.map((each) => see(each, '/properties/targetResourceId', 'the network of the nodes'))],
      old.length > 0 ? { note: 'Flow logs of network security groups end on 30 September 2027.' } : {},
    );
  },
});
