import { expect, test } from 'vitest';
import {
  entrance,
  hasVirtualHub,
  haveServiceEndpoint,
  letsIn,
  reaches,
  type Reachable,
  type ReachFacts,
} from '../../src/model/privateEndpoints.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { Gap } from '../../src/snapshot.ts';
import type { AgentPool, ManagedCluster, PrivateEndpoint, VirtualNetwork } from '../../src/wire.ts';

const groups = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups';
const networkId = (name: string) => `${groups}/rg-net/providers/Microsoft.Network/virtualNetworks/${name}`;
const subnetId = (network: string, name = 'nodes') => `${networkId(network)}/subnets/${name}`;
const pool = (name: string, subnet?: string): AgentPool => ({
  id: `/pools/${name}`,
  name,
  type: 'x',
  properties: subnet ? { vnetSubnetID: subnet } : {},
});
const peering = (to: string, peeringState = 'Connected') => ({
  id: `/p/${to}`,
  name: to,
  type: 'x',
  properties: { peeringState, remoteVirtualNetwork: { id: networkId(to) } },
});
const network = (name: string, peerings: ReturnType<typeof peering>[] = [], services: string[] = []): VirtualNetwork => ({
  id: networkId(name),
  name,
  type: 'Microsoft.Network/virtualNetworks',
  properties: {
    subnets: [{ id: subnetId(name), name: 'nodes', type: 'x', properties: { serviceEndpoints: services.map((service) => ({ service })) } }],
    virtualNetworkPeerings: peerings,
  },
});
const endpoint = (name: string, inNetwork: string, groupIds = ['registry']): PrivateEndpoint => ({
  id: `/endpoints/${name}`,
  name,
  type: 'x',
  properties: {
    subnet: { id: subnetId(inNetwork, 'pe') },
    privateLinkServiceConnections: [{ properties: { privateLinkServiceId: '/acr', groupIds } }],
  },
});
const cluster: ManagedCluster = {
  id: `${groups}/rg/providers/Microsoft.ContainerService/managedClusters/c`,
  name: 'c',
  type: 'x',
  properties: {},
};
const missing = (scope: string): Gap => ({ key: 'virtualNetworks', scope, why: 'not-collected' });
const facts = (pools: AgentPool[], networks: VirtualNetwork[], endpoints: PrivateEndpoint[] = []): ReachFacts => ({
  cluster,
  agentPools: seen(pools),
  virtualNetworks: seen(networks, [], missing),
  privateEndpoints: seen(endpoints, [], missing),
});
const told = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof NotSeen) return 'NotSeen';
    throw thrown;
  }
};

const spoke = facts([pool('a', subnetId('spoke'))], [network('spoke', [peering('hub'), peering('old', 'Disconnected')])]);
test.each<[string, ReachFacts, string, boolean | 'NotSeen']>([
  ['the network of the nodes', spoke, 'SPOKE', true],
  ['a peered one', spoke, 'hub', true],
  ['one whose peering is broken', spoke, 'old', false],
  ['another', spoke, 'far', false],
  ['its own, though it was not read', facts([pool('a', subnetId('spoke'))], []), 'spoke', true],
  ['another, when its own was not read', facts([pool('a', subnetId('spoke'))], []), 'far', 'NotSeen'],
])('nodes reach %s', (_name, given, wanted, expected) => {
  expect(told(() => reaches(networkId(wanted), given))).toBe(expected);
});

const service = (...connections: [id: string, status: string][]): Reachable => ({
  id: '/acr',
  name: 'acr',
  type: 'x',
  properties: {
    privateEndpointConnections: connections.map(([id, status]) => ({
      properties: { privateEndpoint: { id: `/endpoints/${id}` }, privateLinkServiceConnectionState: { status } },
    })),
  },
});
const reach = (...endpoints: PrivateEndpoint[]) => ({ ...spoke, privateEndpoints: seen(endpoints, [], missing) });
test.each<[string, Reachable, ReachFacts, string | undefined]>([
  ['none', service(), reach(), undefined],
  ['the approved one', service(['a', 'Pending'], ['b', 'Approved']), reach(endpoint('a', 'hub'), endpoint('b', 'hub')), 'b'],
  ['the one in reach', service(['a', 'Approved'], ['b', 'Approved']), reach(endpoint('a', 'far'), endpoint('b', 'spoke')), 'b'],
  ['the one in reach, when another was not read', service(['x', 'Approved'], ['b', 'Approved']), reach(endpoint('b', 'hub')), 'b'],
  ['not known, when the only one was not read', service(['x', 'Approved']), reach(), 'NotSeen'],
  ['none of this group', service(['a', 'Approved']), reach(endpoint('a', 'hub', ['blob'])), undefined],
  ['of this group in other letters', service(['a', 'Approved']), reach(endpoint('a', 'hub', ['Registry'])), 'a'],
])('the endpoint that nodes use: %s', (_name, given, within, expected) => {
  const found = told(() => entrance(given, ['registry'], within)?.endpoint.name);
  expect(found).toBe(expected);
});

test.each<[string, string[], boolean]>([
  ['Microsoft.Storage', ['microsoft.storage'], true],
  ['Microsoft.Storage', ['Microsoft.Storage.Global'], true],
  ['Microsoft.Storage', ['Microsoft.Sql'], false],
  ['Microsoft.Storage', [], false],
])('a service endpoint of %s among %j: %s', (provider, services, expected) => {
  expect(haveServiceEndpoint(provider, facts([pool('a', subnetId('spoke'))], [network('spoke', [], services)]))).toBe(expected);
});

test.each<[string, string[], AgentPool[], boolean]>([
  ['both of 2 subnets', [subnetId('a'), subnetId('b')], [pool('a', subnetId('A')), pool('b', subnetId('b'))], true],
  ['1 of 2 subnets', [subnetId('a')], [pool('a', subnetId('a')), pool('b', subnetId('b'))], false],
  ['no rule', [], [pool('a', subnetId('a'))], false],
  ['no pool', [subnetId('a')], [], false],
])('a service lets in %s', (_name, ids, pools, expected) => {
  expect(letsIn({ virtualNetworkRules: ids.map((id) => ({ id })) }, facts(pools, []))).toBe(expected);
});

test('a peering with a virtual hub is known by the name of its network', () => {
  expect(hasVirtualHub(spoke)).toBe(false);
  expect(hasVirtualHub(facts([pool('a', subnetId('spoke'))], [network('spoke', [peering('HV_hub_0a1b')])]))).toBe(true);
});
