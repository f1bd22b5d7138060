import { NotSeen, type Seen, seen } from '../seen.ts';
import type { State } from '../snapshot.ts';
import type { KubernetesObject, Pod, PodDisruptionBudget } from '../wire.ts';
import { type BudgetFacts, type Selection, selections } from './budgets.ts';
import { firstFound } from './firstFound.ts';
import { once } from './once.ts';
import { controllerOf, type Owner, ownerKey, ownerOf, topOwners } from './owners.ts';
import { desiredReplicas, isReplicated } from './replicas.ts';

/** What a budget asks for, as the disruption controller reads it; a percentage is of the expected pods and rounds up. */
export interface Demand {
  field: 'minAvailable' | 'maxUnavailable';
  value: number;
  percent: boolean;
}

/** @returns undefined when neither field is set, 'malformed' when it is neither a whole number nor a percentage */
export function demandOf({ spec }: PodDisruptionBudget): Demand | 'malformed' | undefined {
  const field = isSet(spec?.maxUnavailable) ? 'maxUnavailable' : 'minAvailable';
  const value: unknown = spec?.[field];
  if (!isSet(value)) return undefined;
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? { field, value, percent: false } : 'malformed';
  return typeof value === 'string' && /^\d{1,9}%$/.test(value) ? { field, value: Number(value.slice(0, -1)), percent: true } : 'malformed';
}

/** How many pods must stay healthy of those expected; an eviction is allowed while more than that are. */
export function desiredHealthy({ field, value, percent }: Demand, expected: number): number {
  const wanted = percent ? Math.ceil((value * expected) / 100) : value;
  return field === 'minAvailable' ? wanted : Math.max(0, expected - wanted);
}

/** Whether it allows no eviction, however many pods are expected. */
const allowsNone = ({ field, value, percent }: Demand): boolean => (field === 'maxUnavailable' ? value === 0 : percent && value >= 100);

/** Whether a percentage or maxUnavailable is asked for, for which the controller adds up the scale of the pods' controllers. */
const readsScale = ({ field, percent }: Demand): boolean => field === 'maxUnavailable' || percent;

export interface DisruptionFacts extends BudgetFacts {
  readonly deployments: Seen<State['deployments'][number]>;
  readonly statefulSets: Seen<State['statefulSets'][number]>;
  readonly replicaSets: Seen<State['replicaSets'][number]>;
  readonly replicationControllers: Seen<State['replicationControllers'][number]>;
  readonly horizontalPodAutoscalers: Seen<State['horizontalPodAutoscalers'][number]>;
}

/** Where a number or a reason was read. */
export interface Read {
  resource: KubernetesObject;
  pointer: string;
}
export type Drain =
  | { verdict: 'blocked'; why: string; reads: readonly Read[] }
  | { verdict: 'undecided'; why: string; reads: readonly Read[] }
  | { verdict: 'allowed'; expected: number; desired: number; reads: readonly Read[] }
  | { verdict: 'idle' };

/**
 * Whether a budget lets a node be drained while all its pods are healthy, from specs and not from a passing status.
 * Expected pods are the replicas of their controllers (the minimum of an autoscaler), as the disruption controller
 * counts them (kubernetes pkg/controller/disruption); for a whole minAvailable, pods without known replicas count too.
 */
export function drainOf(budget: PodDisruptionBudget, facts: DisruptionFacts): Drain {
  const { pods, shared } = selections(facts).get(budget) ?? { pods: facts.pods.filter(() => false) };
  if (pods.items.length === 0 && pods.all().length === 0) return { verdict: 'idle' };
  let counted: Drain = { verdict: 'idle' };
  const obstacle = firstFound<Drain>(
    () => (shared === undefined ? void facts.podDisruptionBudgets.all() : alsoOf(shared)),
    () => syncFailure(budget),
    () => {
      counted = arithmetic(budget, pods, facts);
      return counted.verdict === 'blocked' ? counted : undefined;
    },
  );
  return obstacle ?? counted;
}

const blocked = (why: string, ...reads: readonly Read[]): Drain => ({ verdict: 'blocked', why, reads });

const alsoOf = ({ pod, other }: NonNullable<Selection['shared']>): Drain =>
  blocked(`Pod ${pod.metadata.name} is selected by PodDisruptionBudget ${other.metadata.name} too, so no eviction of it is accepted.`, {
    resource: other,
    pointer: '/spec/selector',
  });

/** The controller says that it cannot count: then it allows nothing. */
function syncFailure(budget: PodDisruptionBudget): Drain | undefined {
  const conditions = budget.status?.conditions ?? [];
  const index = conditions.findIndex(
    ({ type, reason, status }) => type === 'DisruptionAllowed' && reason === 'SyncFailed' && status === 'False',
  );
  return index < 0
    ? undefined
    : blocked('The disruption controller cannot count its pods, so no pod may be evicted.', {
        resource: budget,
        pointer: `/status/conditions/${index}/message`,
      });
}

