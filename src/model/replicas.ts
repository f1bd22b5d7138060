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
  const autoscaler = autoscalers.find((each) => targets(each, controller));
  if (autoscaler !== undefined) return { replicas: autoscaler.spec?.minReplicas ?? 1, from: autoscaler, pointer: '/spec/minReplicas' };
  return { replicas: controller.spec?.replicas ?? 1, from: controller, pointer: '/spec/replicas' };
}

function targets(autoscaler: HorizontalPodAutoscaler, controller: Replicated): boolean {
  const target = autoscaler.spec?.scaleTargetRef;
  return (
    autoscaler.metadata.namespace === controller.metadata.namespace &&
    target?.kind === controller.kind &&
    target.name === controller.metadata.name
  );
}

/** A pod that nothing replaces: no controller owns it, it is no mirror of a node's static pod, and it has not ended. */
export function isNaked(pod: Pod): boolean {
  const controlled = pod.metadata.ownerReferences?.some((owner) => owner.controller === true) ?? false;
  const mirror = pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
  return !controlled && !mirror && !hasEnded(pod);
}

export const hasEnded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
