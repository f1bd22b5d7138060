import type { NetworkSecurityGroup, SecurityRule } from '../wire.ts';
import { addressesIn, type Span, spanOf, within, without } from './addressSpans.ts';
import { contains, everything, isPrivate, overlaps, parseRange, type Range } from './ranges.ts';

type Rule = NonNullable<SecurityRule['properties']>;
/** A rule and where it stands in its group. */
interface PlacedRule {
  name: string;
  rule: Rule;
  pointer: string;
}
/** Ports `first` to `last`, of TCP. */
export interface Ports {
  first: number;
  last: number;
}
/** Rules that together let the internet in to some ports. */
export interface Opening {
  ports: Ports;
  rules: readonly PlacedRule[];
}
/** What is protected: the ranges of a subnet, and the application security groups that its machines may be in. */
export interface Protected {
  ranges: readonly Range[];
  groups: ReadonlySet<string>;
}

export const allPorts: Ports = { first: 1, last: 65535 };

/** The rules of one direction in the order in which they are asked: the first that fits decides. Default rules come last. */
function ordered({ properties }: NetworkSecurityGroup, direction: 'inbound' | 'outbound'): PlacedRule[] {
  const placed = (['securityRules', 'defaultSecurityRules'] as const).flatMap((list) =>
    (properties[list] ?? []).map(({ name = '', properties: rule = {} }, index) => ({
      name,
      rule,
      pointer: `/properties/${list}/${index}`,
    })),
  );
  return placed
    .filter(({ rule }) => rule.direction?.toLowerCase() === direction)
    .sort((a, b) => (a.rule.priority ?? 65500) - (b.rule.priority ?? 65500));
}

const allows = ({ access }: Rule): boolean => access?.toLowerCase() === 'allow';
const prefixes = (one: string | undefined, several: readonly string[] | undefined): string[] =>
  [one, ...(several ?? [])].filter((text) => !!text).map((text) => String(text).trim());
const sources = (rule: Rule): string[] => prefixes(rule.sourceAddressPrefix, rule.sourceAddressPrefixes);
const destinations = (rule: Rule): string[] => prefixes(rule.destinationAddressPrefix, rule.destinationAddressPrefixes);
const isAnywhere = (prefix: string): boolean => ['*', 'any', 'internet'].includes(prefix.toLowerCase());
/** The addresses that a prefix stands for; none for service tags, whose addresses are Azure's own. */
const rangesOf = (prefix: string): readonly Range[] => (isAnywhere(prefix) ? everything : [parseRange(prefix) ?? []].flat());

function portsOf(rule: Rule): Ports[] {
  return prefixes(rule.destinationPortRange, rule.destinationPortRanges).flatMap((text) => {
    if (text === '*') return [{ first: 0, last: 65535 }];
    const [first = Number.NaN, last = first] = text.split('-').map(Number);
    return Number.isInteger(first) && Number.isInteger(last) ? [{ first, last }] : [];
  });
}
const coversPorts = (rule: Rule, { first, last }: Ports): boolean =>
  portsOf(rule).some((ports) => ports.first <= first && ports.last >= last);
const isTcp = ({ protocol }: Rule): boolean => ['*', 'tcp', undefined].includes(protocol?.toLowerCase());

/** What of the protected a rule is about: ranges, or all of it. */
function aimedAt(rule: Rule, { ranges, groups }: Protected): readonly Range[] {
  if ((rule.destinationApplicationSecurityGroups ?? []).some(({ id = '' }) => groups.has(id.toLowerCase()))) return ranges;
  return destinations(rule).flatMap((prefix) => {
    if (isAnywhere(prefix) || prefix.toLowerCase() === 'virtualnetwork') return ranges;
    const aim = parseRange(prefix);
    return aim === undefined ? [] : ranges.filter((range) => overlaps(range, aim)).map((range) => (contains(range, aim) ? aim : range));
  });
}

/**
 * The ports among these that the internet reaches in a subnet, by the rules of its security group in the order of their
 * priority: what an earlier rule denies is gone, and what several rules let in adds up, as 0.0.0.0/1 and 128.0.0.0/1 do.
 * Half of all addresses of a family is the internet.
 */
