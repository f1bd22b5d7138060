import { expect, test } from 'vitest';
import { resolversOf } from '../../src/model/resolvers.ts';
import { seen } from '../../src/seen.ts';
import type { VirtualNetwork } from '../../src/wire.ts';

const id = (name: string) => `/subscriptions/s/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/${name}`;
const network = (servers: string[] | undefined): VirtualNetwork => ({
  id: id('spoke'),
  name: 'spoke',
  type: 'Microsoft.Network/virtualNetworks',
  properties: {
    addressSpace: { addressPrefixes: ['10.10.0.0/16'] },
    ...(servers === undefined ? {} : { dhcpOptions: { dnsServers: servers } }),
    virtualNetworkPeerings: [
      {
        id: 'p',
        name: 'hub',
        type: 'x',
        properties: { remoteVirtualNetwork: { id: id('Hub') }, remoteVirtualNetworkAddressSpace: { addressPrefixes: ['10.20.0.0/24'] } },
      },
      {
        id: 'q',
        name: 'old',
        type: 'x',
        properties: { remoteVirtualNetwork: { id: id('old') }, remoteAddressSpace: { addressPrefixes: ['10.30.0.0/24'] } },
      },
    ],
  },
});

test.each<[string, string[] | undefined, (string | undefined)[]]>([
  ['no server of its own', undefined, ['spoke']],
  ['an empty list', [], ['spoke']],
  ['one in the network', ['10.10.0.4'], ['spoke']],
  ["Azure's own by address", ['168.63.129.16'], ['spoke']],
  ['one in a peered network', ['10.20.0.4'], ['hub']],
  ['one by the range that was agreed', ['10.30.0.4'], ['old']],
  ['2 of 2, one on-premises', ['10.20.0.4', '192.168.1.10'], ['hub', undefined]],
  ['no address', ['dns.example.com'], [undefined]],
])('who answers: %s', (_name, servers, expected) => {
  const found = resolversOf({
    cluster: { id: '/subscriptions/s/resourceGroups/rg/providers/x/c/c', name: 'c', type: 'x', properties: {} },
    agentPools: seen([{ id: 'a', name: 'a', type: 'x', properties: { vnetSubnetID: `${id('spoke')}/subnets/nodes` } }]),
    virtualNetworks: seen([network(servers)]),
  });
  expect(found.items.map(({ networkId }) => networkId?.split('/').pop())).toEqual(expected);
});
