import type { Shape } from './shapes.ts';

const strings: Shape = ['string'];
const named: Shape = { id: 'string' };
/** Parts of a resource, with properties of their own. */
const parts = (properties: Shape): Shape => [{ id: 'string', name: 'string', properties }];
const sslPolicy: Shape = { policyType: 'string', policyName: 'string', minProtocolVersion: 'string' };

/** What the properties of gateways, Front Door, Traffic Manager and fleets must be where rules reach into them. */
export const edgeShapes = {
  appGateways: {
    sku: { name: 'string', tier: 'string' },
    sslPolicy,
    defaultPredefinedSslPolicy: 'string',
    firewallPolicy: named,
    webApplicationFirewallConfiguration: { enabled: 'boolean', firewallMode: 'string', ruleSetType: 'string' },
    sslCertificates: parts({ keyVaultSecretId: 'string' }),
    frontendIPConfigurations: parts({ privateIPAddress: 'string', publicIPAddress: named }),
    backendAddressPools: parts({ backendAddresses: [{ fqdn: 'string', ipAddress: 'string' }] }),
    backendHttpSettingsCollection: parts({ protocol: 'string', trustedRootCertificates: [named] }),
    httpListeners: parts({
      protocol: 'string',
      frontendIPConfiguration: named,
      firewallPolicy: named,
      sslProfile: named,
      sslCertificate: named,
      requireServerNameIndication: 'boolean',
      hostName: 'string',
      hostNames: strings,
    }),
    sslProfiles: parts({ sslPolicy }),
    urlPathMaps: parts({
      defaultBackendAddressPool: named,
      defaultBackendHttpSettings: named,
      defaultRedirectConfiguration: named,
      pathRules: parts({ backendAddressPool: named, backendHttpSettings: named, redirectConfiguration: named, firewallPolicy: named }),
    }),
    requestRoutingRules: parts({
      httpListener: named,
      backendAddressPool: named,
      backendHttpSettings: named,
      urlPathMap: named,
      redirectConfiguration: named,
    }),
    redirectConfigurations: parts({ redirectType: 'string', targetUrl: 'string', targetListener: named }),
  },
  wafPolicies: {
    policySettings: { state: 'string', mode: 'string' },
    managedRules: { managedRuleSets: [{ ruleSetType: 'string', ruleSetVersion: 'string' }] },
  },
  trafficControllers: {},
  trafficControllerPolicies: { policyType: 'string', wafPolicy: named },
  frontDoors: {},
  frontDoorEndpoints: { hostName: 'string', enabledState: 'string' },
  frontDoorOriginGroups: { healthProbeSettings: { probePath: 'string' } },
  frontDoorOrigins: { hostName: 'string', enabledState: 'string', sharedPrivateLinkResource: { privateLink: named } },
  frontDoorSecurityPolicies: { parameters: { type: 'string', wafPolicy: named, associations: [{ domains: [named] }] } },
  frontDoorWafPolicies: {
    policySettings: { enabledState: 'string', mode: 'string' },
    managedRules: { managedRuleSets: [{ ruleSetType: 'string', ruleSetVersion: 'string' }] },
  },
  trafficManagerProfiles: {
    profileStatus: 'string',
    monitorConfig: { path: 'string' },
    endpoints: parts({ target: 'string', targetResourceId: 'string', endpointStatus: 'string', endpointLocation: 'string' }),
  },
  fleetMembers: { clusterResourceId: 'string' },
} satisfies Readonly<Record<string, Shape>>;
