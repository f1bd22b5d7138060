import type { Seen } from '../seen.ts';
import type { AgentPool, CronJob, Job, KarpenterNodePool, Node, Pod } from '../wire.ts';
import { once } from './once.ts';
import { claimsOf } from './volumes.ts';
import type { Workload } from './workloads.ts';

const taintKey = 'kubernetes.azure.com/scalesetpriority';

/** Whether a Spot pool says the taint that keeps other pods off; AKS adds it to the pool, but a template need not name it. */
export const statesSpotTaint = ({ properties }: AgentPool): boolean =>
  (properties.nodeTaints ?? []).some((taint) => new RegExp(`^${taintKey}=spot:NoSchedule$`, 'i').test(taint.trim()));

export const hasSpotTaint = ({ spec }: Node): boolean =>
  (spec?.taints ?? []).some(({ key, value, effect }) => key === taintKey && value === 'spot' && effect === 'NoSchedule');

/** Whether a Karpenter NodePool may use Spot capacity; without a requirement it takes what is paid for by the hour. */
export function offersSpot({ spec }: KarpenterNodePool): boolean {
  const requirement = spec?.template?.spec?.requirements?.find(({ key }) => key === 'karpenter.sh/capacity-type');
  const named = requirement?.values?.includes('spot') ?? false;
  if (requirement?.operator === 'In') return named;
  return requirement?.operator === 'Exists' || (requirement?.operator === 'NotIn' && !named);
}

/** The names of the nodes of Spot capacity: of AKS pools, or provisioned. */
export const spotNodes: (facts: { snapshot: object; nodes: Seen<Node> }) => ReadonlySet<string> = once(
  ({ nodes }: { snapshot: object; nodes: Seen<Node> }) => new Set(nodes.items.filter(isSpotNode).map(({ metadata }) => metadata.name)),
);
const isSpotNode = ({ metadata: { labels } }: Node): boolean =>
  labels?.[taintKey] === 'spot' || labels?.['karpenter.sh/capacity-type'] === 'spot';

export const isBatch = (kind: string): boolean => kind === 'Job' || kind === 'CronJob';

/** Why a workload should have no pod on capacity that may be taken away, wherever its other pods are. */
export function unfitForSpot({ kind, resource }: Workload, pods: readonly Pod[], servesIngress: boolean): string | undefined {
  if (servesIngress) return 'An ingress controller runs on Spot nodes.';
  if (kind === 'StatefulSet') return 'A StatefulSet runs on Spot nodes.';
  if (kind === 'Pod') return 'No controller starts it again when its Spot node is taken away.';
  if (pods.some((pod) => claimsOf(pod).length > 0)) return 'Pods with volumes run on Spot nodes.';
  if (isBatch(kind) && backoffLimit(resource as Job | CronJob) === 0) return 'A Job that is not tried again runs on Spot nodes.'; // kind tells the type
  return undefined;
}

const backoffLimit = (resource: Job | CronJob): number | undefined =>
  resource.kind === 'CronJob' ? (resource as CronJob).spec?.jobTemplate?.spec?.backoffLimit : (resource as Job).spec?.backoffLimit;
