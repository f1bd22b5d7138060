import { describe, expect, test } from 'vitest';
import { type FirewallFacts, firewallRules, policyChain } from '../../src/model/firewallRules.ts';
import { seen } from '../../src/seen.ts';
import type { Firewall, FirewallPolicy, FirewallPolicyRuleCollectionGroup, FirewallRule, IpGroup } from '../../src/wire.ts';

const firewall = (properties: Firewall['properties']): Firewall => ({ id: '/f', name: 'f', type: 'x', properties });
const policy = (name: string, parent: string | undefined, ...groups: string[]): FirewallPolicy => ({
  id: `/${name}`,
  name,
  type: 'x',
  properties: { ...(parent === undefined ? {} : { basePolicy: { id: parent } }), ruleCollectionGroups: groups.map((id) => ({ id })) },
});
const group = (
  name: string,
  priority: number,
  ...collections: [name: string, priority: number, ...rules: FirewallRule[]][]
): FirewallPolicyRuleCollectionGroup => ({
  id: `/${name}`,
  name,
  type: 'x',
  properties: {
    priority,
    ruleCollections: collections.map(([collection, at, ...rules]) => ({
      name: collection,
      priority: at,
      action: { type: collection === 'no' ? 'DENY' : 'Allow' },
      rules,
    })),
  },
});
const network = (name: string): FirewallRule => ({ name, ruleType: 'NetworkRule' });
const application = (name: string): FirewallRule => ({ name, ruleType: 'applicationRule' });
const facts = (policies: FirewallPolicy[], groups: FirewallPolicyRuleCollectionGroup[] = [], ipGroups: IpGroup[] = []): FirewallFacts => ({
  firewallPolicies: seen(policies, [], (id) => ({ key: 'firewallPolicies', scope: id, why: 'not-collected' })),
  firewallPolicyRuleCollectionGroups: seen(groups, [], (id) => ({
    key: 'firewallPolicyRuleCollectionGroups',
    scope: id,
    why: 'not-collected',
  })),
  ipGroups: seen(ipGroups, [], (id) => ({ key: 'ipGroups', scope: id, why: 'not-collected' })),
});
const child = firewall({ firewallPolicy: { id: '/CHILD' } });

describe('the policies of a firewall', () => {
  test.each<[string, FirewallPolicy[], string[], number]>([
    ['one', [policy('child', undefined)], ['child'], 0],
    ['the topmost first', [policy('child', '/middle'), policy('middle', '/top'), policy('top', undefined)], ['top', 'middle', 'child'], 0],
    ['a parent that was not read', [policy('child', '/middle')], ['child'], 1],
    ['none was read', [], [], 1],
    ['a circle ends', [policy('child', '/middle'), policy('middle', '/child')], ['middle', 'child'], 0],
  ])('%s', (_name, policies, names, gaps) => {
    const chain = policyChain(child, facts(policies));
    expect(chain.items.map(({ name }) => name)).toEqual(names);
    expect(chain.gaps).toHaveLength(gaps);
  });
});

test('rules are asked by kind, then the parent, then by the priority of groups and collections', () => {
  const groups = [
    group('late', 300, ['b', 200, network('n4'), application('a3')], ['no', 100, network('n3')]),
    group('early', 200, ['a', 100, application('a2'), network('n2')]),
    group('top', 900, ['t', 100, application('a1'), network('n1'), { name: 'in', ruleType: 'NatRule' }]),
  ];
  const policies = [policy('child', '/parent', '/late', '/early'), policy('parent', undefined, '/top')];
  const rules = firewallRules(child, facts(policies, groups)).all();
  expect(rules.map(({ rule }) => rule.name)).toEqual(['in', 'n1', 'n2', 'n3', 'n4', 'a1', 'a2', 'a3']);
  expect(rules.find(({ rule }) => rule.name === 'n3')).toMatchObject({
    allows: false,
    name: 'late/no/n3',
    pointer: '/properties/ruleCollections/1/rules/0',
  });
});

test('a firewall without a policy has its own', () => {
  const own = firewall({
    applicationRuleCollections: [{ name: 'a', properties: { rules: [{ name: 'a1' }] } }],
    networkRuleCollections: [
      { name: 'late', properties: { priority: 200, action: { type: 'Allow' }, rules: [{ name: 'n2' }] } },
      { name: 'early', properties: { priority: 100, action: { type: 'Deny' }, rules: [{ name: 'n1' }] } },
    ],
  });
  const rules = firewallRules(own, facts([])).all();
  expect(rules.map(({ kind, allows, name, pointer }) => [kind, allows, name, pointer])).toEqual([
    ['network', false, 'early/n1', '/properties/networkRuleCollections/1/properties/rules/0'],
    ['network', true, 'late/n2', '/properties/networkRuleCollections/0/properties/rules/0'],
    ['application', true, 'a/a1', '/properties/applicationRuleCollections/0/properties/rules/0'],
  ]);
});

test('addresses of IP groups are those of the rule; a group that was not read is a gap, and the other rules stand', () => {
  const groups = [
    group('g', 100, [
      'c',
      100,
      { ...network('n1'), sourceAddresses: ['10.0.0.1'], sourceIpGroups: ['/I'] },
      { ...network('n2'), destinationIpGroups: ['/gone'] },
    ]),
  ];
  const ipGroup: IpGroup = { id: '/i', name: 'i', type: 'x', properties: { ipAddresses: ['10.1.0.0/16'] } };
  const rules = firewallRules(child, facts([policy('child', undefined, '/g')], groups, [ipGroup]));
  expect(rules.items.map(({ rule }) => rule.sourceAddresses)).toEqual([['10.0.0.1', '10.1.0.0/16']]);
  expect(rules.gaps).toMatchObject([{ key: 'ipGroups', scope: '/gone' }]);
});
