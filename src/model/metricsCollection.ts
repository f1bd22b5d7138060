import type { DataCollectionRuleAssociation, Deployment, StatefulSet } from '../wire.ts';
import { parseImage } from './images.ts';
import { containersOf } from './podSpecs.ts';

/**
 * Whether an association ties the cluster to a rule that can carry Prometheus metrics. What a rule collects is not read;
 * so any counts but those for logs: az and the portal name them `MSCI-<region>-<cluster>`, and associate them as
 * `ContainerInsightsExtension`, or `ContainerLogV2Extension...` for the logs of some namespaces. Those for metrics are
 * `MSProm-...` and `ContainerInsightsMetricsExtension`. An association to an endpoint alone has no rule.
 */
export function mayCarryMetrics({ name, properties }: DataCollectionRuleAssociation): boolean {
  const rule = properties.dataCollectionRuleId?.replace(/\/+$/, '').split('/').pop();
  return !!rule && !/^MSCI-/i.test(rule) && !/^Container(Insights|LogV2)Extension/i.test(name);
}

type Server = Deployment | StatefulSet;

/** A Prometheus server, or the operator that makes them, by the usual label or image; one scaled to zero collects nothing. */
export const isPrometheus = (server: Server): boolean =>
  runs(server, 'prometheus', /(^|\/)(prom\/prometheus|prometheus\/prometheus|prometheus-operator)$/);

/** A Grafana in the cluster, in the same way. */
export const isGrafana = (server: Server): boolean => runs(server, 'grafana', /(^|\/)grafana\/grafana(-oss|-enterprise)?$/);

function runs({ metadata, spec }: Server, name: string, repository: RegExp): boolean {
  if (spec?.replicas === 0) return false;
  const labels = { ...metadata.labels, ...spec?.template?.metadata?.labels };
  if (labels['app.kubernetes.io/name'] === name) return true;
  return containersOf(spec?.template?.spec).some(({ container }) => repository.test(parseImage(container.image)?.repository ?? ''));
}
