import { check, computed, fail, pass, see, type Sight } from '../check.ts';
import { isWindows, nodeNameOf, poolMode, poolNameOf, repels, taintsOf } from '../model/nodePools.ts';
import { choosesPool, hasGpu, isMarked, selectsSystem, twinOf } from '../model/poolClasses.ts';
import { hasEnded } from '../model/replicas.ts';
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
