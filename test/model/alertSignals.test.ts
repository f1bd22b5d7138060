import { expect, test } from 'vitest';
import { type Condition, type Signal, signals, watcherOf } from '../../src/model/alertSignals.ts';

const promql = (expression: string, minutes?: number): Condition => ({ language: 'promql', expression, minutes });
const kql = (query: string): Condition => ({ language: 'kql', criterion: { query, operator: 'GreaterThan', threshold: 0 }, minutes: 15 });
const metric = (
  metricName: string,
  operator: string,
  threshold: number,
  dimensions: { name: string; operator: string; values: string[] }[] = [],
): Condition => ({
  language: 'metric',
  criterion: { metricName, operator, threshold, dimensions },
  minutes: 5,
});

/** What a condition watches; `~` before a signal: looser than recommended. */
const told = (condition: Condition): string[] =>
  signals.flatMap((signal: Signal) => {
    const found = watcherOf(condition)(signal);
    return found === undefined ? [] : [found.loose ? `~${signal}` : signal];
  });

test.each<[string, Condition, string[]]>([
  // Metrics of Azure.
  ['CPU of nodes', metric('node_cpu_usage_percentage', 'GreaterThan', 80), ['nodeCpu']],
  ["CPU of nodes, as Azure's own recommended alert has it", metric('node_cpu_usage_percentage', 'GreaterThan', 95), ['~nodeCpu']],
  ['low CPU of nodes', metric('node_cpu_usage_percentage', 'LessThan', 10), []],
  ['CPU of nodes that never is', metric('node_cpu_usage_percentage', 'GreaterThan', 100), []],
  ['memory of nodes, of what pods may use', metric('node_memory_working_set_percentage', 'GreaterThan', 100), ['~nodeMemory']],
  ['memory of nodes that never is', metric('node_memory_working_set_percentage', 'GreaterThan', 200), []],
  ['CPU of scale sets', metric('Percentage CPU', 'GreaterThanOrEqual', 75), ['nodeCpu']],
  ['free memory of scale sets', metric('Available Memory Bytes', 'LessThan', 1_000_000_000), ['nodeMemory']],
  ['pods that are ready', metric('podReadyPercentage', 'LessThan', 80), ['unavailableReplicas']],
  ['restarts, as Container Insights counted them', metric('restartingContainerCount', 'GreaterThan', 0), ['podRestarts']],
  ['out of memory, as Container Insights counted it', metric('oomKilledContainerCount', 'GreaterThan', 0), ['outOfMemory']],
  ['volumes, as Container Insights counted them', metric('pvUsageExceededPercentage', 'GreaterThan', 80), ['volumeSpace']],
  ['pods that found no node', metric('cluster_autoscaler_unschedulable_pods_count', 'GreaterThan', 0), ['unschedulable']],
  [
    'pods by phase, the pending ones',
    metric('kube_pod_status_phase', 'GreaterThan', 0, [{ name: 'phase', operator: 'Include', values: ['Pending'] }]),
    ['unschedulable'],
  ],
  ['pods by phase, all of them', metric('kube_pod_status_phase', 'GreaterThan', 0), []],
  [
    'pods by phase, the failed ones',
    metric('kube_pod_status_phase', 'GreaterThan', 0, [{ name: 'phase', operator: 'Include', values: ['Failed'] }]),
    [],
  ],
  ['disk of nodes', metric('node_disk_usage_percentage', 'GreaterThan', 80), []],
  ['requests in flight', metric('apiserver_current_inflight_requests', 'GreaterThan', 400), []],

  // PromQL, as the recommended and the community's rules measure.
  [
    'NodeCPUHighUsage',
    promql('sum without(mode) (avg without (cpu) (rate(node_cpu_seconds_total{job="node", mode!="idle"}[2m]))) * 100 > 90', 15),
    ['~nodeCpu'],
  ],
  ['CPU, idle below a fifth', promql('avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) < 0.2', 10), ['nodeCpu']],
  ['a recorded share of CPU', promql('instance:node_cpu_utilisation:rate5m{job="node"} > 0.8', 5), ['nodeCpu']],
  ['CPU of the root cgroup', promql('sum(rate(container_cpu_usage_seconds_total{id="/"}[5m])) > 0.8'), ['nodeCpu']],
  ['CPU of containers', promql('sum by (container) (rate(container_cpu_usage_seconds_total{image!=""}[5m])) > 0.95'), []],
  [
    'KubeCPUQuotaOvercommit',
    promql('sum(kube_resourcequota{type="hard", resource="cpu"}) / sum(kube_node_status_allocatable{resource="cpu"}) > 1.5'),
    [],
  ],
  ['memory that is left', promql('node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.2', 5), ['nodeMemory']],
  ['memory in bytes', promql('node_memory_MemAvailable_bytes < 1073741824'), ['nodeMemory']],
  [
    'KubePodCrashLooping',
    promql('max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff", job="ksm"}[5m]) >= 1', 15),
    ['podRestarts'],
  ],
  [
    'KubeContainerWaiting, without those that crash',
    promql('kube_pod_container_status_waiting_reason{reason!="CrashLoopBackOff"} > 0'),
    [],
  ],
  [
    'KubePodContainerRestart',
    promql(
      'sum by (namespace) (increase(kube_pod_container_status_restarts_total{job="ksm"}[1h]) * on (namespace, pod) group_left(c) label_replace(kube_pod_owner, "c", "$1", "owner_name", "(.*)")) > 0',
    ),
    ['podRestarts'],
  ],
  ['more than ten restarts', promql('increase(kube_pod_container_status_restarts_total[1h]) > 10'), ['~podRestarts']],
  [
    'KubeDeploymentReplicasMismatch',
    promql(
      '(kube_deployment_spec_replicas > kube_deployment_status_replicas_available) and (changes(kube_deployment_status_replicas_updated[10m]) == 0)',
      15,
    ),
    ['~unavailableReplicas'],
  ],
  [
    'KubePodReadyStateLow',
    promql('sum by (deployment) (kube_deployment_status_replicas_ready) / sum by (deployment) (kube_deployment_spec_replicas) < .8', 5),
    ['unavailableReplicas'],
  ],
  ['stateful sets alone', promql('kube_statefulset_status_replicas_ready != kube_statefulset_status_replicas'), []],
  [
    'KubeClientErrors',
    promql(
      '(sum(rate(rest_client_requests_total{code=~"5.."}[5m])) by (job) / sum(rate(rest_client_requests_total[5m])) by (job)) > 0.01',
      15,
    ),
    ['apiServerErrors'],
  ],
  ['errors of the API server, by two codes', promql('sum(rate(apiserver_request_total{code=~"(500|503)"}[5m])) > 5'), ['~apiServerErrors']],
  [
    'whatever is no success',
    promql('sum(rate(apiserver_request_total{code!~"2.."}[5m])) * 100 / sum(rate(apiserver_request_total[5m])) > 1'),
    ['apiServerErrors'],
  ],
  [
    'KubeAPIErrorBudgetBurn',
    promql('sum(apiserver_request:burnrate1h) > (14.40 * 0.01) and sum(apiserver_request:burnrate5m) > (14.40 * 0.01)'),
    ['apiServerErrors'],
  ],
  ['too many requests only', promql('sum(rate(apiserver_request_total{code="429"}[5m])) > 1'), []],
  ['requests, whatever their answer', promql('sum(rate(apiserver_request_total[5m])) > 1000'), []],
  [
    'KubePersistentVolumeFillingUp',
    promql(
      'kubelet_volume_stats_available_bytes{job="kubelet"} / kubelet_volume_stats_capacity_bytes{job="kubelet"} < 0.15 and kubelet_volume_stats_used_bytes > 0',
    ),
    ['volumeSpace'],
  ],
  [
    'volumes at three percent',
    promql('kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.03'),
    ['~volumeSpace'],
  ],
  [
    'KubePVUsageHigh',
    promql('avg by (namespace) (kubelet_volume_stats_used_bytes / on (pod) group_left kubelet_volume_stats_capacity_bytes) > .8'),
    ['volumeSpace'],
  ],
  ['inodes only', promql('kubelet_volume_stats_inodes_free / kubelet_volume_stats_inodes < 0.03'), []],
  [
    'KubeContainerOOMKilledCount',
    promql(
      'sum by (cluster) (kube_pod_container_status_last_terminated_reason{reason="OOMKilled"} * on (pod) group_left() kube_pod_owner) > 0',
    ),
    ['outOfMemory'],
  ],
  ['errors that ended containers', promql('kube_pod_container_status_last_terminated_reason{reason="Error"} > 0'), []],
  [
    'KubePodNotReadyByController',
    promql('sum by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Unknown"}) > 0', 15),
    ['unschedulable'],
  ],
  ['pods that failed', promql('kube_pod_status_phase{phase="Failed"} > 0'), []],
  [
    'a name that is only in a comment and a label',
    promql('# kube_pod_container_status_restarts_total\nup{job="kube_pod_status_unschedulable"} == 0'),
    [],
  ],
  ['a metric named by a label', promql('{__name__="kube_pod_status_unschedulable"} > 0'), ['unschedulable']],

  // KQL.
  [
    'counters of nodes',
    kql("Perf | where ObjectName == 'K8SNode' | where CounterName == 'cpuUsageNanoCores' | summarize avg(CounterValue)"),
    ['nodeCpu'],
  ],
  ['counters of containers', kql("Perf | where ObjectName == 'K8SContainer' and CounterName == 'cpuUsageNanoCores'"), []],
  [
    'counters of memory',
    kql("let c = 'memoryWorkingSetBytes'; Perf | where ObjectName =~ 'k8snode' | where CounterName == c"),
    ['nodeMemory'],
  ],
  ['restarts of pods', kql('KubePodInventory | summarize r = max(PodRestartCount) by Name'), ['podRestarts']],
  ['a word in a comment', kql('// KubePodInventory PodRestartCount\nHeartbeat | take 1'), []],
  [
    'replicas of deployments',
    kql("InsightsMetrics | where Name == 'kube_deployment_status_replicas_ready' | where Val < 1"),
    ['unavailableReplicas'],
  ],
  ['errors in the audit log', kql('AKSAuditAdmin | where toint(ResponseStatus.code) >= 500'), ['apiServerErrors']],
  ['refusals in the audit log', kql('AKSAuditAdmin | where toint(ResponseStatus.code) == 403'), []],
  ['use of volumes', kql("InsightsMetrics | where Name == 'pvUsedBytes'"), ['volumeSpace']],
  ['killed for memory', kql("KubeEvents | where Reason == 'OOMKilling'"), ['outOfMemory']],
  ['no node for a pod', kql("KubeEvents | where Reason has 'FailedScheduling'"), ['unschedulable']],
  ['pods that wait', kql("KubePodInventory | where PodStatus == 'Pending'"), ['unschedulable']],
])('%s', (_name, condition, expected) => expect(told(condition)).toEqual(expected));

test('hostile expressions take no time', () => {
  const started = performance.now();
  for (const text of [
    'a{'.repeat(50_000),
    `x{c=~"${'.*'.repeat(200)}"} > 0`,
    `"${'\\'.repeat(50_000)}`,
    `y{a="${'b'.repeat(50_000)}`,
    '> '.repeat(50_000),
    `ClusterName in (${"'a',".repeat(20_000)}`,
  ])
    for (const condition of [promql(text), kql(text)]) told(condition);
  expect(performance.now() - started).toBeLessThan(2000);
});
