import { domainOf, type Host, type HostKind, type Landscape, tally } from './landscape.ts';
import { hostnameKey } from './nodeAffinity.ts';
import type { CountedRule, PodGroup, Sieve } from './podGroups.ts';

/** What a simulation changed of a landscape, which itself stays as it is. */
export interface Trial {
  land: Landscape;
  /** Nodes that are added, each kind of its own. */
  arriving: readonly HostKind[];
  gone: ReadonlySet<Host>;
  left: Map<Host, number[]>;
  matching: Map<CountedRule, Map<string, number>>;
  holders: Map<CountedRule, Map<string, number>>;
}

export function newTrial(land: Landscape, leaving: readonly Host[], arriving: readonly HostKind[]): Trial {
  return { land, arriving, gone: new Set(leaving), left: new Map(), matching: new Map(), holders: new Map() };
}

/** Moves pods of a group to a node (a positive count) or off it. */
export function move(trial: Trial, group: PodGroup, host: Host, count: number): void {
  for (const counted of group.readBy) tally(changeOf(trial.matching, counted), domainOf(host, counted.rule.topologyKey), count);
  for (const counted of group.rules)
    if (counted.rule.kind === 'apart') tally(changeOf(trial.holders, counted), domainOf(host, counted.rule.topologyKey), count);
  if (count < 0) return; // what a leaving node has left is of no use
  const left = trial.left.get(host) ?? [...(host.free ?? [])];
  for (const [at, amount] of group.request) left[at] = (left[at] ?? 0) - count * amount;
  trial.left.set(host, left);
}

function changeOf(changes: Map<CountedRule, Map<string, number>>, counted: CountedRule): Map<string, number> {
  const change = changes.get(counted) ?? new Map<string, number>();
  changes.set(counted, change);
  return change;
}

/** How many pods of a group a node has room for, however many are asked. */
export function roomFor({ request }: PodGroup, left: readonly number[] | undefined): number {
  let room = Number.POSITIVE_INFINITY;
  for (const [at, amount] of request) if (amount > 0) room = Math.min(room, Math.floor((left?.[at] ?? 0) / amount));
  return Math.max(0, room);
}
export const leftOf = (trial: Trial, host: Host): readonly number[] | undefined => trial.left.get(host) ?? host.free;

/** Whether any rule has a say in where pods of the group go. */
export const isBound = ({ rules, readBy }: PodGroup): boolean => rules.length > 0 || readBy.some(({ rule }) => rule.kind === 'apart');

/** Whether the rules whose domains are larger than a node let a pod of the group onto nodes of a kind. */
export const kindAllows = (trial: Trial, group: PodGroup, kind: HostKind): boolean =>
  allows(trial, group, (counted) => !isOfHosts(counted), kind.label);
/** Whether the rules between nodes let it onto a node. */
export const hostAllows = (trial: Trial, group: PodGroup, host: Host): boolean => allows(trial, group, isOfHosts, () => host.name);
const isOfHosts = ({ rule }: CountedRule): boolean => rule.topologyKey === hostnameKey;

function allows(
  trial: Trial,
  group: PodGroup,
  asked: (counted: CountedRule) => boolean,
  label: (key: string) => string | undefined,
): boolean {
  return (
    group.rules.every((counted) => !asked(counted) || holds(trial, group, counted, label(counted.rule.topologyKey))) &&
    group.readBy.every(
      (counted) => counted.rule.kind !== 'apart' || !asked(counted) || !isHeld(trial, counted, label(counted.rule.topologyKey)),
    )
  );
}

/** Whether a pod in the domain wants to be apart from what the rule reads. */
const isHeld = (trial: Trial, counted: CountedRule, domain: string | undefined): boolean =>
  domain !== undefined && (counted.holders.get(domain) ?? 0) + (trial.holders.get(counted)?.get(domain) ?? 0) > 0;

function holds(trial: Trial, group: PodGroup, counted: CountedRule, domain: string | undefined): boolean {
  const { kind, maxSkew } = counted.rule;
  if (domain === undefined) return kind === 'apart'; // a node outside all domains breaks no such rule, and keeps no other
  const there = countOf(trial, counted, domain);
  if (kind === 'apart') return there === 0;
  const itself = group.readBy.includes(counted);
  if (kind === 'together') return there > 0 || (itself && ![...counted.matching.keys()].some((each) => countOf(trial, counted, each) > 0));
  return there + (itself ? 1 : 0) - fewest(trial, group, counted) <= maxSkew;
}

const countOf = (trial: Trial, counted: CountedRule, domain: string): number =>
  (counted.matching.get(domain) ?? 0) + (trial.matching.get(counted)?.get(domain) ?? 0);

/** The least that a domain has, of those that nodes make which the pod may ask for: also of those that leave, which stay known. */
function fewest(trial: Trial, group: PodGroup, counted: CountedRule): number {
  const domains = domainsFor(trial, group, counted);
  if (counted.rule.minDomains > 1 && new Set(domains.flatMap((each) => [...each])).size < counted.rule.minDomains) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (const some of domains) {
    for (const domain of some) {
      least = Math.min(least, countOf(trial, counted, domain));
      if (least === 0) return 0;
    }
  }
  return least;
}

/** The domains that nodes make to which a pod may go, were there room; those of the nodes there are, once for all trials. */
function domainsFor({ land, arriving }: Trial, { sieve }: PodGroup, counted: CountedRule): readonly ReadonlySet<string>[] {
  const ofSieve = land.domains.get(sieve) ?? new Map<CountedRule, ReadonlySet<string>>();
  land.domains.set(sieve, ofSieve);
  const there = ofSieve.get(counted) ?? domainsOf(land.kinds, sieve, counted);
  ofSieve.set(counted, there);
  return arriving.length === 0 ? [there] : [domainsOf(arriving, sieve, counted), there];
}

function domainsOf(kinds: readonly HostKind[], sieve: Sieve, counted: CountedRule): ReadonlySet<string> {
  const made = new Set<string>();
  for (const kind of kinds) {
    if (!sieve.selects(kind) || (counted.rule.minusTainted && !sieve.admits(kind))) continue;
    const names = isOfHosts(counted) ? kind.hosts.map(({ name }) => name) : [kind.label(counted.rule.topologyKey)];
    for (const name of names) if (name !== undefined) made.add(name);
  }
  return made;
}