function arithmetic(budget: PodDisruptionBudget, pods: Seen<Pod>, facts: DisruptionFacts): Drain {
  const demand = demandOf(budget);
  if (demand === undefined)
    return blocked('It sets neither minAvailable nor maxUnavailable, so no pod may be evicted.', {
      resource: budget,
      pointer: '/spec/maxUnavailable',
    });
  if (demand === 'malformed')
    return {
      verdict: 'undecided',
      why: 'Its value is neither a whole number nor a percentage.',
      reads: [{ resource: budget, pointer: '/spec' }],
    };
  const own = { resource: budget, pointer: `/spec/${demand.field}` };
  if (allowsNone(demand))
    return blocked(`Its ${demand.field} is ${demand.value}${demand.percent ? '%' : ''}, so no pod may be evicted.`, own);
  const scales = scalesOf(pods, facts);
  if (readsScale(demand)) {
    const unscaled = scales.find(({ replicas }) => replicas === 'none');
    if (unscaled?.owner)
      return blocked(
        `${unscaled.owner.kind} ${unscaled.owner.name} has no scale to take its ${demand.field} from, so no pod may be evicted.`,
        own,
        { resource: unscaled.pod, pointer: '/metadata/ownerReferences' },
      );
  }
  pods.all();
  const expected = readsScale(demand) ? scaleSum(scales, budget) : podCount(scales);
  if (expected === undefined) return { verdict: 'undecided', why: 'The scale of the controller of its pods was not told.', reads: [own] };
  const reads = [own, ...scales.flatMap(({ from }) => (from === undefined ? [] : [from]))].slice(0, 4);
  if (expected === 0 && scales.some(({ owner }) => owner !== undefined)) return { verdict: 'idle' };
  if (expected === 0) return blocked('It selects only pods without a controller, which count as none, so no pod may be evicted.', ...reads);
  const desired = desiredHealthy(demand, expected);
  if (desired >= expected) return blocked(`${desired} of ${expected} expected pods must stay healthy, so no pod may be evicted.`, ...reads);
  return { verdict: 'allowed', expected, desired, reads };
}

/** The pods of one controller, or those of none. */
interface Scale {
  owner?: Owner;
  /** The first of them. */
  pod: Pod;
  pods: number;
  /** `none`: of a kind that has no scale. `untold`: of a kind, or of a controller, of which we do not know. */
  replicas: number | 'none' | 'untold';
  from?: Read;
}

/** Kinds that cannot be scaled; `Node` owns the mirrors of its static pods. */
const unscaled: readonly string[] = ['DaemonSet', 'Job', 'CronJob', 'Node'];

function scalesOf(pods: Seen<Pod>, facts: DisruptionFacts): Scale[] {
  const { ownerOfPod, scalable } = controllers(facts);
  const scales = new Map<string, Scale>();
  for (const pod of pods.items) {
    const owner = ownerOfPod(pod);
    const key = owner === undefined ? '' : ownerKey(owner, pod.metadata.namespace);
    const before = scales.get(key);
    if (before === undefined)
      scales.set(key, { ...(owner === undefined ? {} : { owner }), pod, pods: 1, ...replicasOf(owner, scalable.get(key), facts) });
    else before.pods += 1;
  }
  return [...scales.values()];
}

function replicasOf(
  owner: Owner | undefined,
  object: KubernetesObject | undefined,
  facts: DisruptionFacts,
): Pick<Scale, 'replicas' | 'from'> {
  if (owner === undefined) return { replicas: 0 };
  if (unscaled.includes(owner.kind)) return { replicas: 'none' };
  if (object === undefined) {
    const list = {
      Deployment: facts.deployments,
      StatefulSet: facts.statefulSets,
      ReplicaSet: facts.replicaSets,
      ReplicationController: facts.replicationControllers,
    }[owner.kind];
    if (list !== undefined && list.gaps.length > 0) throw new NotSeen(list.gaps);
    return { replicas: 'untold' };
  }
  if (isReplicated(object)) {
    const { replicas, from, pointer } = desiredReplicas(object, facts.horizontalPodAutoscalers);
    return { replicas, from: { resource: from, pointer } };
  }
  const { spec } = object as State['replicaSets'][number]; // or a ReplicationController: all that `controllers` holds beside
  return { replicas: spec?.replicas ?? 1, from: { resource: object, pointer: '/spec/replicas' } };
}

/** The sum of the scales; where one is untold, what the controller itself counted for this very spec. */
function scaleSum(scales: readonly Scale[], { metadata, status }: PodDisruptionBudget): number | undefined {
  if (!scales.some(({ replicas }) => replicas === 'untold')) return scales.reduce((sum, { replicas }) => sum + Number(replicas), 0);
  return status?.observedGeneration !== undefined && status.observedGeneration === metadata.generation ? status.expectedPods : undefined;
}

const podCount = (scales: readonly Scale[]): number =>
  scales.reduce((sum, { owner, pods, replicas }) => sum + (owner === undefined || typeof replicas === 'string' ? pods : replicas), 0);

/** Controllers by key, and the one whose scale counts for a pod: the Deployment above a ReplicaSet, but nothing else above one. */
const controllers = once((facts: DisruptionFacts) => {
  const scalable = new Map<string, KubernetesObject>();
  for (const { items } of [facts.deployments, facts.statefulSets, facts.replicaSets, facts.replicationControllers])
    for (const object of items) scalable.set(ownerKey(ownerOf(object), object.metadata.namespace), object);
  const topOwner = topOwners({ replicaSets: facts.replicaSets, jobs: seen([]), cronJobs: seen([]) });
  const ownerOfPod = (pod: Pod): Owner | undefined => {
    const direct = controllerOf(pod.metadata);
    const top = direct === undefined ? undefined : topOwner(pod);
    return direct?.kind === 'ReplicaSet' && top?.kind === 'Deployment' ? top : direct;
  };
  return { scalable, ownerOfPod };
});

const isSet = (value: unknown): boolean => value !== undefined && value !== null;
