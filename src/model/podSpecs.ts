import type { Container, PodSpec } from '../wire.ts';

export const containerKinds = ['containers', 'initContainers', 'ephemeralContainers'] as const;
export type ContainerKind = (typeof containerKinds)[number];

/** A container and where it stands: `pointer` is `<pointer of the pod spec>/<kind>/<index>`. */
export interface PodContainer {
  kind: ContainerKind;
  index: number;
  container: Container;
  pointer: string;
}

/**
 * Every container of a pod: containers, then init containers, then ephemeral ones, each in the order written.
 * @param at JSON pointer of the pod spec inside the object: `/spec` of a pod, `/spec/template/spec` of a Deployment
 */
export function containersOf(spec: PodSpec | null | undefined, at = '/spec'): PodContainer[] {
  return containerKinds.flatMap((kind) => {
    const containers: readonly (Container | null)[] = spec?.[kind] ?? [];
    return containers.flatMap((container, index) => (container ? [{ kind, index, container, pointer: `${at}/${kind}/${index}` }] : []));
  });
}

/** A native sidecar: an init container that keeps running beside the containers (`restartPolicy: Always`, Kubernetes 1.29). */
export const isSidecar = ({ kind, container }: Pick<PodContainer, 'kind' | 'container'>): boolean =>
  kind === 'initContainers' && container.restartPolicy === 'Always';

/** The containers that run as long as the pod: its containers and native sidecars, not the init or debug ones that end. */
export const longRunningContainers = (spec: PodSpec | null | undefined, at?: string): PodContainer[] =>
  containersOf(spec, at).filter((each) => each.kind === 'containers' || isSidecar(each));

/** Pods of Windows nodes: by the field that says so, or by the label of the nodes they ask for. */
export const isForWindows = ({ os, nodeSelector }: PodSpec): boolean =>
  [os?.name, nodeSelector?.['kubernetes.io/os'], nodeSelector?.['beta.kubernetes.io/os']].some((each) => each?.toLowerCase() === 'windows');
