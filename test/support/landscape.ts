import type { WorkloadDrainFacts } from '../../src/model/workloadDrain.ts';
import { type Seen, seen } from '../../src/seen.ts';
import type { State } from '../../src/snapshot.ts';
import type { Node, Pod, PodSpec } from '../../src/wire.ts';

type Lists = { [K in keyof State]?: readonly unknown[] };
const keys = [
  ...['nodes', 'pods', 'replicaSets', 'jobs', 'cronJobs', 'persistentVolumes', 'deployments', 'statefulSets', 'replicationControllers'],
  ...['podDisruptionBudgets', 'horizontalPodAutoscalers', 'agentPools', 'karpenterNodePools'],
];

/** Facts as a check reads them, of which only these lists hold anything. */
export function factsOf(lists: Lists): WorkloadDrainFacts {
  const facts: Record<string, Seen<unknown>> = Object.fromEntries(keys.map((key) => [key, seen(lists[key as keyof State] ?? [])]));
  return { snapshot: {}, inScope: () => true, ...facts } as unknown as WorkloadDrainFacts; // by construction
}

/** A node of a pool: cores, GiB, and what is more. */
export function node(
  name: string,
  { cpu = 4, memory = 16, pods = 110, pool = 'apps', zone = 1, labels = {}, taints = [] as object[] } = {},
): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        agentpool: pool,
        'kubernetes.io/hostname': name,
        ...(zone === 0 ? {} : { 'topology.kubernetes.io/zone': `r-${zone}` }),
        ...labels,
      },
    },
    spec: { taints } as NonNullable<Node['spec']>,
    status: { allocatable: { cpu: String(cpu), memory: `${memory}Gi`, pods: String(pods) } },
  };
}

export interface Asked {
  cpu?: number;
  memory?: number;
  owner?: string;
  kind?: string;
  labels?: Record<string, string>;
  claim?: string;
  spec?: PodSpec;
}
/** A running pod on a node; without one it waits. Its owner is a StatefulSet unless said. */
export function pod(
  name: string,
  nodeName: string | undefined,
  { cpu = 1, memory = 1, owner = 'web', kind = 'StatefulSet', labels, claim, spec }: Asked = {},
): Pod {
  const apiVersion = 'apps/v1';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      labels: labels ?? { app: owner },
      ...(kind === 'none' ? {} : { ownerReferences: [{ apiVersion, kind, name: owner, controller: true, uid: owner }] }),
    },
    spec: {
      containers: [{ name: 'app', resources: { requests: { cpu: String(cpu), memory: `${memory}Gi` } } }],
      ...(claim === undefined ? {} : { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }] }),
      ...spec,
    },
    ...(nodeName === undefined ? {} : { nodeName }),
    status: { phase: nodeName === undefined ? 'Pending' : 'Running' },
  };
}

/** A disk of one zone, bound to a claim. */
export const disk = (claim: string, zone: number): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: `pv-${claim}` },
  spec: {
    claimRef: { namespace: 'shop', name: claim },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.disk.csi.azure.com/zone', operator: 'In', values: [`r-${zone}`] }] }],
      },
    },
  },
});