export function openings(group: NetworkSecurityGroup, target: Protected, ports: readonly Ports[]): Opening[] {
  const rules = ordered(group, 'inbound').filter(({ rule }) => isTcp(rule));
  return ports.flatMap((each) => {
    const letIn: { placed: PlacedRule; spans: Span[] }[] = [];
    rules.forEach((placed, index) => {
      const aim = allows(placed.rule) && coversPorts(placed.rule, each) ? aimedAt(placed.rule, target) : [];
      if (aim.length === 0) return;
      const denied = rules
        .slice(0, index)
        .filter(({ rule }) => !allows(rule) && coversPorts(rule, each) && coversAll(aimedAt(rule, target), aim));
      const spans = sources(placed.rule).flatMap((prefix) =>
        without(
          rangesOf(prefix).map(spanOf),
          denied.flatMap(({ rule }) => sources(rule).flatMap(rangesOf)),
        ),
      );
      if (spans.length > 0) letIn.push({ placed, spans });
    });
    const open = everything.some(
      (family) =>
        reach(
          letIn.flatMap(({ spans }) => spans),
          family,
        ) *
          2n >=
        reach([spanOf(family)], family),
    );
    return open ? [{ ports: each, rules: letIn.filter(({ spans }) => spans.some(isWide)).map(({ placed }) => placed) }] : [];
  });
}

const coversAll = (outer: readonly Range[], inner: readonly Range[]): boolean =>
  inner.every((range) => outer.some((each) => contains(each, range)));
/** How many addresses the spans have together; what lies in several counts once. */
function reach(spans: readonly Span[], family: Range): bigint {
  const sorted = within(spans, family).sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  let [sum, next] = [0n, 0n];
  for (const { first, last } of sorted) {
    const from = first > next ? first : next;
    if (last >= from) sum += last - from + 1n;
    if (last >= next) next = last + 1n;
  }
  return sum;
}
/** What adds to reaching the internet, and is no office or partner: more than a /8. */
const isWide = (span: Span): boolean => addressesIn([span], span.family) > (span.family === 4 ? 1n << 24n : 1n << 96n);

/** Whether a rule keeps the network at large from a port before any lets all of it in; without one, the default rule lets it. */
export function isKeptFromNetwork(group: NetworkSecurityGroup, port: number): boolean {
  const ofNetwork = (prefix: string) => isEverything(prefix) || prefix.toLowerCase() === 'virtualnetwork';
  const first = ordered(group, 'inbound').find(
    ({ rule }) => isTcp(rule) && coversPorts(rule, { first: port, last: port }) && sources(rule).some(ofNetwork),
  );
  return first !== undefined && !allows(first.rule);
}

/** Whether any public client may reach a port: by some rule whose source is neither private nor a tag of the network's own. */
export function admitsPublic(group: NetworkSecurityGroup, port: number): boolean {
  const own = ['virtualnetwork', 'azureloadbalancer'];
  const isPublic = (prefix: string) => {
    const range = parseRange(prefix);
    return range === undefined ? !own.includes(prefix.toLowerCase()) : !isPrivate(range);
  };
  for (const { rule } of ordered(group, 'inbound')) {
    if (!coversPorts(rule, { first: port, last: port })) continue;
    if (allows(rule) && sources(rule).some(isPublic)) return true;
    if (!allows(rule) && isTcp(rule) && sources(rule).some(isEverything) && destinations(rule).some(isEverything)) return false;
  }
  return false;
}

/** Whether all of the internet is denied on the way out: a rule that denies it stands before any that allows it. */
export function deniesInternet(group: NetworkSecurityGroup): PlacedRule | undefined {
  const first = ordered(group, 'outbound').find(({ rule }) => {
    if (!destinations(rule).some(isEverything)) return false;
    return allows(rule) || (coversPorts(rule, allPorts) && isAnyProtocol(rule) && sources(rule).some(isOwnSide));
  });
  return first !== undefined && !allows(first.rule) ? first : undefined;
}

const isEverything = (prefix: string): boolean => isAnywhere(prefix) || parseRange(prefix)?.prefix === 0;
const isOwnSide = (prefix: string): boolean => isEverything(prefix) || prefix.toLowerCase() === 'virtualnetwork';
const isAnyProtocol = ({ protocol }: Rule): boolean => protocol === undefined || protocol === '*';
