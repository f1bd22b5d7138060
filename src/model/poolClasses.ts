import type { Seen } from '../seen.ts';
import type { AgentPool, Pod, PodSpec } from '../wire.ts';
import { isSpot, isWindows, repels, type Taint, taintsOf } from './nodePools.ts';
import { inOneZone, sisters } from './zones.ts';

/** A VM size with a GPU: the families NC, ND, NG and NV. */
export const hasGpu = ({ properties }: AgentPool): boolean =>
  /^standard_n[cdgv]/i.test(properties.vmSize ?? '') || properties.gpuInstanceProfile != null;

/** The taint that AKS itself puts on Spot nodes. */
const isPlatformTaint = ({ key }: Taint): boolean => key.startsWith('kubernetes.azure.com/');
/** Taints of the owner's choice that keep pods away. */
export const ownTaints = (pool: AgentPool): Taint[] => taintsOf(pool).filter((taint) => repels(taint) && !isPlatformTaint(taint));
/** Labels of the owner's choice; those under the domains of Azure and Kubernetes are the platform's. */
export const ownLabels = ({ properties }: AgentPool): [string, string][] =>
  Object.entries(properties.nodeLabels ?? {}).flatMap(([key, value]): [string, string][] =>
    key === 'agentpool' || /^(?:[^/]*\.)?(?:kubernetes\.azure\.com|kubernetes\.io|k8s\.io)\//.test(key) ? [] : [[key, value ?? '']],
  );
/** Whether anything but its name tells the pool apart. */
export const isMarked = (pool: AgentPool): boolean => ownTaints(pool).length > 0 || ownLabels(pool).length > 0;

const kindOf = (pool: AgentPool): string => JSON.stringify([isWindows(pool), isSpot(pool), hasGpu(pool)]);
/** Another unmarked pool of the same kind (system, Spot, GPU), so that nothing says which pods belong to which. Pools that stand in for one over several zones are one. */
export function twinOf(pool: AgentPool, pools: Seen<AgentPool>): AgentPool | undefined {
  const together = inOneZone(pool) ? sisters(pool, pools).items : [pool];
  return pools.find((other) => !together.includes(other) && !isMarked(other) && kindOf(other) === kindOf(pool));
}

/** Whether a pod says that it belongs on this pool: by a label of its nodes, a toleration of its taint, or a GPU. */
export function choosesPool(pod: Pod, pool: AgentPool): boolean {
  const labels = new Map<string, string>([
    ...ownLabels(pool),
    ['agentpool', pool.name],
    ['kubernetes.azure.com/agentpool', pool.name],
    ...(isWindows(pool) ? ([['kubernetes.io/os', 'windows']] as const) : []),
    ...(isSpot(pool) ? ([['kubernetes.azure.com/scalesetpriority', 'spot']] as const) : []),
  ]);
  const selected = selections(pod.spec).some(([key, values]) => {
    const value = labels.get(key);
    return value !== undefined && (values === undefined || values.includes(value));
  });
  return selected || tolerates(pod.spec, taintsOf(pool).filter(repels)) || (hasGpu(pool) && asksForGpu(pod.spec));
}

/** Whether a pod says its operating system where the scheduler reads it. */
export const selectsSystem = ({ spec }: Pod): boolean => selections(spec).some(([key]) => /^(?:beta\.)?kubernetes\.io\/os$/.test(key));

/** The labels of nodes that a pod asks for or prefers, with the values it takes; undefined for any. */
function selections(spec: PodSpec | undefined): [string, readonly string[] | undefined][] {
  const { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution: preferred } =
    spec?.affinity?.nodeAffinity ?? {};
  const terms = [...(required?.nodeSelectorTerms ?? []), ...(preferred ?? []).flatMap(({ preference }) => preference ?? [])];
  const expressions = terms.flatMap(({ matchExpressions }) => matchExpressions ?? []);
  return [
    ...Object.entries(spec?.nodeSelector ?? {}).map(([key, value]): [string, readonly string[]] => [key, [value ?? '']]),
    ...expressions.flatMap(({ key, operator, values }): [string, readonly string[] | undefined][] =>
      key !== undefined && (operator === 'In' || operator === 'Exists') ? [[key, operator === 'In' ? (values ?? []) : undefined]] : [],
    ),
  ];
}

const tolerates = (spec: PodSpec | undefined, taints: readonly Taint[]): boolean =>
  (spec?.tolerations ?? []).some(({ key, operator, value }) =>
    taints.some((taint) => key === taint.key && (operator === 'Exists' || (value ?? '') === taint.value)),
  );

const asksForGpu = (spec: PodSpec | undefined): boolean =>
  (spec?.containers ?? []).some(({ resources }) =>
    [resources?.limits, resources?.requests].some((each) => Object.keys(each ?? {}).some((name) => name.endsWith('/gpu'))),
  );
