import {
  check,
  computed,
  count,
  fail,
  flag,
  ifSeen,
  notApplicable,
  pass,
  see,
  type Sight,
  texts,
  undecided,
  type Verdict,
} from '../check.ts';
import { type DrainFacts, drains, hostsByPool, type PoolDrain, poolsWithNodes } from '../model/drain.ts';
import { firstFound } from '../model/firstFound.ts';
import type { Missing } from '../model/fit.ts';
import { landscape } from '../model/landscape.ts';
import { glob } from '../model/namespaces.ts';
import { nodeNameOf, poolSize } from '../model/nodePools.ts';
import { type Placed, placedWorkloads, sharedWorkloads } from '../model/placed.ts';
import { isReplicated } from '../model/replicas.ts';
import { counted } from '../model/words.ts';
import { budgeted, obstacleOf, type WorkloadDrainFacts } from '../model/workloadDrain.ts';
import { needAll, nodesInZones, type Shortage, shortagesOf, worstZone, zoneLosses, zonesOfWorkload } from '../model/zoneFailure.ts';
import { zoneOf } from '../model/zones.ts';
import type { AgentPool, KubernetesObject } from '../wire.ts';

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
  subjects: (facts) => placedWorkloads(facts).concat(poolsWithNodes(facts)),
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

/** What the loss of a zone takes down, by where replicas are now; and whether each pool keeps its nodes and its room in balance. */
export const zoneFailure = check({
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
  params: { quorumWorkloads: texts(), ignoreSingleReplica: flag(false), maxZoneSkew: count(1, 1) },
  subjects: (facts, { ignoreSingleReplica }) => {
    const zones = new Set(facts.nodes.items.flatMap((each) => zoneOf(each) ?? []));
    if (zones.size < 2 && facts.nodes.all()) return notApplicable('Its nodes are not in two zones.');
    const workloads = placedWorkloads(facts).concat(sharedWorkloads(facts));
    const judged = ignoreSingleReplica ? workloads.filter(({ workload }) => workload.pods.length > 1) : workloads;
    return judged.concat(poolsWithNodes(facts).filter((pool) => nodesInZones(pool, hostsByPool(facts).get(pool.name) ?? []).size > 1));
  },
  none: 'No workload in scope runs on a node.',
  judge: (subject, { quorumWorkloads, maxZoneSkew }, facts) =>
    'type' in subject ? poolWithoutZone(subject, maxZoneSkew, facts) : workloadWithoutZone(subject, quorumWorkloads, facts),
});

function workloadWithoutZone(placed: Placed, quorumWorkloads: readonly string[], facts: WorkloadDrainFacts): Verdict {
  const { workload, ready, resource } = placed;
  const zones = zonesOfWorkload(placed, facts);
  const { zone, lost, left } = worstZone(zones);
  const evidence = ready.slice(0, 3).map((pod) => computed(pod, '/spec/nodeName', nodeNameOf(pod), 'nodes in two zones'));
  if (zones.outside > 0 && zones.byZone.size < 2)
    return undecided('Nodes that it runs on are in no zone, so what fails with them is not known.', evidence);
  if (zones.byZone.size < 2) {
    needAll(placed, facts);
    const bound = isBound(placed, zone, facts);
    const message =
      ready.length === 1 ? `Its one ready replica is in zone ${zone}.` : `All ${ready.length} ready replicas are in zone ${zone}.`;
    const note = bound ? { note: 'Its disks are in that zone, too: it cannot start in another.' } : {};
    return fail(message, evidence, { ...(ready.length === 1 && !bound ? { severity: 'medium' } : {}), ...note });
  }
  const wanted = Math.floor(desired(resource, ready.length) / 2) + 1;
  const named = quorumWorkloads.some((pattern) => glob(pattern)(workload.name));
  if (named && workload.kind === 'StatefulSet' && left < wanted) {
    needAll(placed, facts);
    return fail(`Without zone ${zone} it has ${left} of ${wanted} replicas that make a quorum.`, evidence, { severity: 'medium' });
  }
  return pass(`Its ready replicas are in ${zones.byZone.size} zones.`, evidence, degraded(placed, { zone, lost, left }, facts));
}

