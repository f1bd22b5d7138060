import type { LogCriterion, MetricCriterion } from '../wire.ts';
import { admits, limitOf, names, type Selector, selectorsOf } from './promql.ts';

/** What may be watched, each by an alert of its own. */
export const signals = [
  'nodeCpu',
  'nodeMemory',
  'podRestarts',
  'unavailableReplicas',
  'apiServerErrors',
  'volumeSpace',
  'outOfMemory',
  'unschedulable',
] as const;
export type Signal = (typeof signals)[number];

/** A condition that an alert rule fires on, in one of three languages. `minutes`: how long it must hold. */
export type Condition =
  | { language: 'metric'; criterion: MetricCriterion; minutes: number | undefined }
  | { language: 'kql'; criterion: LogCriterion; minutes: number | undefined }
  | { language: 'promql'; expression: string; minutes: number | undefined };

/** The value beyond which a condition fires, as a number that is too high or too low; none where it is not stated. */
interface Limit {
  above?: number;
  below?: number;
  minutes: number | undefined;
}

interface Detector {
  /** Names of Azure's metrics: platform metrics of AKS and of scale sets, and custom metrics of Container Insights. */
  metric?: RegExp;
  /** Whether the dimensions of the criterion leave in what is watched. */
  dimensions?: (criterion: MetricCriterion) => boolean;
  /** Its metrics are of nodes each, and the mean of all unless they are split. */
  ofNodes?: true;
  /** What a percentage never exceeds: a condition beyond it never fires. */
  most?: number;
  /** All of them must be in the query; one list of several is enough. */
  query: readonly (readonly RegExp[])[];
  series: (selector: Selector) => boolean;
  /** Looser than the recommended threshold. */
  loose: (limit: Limit) => boolean;
}

/** A share as a percentage: alerts write both 0.8 and 80. NaN for bytes, which no percentage compares with. */
const percent = (value: number): number => (value <= 1 ? value * 100 : value > 1000 ? Number.NaN : value);
const late = (limit: Limit, minutes: number): boolean => (limit.minutes ?? 0) > minutes;
const busy = (limit: Limit): boolean =>
  late(limit, 10) || (limit.above !== undefined && percent(limit.above) > 80) || (limit.below !== undefined && percent(limit.below) < 20);
const isRoot = (selector: Selector): boolean => names(selector, 'id') && admits(selector, 'id', '/');
/** A dimension that is not named, or that takes in the value. */
const takesIn =
  (dimension: string, value: string) =>
  ({ dimensions }: MetricCriterion): boolean => {
    const own = (dimensions ?? []).find(({ name }) => name?.toLowerCase() === dimension);
    const listed = (own?.values ?? []).some((each) => each === '*' || each.toLowerCase() === value);
    return own !== undefined && (own.operator?.toLowerCase() === 'exclude' ? !listed : listed);
  };

