import type { Host, HostKind, Landscape } from './landscape.ts';
import { hostnameKey, repellents, zoneKeys } from './nodeAffinity.ts';
import type { PodGroup, Sieve } from './podGroups.ts';
import { hostAllows, isBound, kindAllows, leftOf, move, newTrial, roomFor, type Trial } from './trial.ts';

/** Pods that found no place. */
export interface Missing {
  group: PodGroup;
  count: number;
  /**
   * `nodes`: no node is of the kind they ask for; `volumes`: none is where their volumes are; `rules`: affinity or spread
   * keeps them off nodes with room; `room`: nodes that admit them are full.
   */
  why: 'nodes' | 'volumes' | 'rules' | 'room';
  /** Whether no other order of placing would do: what they ask for is more than there is. */
  certain: boolean;
}

/**
 * Places the pods of leaving nodes on the others: those that arrive first, then the emptiest, the largest pods first. What
 * finds a place fits; what does not may in another order, unless it is certain.
 */
export function place(land: Landscape, leaving: readonly Host[], arriving: readonly HostKind[] = []): Missing[] {
  const trial = newTrial(land, leaving, arriving);
  const demand = new Map<PodGroup, number>();
  for (const host of leaving) {
    for (const [group, count] of host.pods) {
      if (!group.evictable) continue;
      demand.set(group, (demand.get(group) ?? 0) + count);
      move(trial, group, host, -count);
    }
  }
  const kinds = [...arriving, ...land.kinds];
  const full = new Map<number, number>();
  const ordered = [...demand].sort(([a], [b]) => weight(b) - weight(a) || (nameOf(a) < nameOf(b) ? -1 : 1));
  const missing = ordered.flatMap(([group, count]) => {
    const left = settle(trial, group, count, kinds, full);
    return left === 0 ? [] : [{ group, count: left }];
  });
  return missing.length === 0 ? [] : explain(trial, missing, demand, kinds);
}

const nameOf = ({ workload, pods }: PodGroup): string => `${workload.key} ${pods[0]?.metadata.name ?? ''}`;

/** Cores, and memory at four GiB a core, as nodes have them. */
const weight = ({ request }: PodGroup): number =>
  request.reduce((sum, [at, amount]) => sum + (at === 0 ? amount / 1000 : at === 1 ? amount / 2 ** 32 : 0), 0);

/** @param full by request and kind: how many of its nodes were found to have no room for it. @returns how many have no place */
function settle(trial: Trial, group: PodGroup, count: number, kinds: readonly HostKind[], full: Map<number, number>): number {
  let left = count;
  while (left > 0) {
    const host = findHost(trial, group, kinds, full);
    if (host === undefined) return left;
    // Without rules between pods, as many go there as have room.
    const going = isBound(group) ? 1 : Math.min(left, roomFor(group, leftOf(trial, host)));
    move(trial, group, host, going);
    left -= going;
  }
  return 0;
}

function findHost(trial: Trial, group: PodGroup, kinds: readonly HostKind[], full: Map<number, number>): Host | undefined {
  const { sieve, requestId } = group;
  const cores = coresOf(group);
  for (const kind of kinds) {
    if ((!sieve.byName && !sieve.admits(kind)) || !kindAllows(trial, group, kind)) continue;
    const key = requestId * 65_536 + kind.id;
    for (let at = full.get(key) ?? 0, onlyFull = true; at < kind.hosts.length; at++) {
      const host = kind.hosts[at] as Host;
      if ((host.free?.[0] ?? 0) < cores) break; // those behind it have no more
      if (trial.gone.has(host) || roomFor(group, leftOf(trial, host)) < 1) {
        if (onlyFull) full.set(key, at + 1); // nothing makes room again
        continue;
      }
      onlyFull = false;
      if ((!sieve.byName || sieve.admitsHost(host)) && hostAllows(trial, group, host)) return host;
    }
  }
  return undefined;
}

/** Why pods found no place, and whether it is certain: a pod is larger than any room there was, or all are than all of it. */
function explain(
  trial: Trial,
  missing: readonly Pick<Missing, 'group' | 'count'>[],
  demand: ReadonlyMap<PodGroup, number>,
  kinds: readonly HostKind[],
): Missing[] {
  const size = trial.land.resources.length;
  const short = (sieve?: Sieve): boolean => {
    const alike = sieve === undefined ? [...demand] : [...demand].filter(([group]) => group.sieve === sieve);
    return exceeds(total(alike, size), supply(trial, sieve));
  };
  const shortOfAll = short();
  const reasonOf = (group: PodGroup): Pick<Missing, 'why' | 'certain'> => {
    const { sieve } = group;
    if (!anyHost(trial, kinds, (kind, host) => admits(sieve, kind, host))) {
      const elsewhere = anyHost(trial, kinds, (kind) => sieve.admits(kind, false));
      return { why: elsewhere ? 'volumes' : 'nodes', certain: true };
    }
    if (hasRoom(trial, group, kinds, (host) => leftOf(trial, host))) return { why: 'rules', certain: false };
    return { why: 'room', certain: shortOfAll || short(sieve) || !hasRoom(trial, group, kinds, ({ free }) => free) };
  };
  // Pods of one sieve and one size have one reason.
  const known = new Map<Sieve, Map<number, Pick<Missing, 'why' | 'certain'>>>();
  return missing.map(({ group, count }): Missing => {
    const ofSieve = known.get(group.sieve) ?? new Map<number, Pick<Missing, 'why' | 'certain'>>();
    const reason = ofSieve.get(group.requestId) ?? reasonOf(group);
    known.set(group.sieve, ofSieve.set(group.requestId, reason));
    return { group, count, ...reason };
  });
}

