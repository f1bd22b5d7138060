import { check, computed, fail, ifSeen, pass, see, type Sight } from '../check.ts';
import { inNamespace } from '../model/byNamespace.ts';
import { ingressControllers } from '../model/ingressControllers.ts';
import { isWindows, nodeNameOf, poolMode, poolNameOf, repels, taintsOf } from '../model/nodePools.ts';
import { choosesPool, hasGpu, isMarked, selectsSystem, twinOf } from '../model/poolClasses.ts';
import { desiredReplicas, hasEnded } from '../model/replicas.ts';
import { ownerKey, ownerOf } from '../model/owners.ts';
import { isBatch, spotNodes, unfitForSpot } from '../model/spot.ts';
import { spreadWish } from '../model/spreadWishes.ts';
import { podsOf, type WorkloadPodFacts, workloadPods } from '../model/workloadPods.ts';
import { type Workload, workloads } from '../model/workloads.ts';
import { seen } from '../seen.ts';
import type { AgentPool, Pod } from '../wire.ts';

const isUser = (pool: AgentPool): boolean => poolMode(pool) === 'user';

/** Pools of several kinds of workload told apart by labels and taints, and the pods on them that ask for them. One pool without either is the common one. */
export const workloadPools = check({
  needs: ['agentPools', 'nodes', 'pods'],
  subjects: ({ agentPools }) => (agentPools.atLeast(2, isUser) ? agentPools.filter(isUser) : []),
  none: 'There are not two User pools to tell apart.',
  judge: (pool, _params, { agentPools, nodes, pods, inScope }) => {
    const labels = see(pool, '/properties/nodeLabels', 'a label');
    const taints = see(pool, '/properties/nodeTaints', 'a taint');
    const closed = taintsOf(pool).some(repels);
    const mine = pods.filter((pod) => inScope(pod.metadata.namespace) && isPlaced(pod));
    if (hasGpu(pool) && !closed) return fail('No taint keeps other pods off its GPUs.', taints);
    if (isWindows(pool) && !closed && !mine.every(selectsSystem)) {
      const loose = mine.items.filter((pod) => !selectsSystem(pod));
      return fail('No taint keeps pods of Linux off it.', [taints, ...shown(loose, '/spec/nodeSelector')]);
    }
    const twin = isMarked(pool) ? undefined : twinOf(pool, agentPools.filter(isUser));
    if (twin !== undefined) return fail(`Neither a label nor a taint tells it from pool ${twin.name}.`, [labels, taints]);
    if (!isMarked(pool)) return pass('It is the common pool of its kind.', [labels, taints]);
    const own = new Set(nodes.items.filter((node) => poolNameOf(node) === pool.name).map(({ metadata }) => metadata.name));
    const strays = mine.items.filter((pod) => own.has(nodeNameOf(pod) ?? '') && !choosesPool(pod, pool));
    const several = strays.length === 1 ? 'A pod on its nodes asks' : `${strays.length} pods on its nodes ask`;
    if (strays.length > 0) return fail(`${several} for no such node.`, [labels, taints, ...shown(strays, '/spec/nodeSelector')]);
    nodes.concat(mine).all();
    return pass('Its pods ask for it.', [labels, taints]);
  },
});

/** Pods that the scheduler placed; those of DaemonSets and of the node itself run on every node. */
const isPlaced = (pod: Pod): boolean =>
  !hasEnded(pod) && !(pod.metadata.ownerReferences ?? []).some(({ kind }) => kind === 'DaemonSet' || kind === 'Node');

const shown = (pods: readonly Pod[], path: string): Sight[] =>
  pods.slice(0, 5).map((pod) => computed(pod, path, pod.spec?.nodeSelector ?? 'not set'));

/** Whether replicas ask to be spread over nodes or zones, and are. Where nothing asks, the scheduler spreads them as it can. */
export const podSpread = check({
  needs: ['deployments', 'statefulSets', 'horizontalPodAutoscalers', 'pods', 'replicaSets', 'jobs', 'cronJobs'],
  subjects: ({ deployments, statefulSets, horizontalPodAutoscalers, inScope }) =>
    deployments
      .concat(statefulSets)
      .filter(
        (each) => inScope(each.metadata.namespace) && (ifSeen(() => desiredReplicas(each, horizontalPodAutoscalers).replicas) ?? 2) >= 2,
      ),
  none: 'No Deployment or StatefulSet in scope keeps two replicas or more.',
  judge: (controller, _params, facts) => {
    const { from, pointer } = desiredReplicas(controller, facts.horizontalPodAutoscalers);
    const at = '/spec/template/spec';
    const wish = spreadWish(controller.spec?.template ?? {});
    const asked = see(controller, `${at}${wish ?? '/topologySpreadConstraints'}`, 'a spread over nodes or zones that selects its pods');
    const running = podsOf(facts, controller).filter((pod) => nodeNameOf(pod) !== undefined);
    const nodes = new Set(running.map(nodeNameOf));
    const shown = running.slice(0, 3).map((pod) => computed(pod, '/spec/nodeName', nodeNameOf(pod)));
    if (nodes.size === 1 && running.length > 1 && ifSeen(() => inNamespace(facts.pods, controller.metadata.namespace).all()))
      return fail(`All ${running.length} of its pods are on one node.`, [asked, see(from, pointer), ...shown]);
    if (wish === undefined) return fail('Nothing asks for its pods to be spread.', [asked, ...shown], { severity: 'low' });
    if (nodes.size < 2) inNamespace(facts.pods, controller.metadata.namespace).all();
    return pass(nodes.size < 2 ? 'It asks for its pods to be spread.' : `Its pods are on ${nodes.size} nodes.`, [asked, ...shown]);
  },
});

/** What runs on nodes that Azure may take back at half a minute's notice. */
export const spotFit = check({
  needs: ['nodes', 'pods', 'deployments', 'statefulSets', 'daemonSets', 'replicaSets', 'replicationControllers', 'jobs', 'cronJobs'],
  subjects: (facts) => {
    if (spotNodes(facts).size === 0 && facts.nodes.all()) return [];
    const onSpot = (workload: Workload) => podsOnSpot(workload, facts).there.length > 0;
    return workloads(facts)
      .filter((workload) => workload.kind !== 'DaemonSet' && onSpot(workload))
      .concat(seen([], facts.nodes.gaps));
  },
  none: 'No workload in scope runs on Spot nodes.',
  judge: (workload, _params, facts) => {
    const { pods, there } = podsOnSpot(workload, facts);
    const evidence = there.slice(0, 3).map((pod) => computed(pod, '/spec/nodeName', nodeNameOf(pod)));
    const isIngress = ingressControllers(facts).items.some(({ resource }) => resource === workload.resource);
    const unfit = unfitForSpot(workload, there, isIngress);
    if (unfit !== undefined) return fail(unfit, evidence);
    if (there.length < pods.length || isBatch(workload.kind)) return pass('It can be interrupted.', evidence);
    inNamespace(facts.pods, workload.namespace).all();
    facts.nodes.all();
    return fail(`All ${pods.length === 1 ? 'there is of it is' : `${pods.length} of its pods are`} on Spot nodes.`, evidence);
  },
});

function podsOnSpot({ resource, namespace }: Workload, facts: WorkloadPodFacts & Parameters<typeof spotNodes>[0]) {
  const pods = workloadPods(facts).get(ownerKey(ownerOf(resource), namespace))?.pods ?? [];
  return { pods, there: pods.filter((pod) => spotNodes(facts).has(nodeNameOf(pod) ?? '')) };
}
