import { describe, expect, test } from 'vitest';
import { clusterAddresses, defaultPorts, firewallAddresses, nodesAtMost } from '../../src/model/snat.ts';
import type { AgentPool, Firewall, ManagedCluster } from '../../src/wire.ts';

type Profile = NonNullable<ManagedCluster['properties']['networkProfile']>;
const cluster = (networkProfile: Profile = {}): ManagedCluster => ({ id: '/c', name: 'c', type: 'x', properties: { networkProfile } });
const pool = (properties: AgentPool['properties']): AgentPool => ({ id: '/p', name: 'p', type: 'x', properties });
const firewall = (properties: Firewall['properties']): Firewall => ({ id: '/f', name: 'f', type: 'x', properties });

test.each([
  [1, 1024],
  [50, 1024],
  [51, 512],
  [100, 512],
  [101, 256],
  [200, 256],
  [201, 128],
  [400, 128],
  [401, 64],
  [800, 64],
  [801, 32],
  [5000, 32],
])('%i machines have %i ports each', (machines, ports) => expect(defaultPorts(machines)).toBe(ports));

describe('nodes at most', () => {
  const auto = (maxCount: number, maxSurge: string) => pool({ enableAutoScaling: true, maxCount, upgradeSettings: { maxSurge } });
  test.each<[string, AgentPool[], number | undefined]>([
    ['none', [], 0],
    ['6 and 33 % of them, 2', [auto(6, '33%')], 8],
    ['10 + 4 and 6 + 1', [auto(10, '33%'), auto(6, '1')], 21],
    ['a fixed pool of 3, and one for its upgrade', [pool({ count: 3 })], 4],
    ['one that does not say it', [auto(6, '0'), pool({})], undefined],
    ['pools that AKS hosts are not those of the cluster', [pool({ mode: 'ManagedSystem', count: 3 })], 0],
  ])('%s', (_name, pools, nodes) => expect(nodesAtMost(cluster(), pools)).toBe(nodes));
});

describe('public addresses', () => {
  test.each<[string, Profile, number | undefined]>([
    ['a load balancer has one when nothing is said', {}, 1],
    ['as many as are managed', { loadBalancerProfile: { managedOutboundIPs: { count: 3 } } }, 3],
    ['own ones', { loadBalancerProfile: { outboundIPs: { publicIPs: [{ id: '/a' }, { id: '/b' }] } } }, 2],
    ['of a prefix nothing is known', { loadBalancerProfile: { outboundIPPrefixes: { publicIPPrefixes: [{ id: '/p' }] } } }, undefined],
    ['a NAT gateway has one when nothing is said', { outboundType: 'managedNATGateway' }, 1],
    ['what a NAT gateway manages', { outboundType: 'managedNATGateway', natGatewayProfile: { managedOutboundIPProfile: { count: 2 } } }, 2],
    ['what a NAT gateway has', { outboundType: 'managedNATGatewayV2', natGatewayProfile: { effectiveOutboundIPs: [{}, {}, {}] } }, 3],
  ])('%s', (_name, profile, addresses) => expect(clusterAddresses(cluster(profile)).addresses).toBe(addresses));

  test.each<[string, Firewall['properties'], number]>([
    ['of a firewall none', {}, 0],
    [
      'of a firewall those that are public',
      { ipConfigurations: [{ properties: { publicIPAddress: { id: '/a' } } }, { properties: {} }] },
      1,
    ],
    ['in a hub the addresses', { hubIPAddresses: { publicIPs: { addresses: [{ address: '203.0.113.1' }, {}], count: 5 } } }, 2],
    ['in a hub the count', { hubIPAddresses: { publicIPs: { count: 5 } } }, 5],
  ])('%s', (_name, properties, addresses) => expect(firewallAddresses(firewall(properties)).addresses).toBe(addresses));
});
