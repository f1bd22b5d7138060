import { check, fail, flag, ifSeen, pass, see, texts } from '../check.ts';
import { containerInsights as insightsOf, keysRetired } from '../model/logCollection.ts';
import { isPrometheus, mayCarryMetrics } from '../model/metricsCollection.ts';
import { glob } from '../model/namespaces.ts';
import { all, any } from '../seen.ts';

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
