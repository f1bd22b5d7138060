import type { AgentPool, KarpenterNodePool, Node } from '../wire.ts';

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
