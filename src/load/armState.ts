import type { Problem } from '../errors.ts';
import { armKeys, kinds, notCollected, singleKeys } from '../kinds.ts';
import type { Gap, Gathered, Origin, Snapshot, State, StateKey } from '../snapshot.ts';
import type { AgentPool, ManagedCluster } from '../wire.ts';
import { isWithin, scopeOfId } from './armId.ts';
import type { ArmFound, ArmHarvest, ArmStatement } from './armHarvest.ts';
import { bodyOf, mergeById, type Placed } from './merge.ts';
import { embeddedPools, networks } from './nested.ts';

/** What ARM says of one cluster, and where it says so. */
export interface ArmState {
  state: Snapshot['state'];
  origins: Map<object, Origin>;
}

/** All ARM resources of a run: the clusters, and what is theirs or shared. */
export interface ArmRun {
  clusters: readonly Placed[];
  shared: ReadonlyMap<StateKey, readonly Placed[]>;
  own: ReadonlyMap<StateKey, readonly Placed[]>;
  statements: readonly ArmStatement[];
}

/** Puts the resources of a run together, each once. */
export function armRun(harvest: ArmHarvest, warnings: Problem[]): ArmRun {
  const of = (key: ArmFound['key']) => harvest.found.filter((each) => each.key === key && !isNameOnly(each));
  const clusters = mergeById(of('cluster'), warnings);
  const lists = armKeys.filter((key) => key !== 'cluster' && key !== 'neighbours' && key !== 'virtualNetworks');
  const merged = (shared: boolean) =>
    lists.filter((key) => isShared(key) === shared).map((key) => [key, mergeById(of(key), warnings)] as const);
  const vnets = networks(
    { networks: of('virtualNetworks'), subnets: of('subnets'), virtualNetworkPeerings: of('virtualNetworkPeerings') },
    warnings,
  );
  return {
    clusters,
    shared: new Map([...merged(true), ['virtualNetworks', vnets]]),
    own: new Map(merged(false)),
    statements: [...harvest.statements, ...harvest.found.filter(isNameOnly).flatMap(unread)],
  };
}

/** What `az resource list`, and some lists of az, give of a resource: its name. What else it has was not seen, and is not unset. */
const isNameOnly = ({ key, resource }: ArmFound): boolean =>
  key !== undefined &&
  key !== 'subnets' &&
  key !== 'virtualNetworkPeerings' &&
  isListed(key) &&
  Object.keys(bodyOf(resource) ?? { set: true }).length === 0;

const unread = ({ key, resource, origin }: ArmFound): ArmStatement[] =>
  key === undefined || key === 'subnets' || key === 'virtualNetworkPeerings'
    ? []
    : [{ key, file: origin.file, gap: notCollected(key, resource.id), about: resource.id }];

const isShared = (key: StateKey): boolean => {
  const kind = kinds[key];
  return kind.plane === 'azure' && kind.shared;
};

const isListed = (key: StateKey): boolean => {
  const kind = kinds[key];
  return kind.plane === 'azure' && kind.listed;
};

/** @param own what was said of this cluster's keys: by id, or by standing in its folder */
export function armStateOf(cluster: Placed, run: ArmRun, own: readonly ArmStatement[], warnings: Problem[]): ArmState {
  const pools = poolsOf(cluster, run, own, warnings);
  const gathered: [StateKey, Known][] = [
    ['cluster', isHeadOnly(cluster) ? { all: undefined, gaps: [notCollected('cluster')] } : { all: [cluster], gaps: [] }],
    ['agentPools', pools],
  ];
  for (const [key, all] of run.own) {
    if (key !== 'agentPools')
      gathered.push([
        key,
        listed(
          key,
          all.filter((each) => belongs(each, cluster, run)),
          own,
        ),
      ]);
  }
  for (const [key, all] of run.shared)
    gathered.push([key, isListed(key) ? listed(key, all, run.statements) : lookedUp(key, all, run.statements)]);
  const neighbours = run.clusters.filter((each) => each !== cluster).map((each) => neighbour(each, run, warnings));
  return { state: { ...stateOf(gathered), neighbours: { value: neighbours } }, origins: originsOf(gathered) };
}

/** What `az resource list` and queries give of a cluster: what else it has was not seen, and is not unset. */
const headOnly: ReadonlySet<string> = new Set(['changedTime', 'createdTime', 'powerState', 'provisioningState', 'resourceGroup']);
function isHeadOnly({ resource }: Placed): boolean {
  const body = bodyOf(resource);
  return body !== undefined && Object.keys(body).every((name) => headOnly.has(name));
}

interface Known {
  all: readonly Placed[] | undefined;
  gaps: readonly Gap[];
}

