import type { Seen } from '../seen.ts';
import type { Deployment, HorizontalPodAutoscaler, KubernetesObject, Pod, StatefulSet } from '../wire.ts';

export type Replicated = Deployment | StatefulSet;
export const isReplicated = (object: KubernetesObject): object is Replicated =>
  object.kind === 'Deployment' || object.kind === 'StatefulSet';

/** How many replicas a controller is meant to keep, and which property of which object says so. */
export interface DesiredReplicas {
  replicas: number;
  from: Replicated | HorizontalPodAutoscaler;
  pointer: string;
}

/** The minimum of the HorizontalPodAutoscaler that targets it (1 when absent), else spec.replicas (1 when absent). */
export function desiredReplicas(controller: Replicated, autoscalers: Seen<HorizontalPodAutoscaler>): DesiredReplicas {
  const autoscaler = scalerOf(autoscalers, controller);
  if (autoscaler !== undefined) return { replicas: autoscaler.spec?.minReplicas ?? 1, from: autoscaler, pointer: '/spec/minReplicas' };
  return { replicas: controller.spec?.replicas ?? 1, from: controller, pointer: '/spec/replicas' };
}

/** A HorizontalPodAutoscaler, or a ScaledObject of KEDA, whose target is a Deployment when no kind is given. */
type Scaler = KubernetesObject & { spec?: { scaleTargetRef?: { kind?: string; name?: string } } };
const byTarget = new WeakMap<object, ReadonlyMap<string, Scaler>>();

/** What scales a controller; the list is indexed once. NotSeen when none was seen and some were not. */
export function scalerOf<T extends Scaler>(scalers: Seen<T>, { kind, metadata }: Replicated): T | undefined {
  const index = byTarget.get(scalers) ?? indexed(scalers);
  const found = index.get(targetKey(metadata.namespace, kind, metadata.name)) as T | undefined; // the index was made from this very list
  return found ?? scalers.find(() => false);
}

function indexed(scalers: Seen<Scaler>): ReadonlyMap<string, Scaler> {
  const index = new Map<string, Scaler>();
  for (const each of scalers.items) {
    const key = targetKey(each.metadata.namespace, each.spec?.scaleTargetRef?.kind ?? 'Deployment', each.spec?.scaleTargetRef?.name);
    if (!index.has(key)) index.set(key, each);
  }
  byTarget.set(scalers, index);
  return index;
}

const targetKey = (namespace: string | undefined, kind: string, name: string | undefined): string => `${namespace ?? ''}/${kind}/${name}`;

/** A pod that nothing replaces: no controller owns it, it is no mirror of a node's static pod, and it has not ended. */
export function isNaked(pod: Pod): boolean {
  const controlled = pod.metadata.ownerReferences?.some((owner) => owner.controller === true) ?? false;
  const mirror = pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
  return !controlled && !mirror && !hasEnded(pod);
}

export const hasEnded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
