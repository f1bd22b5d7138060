import type { Shape } from './shapes.ts';

const strings: Shape = ['string'];
const named: Shape = { id: 'string' };
const ids: Shape = [named];
const parts = (properties: Shape): Shape => [{ id: 'string', name: 'string', properties }];

const securityRules = parts({
  access: 'string',
  direction: 'string',
  priority: 'number',
  protocol: 'string',
  sourceAddressPrefix: 'string',
  sourceAddressPrefixes: strings,
  sourceApplicationSecurityGroups: ids,
  destinationAddressPrefix: 'string',
  destinationAddressPrefixes: strings,
  destinationApplicationSecurityGroups: ids,
  destinationPortRange: 'string',
  destinationPortRanges: strings,
});

const firewallRules: Shape = [
  {
    name: 'string',
    ruleType: 'string',
    sourceAddresses: strings,
    sourceIpGroups: strings,
    destinationAddresses: strings,
    destinationIpGroups: strings,
    destinationFqdns: strings,
    destinationPorts: strings,
    targetFqdns: strings,
    targetUrls: strings,
    fqdnTags: strings,
    webCategories: strings,
    ipProtocols: strings,
    protocols: [],
    translatedAddress: 'string',
  },
];
const action: Shape = { type: 'string' };
const classicCollections = parts({ priority: 'number', action, rules: firewallRules });

/** What the properties of Azure's networks must be where rules reach into them. */
export const networkShapes = {
  routeTables: {
    disableBgpRoutePropagation: 'boolean',
    routes: parts({
      addressPrefix: 'string',
      nextHopType: 'string',
      nextHopIpAddress: 'string',
      nextHop: { nextHopIpAddresses: strings },
    }),
  },
  networkSecurityGroups: { securityRules, defaultSecurityRules: securityRules },
  firewalls: {
    provisioningState: 'string',
    threatIntelMode: 'string',
    firewallPolicy: named,
    virtualHub: named,
    hubIPAddresses: { privateIPAddress: 'string', publicIPs: { addresses: [{ address: 'string' }], count: 'number' } },
    ipConfigurations: parts({ privateIPAddress: 'string', publicIPAddress: named, subnet: named }),
    networkRuleCollections: classicCollections,
    applicationRuleCollections: classicCollections,
    natRuleCollections: classicCollections,
  },
  firewallPolicies: { basePolicy: named, ruleCollectionGroups: ids, threatIntelMode: 'string' },
  firewallPolicyRuleCollectionGroups: {
    priority: 'number',
    ruleCollections: [{ name: 'string', ruleCollectionType: 'string', priority: 'number', action, rules: firewallRules }],
  },
  ipGroups: { ipAddresses: strings },
  natGateways: { idleTimeoutInMinutes: 'number', publicIpAddresses: ids, publicIpPrefixes: ids },
  loadBalancers: {
    frontendIPConfigurations: parts({ privateIPAddress: 'string', publicIPAddress: named }),
    backendAddressPools: parts({ backendIPConfigurations: ids }),
  },
  publicIPAddresses: { ipAddress: 'string', publicIPAddressVersion: 'string', dnsSettings: { fqdn: 'string' } },
  networkInterfaces: { enableIPForwarding: 'boolean', ipConfigurations: parts({ privateIPAddress: 'string' }) },
  bastionHosts: { virtualNetwork: named, provisioningState: 'string' },
  virtualNetworkGateways: {
    gatewayType: 'string',
    provisioningState: 'string',
    vpnClientConfiguration: { vpnClientAddressPool: { addressPrefixes: strings } },
  },
  gatewayConnections: { connectionStatus: 'string', virtualNetworkGateway1: named, virtualNetworkGateway2: named },
} as const satisfies Readonly<Record<string, Shape>>;