const told = (key: StateKey, statements: readonly ArmStatement[]) => statements.filter((each) => each.key === key);
const gapsOf = (statements: readonly ArmStatement[]): Gap[] => statements.flatMap(({ gap }) => gap ?? []);

/** A list of one cluster or subscription: whole when it was read as a list, or was said to be empty. */
function listed(key: StateKey, all: readonly Placed[], own: readonly ArmStatement[]): Known {
  const statements = told(key, own);
  const gaps = gapsOf(statements);
  if (all.length === 0)
    return statements.length > gaps.length && gaps.length === 0
      ? { all, gaps }
      : { all: undefined, gaps: gaps.length > 0 ? gaps : [notCollected(key)] };
  // Of these there is never more than one, which is asked for by name.
  const whole = key === 'deploymentSafeguards' || all.some((each) => each.listed);
  return { all, gaps: whole || gaps.length > 0 ? gaps : [notCollected(key)] };
}

/** What is looked up by id has no gap but that of the id, unless nothing at all was read. */
function lookedUp(key: StateKey, all: readonly Placed[], statements: readonly ArmStatement[]): Known {
  const about = told(key, statements);
  const gaps = gapsOf(about);
  if (all.length > 0 || (about.length > 0 && gaps.length === 0)) return { all, gaps };
  return { all: undefined, gaps: gaps.length > 0 ? gaps : [notCollected(key)] };
}

/** The pools of the cluster's own body and those of pool lists, one of each name; either alone is the whole list. */
function poolsOf(cluster: Placed, run: ArmRun, own: readonly ArmStatement[], warnings: Problem[]): Known {
  const embedded = embeddedPools(cluster) ?? hostedOnly(cluster);
  const separate = (run.own.get('agentPools') ?? []).filter((each) => belongs(each, cluster, run));
  const known = listed('agentPools', mergeById([...(embedded ?? []), ...separate], warnings), own);
  return embedded === undefined ? known : { all: known.all ?? [], gaps: [] };
}

/** A cluster whose system pools are all hosted by Azure lists none. */
function hostedOnly(cluster: Placed): Placed[] | undefined {
  const hosted = bodyOf(cluster.resource)?.hostedSystemProfile;
  return typeof hosted === 'object' && hosted !== null && 'enabled' in hosted && hosted.enabled === true ? [] : undefined;
}

/**
 * By id; an assignment or exemption of a policy by its scope, of which a management group may hold any cluster; a state of
 * compliance by the resource that it is of.
 */
function belongs({ resource }: Placed, cluster: Placed, run: ArmRun): boolean {
  const type = resource.type.toLowerCase();
  if (type === 'microsoft.policyinsights/policystates') return isWithin(String(bodyOf(resource)?.resourceId), cluster.resource.id);
  if (type === 'microsoft.authorization/roleassignments') return true; // Identities hold roles anywhere; scopes and principals tell.
  if (type === 'microsoft.authorization/policyassignments' || type === 'microsoft.authorization/policyexemptions') {
    const scope = scopeOfId(resource.id);
    return isWithin(cluster.resource.id, scope) || !scope.toLowerCase().startsWith('/subscriptions/');
  }
  if (isWithin(resource.id, cluster.resource.id)) return true;
  return run.clusters.length === 1 && /\/managedclusters\/unknown\//i.test(resource.id);
}

function neighbour(cluster: Placed, run: ArmRun, warnings: Problem[]): State['neighbours'][number] {
  const pools = poolsOf(cluster, run, [], warnings).all ?? [];
  // The reader has checked the type that the resources state; their shape is what the API promises for it.
  return {
    id: cluster.resource.id,
    cluster: cluster.resource as unknown as ManagedCluster,
    pools: pools.map(({ resource }) => resource as unknown as AgentPool),
  };
}

function stateOf(gathered: readonly [StateKey, Known][]): Snapshot['state'] {
  const single: readonly StateKey[] = singleKeys;
  const entries = gathered.map(([key, { all, gaps }]): [StateKey, Gathered<unknown>] => {
    const [first, ...rest] = gaps;
    const resources = all?.map(({ resource }) => resource);
    if (resources === undefined) return [key, { gaps: first === undefined ? [notCollected(key)] : [first, ...rest] }];
    return [key, { value: single.includes(key) ? resources[0] : resources, ...(gaps.length > 0 ? { gaps } : {}) }];
  });
  // Each key got resources of its own ARM type; their shape is what the API promises for it.
  return Object.fromEntries(entries) as Snapshot['state'];
}

function originsOf(gathered: readonly [StateKey, Known][]): Map<object, Origin> {
  const placed = gathered.flatMap(([, { all }]) => all ?? []);
  return new Map([...placed, ...placed.flatMap(({ parts }) => parts ?? [])].map(({ resource, origin }) => [resource, origin]));
}