/** What is thinner without the worst zone, though it runs: less than its budget keeps, or than half. */
function degraded(placed: Placed, { zone, lost, left }: ReturnType<typeof worstZone>, facts: WorkloadDrainFacts): string | undefined {
  const kept = ifSeen(() => budgeted(placed, facts))?.drain;
  if (kept?.verdict === 'allowed' && left < kept.desired)
    return `Without zone ${zone} it has ${left} of the ${kept.desired} replicas that its budget keeps.`;
  return left < lost ? `Zone ${zone} holds ${lost} of ${lost + left}.` : undefined;
}

const isBound = ({ workload }: Placed, zone: string, facts: WorkloadDrainFacts): boolean =>
  zoneLosses(facts).some((each) => each.zone === zone && each.bound.has(workload));
const desired = (resource: KubernetesObject, ready: number): number =>
  isReplicated(resource) ? Math.max(ready, resource.spec?.replicas ?? 1) : ready;

function poolWithoutZone(pool: AgentPool, maxZoneSkew: number, facts: WorkloadDrainFacts): Verdict {
  facts.nodes.all();
  const hosts = hostsByPool(facts).get(pool.name) ?? [];
  const zones = nodesInZones(pool, hosts);
  const spread = computed(pool, '/properties/availabilityZones', {
    nodes: Object.fromEntries([...zones].sort(([a], [b]) => (a < b ? -1 : 1))),
  });
  const shortages = shortagesOf(pool, facts);
  const fault = firstFound(
    () => shortOfRoom(pool, shortages, spread, facts),
    () => unbalanced([...zones.values()], maxZoneSkew, spread),
  );
  if (fault !== undefined) return fault;
  for (const key of ['pods', 'persistentVolumes', 'agentPools', 'karpenterNodePools'] as const) facts[key].all();
  if (facts.karpenterNodePools.items.length > 0)
    return pass('Its nodes are balanced over its zones, and node auto-provisioning adds others.', spread);
  const [unsure] = shortages;
  if (unsure !== undefined)
    return undecided(`Whether its pods of zone ${unsure.zone} have room elsewhere depends on the order in which they are placed.`, spread);
  return pass('Its nodes are balanced over its zones, and without any of them there is room for what it runs.', spread);
}

function shortOfRoom(pool: AgentPool, shortages: readonly Shortage[], spread: Sight, facts: WorkloadDrainFacts): Verdict | undefined {
  const short = shortages.find(({ certain }) => certain);
  if (short === undefined || facts.karpenterNodePools.some(() => true)) return undefined;
  facts.agentPools.all(); // one that was not seen may add nodes
  const unsized = hostWithoutRoom(facts);
  if (unsized !== undefined) return undecided('A node does not say what it has room for.', see(unsized.node, '/status/allocatable'));
  const pods = sum(short.missing);
  return fail(
    `Without zone ${short.zone}, ${counted(pods, 'pod')} of it ${pods === 1 ? 'has' : 'have'} no room elsewhere.`,
    [see(pool, poolSize(pool).maxPointer), spread, ...short.missing.slice(0, 5).flatMap(lost)],
    { severity: 'medium' },
  );
}

function unbalanced(counts: readonly number[], maxZoneSkew: number, spread: Sight): Verdict | undefined {
  const [most, least] = [Math.max(...counts), Math.min(...counts)];
  const all = counts.reduce((total, each) => total + each, 0);
  return most - least > maxZoneSkew
    ? fail(`One of its zones has ${most} of ${all} nodes, another ${least}.`, spread, { severity: 'low' })
    : undefined;
}
