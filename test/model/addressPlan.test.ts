import { describe, expect, test } from 'vitest';
import { addressesPerNode, addressPlan, overflowsAt, unseenClusters } from '../../src/model/addressPlan.ts';
import { mostNodes } from '../../src/model/provisioning.ts';
import { holders, networkIdOf, subnetOf, usableAddresses } from '../../src/model/subnets.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { AgentPool, ManagedCluster, Subnet, VirtualNetwork } from '../../src/wire.ts';

const networkId = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v';
const nodesId = `${networkId}/subnets/nodes`;
const podsId = `${networkId}/subnets/pods`;
const subnet = (properties: Subnet['properties'], id = nodesId): Subnet => ({
  id,
  name: id.split('/').at(-1) ?? '',
  type: 'x/subnets',
  properties,
});
const pool = (properties: AgentPool['properties'], name = 'p'): AgentPool => ({
  id: `/pools/${name}`,
  name,
  type: 'x/agentPools',
  properties: { vnetSubnetID: nodesId, ...properties },
});
type Profile = ManagedCluster['properties']['networkProfile'];
const cluster = (networkProfile: Profile, more: ManagedCluster['properties'] = {}): ManagedCluster => ({
  id: '/subscriptions/S/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c',
  name: 'c',
  type: 'Microsoft.ContainerService/managedClusters',
  properties: { nodeResourceGroup: 'MC_rg_c', networkProfile, ...more },
});
const flat: Profile = { networkPlugin: 'azure' };
const overlay: Profile = { networkPlugin: 'Azure', networkPluginMode: 'Overlay' };

describe('usable addresses', () => {
  test.each<[string, Subnet['properties'], number | undefined]>([
    ['/24: 256 - 5 = 251', { addressPrefix: '10.0.0.0/24' }, 251],
    ['/28: 16 - 5 = 11', { addressPrefix: '10.0.0.0/28' }, 11],
    ['/30: 4 - 5 is none', { addressPrefix: '10.0.0.0/30' }, 0],
    ['two prefixes: (256 - 5) + (16 - 5) = 262', { addressPrefixes: ['10.0.0.0/24', '10.0.1.0/28'] }, 262],
    ['the same prefix in both properties counts once', { addressPrefix: '10.0.0.0/24', addressPrefixes: ['10.0.0.0/24'] }, 251],
    ['of two families the IPv4 one', { addressPrefixes: ['10.0.0.0/24', 'fd00::/64'] }, 251],
    ['no prefix', {}, undefined],
    ['IPv6 alone', { addressPrefixes: ['fd00::/64'] }, undefined],
  ])('%s', (_name, properties, usable) => {
    expect(usableAddresses(subnet(properties), 5)).toBe(usable);
  });
});

describe('addresses a node takes', () => {
  test.each<[string, Profile, AgentPool['properties'], 'nodes' | 'pods', number]>([
    ['Azure CNI: 30 pods + 1 = 31', flat, { maxPods: 30 }, 'nodes', 31],
    ['Azure CNI: 30 pods when absent + 1 = 31', flat, {}, 'nodes', 31],
    ['Azure CNI: 250 pods + 1 = 251', flat, { maxPods: 250 }, 'nodes', 251],
    ['overlay: the node alone', overlay, { maxPods: 250 }, 'nodes', 1],
    ['kubenet: the node alone', { networkPlugin: 'kubenet' }, { maxPods: 110 }, 'nodes', 1],
    ['a CNI of your own: the node alone', { networkPlugin: 'none' }, { maxPods: 110 }, 'nodes', 1],
    ['pod subnet: the node alone in the node subnet', flat, { maxPods: 110, podSubnetID: podsId }, 'nodes', 1],
    ['batches: (110 + 8) / 16 = 7.4, so 8 x 16 = 128', flat, { maxPods: 110, podSubnetID: podsId }, 'pods', 128],
    ['batches: (8 + 8) / 16 = 1, so 16', flat, { maxPods: 8, podSubnetID: podsId }, 'pods', 16],
    [
      'blocks: (110 + 1) / 16 = 6.9, so 7 x 16 = 112',
      flat,
      { maxPods: 110, podSubnetID: podsId, podIPAllocationMode: 'StaticBlock' },
      'pods',
      112,
    ],
    ['blocks: (15 + 1) / 16 = 1, so 16', flat, { maxPods: 15, podSubnetID: podsId, podIPAllocationMode: 'staticblock' }, 'pods', 16],
    ['blocks: (16 + 1) / 16 = 1.1, so 32', flat, { maxPods: 16, podSubnetID: podsId, podIPAllocationMode: 'StaticBlock' }, 'pods', 32],
  ])('%s', (_name, profile, properties, use, addresses) => {
    expect(addressesPerNode(cluster(profile), pool(properties), use)).toBe(addresses);
  });
});

