import { describe, expect, test } from 'vitest';
import { hubSigns, tenants } from '../../src/model/spoke.ts';
import type { VirtualNetwork } from '../../src/wire.ts';

const network = (subnet: string, ...ids: string[]): VirtualNetwork => ({
  id: '/n',
  name: 'n',
  type: 'Microsoft.Network/virtualNetworks',
  properties: {
    subnets: [{ id: `/n/subnets/${subnet}`, name: subnet, type: 'x', properties: { ipConfigurations: ids.map((id) => ({ id })) } }],
  },
});
const group = '/subscriptions/s/resourceGroups/rg/providers';

test.each<[string, string[]]>([
  ['AzureFirewallSubnet', ['/properties/subnets/0/name']],
  ['gatewaysubnet', ['/properties/subnets/0/name']],
  ['RouteServerSubnet', ['/properties/subnets/0/name']],
  ['AzureBastionSubnet', []],
  ['snet-gateway', []],
])('%s makes a hub: %j', (name, signs) => expect(hubSigns(network(name))).toEqual(signs));

describe('what stands in a network', () => {
  test.each<[string, string, string | undefined]>([
    ['snet', `${group}/Microsoft.Network/networkInterfaces/vm-1/ipConfigurations/a`, 'machine'],
    [
      'snet',
      `${group}/Microsoft.Compute/virtualMachineScaleSets/web/virtualMachines/0/networkInterfaces/nic/ipConfigurations/a`,
      'machine',
    ],
    ['snet-build', `${group}/Microsoft.Network/networkInterfaces/vm-1/ipConfigurations/a`, 'buildAgent'],
    ['snet', `${group}/Microsoft.Network/networkInterfaces/VM-JUMP-1/ipConfigurations/a`, 'buildAgent'],
    ['snet', `${group}/Microsoft.Network/networkInterfaces/pe.nic.1/ipConfigurations/privateEndpointIpConfig.1`, 'privateEndpoint'],
    ['snet', `${group}/Microsoft.Network/applicationGateways/agw/gatewayIPConfigurations/a`, 'applicationGateway'],
    ['snet', `${group}/Microsoft.Network/loadBalancers/lb/frontendIPConfigurations/a`, 'loadBalancer'],
    ['AzureBastionSubnet', `${group}/Microsoft.Network/bastionHosts/b/bastionHostIpConfigurations/a`, 'bastion'],
    ['snet', `${group}/Microsoft.ApiManagement/service/api/x`, 'other'],
    [
      'snet',
      `${group}/Microsoft.Compute/virtualMachineScaleSets/aks-np-1-vmss/virtualMachines/0/networkInterfaces/a/ipConfigurations/a`,
      undefined,
    ],
    ['snet', `${group}/Microsoft.Network/networkInterfaces/aks-default-x7k2p/ipConfigurations/a`, undefined],
    ['snet', '/subscriptions/s/resourceGroups/MC_a_b_c/providers/Microsoft.Network/networkInterfaces/vm/ipConfigurations/a', undefined],
  ])('in %s, %s: %s', (subnet, id, role) => expect(tenants(network(subnet, id), ['*jump*', '*build*'])[0]?.role).toBe(role));
});
