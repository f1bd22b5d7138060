import type { Seen } from '../seen.ts';
import type { State } from '../snapshot.ts';
import type { KubernetesObject, Pod } from '../wire.ts';
import { once } from './once.ts';
import { controllerOf, type Owner, ownerKey, ownerOf, topOwners } from './owners.ts';
import { hasEnded } from './replicas.ts';

export type WorkloadPodFacts = { readonly snapshot: object } & {
  readonly [K in 'pods' | 'replicaSets' | 'jobs' | 'cronJobs']: Seen<State[K][number]>;
};

/** What runs the pods: their top owner, by its reference, or a pod that none owns. */
export interface Workload extends Owner {
  key: string;
  namespace: string;
  /** Of what no controller owns: the pod itself. */
  naked?: Pod;
  pods: Pod[];
}

/** Every pod that has not ended nor is on its way out, whether it has a node or not, by its workload's key (`ownerKey`). */
export const workloadPods: (facts: WorkloadPodFacts) => ReadonlyMap<string, Workload> = once((facts: WorkloadPodFacts) => {
  const topOwner = topOwners(facts);
  const workloads = new Map<string, Workload>();
  for (const pod of facts.pods.items) {
    if (hasEnded(pod) || pod.metadata.deletionTimestamp) continue;
    const owner = topOwner(pod);
    const top = owner ?? ownerOf(pod as KubernetesObject); // a pod is an object of Kubernetes
    const key = ownerKey(top, pod.metadata.namespace);
    const workload = workloads.get(key) ?? {
      ...top,
      key,
      namespace: pod.metadata.namespace ?? 'default',
      ...(owner === undefined ? { naked: pod } : {}),
      pods: [],
    };
    workloads.set(key, workload);
    workload.pods.push(pod);
  }
  return workloads;
});

/** The pods of a controller. */
export const podsOf = (facts: WorkloadPodFacts, controller: KubernetesObject): readonly Pod[] =>
  workloadPods(facts).get(ownerKey(ownerOf(controller), controller.metadata.namespace))?.pods ?? [];

/** A drain leaves DaemonSets' pods and static ones where they are: those say what mirrors them, or that a node owns them. */
export function isEvictable(pod: Pod): boolean {
  const kind = controllerOf(pod.metadata)?.kind;
  return kind !== 'DaemonSet' && kind !== 'Node' && pod.metadata.annotations?.['kubernetes.io/config.mirror'] === undefined;
}

/** Whether a pod serves; one without the condition does, as long as it runs. */
export const isReady = ({ status }: Pod): boolean =>
  (status?.phase ?? 'Running') === 'Running' &&
  !(status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is !== 'True');
