import { check, computed, fail, pass, see, type Sight, undecided, type Verdict } from '../check.ts';
import { type DrainFacts, drains, hostsByPool, type PoolDrain } from '../model/drain.ts';
import type { Missing } from '../model/fit.ts';
import { landscape } from '../model/landscape.ts';
import { nodeNameOf, poolMode } from '../model/nodePools.ts';
import { placedWorkloads } from '../model/placed.ts';
import { counted } from '../model/words.ts';
import { obstacleOf } from '../model/workloadDrain.ts';
import type { AgentPool } from '../wire.ts';

/** What an upgrade's drain does to each workload, and whether what it evicts from each pool has room elsewhere. */
export const drain = check({
  needs: [
    'agentPools',
    'karpenterNodePools',
    'nodes',
    'pods',
    'persistentVolumes',
    'podDisruptionBudgets',
    'horizontalPodAutoscalers',
    'deployments',
    'statefulSets',
    'replicaSets',
    'replicationControllers',
    'jobs',
    'cronJobs',
  ],
  subjects: (facts) =>
    placedWorkloads(facts).concat<AgentPool>(
      facts.agentPools.filter((pool) => poolMode(pool) !== 'managedsystem' && hostsByPool(facts).has(pool.name)),
    ),
  none: 'No workload in scope runs on a node.',
  judge: (subject, _params, facts) => {
    if ('type' in subject) return drainOfPool(subject, facts);
    const obstacle = obstacleOf(subject, facts);
    if (obstacle === undefined)
      return pass(
        'A drain leaves it running.',
        subject.ready.slice(0, 3).map((pod) => computed(pod, '/spec/nodeName', nodeNameOf(pod))),
      );
    const evidence = obstacle.reads.map(({ resource, pointer, actual }) =>
      actual === undefined ? see(resource, pointer) : computed(resource, pointer, actual),
    );
    if (obstacle.kind === 'undecided') return undecided(obstacle.why, evidence);
    return fail(obstacle.why, evidence, obstacle.single ? { severity: 'medium' } : {});
  },
});

function drainOfPool(pool: AgentPool, facts: DrainFacts): Verdict {
  facts.nodes.all();
  const { pace, hosts, worst } = drains(facts).find((each) => each.pool === pool) as PoolDrain; // every pool with nodes has one
  const at = '/properties/upgradeSettings';
  const evidence = [see(pool, `${at}/maxSurge`), see(pool, `${at}/maxUnavailable`)];
  const crowded = worst.missing.filter(({ why }) => why === 'room');
  const short = crowded.filter(({ certain }) => certain);
  const unsized = hostWithoutRoom(facts);
  if (crowded.length > 0 && unsized !== undefined)
    return undecided('A node does not say what it has room for.', see(unsized.node, '/status/allocatable'));
  const message = `While ${worst.batch.length} of its ${counted(hosts.length, 'node')} drain, ${sum(crowded)} of ${worst.evicted} evicted pods have no room elsewhere.`;
  const shown = [
    ...evidence,
    ...crowded.slice(0, 5).flatMap(lost),
    ...worst.batch.slice(0, 1).map(({ node }) => see(node, '/metadata/name')),
  ];
  if (short.length > 0) return fail(message, shown, { severity: 'medium' });
  facts.pods.all();
  facts.persistentVolumes.all();
  if (crowded.length > 0) return undecided(message, shown);
  const waiting = sum(worst.missing);
  return pass(
    `While ${pace.nodes} of its ${counted(hosts.length, 'node')} drain, what is evicted has room elsewhere.`,
    evidence,
    waiting === 0
      ? undefined
      : `${counted(waiting, 'evicted pod')} may have to wait for the node: nothing else is sure to admit ${waiting === 1 ? 'it' : 'them'}.`,
  );
}

const hostWithoutRoom = (facts: DrainFacts) => [...landscape(facts).hosts.values()].find(({ free }) => free === undefined);
const sum = (missing: readonly Missing[]): number => missing.reduce((total, { count }) => total + count, 0);
const lost = ({ group, count }: Missing): Sight[] =>
  group.pods.slice(0, 1).map((pod) => computed(pod, '/spec/containers', { workload: group.workload.name, withoutRoom: count }));
