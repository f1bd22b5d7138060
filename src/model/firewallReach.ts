import type { FirewallRule } from '../wire.ts';
import type { PlacedFirewallRule } from './firewallRules.ts';
import { addressesIn, around, holds, meet, parseSpan, type Span, spanOf } from './addressSpans.ts';
import { isPrivate, type Range } from './ranges.ts';

/** Whether a rule is about traffic from these ranges. */
export const isFrom = ({ sourceAddresses = [] }: FirewallRule, ranges: readonly Range[]): boolean =>
  sourceAddresses.some((text) => text === '*' || spans(text).some((span) => ranges.some((range) => meet(span, spanOf(range)))));

const spans = (text: string): Span[] => [parseSpan(text) ?? []].flat();

/** What is allowed to be reached: names of hosts with `*` in front, addresses and ranges, service tags, tags of host names. */
export interface Approved {
  approvedFqdns: readonly string[];
  approvedAddresses: readonly string[];
  approvedServiceTags: readonly string[];
  approvedFqdnTags: readonly string[];
}
/** What a rule lets through that is not approved. */
export interface Excess {
  what: string;
  /** Any address or any host, and with it the internet. */
  anywhere: boolean;
}

/** Ports of tunnels to a control plane without konnectivity, which may be anywhere in the cloud. */
const tunnelPorts: ReadonlySet<string> = new Set(['1194', '9000']);
/** Ports that AKS documents to any address: tunnels to the control plane, and time. */
const documentedPorts: ReadonlySet<string> = new Set([...tunnelPorts, '123']);

/** What a rule that allows lets through beyond what is approved; private destinations are no egress to the internet. */
export function excessOf({ kind, rule }: PlacedFirewallRule, approved: Approved): Excess[] {
  return kind === 'application' ? ofHosts(rule, approved) : ofAddresses(rule, approved);
}

function ofHosts({ targetFqdns = [], targetUrls = [], fqdnTags = [], webCategories = [] }: FirewallRule, approved: Approved): Excess[] {
  const hosts = [...targetFqdns, ...targetUrls.map((url) => url.replace(/^https?:\/\//i, '').replace(/[/?].*$/, ''))];
  return [
    ...hosts.filter((host) => !isApproved(host, approved.approvedFqdns)).map((what) => ({ what, anywhere: what === '*' })),
    ...fqdnTags.filter((tag) => !includes(approved.approvedFqdnTags, tag)).map((tag) => ({ what: `tag ${tag}`, anywhere: false })),
    ...webCategories.map((category) => ({ what: `category ${category}`, anywhere: false })),
  ];
}

function ofAddresses(
  { destinationAddresses = [], destinationFqdns = [], destinationPorts = [] }: FirewallRule,
  approved: Approved,
): Excess[] {
  const only = (ports: ReadonlySet<string>) => destinationPorts.length > 0 && destinationPorts.every((port) => ports.has(port));
  const anywhere = coversInternet(destinationAddresses);
  if (anywhere) return only(documentedPorts) ? [] : [{ what: `any address at port ${destinationPorts.join(', ') || '*'}`, anywhere }];
  const addresses = destinationAddresses.filter((text) => {
    const span = parseSpan(text);
    if (span !== undefined) return !isPrivate(around(span)) && !approved.approvedAddresses.flatMap(spans).some((each) => holds(each, span));
    return !(approved.approvedServiceTags.some((tag) => isTag(text, tag)) || (isTag(text, 'AzureCloud') && only(tunnelPorts)));
  });
  const hosts = destinationFqdns.filter((host) => !isApproved(host, approved.approvedFqdns) && !only(new Set(['123'])));
  return [...addresses, ...hosts].map((what) => ({ what, anywhere: false }));
}

/** `*`, the tag Internet, or half of all addresses: 0.0.0.0/0, 0.0.0.0/1. */
function coversInternet(addresses: readonly string[]): boolean {
  if (addresses.some((text) => ['*', 'internet'].includes(text.toLowerCase()))) return true;
  return addresses.some((text) => spans(text).some((span) => addressesIn([span], 4) >= 1n << 31n));
}

const includes = (list: readonly string[], wanted: string): boolean => list.some((each) => each.toLowerCase() === wanted.toLowerCase());
/** A service tag, or the same of one region: `AzureMonitor`, `AzureMonitor.WestEurope`. */
const isTag = (text: string, tag: string): boolean => `${text.toLowerCase()}.`.startsWith(`${tag.toLowerCase()}.`);

/** `*.azurecr.io` approves itself and whatever ends in `.azurecr.io`, not `azurecr.io` alone. */
function isApproved(host: string, approved: readonly string[]): boolean {
  const wanted = host.toLowerCase();
  return approved.some((each) => {
    const pattern = each.toLowerCase();
    return wanted === pattern || (pattern.startsWith('*.') && wanted.endsWith(pattern.slice(1)));
  });
}

/** The rules that count for traffic from these ranges: those before one that denies all of it. */
export function inForce(rules: readonly PlacedFirewallRule[], ranges: readonly Range[]): PlacedFirewallRule[] {
  const end = rules.findIndex((placed) => deniesAll(placed, ranges));
  return (end < 0 ? rules : rules.slice(0, end)).filter(({ kind, allows, rule }) => allows && kind !== 'nat' && isFrom(rule, ranges));
}

function deniesAll({ kind, allows, rule }: PlacedFirewallRule, ranges: readonly Range[]): boolean {
  if (allows || kind !== 'network') return false;
  const { sourceAddresses = [], destinationAddresses = [], destinationPorts = [] } = rule;
  const protocols = [...(rule.ipProtocols ?? []), ...(rule.protocols ?? [])].map((each) => String(each).toLowerCase());
  const whole = ranges.every((range) =>
    sourceAddresses.some((text) => text === '*' || spans(text).some((span) => holds(span, spanOf(range)))),
  );
  return (
    whole &&
    protocols.includes('any') &&
    destinationAddresses.includes('*') &&
    destinationPorts.some((port) => port === '*' || /^[01]-65535$/.test(port))
  );
}

/** Host names that AKS needs in the public cloud, each by what else gives it (AKS, "Outbound network and FQDN rules"). */
const needed: readonly (readonly [names: readonly string[], tag?: string])[] = [
  [['mcr.microsoft.com'], 'MicrosoftContainerRegistry'],
  [['*.data.mcr.microsoft.com'], 'MicrosoftContainerRegistry'],
  [['management.azure.com'], 'AzureResourceManager'],
  [['login.microsoftonline.com'], 'AzureActiveDirectory'],
  [['packages.microsoft.com']],
  // The one replaces the other, which older node images still ask.
  [['packages.aks.azure.com', 'acs-mirror.azureedge.net']],
];

/** What AKS needs and none of these rules allows. */
export function missingNames(rules: readonly FirewallRule[]): string[] {
  if (rules.some(({ fqdnTags = [] }) => includes(fqdnTags, 'AzureKubernetesService'))) return [];
  const hosts = rules.flatMap(({ targetFqdns = [], destinationFqdns = [] }) => [...targetFqdns, ...destinationFqdns]);
  const tags = rules.flatMap(({ destinationAddresses = [] }) => destinationAddresses);
  return needed.flatMap(([names, tag]) =>
    names.some((name) => hosts.includes('*') || isApproved(name, hosts)) || (tag !== undefined && tags.some((text) => isTag(text, tag)))
      ? []
      : [names.join(' or ')],
  );
}
