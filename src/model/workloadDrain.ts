import type { KubernetesObject, Pod } from '../wire.ts';
import { budgetFor } from './budgets.ts';
import { inNamespace } from './byNamespace.ts';
import { type Drain, type DisruptionFacts, drainOf } from './disruption.ts';
import { areDrainedTogether, type DrainFacts, drainMinutes, drains, leastDrainMinutes, poolOf } from './drain.ts';
import { firstFound } from './firstFound.ts';
import type { Host } from './landscape.ts';
import { nodeNameOf } from './nodePools.ts';
import { hostsOf, type Placed, type PlacedFacts } from './placed.ts';
import { counted } from './words.ts';

export type WorkloadDrainFacts = DrainFacts & PlacedFacts & DisruptionFacts;

/** What stands in the way of a drain, or what it takes down. `actual`: what was worked out, in the place of what stands there. */
export interface Obstacle {
  kind: 'blocks' | 'stops' | 'undecided';
  why: string;
  reads: readonly { resource: KubernetesObject; pointer: string; actual?: unknown }[];
  /** One replica cannot do better by being spread. */
  single: boolean;
}

/** The first obstacle that a drain meets in a workload; what was seen stands, whatever else was not. */
export function obstacleOf(placed: Placed, facts: WorkloadDrainFacts): Obstacle | undefined {
  const single = placed.ready.length === 1;
  let known: { budgeted: Budgeted } | undefined;
  const budget = (): Budgeted => {
    known ??= { budgeted: budgeted(placed, facts) };
    return known.budgeted;
  };
  return firstFound<Obstacle>(
    () => abandoned(placed),
    () => tooSlow(placed, facts),
    () => {
      const found = budget();
      if (found?.drain.verdict !== 'blocked') return undefined;
      const why = `PodDisruptionBudget ${found.object.metadata.name} refuses its eviction: ${lowered(found.drain.why)}`;
      return { kind: 'blocks', why, reads: found.drain.reads, single };
    },
    () => stuck(placed, facts, budget),
    () => stopped(placed, facts, budget),
  );
}

const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function abandoned({ resource, workload }: Placed): Obstacle | undefined {
  if (workload.naked === undefined) return undefined;
  return {
    kind: 'stops',
    why: 'No controller starts it again after its eviction.',
    reads: [{ resource, pointer: '/metadata/ownerReferences' }],
    single: false,
  };
}

/** A pod may take longer to end than AKS waits for its node to drain. Provisioned nodes wait for ever. */
function tooSlow({ ready }: Placed, facts: WorkloadDrainFacts): Obstacle | undefined {
  for (const pod of ready) {
    const grace = pod.spec?.terminationGracePeriodSeconds ?? 30;
    if (grace <= leastDrainMinutes * 60) continue;
    for (const host of hostsOf(facts, [pod]).keys()) {
      const pool = poolOf(facts, host.node);
      if (pool === undefined || grace <= drainMinutes(pool) * 60) continue;
      const why = `It may take ${grace} seconds to end, and pool ${pool.name} waits ${drainMinutes(pool)} minutes for a drain.`;
      return { kind: 'blocks', why, reads: [{ resource: pod, pointer: '/spec/terminationGracePeriodSeconds' }], single: false };
    }
  }
  return undefined;
}

/** The budget of a workload, and whether it lets go of pods; undefined without one. */
export function budgeted({ workload, ready }: Placed, facts: WorkloadDrainFacts): Budgeted {
  const object = budgetFor(facts, workload.namespace, ready[0]?.metadata.labels ?? {});
  return object && { object, drain: drainOf(object, facts) };
}

type Budgeted = { drain: Drain; object: KubernetesObject } | undefined;
/** How many of its pods a budget lets go at a time; without one, all of them. */
const allowedBy = (budgeted: Budgeted): number | undefined =>
  budgeted?.drain.verdict === 'allowed' ? budgeted.drain.expected - budgeted.drain.desired : undefined;

/** The budget lets the next pod go when the last one is replaced, and for that there is no room. */
function stuck({ workload, ready }: Placed, facts: WorkloadDrainFacts, budget: () => Budgeted): Obstacle | undefined {
  for (const { pool, worst } of drains(facts)) {
    const short = worst.missing.some((each) => each.certain && each.why === 'room' && each.group.workload === workload);
    if (!short) continue;
    const found = budget();
    const allowed = allowedBy(found);
    const batch = new Set(worst.batch.map(({ name }) => name));
    const evicted = ready.filter((pod) => batch.has(nodeNameOf(pod) ?? '')).length;
    if (found === undefined || allowed === undefined || evicted <= allowed) continue;
    facts.nodes.all();
    const why = `PodDisruptionBudget ${found.object.metadata.name} waits for replacements that have no room while ${counted(worst.batch.length, 'node')} of pool ${pool.name} drain.`;
    return { kind: 'blocks', why, reads: [{ resource: found.object, pointer: '/spec' }], single: false };
  }
  return undefined;
}

/** All ready replicas are on nodes that may be drained at once, and no budget keeps one of them until another is ready. */
function stopped({ workload, ready }: Placed, facts: WorkloadDrainFacts, budget: () => Budgeted): Obstacle | undefined {
  const hosts = [...hostsOf(facts, ready).keys()];
  inNamespace(facts.pods, workload.namespace).all();
  if (workload.kind === 'ReplicaSet') facts.replicaSets.all(); // it may be one of several of a Deployment
  const [first] = hosts;
  if (first === undefined || hosts.some(({ pool }) => pool !== first.pool)) return undefined;
  if (!areDrainedTogether(facts, hosts)) return undefined;
  const found = budget();
  const reads = ready.slice(0, 3).map((resource) => ({ resource, pointer: '/spec/nodeName', actual: nodeNameOf(resource) }));
  const single = ready.length === 1;
  if (found?.drain.verdict === 'undecided') return { kind: 'undecided', why: found.drain.why, reads: found.drain.reads, single };
  const allowed = allowedBy(found);
  // What the budget holds back are pods of this workload, if it lets go fewer than those: also while some are not ready.
  if (allowed !== undefined && allowed < workload.pods.length) return undefined;
  return { kind: 'stops', why: sentence(ready, hosts), reads, single };
}

function sentence(ready: readonly Pod[], hosts: readonly Host[]): string {
  if (ready.length === 1) return 'Its one ready replica goes with its node.';
  if (hosts.length === 1) return `All ${ready.length} ready replicas are on one node.`;
  return `All ${ready.length} ready replicas are on ${hosts.length} nodes of pool ${hosts[0]?.pool ?? ''} that are drained at once.`;
}
