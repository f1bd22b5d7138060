import { describe, expect, test } from 'vitest';
import { hubPeerings, isAtLeast } from '../../src/model/hub.ts';
import { seen } from '../../src/seen.ts';
import type { Subnet, VirtualNetwork } from '../../src/wire.ts';

const subnet = (name: string, ...addressPrefixes: string[]): Subnet => ({
  id: `/${name}`,
  name,
  type: 'x',
  properties: { addressPrefixes },
});
const network = (id: string, subnets: Subnet[], remotes: string[] = []): VirtualNetwork => ({
  id,
  name: id,
  type: 'x',
  properties: {
    subnets,
    virtualNetworkPeerings: remotes.map((remote) => ({
      id: `/${remote}`,
      name: remote,
      type: 'x',
      properties: { remoteVirtualNetwork: { id: remote } },
    })),
  },
});
const virtualHub = '/subscriptions/m/resourceGroups/RG_h/providers/Microsoft.Network/virtualNetworks/HV_h_1';

describe('peerings that lead to a hub', () => {
  test.each<[string, string[], VirtualNetwork[], string[], number]>([
    ['none', [], [], [], 0],
    [
      'one with a subnet for a firewall',
      ['/HUB', '/app'],
      [network('/hub', [subnet('AzureFirewallSubnet', '10.2.0.0/26')]), network('/app', [])],
      ['/HUB'],
      0,
    ],
    [
      'one that holds the address of an appliance',
      ['/hub', '/app'],
      [network('/hub', [subnet('nva', '10.2.0.0/26')]), network('/app', [subnet('web', '10.3.0.0/26')])],
      ['/hub'],
      0,
    ],
    ['a hub of Virtual WAN, which is not looked up', [virtualHub], [], [virtualHub], 0],
    ['one that was not read is a gap', ['/hub', '/app'], [network('/app', [])], [], 1],
  ])('%s', (_name, remotes, others, found, gaps) => {
    const missing = (id: string) => ({ key: 'virtualNetworks' as const, scope: id, why: 'not-collected' as const });
    const read = hubPeerings(network('/spoke', [], remotes), seen(others, [], missing), seen(['10.2.0.4']));
    expect(read.items.map(({ peering }) => peering.name)).toEqual(found);
    expect(read.gaps).toHaveLength(gaps);
  });
});

test.each<[string[], number, boolean]>([
  [['10.0.0.0/26'], 26, true],
  [['10.0.0.0/25'], 26, true],
  [['10.0.0.0/27'], 26, false],
  [['10.0.0.0/27', '10.0.1.0/26'], 26, true],
  [[], 26, true],
])('%j is at least /%i: %j', (prefixes, prefix, is) => expect(isAtLeast(subnet('s', ...prefixes), prefix)).toBe(is));
