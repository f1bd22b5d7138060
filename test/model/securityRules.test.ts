import { describe, expect, test } from 'vitest';
import { parseRange } from '../../src/model/ranges.ts';
import { admitsPublic, allPorts, deniesInternet, openings } from '../../src/model/securityRules.ts';
import type { NetworkSecurityGroup, SecurityRule } from '../../src/wire.ts';

type Rule = NonNullable<SecurityRule['properties']>;
const group = (...rules: Rule[]): NetworkSecurityGroup => ({
  id: '/g',
  name: 'g',
  type: 'Microsoft.Network/networkSecurityGroups',
  properties: { securityRules: rules.map((properties, index) => ({ name: `r${index}`, properties })) },
});
const rule = (more: Rule = {}): Rule => ({
  direction: 'Inbound',
  access: 'Allow',
  priority: 100,
  protocol: '*',
  sourceAddressPrefix: '*',
  destinationAddressPrefix: '*',
  destinationPortRange: '22',
  ...more,
  // The one prefix and the list are alternatives.
  ...(more.sourceAddressPrefixes === undefined ? {} : { sourceAddressPrefix: undefined }),
});
const deny = (more: Rule = {}): Rule => rule({ access: 'Deny', priority: 90, ...more });
const asg = { id: '/ASG/nodes' };
const nodes = { ranges: [parseRange('10.1.0.0/24')].flatMap((range) => range ?? []), groups: new Set(['/asg/nodes']) };

describe('what opens port 22 of 10.1.0.0/24 to the internet', () => {
  test.each<[string, Rule[], string[]]>([
    ['nothing', [], []],
    ['anyone', [rule()], ['r0']],
    ['in any letter case', [rule({ direction: 'INBOUND', access: 'allow', protocol: 'tcp', sourceAddressPrefix: 'internet' })], ['r0']],
    ['0.0.0.0/0', [rule({ sourceAddressPrefix: '0.0.0.0/0' })], ['r0']],
    ['::/0', [rule({ sourceAddressPrefix: '::/0' })], ['r0']],
    ['a list of prefixes', [rule({ sourceAddressPrefixes: ['10.0.0.0/8', '0.0.0.0/0'] })], ['r0']],
    ['two halves in one rule', [rule({ sourceAddressPrefixes: ['0.0.0.0/1', '128.0.0.0/1'] })], ['r0']],
    ['two halves in two rules', [rule({ sourceAddressPrefix: '0.0.0.0/1' }), rule({ sourceAddressPrefix: '128.0.0.0/1' })], ['r0', 'r1']],
    ['one half, which is 2^31 of 2^32', [rule({ sourceAddressPrefix: '0.0.0.0/1' })], ['r0']],
    ['a quarter is not half', [rule({ sourceAddressPrefix: '64.0.0.0/2' })], []],
    ['a quarter twice is a quarter', [rule({ sourceAddressPrefixes: ['64.0.0.0/2', '64.0.0.0/2'] })], []],
    ['an office beside anyone is not named', [rule({ sourceAddressPrefix: '198.51.100.0/24' }), rule()], ['r1']],
    ['a range of ports', [rule({ destinationPortRange: '20-25' })], ['r0']],
    ['a list of ports', [rule({ destinationPortRange: undefined, destinationPortRanges: ['443', '22'] })], ['r0']],
    ['other ports', [rule({ destinationPortRange: '23-1000' })], []],
    ['another protocol', [rule({ protocol: 'Udp' })], []],
    ['outbound', [rule({ direction: 'Outbound' })], []],
    ['a service tag', [rule({ sourceAddressPrefix: 'AzureFrontDoor.Backend' })], []],
    ['the network itself', [rule({ sourceAddressPrefix: 'VirtualNetwork' })], []],
    ['to the network', [rule({ destinationAddressPrefix: 'VirtualNetwork' })], ['r0']],
    ['to part of the subnet', [rule({ destinationAddressPrefix: '10.1.0.4' })], ['r0']],
    ['to a larger range', [rule({ destinationAddressPrefix: '10.0.0.0/8' })], ['r0']],
    ['to another subnet', [rule({ destinationAddressPrefix: '10.2.0.0/24' })], []],
    ['to a public address', [rule({ destinationAddressPrefix: '203.0.113.4' })], []],
    [
      'to an application security group of nodes',
      [rule({ destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [asg] })],
      ['r0'],
    ],
    ['denied before', [rule(), deny()], []],
    ['denied too late', [rule(), deny({ priority: 110 })], ['r0']],
    ['denied for ports around', [rule(), deny({ destinationPortRange: '*' })], []],
    ['denied for UDP alone', [rule(), deny({ protocol: 'Udp' })], ['r0']],
    ['denied for half of all: the other half is open', [rule(), deny({ sourceAddressPrefix: '0.0.0.0/1' })], ['r0']],
    [
      'denied for three quarters',
      [rule({ sourceAddressPrefix: '0.0.0.0/0' }), deny({ sourceAddressPrefixes: ['0.0.0.0/1', '128.0.0.0/2'] })],
      [],
    ],
    ['denied for a part of the subnet', [rule(), deny({ destinationAddressPrefix: '10.1.0.0/28' })], ['r0']],
    [
      'denied for the part that is allowed',
      [rule({ destinationAddressPrefix: '10.1.0.4' }), deny({ destinationAddressPrefix: '10.1.0.0/28' })],
      [],
    ],
  ])('%s', (_name, rules, names) => {
    const found = openings(group(...rules), nodes, [{ first: 22, last: 22 }]);
    expect(found.flatMap((each) => each.rules.map(({ name }) => name))).toEqual(names);
  });

  test('all ports, but for one that is denied', () => {
    const rules = group(rule({ destinationPortRange: '*' }), deny());
    expect(openings(rules, nodes, [allPorts, { first: 22, last: 22 }]).map(({ ports }) => ports)).toEqual([allPorts]);
  });
});

