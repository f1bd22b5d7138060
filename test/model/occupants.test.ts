import { describe, expect, test } from 'vitest';
import { occupants, purposeOf, strangers } from '../../src/model/occupants.ts';
import type { Subnet } from '../../src/wire.ts';

const group = '/subscriptions/s/resourceGroups/rg/providers';
const subnet = (properties: Subnet['properties']): Subnet => ({ id: '/s', name: 's', type: 'x', properties });
const holding = (...ids: string[]) => subnet({ ipConfigurations: ids.map((id) => ({ id: `${group}/${id}` })) });
const node = 'Microsoft.Compute/virtualMachineScaleSets/aks-np-1-vmss/virtualMachines/0/networkInterfaces/n/ipConfigurations/a';
const front = 'Microsoft.Network/loadBalancers/kubernetes-internal/frontendIPConfigurations/a';
const endpoint = 'Microsoft.Network/networkInterfaces/pe.nic.1/ipConfigurations/privateEndpointIpConfig.1';

describe('what stands in a subnet', () => {
  test.each<[string, Subnet, string, string]>([
    ['a node', holding(node), 'node', '/properties/ipConfigurations/0/id'],
    ['a machine', holding('Microsoft.Network/networkInterfaces/vm-1/ipConfigurations/a'), 'machine', '/properties/ipConfigurations/0/id'],
    ['a load balancer', holding(front), 'loadBalancer', '/properties/ipConfigurations/0/id'],
    [
      'the load balancer of an API server',
      holding('Microsoft.Network/loadBalancers/kube-apiserver/frontendIPConfigurations/a'),
      'apiServer',
      '/properties/ipConfigurations/0/id',
    ],
    ['a private endpoint by its card', holding(endpoint), 'privateEndpoint', '/properties/ipConfigurations/0/id'],
    [
      'a private endpoint by its id',
      subnet({ privateEndpoints: [{ id: `${group}/Microsoft.Network/privateEndpoints/pe` }] }),
      'privateEndpoint',
      '/properties/privateEndpoints/0/id',
    ],
    [
      'the endpoint of an API server',
      subnet({ privateEndpoints: [{ id: `${group}/Microsoft.Network/privateEndpoints/kube-apiserver` }] }),
      'apiServer',
      '/properties/privateEndpoints/0/id',
    ],
    [
      'a gateway by its address',
      holding('Microsoft.Network/applicationGateways/g/gatewayIPConfigurations/a'),
      'applicationGateway',
      '/properties/ipConfigurations/0/id',
    ],
    [
      'a gateway by its configuration',
      subnet({ applicationGatewayIPConfigurations: [{ id: '/g' }] }),
      'applicationGateway',
      '/properties/applicationGatewayIPConfigurations/0/id',
    ],
    [
      'a gateway for containers',
      subnet({ delegations: [{ properties: { serviceName: 'microsoft.ServiceNetworking/trafficControllers' } }] }),
      'containerGateway',
      '/properties/delegations/0/properties/serviceName',
    ],
    ['something else', holding('Microsoft.Web/x/y'), 'other', '/properties/ipConfigurations/0/id'],
  ])('%s', (_name, held, kind, pointer) => expect(occupants(held)).toMatchObject([{ kind, pointer }]));
});

describe('who does not belong there', () => {
  const none = { forNodes: false, forApiServer: false };
  const gateway = 'Microsoft.Network/applicationGateways/g/gatewayIPConfigurations/a';
  test.each<[string, Subnet, { forNodes: boolean; forApiServer: boolean }, string, string[]]>([
    ['among nodes', holding(node, front, endpoint), { ...none, forNodes: true }, 'nodes', ['loadBalancer', 'privateEndpoint']],
    ['beside a gateway', holding(gateway, node), none, 'gateway', ['node']],
    ['beside the API server', holding(node), { ...none, forApiServer: true }, 'apiServer', ['node']],
    ['where anything may be', holding(node, front), none, 'other', []],
  ])('%s', (_name, held, use, purpose, kinds) => {
    expect(purposeOf(held, use)).toBe(purpose);
    expect(strangers(held, purposeOf(held, use)).map(({ kind }) => kind)).toEqual(kinds);
  });
});
