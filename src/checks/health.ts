import { check, computed, count, fail, pass, see, type Verdict } from '../check.ts';
import { inNamespace } from '../model/byNamespace.ts';
import { once } from '../model/once.ts';
import { ageInMinutes } from '../model/pending.ts';
import { type Bounds, troubleOf } from '../model/podTrouble.ts';
import { claimsOf } from '../model/volumes.ts';
import { podsOf, type WorkloadPodFacts } from '../model/workloadPods.ts';
import { counted } from '../model/words.ts';
import type { Seen } from '../seen.ts';
import type { DaemonSet, Deployment, KubernetesObject, Node, PersistentVolumeClaim, Pod, StatefulSet } from '../wire.ts';

/** What is broken as the snapshot is taken: pods of controllers, nodes, and claims that pods wait for. */
export const now = check({
  needs: ['deployments', 'statefulSets', 'daemonSets', 'pods', 'replicaSets', 'jobs', 'cronJobs', 'nodes', 'persistentVolumeClaims'],
  params: { unavailableMinutes: count(5, 0), maxRestarts: count(5, 3) },
  subjects: ({ deployments, statefulSets, daemonSets, nodes, persistentVolumeClaims, inScope }) => {
    const controllers = deployments.concat(statefulSets).concat(daemonSets);
    return controllers
      .concat(persistentVolumeClaims)
      .filter(({ metadata }) => inScope(metadata.namespace))
      .concat<KubernetesObject>(nodes);
  },
  none: 'There is no workload, node or claim.',
  judge: (subject, bounds, facts) => {
    // The kind tells the type.
    if (subject.kind === 'Node') return nodeNow(subject as Node);
    if (subject.kind === 'PersistentVolumeClaim') return claimNow(subject as PersistentVolumeClaim, bounds.unavailableMinutes, facts);
    return controllerNow(subject as Controller, bounds, facts);
  },
});

type Controller = Deployment | StatefulSet | DaemonSet;

function controllerNow(controller: Controller, bounds: Bounds, facts: WorkloadPodFacts & { at: Date }): Verdict {
  const pods = podsOf(facts, controller);
  const ailing = pods.flatMap((pod) => {
    const trouble = troubleOf(pod, facts.at, bounds);
    return trouble === undefined ? [] : [{ pod, ...trouble }];
  });
  const conditions: readonly { type?: string; status?: string; message?: string }[] = controller.status?.conditions ?? [];
  const refused = conditions.findIndex(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const evidence = ailing.slice(0, 3).map(({ pod, pointer }) => see(pod, pointer));
  const [first] = ailing;
  if (first !== undefined)
    return fail(
      `${first.why} ${counted(ailing.length, 'pod')} of ${pods.length} ${ailing.length === 1 ? 'is' : 'are'} in trouble.`,
      evidence,
    );
  if (refused >= 0) return fail('Pods of it are refused.', see(controller, `/status/conditions/${refused}/reason`));
  inNamespace(facts.pods, controller.metadata.namespace).all();
  return pass('No pod of it is in trouble.', see(controller, '/status'));
}

function nodeNow(node: Node): Verdict {
  const conditions = node.status?.conditions ?? [];
  const ready = conditions.findIndex(({ type }) => type === 'Ready');
  const evidence = see(node, ready < 0 ? '/status/conditions' : `/status/conditions/${ready}/status`, 'True');
  return conditions[ready]?.status === 'True' ? pass('It is ready.', evidence) : fail('It is not ready.', evidence);
}

const mounted = once(
  ({ pods }: { snapshot: object; pods: Seen<Pod> }) =>
    new Set(pods.items.flatMap((pod) => claimsOf(pod).map((name) => `${pod.metadata.namespace ?? ''}/${name}`))),
);

function claimNow(
  claim: PersistentVolumeClaim,
  unavailableMinutes: number,
  facts: { snapshot: object; pods: Seen<Pod>; at: Date },
): Verdict {
  const { name, namespace } = claim.metadata;
  const phase = see(claim, '/status/phase', 'Bound');
  if (claim.status?.phase === 'Lost') return fail('Its volume is lost.', phase);
  if (claim.status?.phase !== 'Pending') return pass('It has a volume.', phase);
  const minutes = ageInMinutes(claim, facts.at);
  if (minutes !== undefined && minutes <= unavailableMinutes) return pass('It has not waited long for a volume.', phase);
  const evidence = [phase, computed(claim, '/metadata/creationTimestamp', claim.metadata.creationTimestamp ?? 'not set')];
  const message = minutes === undefined ? 'It waits for a volume.' : `It has waited ${Math.floor(minutes)} minutes for a volume.`;
  if (mounted(facts).has(`${namespace ?? ''}/${name}`)) return fail(message, evidence);
  inNamespace(facts.pods, namespace).all();
  return fail(`${message} No pod asks for it.`, evidence, { severity: 'low' });
}
