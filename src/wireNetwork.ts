/** The shapes of Azure's networks: virtual networks, routes, security groups, firewalls, gateways. Types only. */
import type * as network from '@azure/arm-network';
import type { ArmResource, Part, Wire } from './wire.ts';

interface Arm<P> extends ArmResource {
  properties: P;
}
interface Reference {
  id?: string;
}

export interface VirtualNetwork
  extends Arm<{
    addressSpace?: { addressPrefixes?: string[] };
    dhcpOptions?: { dnsServers?: string[] };
    subnets?: Subnet[];
    virtualNetworkPeerings?: VirtualNetworkPeering[];
  }> {}
export type Subnet = Arm<
  Omit<Wire<network.SubnetPropertiesFormat>, 'delegations' | 'ipConfigurations' | 'privateEndpoints'> & {
    delegations?: { name?: string; properties?: { serviceName?: string } }[];
    ipConfigurations?: { id?: string }[];
    privateEndpoints?: { id?: string }[];
  }
>;
export type VirtualNetworkPeering = Arm<Wire<network.VirtualNetworkPeeringPropertiesFormat>>;

export type Route = Part<Wire<network.RoutePropertiesFormat>>;
export type RouteTable = Arm<{ disableBgpRoutePropagation?: boolean; routes?: Route[] }>;

export type SecurityRule = Part<
  Omit<Wire<network.SecurityRulePropertiesFormat>, 'sourceApplicationSecurityGroups' | 'destinationApplicationSecurityGroups'> & {
    sourceApplicationSecurityGroups?: Reference[];
    destinationApplicationSecurityGroups?: Reference[];
  }
>;
export type NetworkSecurityGroup = Arm<{ securityRules?: SecurityRule[]; defaultSecurityRules?: SecurityRule[] }>;

/** The collections are of a firewall without a policy. */
export type Firewall = Arm<
  Pick<
    Wire<network.AzureFirewallPropertiesFormat>,
    'provisioningState' | 'threatIntelMode' | 'firewallPolicy' | 'virtualHub' | 'hubIPAddresses'
  > & {
    ipConfigurations?: Part<Wire<network.AzureFirewallIPConfigurationPropertiesFormat>>[];
    networkRuleCollections?: ClassicRuleCollection[];
    applicationRuleCollections?: ClassicRuleCollection[];
    natRuleCollections?: ClassicRuleCollection[];
  }
>;
type ClassicRuleCollection = Part<{ priority?: number; action?: { type?: string }; rules?: FirewallRule[] }>;
export type FirewallPolicy = Arm<
  Pick<Wire<network.FirewallPolicyPropertiesFormat>, 'basePolicy' | 'ruleCollectionGroups' | 'threatIntelMode' | 'provisioningState'>
>;
/**
 * NetworkRule, ApplicationRule and NatRule of a policy, and the same of a firewall without one, in which network rules have
 * `protocols` for `ipProtocols` and no `ruleType`.
 */
export interface FirewallRule {
  name?: string;
  ruleType?: string;
  sourceAddresses?: string[];
  sourceIpGroups?: string[];
  destinationAddresses?: string[];
  destinationIpGroups?: string[];
  destinationFqdns?: string[];
  destinationPorts?: string[];
  ipProtocols?: string[];
  protocols?: (string | { protocolType?: string; port?: number })[];
  targetFqdns?: string[];
  targetUrls?: string[];
  fqdnTags?: string[];
  webCategories?: string[];
  translatedAddress?: string;
}
export interface FirewallRuleCollection {
  ruleCollectionType?: string;
  name?: string;
  priority?: number;
  action?: { type?: string };
  rules?: FirewallRule[];
}
export type FirewallPolicyRuleCollectionGroup = Arm<{ priority?: number; ruleCollections?: FirewallRuleCollection[] }>;

export type IpGroup = Arm<{ ipAddresses?: string[] }>;

export type NatGateway = Arm<
  Pick<Wire<network.NatGatewayPropertiesFormat>, 'idleTimeoutInMinutes' | 'publicIpAddresses' | 'publicIpPrefixes'>
>;
export type LoadBalancer = Arm<{
  frontendIPConfigurations?: Part<{ privateIPAddress?: string; publicIPAddress?: Reference }>[];
  backendAddressPools?: Part<{ backendIPConfigurations?: Reference[] }>[];
}>;
export type PublicIPAddress = Arm<
  Pick<Wire<network.PublicIPAddressPropertiesFormat>, 'ipAddress' | 'publicIPAddressVersion' | 'dnsSettings'>
>;
export type NetworkInterface = Arm<{ enableIPForwarding?: boolean; ipConfigurations?: Part<{ privateIPAddress?: string }>[] }>;

/** `virtualNetwork` is of the Developer SKU, which has no subnet of its own. */
export type BastionHost = Arm<Pick<Wire<network.BastionHostPropertiesFormat>, 'virtualNetwork' | 'provisioningState'>>;
export type VirtualNetworkGateway = Arm<
  Pick<Wire<network.VirtualNetworkGatewayPropertiesFormat>, 'gatewayType' | 'provisioningState' | 'vpnClientConfiguration'>
>;
export type GatewayConnection = Arm<
  Pick<Wire<network.VirtualNetworkGatewayConnectionListEntityPropertiesFormat>, 'connectionStatus' | 'connectionType'> & {
    virtualNetworkGateway1?: Reference;
    virtualNetworkGateway2?: Reference;
  }
>;