const nodePerformance = [/\bPerf\b/, /\bK8SNode\b/i];
const serverError = /\b5\d\d\b|['"]5(?:['"]|\.\.)|\b5xx\b/i;

/** By what each is measured: the recommended alerts of Azure, those of the community's rules, and what people write. */
export const detectors: Readonly<Record<Signal, Detector>> = {
  nodeCpu: {
    metric: /^(node_cpu_usage_percentage|cpuUsage(Allocatable)?Percentage|Percentage CPU)$/i,
    ofNodes: true,
    most: 100,
    query: [[...nodePerformance, /cpuUsageNanoCores/i]],
    series: (each) =>
      /^(node_cpu_seconds_total|node_cpu_usage_percentage|(\w*:)?node_cpu_utili[sz]ation(:\w*)*|(cluster|instance|node):node_cpu:\w+)$/.test(
        each.metric,
      ) ||
      (each.metric === 'container_cpu_usage_seconds_total' && isRoot(each)),
    loose: busy,
  },
  nodeMemory: {
    metric:
      /^(node_memory_(working_set|rss)_percentage|memory(Rss|WorkingSet)(Allocatable)?Percentage|Available Memory (Bytes|Percentage))$/i,
    ofNodes: true,
    // Of what pods may use, which a node can exceed.
    most: 130,
    query: [[...nodePerformance, /memory(Rss|WorkingSet)Bytes/i]],
    series: (each) =>
      /^(node_memory_(MemAvailable|MemFree)(_bytes)?|node_memory_(working_set|rss)_percentage|(\w*:)?node_memory_(utili[sz]ation|MemAvailable_bytes)(:\w*)+)$/.test(
        each.metric,
      ) ||
      (/^container_memory_(working_set|rss)(_bytes)?$/.test(each.metric) && isRoot(each)),
    loose: busy,
  },
  podRestarts: {
    metric: /^restartingContainerCount$/i,
    query: [
      [/\bKubePodInventory\b/, /\b\w*RestartCount\b/i],
      [/\bKubePodInventory\b|\bKubeEvents\b/, /CrashLoop|\bBackOff\b/i],
    ],
    series: (each) =>
      each.metric === 'kube_pod_container_status_restarts_total' ||
      (each.metric === 'kube_pod_container_status_waiting_reason' && admits(each, 'reason', 'CrashLoopBackOff')),
    loose: (limit) => (limit.above ?? 0) > 5,
  },
  unavailableReplicas: {
    metric: /^(kube_pod_status_ready|podReadyPercentage)$/i,
    query: [
      [/\bInsightsMetrics\b/, /kube_(deployment|replicaset)_status_replicas|\bdeployment\b/i, /ready|available/i],
      [
        /\bKubePodInventory\b/,
        /\bPodStatus\b|\bContainerStatus\b/,
        /(!=|<>|!~|!in~?|has_any|==|=~|in~?)\s*\(?\s*['"](Running|Failed|Unknown|waiting)/i,
      ],
    ],
    series: (each) =>
      /^kube_(deployment|replicaset)_status_replicas(_ready|_available|_unavailable)$/.test(each.metric) ||
      each.metric === 'kube_pod_status_ready' ||
      (each.metric === 'kube_deployment_status_condition' && admits(each, 'condition', 'Available')),
    loose: (limit) => late(limit, 5),
  },
  apiServerErrors: {
    query: [
      [/\bAKSAudit(Admin)?\b/, /ResponseStatus/i, serverError],
      [/\bAKSControlPlane\b/, /kube-apiserver/i, serverError],
      [/\bAzureDiagnostics\b/, /kube-audit|kube-apiserver/i, /responseStatus|\bcode\b/i, serverError],
    ],
    series: (each) =>
      /^apiserver_request:burnrate/.test(each.metric) ||
      (/^(\w+:)?(apiserver_request_(total|count)|rest_client_requests_total)(:\w+)?$/.test(each.metric) &&
        names(each, 'code') &&
        admits(each, 'code', '500')),
    loose: (limit) => limit.above !== undefined && percent(limit.above) > 1 && limit.above !== 1,
  },
  volumeSpace: {
    metric: /^(pvUsageExceededPercentage|pvUsagePercentage|pvUsedPercentage)$/i,
    query: [[/\bInsightsMetrics\b/, /\bpvUsedBytes\b/i]],
    series: (each) => /^kubelet_volume_stats_(available|used)_bytes$/.test(each.metric),
    loose: (limit) => (limit.above !== undefined && percent(limit.above) > 80) || (limit.below !== undefined && percent(limit.below) < 20),
  },
  outOfMemory: {
    metric: /^oomKilledContainerCount$/i,
    query: [[/\b(Kube\w+|Container\w+|Syslog|InsightsMetrics)\b/, /OOM-?Kill(ed|ing)?/i]],
    series: (each) =>
      /^(container_oom_events_total|node_vmstat_oom_kill)$/.test(each.metric) ||
      (/^kube_pod_container_status_(last_)?terminated_reason$/.test(each.metric) &&
        names(each, 'reason') &&
        admits(each, 'reason', 'OOMKilled')),
    loose: (limit) => (limit.above ?? 0) > 0,
  },
  unschedulable: {
    metric: /^(cluster_autoscaler_unschedulable_pods_count|kube_pod_status_phase)$/i,
    dimensions: (criterion) => criterion.metricName?.toLowerCase() !== 'kube_pod_status_phase' || takesIn('phase', 'pending')(criterion),
    query: [
      [/\bKubeEvents\b/, /FailedScheduling|Unschedulable/i],
      [/\bKubePodInventory\b/, /['"]Pending['"]/i],
      [/\bAKSControlPlane\b/, /unschedulable/i],
    ],
    series: (each) =>
      /^(kube_pod_status_unschedulable|cluster_autoscaler_unschedulable_pods_count|scheduler_pending_pods)$/.test(each.metric) ||
      (each.metric === 'kube_pod_status_phase' && names(each, 'phase') && admits(each, 'phase', 'Pending')) ||
      (each.metric === 'kube_pod_status_scheduled' && admits(each, 'condition', 'false')),
    loose: () => false,
  },
};

/** Why an alert may stay silent: by PromQL on what is not collected by default, or by a metric that is the mean of all nodes. */
export type Caveat = 'rare' | 'averaged';

/** Of the metrics above, those that managed Prometheus leaves out unless a ConfigMap asks for them (its minimal ingestion profile). */
const leftOut =
  /^(kube_deployment_status_(replicas_unavailable|condition)|kube_replicaset_status_\w+|kube_pod_status_(ready|unschedulable|scheduled)|kube_pod_container_status_terminated_reason|container_oom_events_total|node_vmstat_oom_kill|cluster_autoscaler_unschedulable_pods_count|scheduler_pending_pods)$/;

/** How a condition watches a signal; looser than recommended or not. */
export interface Watching {
  loose: boolean;
  caveat?: Caveat;
}

/** Reads a condition once and tells of each signal whether it watches that. */
export function watcherOf(condition: Condition): (signal: Signal) => Watching | undefined {
  if (condition.language === 'metric') return (signal) => watchesByMetric(condition, detectors[signal]);
  if (condition.language === 'kql') {
    const { query = '', operator, threshold } = condition.criterion;
    const read = withoutComments(query);
    return (signal) => {
      const detector = detectors[signal];
      if (!detector.query.some((every) => every.every((part) => part.test(read)))) return undefined;
      // A row of an event counts differently from a share of something.
      return { loose: signal === 'outOfMemory' && detector.loose(limited(operator, threshold, undefined)) };
    };
  }
  const selectors = selectorsOf(condition.expression);
  const end = limitOf(condition.expression);
  return (signal) => watchesBySeries(selectors, limited(end?.operator, end?.value, condition.minutes), detectors[signal]);
}

function watchesByMetric({ criterion, minutes }: Extract<Condition, { language: 'metric' }>, detector: Detector): Watching | undefined {
  const { metricName = '', operator, threshold } = criterion;
  if (!detector.metric?.test(metricName) || detector.dimensions?.(criterion) === false) return undefined;
  const limit = limited(operator, threshold, minutes);
  const averaged = detector.ofNodes && isMean(criterion) ? { caveat: 'averaged' as const } : {};
  return isReachable(limit, detector, metricName) ? { loose: detector.loose(limit), ...averaged } : undefined;
}

function watchesBySeries(selectors: readonly Selector[], limit: Limit, detector: Detector): Watching | undefined {
  const measured = selectors.filter(detector.series);
  if (measured.length === 0) return undefined;
  const rare = measured.some(({ metric }) => leftOut.test(metric)) ? { caveat: 'rare' as const } : {};
  return isReachable(limit, detector, '') ? { loose: detector.loose(limit), ...rare } : undefined;
}

/** Whether one value stands for all nodes: nothing splits the metric by them, and it is no extreme. */
const isMean = ({ dimensions, timeAggregation }: MetricCriterion): boolean =>
  !/^(maximum|minimum)$/i.test(timeAggregation ?? '') && !(dimensions ?? []).some(({ name }) => /^(node|vmname)$/i.test(name ?? ''));

function limited(operator: string | undefined, value: number | undefined, minutes: number | undefined): Limit {
  if (value === undefined || operator === undefined) return { minutes };
  if (/^(>=?|greaterthan|greaterthanorequal)$/i.test(operator)) return { above: value, minutes };
  return /^(<=?|lessthan|lessthanorequal)$/i.test(operator) ? { below: value, minutes } : { minutes };
}

/** A share beyond the whole is never reached, and one below zero neither; an alert on low use of a node is on something else. */
function isReachable({ above, below }: Limit, { most }: Detector, metric: string): boolean {
  if (most === undefined) return true;
  const isFree = metric === '' || /^available/i.test(metric);
  if (below !== undefined) return isFree && below > 0;
  return above === undefined || !(percent(above) >= most);
}

/** Longer than any query that a person writes; the rest is not read. */
const longest = 20_000;
const withoutComments = (query: string): string => query.slice(0, longest).replaceAll(/(^|\s)\/\/.*$/gm, '$1');