describe('the plan of a subnet', () => {
  const surge = (maxSurge: string) => ({ upgradeSettings: { maxSurge } });
  test.each<[string, Profile, AgentPool[], number, number]>([
    ['fixed 3 + surge 1 = 4', overlay, [pool({ count: 3, ...surge('1') })], 1, 4],
    [
      'autoscaled to 10 + 33 % = 14',
      overlay,
      [pool({ count: 3, enableAutoScaling: true, minCount: 1, maxCount: 10, ...surge('33%') })],
      1,
      14,
    ],
    ['no surge: 10', overlay, [pool({ count: 10, ...surge('0') })], 1, 10],
    ['Azure CNI: (50 + 1) x 31 = 1581', flat, [pool({ count: 50, maxPods: 30, ...surge('1') })], 1, 1581],
    ['two pools: (3 + 1) + (5 + 1) = 10', overlay, [pool({ count: 3 }), pool({ count: 5 }, 'q')], 1, 10],
    ['growth of 4: 12 + 10 % = 14', overlay, [pool({ count: 3 })], 4, 14],
    ['a pool of another subnet takes nothing', overlay, [pool({ count: 3, vnetSubnetID: podsId })], 1, 0],
    ['letter case of an id does not matter', overlay, [pool({ count: 3, vnetSubnetID: nodesId.toUpperCase() })], 1, 4],
    [
      'pods and nodes in one subnet: 2 x (1 + 48) = 98',
      flat,
      [pool({ count: 1, maxPods: 30, podSubnetID: nodesId, ...surge('1') })],
      1,
      98,
    ],
  ])('%s', (_name, profile, pools, growth, demand) => {
    expect(addressPlan(subnet({ addressPrefix: '10.0.0.0/24' }), [{ cluster: cluster(profile), pools }], growth).demand).toBe(demand);
  });

  test('a fixed pool that is stopped has no known size; an autoscaled one has', () => {
    const stopped = { powerState: { code: 'Stopped' }, count: 0 };
    const pools = [pool(stopped), pool({ ...stopped, enableAutoScaling: true, maxCount: 5 }, 'q')];
    const plan = addressPlan(subnet({}), [{ cluster: cluster(overlay), pools }], 1);
    expect(plan.pools.map(({ nodes }) => nodes)).toEqual([undefined, 5]);
  });

  test('the endpoint of a private API server is expected where system nodes are, until the subnet lists it', () => {
    const clusters = [
      {
        cluster: cluster(overlay, { apiServerAccessProfile: { enablePrivateCluster: true } }),
        pools: [pool({ count: 1, mode: 'System' })],
      },
    ];
    const endpoint = { id: '/subscriptions/s/resourceGroups/mc_rg_c/providers/Microsoft.Network/privateEndpoints/kube-apiserver' };
    expect(addressPlan(subnet({}), clusters, 1)).toMatchObject({ others: 1, held: 0 });
    expect(addressPlan(subnet({ privateEndpoints: [endpoint] }), clusters, 1)).toMatchObject({ others: 1, held: 1 });
  });

  test.each<[string, AgentPool[], number, number | undefined]>([
    ['(n + 1) > 11 from 11 on', [pool({ count: 20, upgradeSettings: { maxSurge: '1' } })], 11, 11],
    [
      '4 of the other pool leave 7: (n + 1) > 7 from 7 on',
      [pool({ count: 3 }, 'q'), pool({ count: 20, upgradeSettings: { maxSurge: '1' } })],
      11,
      7,
    ],
    ['the other pool is too large by itself', [pool({ count: 30 }, 'q'), pool({ count: 20 })], 5, undefined],
    ['no pool', [], 11, undefined],
  ])('overflow: %s', (_name, pools, usable, nodes) => {
    expect(overflowsAt(addressPlan(subnet({}), [{ cluster: cluster(overlay), pools }], 1), usable)?.nodes).toBe(nodes);
  });
});

