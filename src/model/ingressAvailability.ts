import type { Seen } from '../seen.ts';
import type { DaemonSet, Deployment, HorizontalPodAutoscaler, Node, Pod } from '../wire.ts';
import { inNamespace } from './byNamespace.ts';
import { allFound } from './firstFound.ts';
import type { IngressController, IngressRunner } from './ingressControllers.ts';
import { nodeMode, nodeNameOf } from './nodePools.ts';
import { once } from './once.ts';
import { longRunningContainers } from './podSpecs.ts';
import { desiredReplicas, hasEnded } from './replicas.ts';
import { selects } from './selectors.ts';

export interface AvailabilityFacts {
  readonly snapshot: object;
  readonly horizontalPodAutoscalers: Seen<HorizontalPodAutoscaler>;
  readonly pods: Seen<Pod>;
  readonly nodes: Seen<Node>;
}
/** Something that makes traffic stop with one pod or node, and where it stands. */
export interface Weakness {
  what: string;
  resource: object;
  pointer: string;
  expected: string;
}

/** Weaknesses of a controller. Of one that AKS runs only the number of replicas is the user's. */
export const weaknesses = ({ resource, managed }: IngressController, least: number, facts: AvailabilityFacts): readonly Weakness[] =>
  allFound(
    () => replicaWeaknesses(resource, least, facts),
    ...(managed ? [] : [() => [...spread(resource), ...probes(resource)], () => onSystemNodes(resource, facts)]),
  );

const isDeployment = (resource: IngressRunner): resource is Deployment => resource.kind === 'Deployment';

function replicaWeaknesses(resource: IngressRunner, least: number, { horizontalPodAutoscalers }: AvailabilityFacts): Weakness[] {
  const expected = `at least ${least}`;
  const few = (count: number, verb: string, from: object, pointer: string): Weakness[] =>
    count < least ? [{ what: `${count === 1 ? 'one replica' : `${count} replicas`} ${verb}`, resource: from, pointer, expected }] : [];
  if (!isDeployment(resource)) return readyOf(resource).flatMap((ready) => few(ready, 'ready', resource, '/status/numberReady'));
  return allFound(
    () => {
      const { replicas, from, pointer } = desiredReplicas(resource, horizontalPodAutoscalers);
      return few(replicas, 'wanted', from, pointer);
    },
    () => (resource.status?.replicas == null ? [] : few(resource.status.readyReplicas ?? 0, 'ready', resource, '/status/readyReplicas')),
  ).slice(0, 1);
}
const readyOf = ({ status }: DaemonSet): number[] => (status?.desiredNumberScheduled == null ? [] : [status.numberReady ?? 0]);

function spread(resource: IngressRunner): Weakness[] {
  const { affinity, topologySpreadConstraints } = resource.spec?.template?.spec ?? {};
  const apart = affinity?.podAntiAffinity;
  const rules = [
    ...(apart?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(apart?.preferredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(topologySpreadConstraints ?? []),
  ];
  if (!isDeployment(resource) || rules.length > 0) return [];
  const pointer = '/spec/template/spec/topologySpreadConstraints';
  return [{ what: 'nothing spreads its pods', resource, pointer, expected: 'a spread, or podAntiAffinity' }];
}

/** Gateways of Istio get their proxy, with its probes, when the pod is made. */
function probes(resource: IngressRunner): Weakness[] {
  const containers = longRunningContainers(resource.spec?.template?.spec, '/spec/template/spec');
  if (containers.some(({ container }) => container.image === 'auto')) return [];
  return (['readinessProbe', 'livenessProbe'] as const)
    .filter((probe) => !containers.some(({ container }) => container[probe]))
    .map((probe) => ({ what: `no ${probe}`, resource, pointer: `/spec/template/spec/containers/0/${probe}`, expected: 'a probe' }));
}

function onSystemNodes(resource: IngressRunner, facts: AvailabilityFacts): Weakness[] {
  const own = inNamespace(facts.pods, resource.metadata.namespace).filter(
    (pod) => !hasEnded(pod) && selects(resource.spec?.selector, pod.metadata.labels),
  );
  const nodes = nodesByName(facts);
  const placed = own.find((pod) => {
    const name = nodeNameOf(pod);
    if (name === undefined) return false;
    const node = nodes.get(name);
    if (node === undefined) facts.nodes.all();
    return node !== undefined && nodeMode(node) === 'system';
  });
  const node = placed && nodes.get(nodeNameOf(placed) ?? '');
  const pointer = '/metadata/labels/kubernetes.azure.com~1mode';
  return node === undefined ? [] : [{ what: `it runs on system node ${node.metadata.name}`, resource: node, pointer, expected: 'user' }];
}

const nodesByName = once(({ nodes }: AvailabilityFacts) => new Map(nodes.items.map((node) => [node.metadata.name, node])));
