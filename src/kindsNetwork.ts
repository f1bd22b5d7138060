import { type ArmKind, arm } from './kindOf.ts';
import type { StateKey } from './snapshot.ts';

const version = '2026-01-01';
const read = (type: string, command: string, file: string) =>
  arm(`Microsoft.Network/${type}`, version, `${command} -o json > ${file}.json`, { shared: true });

/** What Azure's networks are made of beyond the virtual network; all of it may be of another subscription, the hub's. */
export const networkKinds = {
  routeTables: read('routeTables', 'az network route-table list', 'routeTables'),
  networkSecurityGroups: read('networkSecurityGroups', 'az network nsg list', 'networkSecurityGroups'),
  firewalls: read('azureFirewalls', 'az network firewall list', 'firewalls'),
  firewallPolicies: read('firewallPolicies', 'az network firewall policy list', 'firewallPolicies'),
  firewallPolicyRuleCollectionGroups: read(
    'firewallPolicies/ruleCollectionGroups',
    'az network firewall policy rule-collection-group list -g <resource-group> --policy-name <policy>',
    'firewallPolicyRuleCollectionGroups',
  ),
  ipGroups: read('ipGroups', 'az network ip-group list', 'ipGroups'),
  natGateways: read('natGateways', 'az network nat gateway list', 'natGateways'),
  loadBalancers: read('loadBalancers', 'az network lb list', 'loadBalancers'),
  publicIPAddresses: read('publicIPAddresses', 'az network public-ip list', 'publicIPAddresses'),
  networkInterfaces: read('networkInterfaces', 'az network nic list', 'networkInterfaces'),
  bastionHosts: read('bastionHosts', 'az network bastion list', 'bastionHosts'),
  virtualNetworkGateways: read('virtualNetworkGateways', 'az network vnet-gateway list -g <resource-group>', 'virtualNetworkGateways'),
  gatewayConnections: read('connections', 'az network vpn-connection show -g <resource-group> -n <connection>', 'gatewayConnections'),
} as const satisfies { readonly [K in StateKey]?: ArmKind };