const admits = (sieve: Sieve, kind: HostKind, host: Host): boolean => (sieve.byName ? sieve.admitsHost(host) : sieve.admits(kind));

const anyHost = ({ gone }: Trial, kinds: readonly HostKind[], wanted: (kind: HostKind, host: Host) => boolean): boolean =>
  kinds.some((kind) => kind.hosts.some((host) => !gone.has(host) && wanted(kind, host)));

/** Whether any node that admits a pod of the group has room for one, by what it had or by what it has left. */
function hasRoom(
  { gone }: Trial,
  group: PodGroup,
  kinds: readonly HostKind[],
  left: (host: Host) => readonly number[] | undefined,
): boolean {
  const cores = coresOf(group);
  for (const kind of kinds) {
    if (!group.sieve.byName && !group.sieve.admits(kind)) continue;
    for (const host of kind.hosts) {
      if ((host.free?.[0] ?? 0) < cores) break;
      if (!gone.has(host) && roomFor(group, left(host)) >= 1 && admits(group.sieve, kind, host)) return true;
    }
  }
  return false;
}

const coresOf = ({ request }: PodGroup): number => request.find(([at]) => at === 0)?.[1] ?? 0;

function total(demand: readonly (readonly [PodGroup, number])[], size: number): number[] {
  const sum = new Array<number>(size).fill(0);
  for (const [{ request }, count] of demand) for (const [at, amount] of request) sum[at] = (sum[at] ?? 0) + count * amount;
  return sum;
}

/** All that is free on the nodes that stay and arrive, or on those that a sieve admits. What was there is added up once. */
function supply({ land, gone, arriving }: Trial, sieve: Sieve | undefined): number[] {
  const taken = (kind: HostKind, host: Host) => sieve === undefined || admits(sieve, kind, host);
  const there = land.supplies.get(sieve) ?? addUp(land.kinds, taken, land.resources.length);
  land.supplies.set(sieve, there);
  const sum = addUp(arriving, taken, land.resources.length);
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (there[at] ?? 0);
  for (const host of gone)
    if (taken(host.kind, host)) for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) - Math.max(0, host.free?.[at] ?? 0);
  return sum;
}
function addUp(kinds: readonly HostKind[], taken: (kind: HostKind, host: Host) => boolean, size: number): number[] {
  const sum = new Array<number>(size).fill(0);
  for (const kind of kinds)
    for (const host of kind.hosts)
      if (taken(kind, host)) for (let at = 0; at < size; at++) sum[at] = (sum[at] ?? 0) + Math.max(0, host.free?.[at] ?? 0);
  return sum;
}
const exceeds = (asked: readonly number[], there: readonly number[]): boolean => asked.some((amount, at) => amount > (there[at] ?? 0));

/**
 * Nodes as a pool adds them: with the labels and taints of one that it has, empty but for DaemonSets and static pods.
 * @param zone where they will be, when that is certain
 */
export function arrivals(land: Landscape, like: Host, count: number, id: number, zone: string | undefined): HostKind {
  const label = (key: string): string | undefined =>
    key === hostnameKey ? undefined : zoneKeys.includes(key) ? zone : like.node.metadata.labels?.[key];
  const kind: HostKind = {
    id: land.kinds.length + id,
    name: '',
    label,
    // What the node controllers add says how this one node is; new ones are well.
    taints: repellents(like.node).filter(({ key }) => !/^node\.(?:cloudprovider\.)?kubernetes\.io\//.test(key ?? '')),
    hosts: [],
  };
  const free = like.free === undefined ? undefined : [...like.free];
  if (free !== undefined)
    for (const [{ evictable, request }, pods] of like.pods)
      if (evictable) for (const [at, amount] of request) free[at] = (free[at] ?? 0) + pods * amount;
  for (let index = 0; index < count; index++) {
    const name = `${like.pool ?? ''}+${id}.${index}`;
    const host: Host = {
      node: like.node,
      name,
      pool: like.pool,
      zone,
      kind,
      label: (key) => (key === hostnameKey ? name : label(key)),
      free,
      pods: new Map(),
    };
    kind.hosts.push(host);
  }
  return kind;
}