describe('who holds an address', () => {
  const group = '/subscriptions/s/resourceGroups';
  const held = (path: string) => holders(subnet({ ipConfigurations: [{ id: `${group}/${path}` }] }))[0];
  test.each<[string, string, { node: boolean; privateEndpoint: boolean; aks: boolean }]>([
    [
      'a node of a scale set',
      'MC_a/providers/Microsoft.Compute/virtualMachineScaleSets/aks-p-1-vmss/virtualMachines/0/networkInterfaces/n/ipConfigurations/i',
      { node: true, privateEndpoint: false, aks: true },
    ],
    [
      'a node in a group named otherwise',
      'nodes/providers/Microsoft.Compute/virtualMachineScaleSets/aks-p-1-vmss/virtualMachines/0/networkInterfaces/n/ipConfigurations/i',
      { node: true, privateEndpoint: false, aks: true },
    ],
    [
      'a build agent',
      'ci/providers/Microsoft.Compute/virtualMachineScaleSets/agents/virtualMachines/0/networkInterfaces/n/ipConfigurations/i',
      { node: true, privateEndpoint: false, aks: false },
    ],
    [
      'a machine of its own',
      'rg/providers/Microsoft.Network/networkInterfaces/jump/ipConfigurations/i',
      { node: true, privateEndpoint: false, aks: false },
    ],
    [
      'a private endpoint',
      'rg/providers/Microsoft.Network/networkInterfaces/pe.nic.1/ipConfigurations/privateEndpointIpConfig.1',
      { node: false, privateEndpoint: true, aks: false },
    ],
    [
      'the endpoint of an API server',
      'mc_a/providers/Microsoft.Network/networkInterfaces/kube-apiserver.nic.1/ipConfigurations/x',
      { node: false, privateEndpoint: true, aks: true },
    ],
    [
      'an internal load balancer',
      'mc_a/providers/Microsoft.Network/loadBalancers/kubernetes-internal/frontendIPConfigurations/f',
      { node: false, privateEndpoint: false, aks: true },
    ],
  ])('%s', (_name, path, holder) => {
    expect(held(path)).toMatchObject(holder);
  });

  test('a cluster whose node resource group is among the seen is not unseen', () => {
    const ids = ['MC_RG_C', 'MC_other', 'rg'].map((name) => ({
      id: `${group}/${name}/providers/Microsoft.Network/networkInterfaces/n/ipConfigurations/i`,
    }));
    expect(unseenClusters(subnet({ ipConfigurations: ids }), [cluster(overlay)])).toEqual(['/subscriptions/s/resourcegroups/mc_other']);
  });
});

describe('a subnet by its id', () => {
  const network: VirtualNetwork = {
    id: networkId,
    name: 'v',
    type: 'x/virtualNetworks',
    properties: { subnets: [subnet({}, podsId), subnet({})] },
  };
  test('found in its network, in any letter case', () => {
    expect(networkIdOf(nodesId)).toBe(networkId);
    expect(subnetOf(seen([network]), nodesId.toUpperCase())).toMatchObject({ pointer: '/properties/subnets/1', subnet: { id: nodesId } });
  });
  test('not there: a gap of that subnet; no network: one of the network', () => {
    const missing = (id: string) => ({ key: 'virtualNetworks' as const, scope: id, why: 'not-collected' as const });
    const gapOf = (networks: VirtualNetwork[], id: string) => {
      try {
        return subnetOf(seen(networks, [], missing), id);
      } catch (thrown) {
        return thrown instanceof NotSeen ? thrown.gaps[0]?.scope : thrown;
      }
    };
    expect(gapOf([network], `${networkId}/subnets/x`)).toBe(`${networkId}/subnets/x`);
    expect(gapOf([], nodesId)).toBe(networkId);
  });
});

test.each<[string, Record<string, string> | undefined, number | undefined]>([
  ['100 cores are 50 nodes of two', { cpu: '100' }, 50],
  ['9500m are 4 nodes of two', { cpu: '9500m' }, 4],
  ['the number of nodes itself', { nodes: '10' }, 10],
  ['the smaller of both', { nodes: '10', cpu: '8' }, 4],
  ['memory limits no count', { memory: '1000Gi' }, undefined],
  ['no limit', {}, undefined],
  ['none set', undefined, undefined],
])('nodes of a NodePool: %s', (_name, limits, nodes) => {
  expect(
    mostNodes({ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: 'n' }, spec: limits === undefined ? {} : { limits } }),
  ).toBe(nodes);
});
