import { describe, expect, test } from 'vitest';
import { approvedFqdnTags, approvedHosts, approvedServiceTags } from '../../src/model/approvedEgress.ts';
import { excessOf, inForce, isFrom, missingNames } from '../../src/model/firewallReach.ts';
import type { PlacedFirewallRule } from '../../src/model/firewallRules.ts';
import { parseRange } from '../../src/model/ranges.ts';
import type { FirewallRule } from '../../src/wire.ts';

const placed = (kind: PlacedFirewallRule['kind'], rule: FirewallRule, allows = true): PlacedFirewallRule => ({
  kind,
  allows,
  rule: { sourceAddresses: ['*'], ...rule },
  name: rule.name ?? '',
  from: { id: '/f', name: 'f', type: 'x', properties: {} },
  pointer: '',
});
const nodes = [parseRange('10.10.0.0/24')].flatMap((range) => range ?? []);
const approved = { approvedFqdns: approvedHosts, approvedAddresses: ['198.51.100.0/29'], approvedServiceTags, approvedFqdnTags };

describe('rules about 10.10.0.0/24', () => {
  test.each<[string[], boolean]>([
    [['*'], true],
    [['10.10.0.0/24'], true],
    [['10.0.0.0/8'], true],
    [['10.10.0.7'], true],
    [['10.30.0.0/16', '10.10.0.128/25'], true],
    [['10.0.0.0-10.255.255.255'], true],
    [['10.9.0.0-10.10.0.0'], true],
    [['10.11.0.0-10.12.0.0'], false],
    [['10.10.1.0/24'], false],
    [['fd00::/8'], false],
    [[], false],
  ])('%j: %j', (sourceAddresses, is) => expect(isFrom({ sourceAddresses }, nodes)).toBe(is));
});

describe('what a network rule lets out to beyond what is approved', () => {
  const excess = (destinationAddresses: string[], ports: string[] = ['443']) =>
    excessOf(placed('network', { destinationAddresses, destinationPorts: ports }), approved).map(
      ({ what, anywhere }) => `${what}${anywhere ? '!' : ''}`,
    );
  test.each<[string[], string[], string[]]>([
    [['*'], ['*'], ['any address at port *!']],
    [['0.0.0.0/0'], ['443'], ['any address at port 443!']],
    [['0.0.0.0/1'], ['443'], ['any address at port 443!']],
    [['1.0.0.0-200.0.0.0'], ['443'], ['any address at port 443!']],
    [['Internet'], ['80', '443'], ['any address at port 80, 443!']],
    [['*'], ['123'], []],
    [['*'], ['1194', '9000'], []],
    [['*'], ['123', '53'], ['any address at port 123, 53!']],
    [['10.0.0.0/8', '172.16.0.0/12', '192.168.1.1-192.168.1.9'], ['*'], []],
    [['10.0.0.0-11.0.0.0'], ['*'], ['10.0.0.0-11.0.0.0']],
    [['198.51.100.0/24'], ['443'], ['198.51.100.0/24']],
    [['AzureMonitor', 'azuremonitor.westeurope', 'AzureFrontDoor.FirstParty'], ['443'], []],
    [['AzureFrontDoor.Frontend', 'AzureMonitors', 'Storage'], ['443'], ['AzureFrontDoor.Frontend', 'AzureMonitors', 'Storage']],
    [['AzureCloud.WestEurope'], ['9000'], []],
    [['AzureCloud.WestEurope'], ['443'], ['AzureCloud.WestEurope']],
  ])('%j at %j: %j', (addresses, ports, what) => expect(excess(addresses, ports)).toEqual(what));

  test('names of hosts: time anywhere, the rest as application rules have them', () => {
    const hosts = (destinationFqdns: string[], port: string) =>
      excessOf(placed('network', { destinationFqdns, destinationPorts: [port] }), approved).map(({ what }) => what);
    expect(hosts(['ntp.ubuntu.com'], '123')).toEqual([]);
    expect(hosts(['ntp.ubuntu.com', 'ghcr.io'], '443')).toEqual(['ntp.ubuntu.com']);
  });
});

test.each<[string[], string[]]>([
  [['mcr.microsoft.com', 'MCR.microsoft.com', 'x.azurecr.io', '*.azurecr.io'], []],
  [
    ['azurecr.io', 'evilazurecr.io', '*', '*.com'],
    ['azurecr.io', 'evilazurecr.io', '*', '*.com'],
  ],
])('an application rule to %j leads beyond it to %j', (targetFqdns, what) =>
  expect(excessOf(placed('application', { targetFqdns }), approved).map((each) => each.what)).toEqual(what),
);

test('what stands after a denial of all does not count, nor what is about others, denies, or leads in', () => {
  const denial: FirewallRule = { name: 'all', ipProtocols: ['Any'], destinationAddresses: ['*'], destinationPorts: ['*'] };
  const rules = [
    placed('nat', { name: 'in' }),
    placed('network', { name: 'some' }),
    placed('network', { name: 'no' }, false),
    placed('network', { name: 'others', sourceAddresses: ['10.30.0.0/16'] }),
    placed('network', { ...denial, sourceAddresses: ['10.10.0.0/25'], name: 'part' }, false),
    placed('network', { ...denial, ipProtocols: ['TCP'], name: 'tcp' }, false),
    placed('network', { name: 'more' }),
    placed('network', { ...denial, sourceAddresses: ['10.0.0.0-10.255.255.255'] }, false),
    placed('application', { name: 'late' }),
  ];
  expect(inForce(rules, nodes).map(({ name }) => name)).toEqual(['some', 'more']);
});

describe('what AKS needs and no rule allows', () => {
  test.each<[string, FirewallRule[], number]>([
    ['no rules: six names', [], 6],
    ['its tag', [{ fqdnTags: ['azurekubernetesservice'] }], 0],
    ['any host', [{ targetFqdns: ['*'] }], 0],
    [
      'tags of services, which leave the packages',
      [{ destinationAddresses: ['MicrosoftContainerRegistry.WestEurope', 'AzureResourceManager', 'AzureActiveDirectory'] }],
      2,
    ],
    ['one of the two that replace each other', [{ targetFqdns: ['acs-mirror.azureedge.net'] }], 5],
    ['names under a wildcard', [{ targetFqdns: ['*.microsoft.com'] }], 3],
  ])('%s', (_name, rules, count) => expect(missingNames(rules)).toHaveLength(count));
});
