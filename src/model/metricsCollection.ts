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

/** A Prometheus server, or the operator that makes them, by the usual label or image; one scaled to zero collects nothing. */
export function isPrometheus({ metadata, spec }: Deployment | StatefulSet): boolean {
  if (spec?.replicas === 0) return false;
  const labels = { ...metadata.labels, ...spec?.template?.metadata?.labels };
  if (labels['app.kubernetes.io/name'] === 'prometheus') return true;
  return containersOf(spec?.template?.spec).some(({ container }) =>
    /(^|\/)(prom\/prometheus|prometheus\/prometheus|prometheus-operator)$/.test(parseImage(container.image)?.repository ?? ''),
  );
}