describe('whether any public client reaches port 443', () => {
  const web = (more: Rule = {}) => rule({ destinationPortRange: '443', ...more });
  test.each<[string, Rule[], boolean]>([
    ['no rule', [], false],
    ['anyone', [web()], true],
    ['an office', [web({ sourceAddressPrefix: '198.51.100.0/24' })], true],
    ['a tag of Azure', [web({ sourceAddressPrefix: 'AzureFrontDoor.Backend' })], true],
    ['the network', [web({ sourceAddressPrefix: 'VirtualNetwork' })], false],
    ['its load balancer', [web({ sourceAddressPrefix: 'AzureLoadBalancer' })], false],
    ['a private range', [web({ sourceAddressPrefix: '10.0.0.0/8' })], false],
    ['all is denied before', [web(), deny({ destinationPortRange: '*' })], false],
    ['another port is denied', [web(), deny()], true],
  ])('%s: %j', (_name, rules, admitted) => expect(admitsPublic(group(...rules), 443)).toBe(admitted));
});

describe('whether the internet is denied on the way out', () => {
  const out = (more: Rule = {}) =>
    deny({ direction: 'Outbound', destinationPortRange: '*', destinationAddressPrefix: 'Internet', ...more });
  test.each<[string, Rule[], string | undefined]>([
    ['no rule', [], undefined],
    ['denied', [out()], 'r0'],
    ['denied to 0.0.0.0/0', [out({ destinationAddressPrefix: '0.0.0.0/0' })], 'r0'],
    ['denied for some ports', [out({ destinationPortRange: '443' })], undefined],
    ['denied for one protocol', [out({ protocol: 'Tcp' })], undefined],
    ['denied for the network', [out({ sourceAddressPrefix: 'VirtualNetwork' })], 'r0'],
    ['denied for one machine', [out({ sourceAddressPrefix: '10.1.0.4' })], undefined],
    ['allowed before, for one port', [out({ access: 'Allow', priority: 80, destinationPortRange: '443' }), out()], undefined],
    ['allowed to a service before', [out({ access: 'Allow', priority: 80, destinationAddressPrefix: 'AzureMonitor' }), out()], 'r1'],
    ['allowed later', [out({ access: 'Allow', priority: 200 }), out()], 'r1'],
  ])('%s: %s', (_name, rules, name) => expect(deniesInternet(group(...rules))?.name).toBe(name));
});
