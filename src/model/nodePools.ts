import type { AgentPool, ArmResource, KubernetesObject, ManagedCluster, Node, Pod } from '../wire.ts';
import { isStopped } from './power.ts';

export const isPool = (resource: ArmResource | KubernetesObject): resource is AgentPool =>
  'type' in resource && resource.type.toLowerCase().endsWith('/agentpools');

/** `system`, `user`, `gateway`, `managedsystem` (run by AKS), `machines`; older API versions leave the mode of a User pool out. */
export const poolMode = ({ properties }: AgentPool): string => properties.mode?.toLowerCase() ?? 'user';
export const isWindows = ({ properties }: AgentPool): boolean => properties.osType?.toLowerCase() === 'windows';
export const isSpot = ({ properties }: AgentPool): boolean => properties.scaleSetPriority?.toLowerCase() === 'spot';

/** AKS Automatic whose system nodes run at Microsoft: none of them is among the cluster's pools or nodes. */
export const hostsSystemNodes = ({ properties }: ManagedCluster): boolean => properties.hostedSystemProfile?.enabled === true;
/** Node auto-provisioning (Karpenter) adds nodes that belong to no pool. */
export const autoProvisions = ({ properties }: ManagedCluster): boolean =>
  properties.nodeProvisioningProfile?.mode?.toLowerCase() === 'auto';

/** The pool that a node says it is of; none for the nodes of node auto-provisioning. */
export const poolNameOf = ({ metadata: { labels } }: Node): string | undefined =>
  labels?.['kubernetes.azure.com/agentpool'] ?? labels?.agentpool;
/** The Karpenter NodePool that a node of node auto-provisioning is of. */
export const provisionerOf = ({ metadata: { labels } }: Node): string | undefined => labels?.['karpenter.sh/nodepool'];
/** `user` unless the label says otherwise. */
export const nodeMode = ({ metadata: { labels } }: Node): string => labels?.['kubernetes.azure.com/mode']?.toLowerCase() ?? 'user';

/** Where a pod runs: inside its spec as Kubernetes sends it, or beside the spec, where equal specs are shared. */
export const nodeNameOf = (pod: Pod): string | undefined => pod.nodeName ?? pod.spec?.nodeName;

/** How large a pool is meant to be. A number is undefined when the pool does not say it. */
export interface PoolSize {
  autoscaled: boolean;
  /** The nodes it keeps; `minCount` when autoscaled, for then `count` is momentary. */
  min: number | undefined;
  max: number | undefined;
  current: number | undefined;
  /** JSON pointers of what says `min` and `max`. */
  minPointer: string;
  maxPointer: string;
}

export function poolSize({ properties }: AgentPool): PoolSize {
  const { count, minCount, maxCount, virtualMachinesProfile, virtualMachineNodesStatus } = properties;
  const scale = virtualMachinesProfile?.scale;
  if (scale != null) {
    // A list of profiles, one a VM size; older API versions send the one autoscale profile by itself.
    const profiles = [scale.autoscale ?? []].flat();
    const current = sum([virtualMachineNodesStatus ?? []].flat().map((each) => each.count));
    if (profiles.length > 0) {
      const pointer = '/properties/virtualMachinesProfile/scale/autoscale';
      return {
        autoscaled: true,
        min: sum(profiles.map((each) => each.minCount)),
        max: sum(profiles.map((each) => each.maxCount)),
        current,
        minPointer: pointer,
        maxPointer: pointer,
      };
    }
    const fixed = sum([scale.manual ?? []].flat().map((each) => each.count));
    const pointer = '/properties/virtualMachinesProfile/scale/manual';
    return { autoscaled: false, min: fixed, max: fixed, current, minPointer: pointer, maxPointer: pointer };
  }
  const current = count ?? undefined;
  if (properties.enableAutoScaling === true) {
    return {
      autoscaled: true,
      min: minCount ?? undefined,
      max: maxCount ?? undefined,
      current,
      minPointer: '/properties/minCount',
      maxPointer: '/properties/maxCount',
    };
  }
  return { autoscaled: false, min: current, max: current, current, minPointer: '/properties/count', maxPointer: '/properties/count' };
}

/** undefined when there is nothing to add up, or one of them is not set */
function sum(counts: readonly (number | null | undefined)[]): number | undefined {
  if (counts.length === 0) return undefined;
  return counts.reduce<number | undefined>((total, count) => (total === undefined || count == null ? undefined : total + count), 0);
}

/**
 * Nodes that an upgrade adds to a pool of this many. `maxSurge` is a string: "33%" (rounded up), "5" or "0". Absent, two
 * defaults are documented, one node and 10 %: the larger counts.
 */
export function surgeOf({ properties }: AgentPool, nodes: number): number {
  const [matched, number, percent] = /^\s*(\d+)\s*(%)?\s*$/.exec(String(properties.upgradeSettings?.maxSurge ?? '')) ?? [];
  if (matched === undefined) return Math.max(1, Math.ceil(nodes / 10));
  return percent === undefined ? Number(number) : Math.ceil((nodes * Number(number)) / 100);
}

/** Nodes of a pool at its largest, and those that an upgrade adds; undefined when its size is not known: of a fixed pool that is stopped, `count` says nothing. */
export function largestSize(cluster: ManagedCluster, pool: AgentPool, growth = 1): { nodes: number; surge: number } | undefined {
  const { autoscaled, max } = poolSize(pool);
  if (max === undefined || !(autoscaled || !(isStopped(cluster) || isStopped(pool)))) return undefined;
  const nodes = Math.ceil(max * growth);
  return { nodes, surge: surgeOf(pool, nodes) };
}

/** The most pods a node of the pool takes; not set, it is the default of the cluster's network (AKS, "IP address planning"). */
export function podsPerNode({ properties: { networkProfile } }: ManagedCluster, { properties: pool }: AgentPool): number {
  if (pool.maxPods != null) return pool.maxPods;
  if (networkProfile?.networkPluginMode?.toLowerCase() === 'overlay') return 250;
  return networkProfile?.networkPlugin?.toLowerCase() === 'azure' && !pool.podSubnetID ? 30 : 110;
}

export interface Taint {
  key: string;
  value: string;
  effect: string;
}
/** The taints of a pool, which writes them `key=value:effect` or `key:effect`. */
export function taintsOf({ properties }: AgentPool): Taint[] {
  return (properties.nodeTaints ?? []).flatMap((taint) => {
    const [, key, value = '', effect] = /^([^=:]+)(?:=([^:]*))?:(.+)$/.exec(taint.trim()) ?? [];
    return key === undefined || effect === undefined ? [] : [{ key, value, effect }];
  });
}
/** NoSchedule and NoExecute; PreferNoSchedule keeps nothing away. */
export const repels = ({ effect }: Taint): boolean => ['noschedule', 'noexecute'].includes(effect.toLowerCase());

/** `CriticalAddonsOnly=true:NoSchedule`, or NoExecute: what keeps pods off that do not tolerate it. */
export const repelsApplications = (pool: AgentPool): boolean =>
  taintsOf(pool).some((taint) => taint.key === 'CriticalAddonsOnly' && taint.value.toLowerCase() === 'true' && repels(taint));
