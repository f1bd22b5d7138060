import { type Seen, seen } from '../seen.ts';
import type { State } from '../snapshot.ts';
import type { KubernetesObject, Pod } from '../wire.ts';
import { type Host, type LandscapeFacts, landscape } from './landscape.ts';
import { nodeNameOf } from './nodePools.ts';
import { once } from './once.ts';
import { ownerKey, ownerOf } from './owners.ts';
import { isEvictable, isReady, type Workload, workloadPods } from './workloadPods.ts';

export type PlacedFacts = LandscapeFacts & { readonly inScope: (namespace: string | undefined) => boolean } & {
  readonly [K in 'deployments' | 'statefulSets' | 'replicationControllers']: Seen<State[K][number]>;
};

/** A workload that serves: its replicas that are ready, where they are. */
export interface Placed {
  /** The controller as seen, or what its pods say of it; of a pod that none owns, the pod. */
  resource: KubernetesObject;
  workload: Workload;
  ready: readonly Pod[];
}

/** Kinds that run to an end, that run on every node, or that a node runs for itself. */
const elsewhere: readonly string[] = ['Job', 'CronJob', 'DaemonSet', 'Node'];

/** The workloads in scope of which a replica is ready on a node. Jobs and DaemonSets are none. The gaps are those of the pods. */
export const placedWorkloads: (facts: PlacedFacts) => Seen<Placed> = once((facts: PlacedFacts) =>
  placedWhere(facts, ({ namespace }) => facts.inScope(namespace)),
);

/** Those that all others rely on, though AKS runs them: the cluster's DNS, and the ingress of its add-ons. */
export const sharedWorkloads: (facts: PlacedFacts) => Seen<Placed> = once((facts: PlacedFacts) =>
  placedWhere(
    facts,
    ({ namespace, pods }) =>
      !facts.inScope(namespace) && (sharedNamespaces.includes(namespace) || (namespace === 'kube-system' && isDns(pods[0]))),
  ),
);
const sharedNamespaces: readonly string[] = ['app-routing-system', 'aks-istio-ingress'];
const isDns = (pod: Pod | undefined): boolean => pod?.metadata.labels?.['k8s-app'] === 'kube-dns';

function placedWhere(facts: PlacedFacts, wanted: (workload: Workload) => boolean): Seen<Placed> {
  const objects = objectsByKey(facts);
  const placed = [...workloadPods(facts).values()].flatMap((workload): Placed[] => {
    const { kind, key, naked } = workload;
    if (elsewhere.includes(kind) || !wanted(workload)) return [];
    const ready = workload.pods.filter((pod) => isReady(pod) && nodeNameOf(pod) !== undefined);
    if (ready.length === 0 || (naked !== undefined && !isEvictable(naked))) return [];
    return [{ resource: objects.get(key) ?? naked ?? stub(workload), workload, ready }];
  });
  return seen(placed, facts.pods.gaps);
}

const objectsByKey = once((facts: PlacedFacts) => {
  const objects = new Map<string, KubernetesObject>();
  for (const { items } of [facts.deployments, facts.statefulSets, facts.replicaSets, facts.replicationControllers])
    for (const object of items) objects.set(ownerKey(ownerOf(object), object.metadata.namespace), object);
  return objects;
});

const stub = ({ apiVersion, kind, name, namespace }: Workload): KubernetesObject => ({ apiVersion, kind, metadata: { name, namespace } });
/** The nodes of pods, and how many each has. A node that was not seen is NotSeen; one that is gone is none. */
export function hostsOf(facts: LandscapeFacts, pods: readonly Pod[]): Map<Host, number> {
  const { hosts } = landscape(facts);
  const counts = new Map<Host, number>();
  for (const pod of pods) {
    const host = hosts.get(nodeNameOf(pod) ?? '');
    if (host === undefined) facts.nodes.all();
    else counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return counts;
}
