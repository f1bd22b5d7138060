import { normalId, type Seen, seen } from '../seen.ts';
import type { Gap } from '../snapshot.ts';
import type { Firewall, FirewallPolicy, FirewallPolicyRuleCollectionGroup, FirewallRule, IpGroup } from '../wire.ts';
import { gather } from './subnets.ts';

/** A rule of a firewall, what it does, and where it stands. */
export interface PlacedFirewallRule {
  kind: 'network' | 'application' | 'nat';
  /** Not a denial. */
  allows: boolean;
  rule: FirewallRule;
  /** `group/collection/rule`; without a policy `collection/rule`. */
  name: string;
  /** The group of a policy, or the firewall. */
  from: FirewallPolicyRuleCollectionGroup | Firewall;
  pointer: string;
}

export interface FirewallFacts {
  firewallPolicies: Seen<FirewallPolicy>;
  firewallPolicyRuleCollectionGroups: Seen<FirewallPolicyRuleCollectionGroup>;
  ipGroups: Seen<IpGroup>;
}
/** The keys that tell the rules of a firewall, beside the firewall itself. */
export const firewallKeys = ['firewallPolicies', 'firewallPolicyRuleCollectionGroups', 'ipGroups'] as const;

/** The policy of a firewall and those that it inherits from, the topmost first. */
export function policyChain({ properties }: Firewall, { firewallPolicies }: FirewallFacts): Seen<FirewallPolicy> {
  const known = new Set<string>();
  const chain: FirewallPolicy[] = [];
  const gaps: Gap[] = [];
  for (let id = properties.firewallPolicy?.id; id && !known.has(normalId(id)); ) {
    known.add(normalId(id));
    const wanted = id;
    const read = gather([() => firewallPolicies.get(wanted)]);
    chain.unshift(...read.items);
    gaps.push(...read.gaps);
    id = read.items[0]?.properties.basePolicy?.id;
  }
  return seen(chain, gaps);
}

/** The rules of a firewall in the order in which they are asked: by kind, and of a kind a parent policy's first. */
export function firewallRules(firewall: Firewall, facts: FirewallFacts): Seen<PlacedFirewallRule> {
  const chain = policyChain(firewall, facts);
  const groups = chain.items.map(({ properties }) =>
    gather(
      (properties.ruleCollectionGroups ?? []).map(
        ({ id = '' }) =>
          () =>
            facts.firewallPolicyRuleCollectionGroups.get(id),
      ),
    ),
  );
  const rules = [
    ...groups.flatMap(({ items }) => byPriority(items, ({ properties }) => properties.priority).flatMap(rulesOfGroup)),
    ...classicRules(firewall),
  ];
  const kinds: readonly PlacedFirewallRule['kind'][] = ['nat', 'network', 'application'];
  const sorted = kinds.flatMap((kind) => rules.filter((rule) => rule.kind === kind));
  const read = gather(sorted.map((placed) => () => ({ ...placed, rule: withGroups(placed.rule, facts.ipGroups) })));
  return seen(read.items, [...chain.gaps, ...groups.flatMap(({ gaps }) => gaps), ...read.gaps]);
}

/** A rule with the addresses of the IP groups that it names. */
function withGroups(rule: FirewallRule, ipGroups: Seen<IpGroup>): FirewallRule {
  const { sourceAddresses = [], sourceIpGroups = [], destinationAddresses = [], destinationIpGroups = [] } = rule;
  const addresses = (ids: readonly string[]) => ids.flatMap((id) => ipGroups.get(id).properties.ipAddresses ?? []);
  return {
    ...rule,
    sourceAddresses: [...sourceAddresses, ...addresses(sourceIpGroups)],
    destinationAddresses: [...destinationAddresses, ...addresses(destinationIpGroups)],
  };
}

const byPriority = <T>(items: readonly T[], priority: (item: T) => number | undefined): T[] =>
  [...items].sort((a, b) => (priority(a) ?? 65000) - (priority(b) ?? 65000));

/** The rules of one group, by the priority of their collections. */
export function rulesOfGroup(group: FirewallPolicyRuleCollectionGroup): PlacedFirewallRule[] {
  const collections = (group.properties.ruleCollections ?? []).map((collection, at) => ({ collection, at }));
  return byPriority(collections, ({ collection }) => collection.priority).flatMap(({ collection, at }) =>
    (collection.rules ?? []).map((rule, index) => ({
      kind: kindOf(rule),
      allows: collection.action?.type?.toLowerCase() !== 'deny',
      rule,
      name: [group.name, collection.name ?? at, rule.name ?? index].join('/'),
      from: group,
      pointer: `/properties/ruleCollections/${at}/rules/${index}`,
    })),
  );
}

const kindOf = ({ ruleType }: FirewallRule): PlacedFirewallRule['kind'] => {
  const type = ruleType?.toLowerCase();
  return type === 'natrule' ? 'nat' : type === 'applicationrule' ? 'application' : 'network';
};

/** A firewall without a policy holds its rules itself, in collections of one kind. */
export function classicRules(firewall: Firewall): PlacedFirewallRule[] {
  const lists = [
    ['nat', 'natRuleCollections'],
    ['network', 'networkRuleCollections'],
    ['application', 'applicationRuleCollections'],
  ] as const;
  return lists.flatMap(([kind, list]) => {
    const collections = (firewall.properties[list] ?? []).map(({ name, properties }, at) => ({ name, at, ...properties }));
    return byPriority(collections, ({ priority }) => priority).flatMap(({ name, at, action, rules = [] }) =>
      rules.map((rule, index) => ({
        kind,
        allows: action?.type?.toLowerCase() !== 'deny',
        rule,
        name: [name ?? at, rule.name ?? index].join('/'),
        from: firewall,
        pointer: `/properties/${list}/${at}/properties/rules/${index}`,
      })),
    );
  });
}
