import type { StateKey } from '../snapshot.ts';
import type { Shape } from './shapes.ts';

const strings: Shape = ['string'];
const connections: Shape = [
  {
    id: 'string',
    properties: {
      privateEndpoint: { id: 'string' },
      privateLinkServiceConnectionState: { status: 'string' },
      groupIds: strings,
      groupId: 'string',
    },
  },
];
const networkRules: Shape = {
  defaultAction: 'string',
  bypass: 'string',
  ipRules: [{ value: 'string', ipAddressOrRange: 'string' }],
  virtualNetworkRules: [{ id: 'string', virtualNetworkResourceId: 'string' }],
};

/** As `bodies` of armShapes.ts: services beside the cluster, and private connectivity. */
export const serviceShapes: { readonly [K in StateKey]?: Shape } = {
  registries: {
    loginServer: 'string',
    adminUserEnabled: 'boolean',
    anonymousPullEnabled: 'boolean',
    publicNetworkAccess: 'string',
    networkRuleSet: networkRules,
    networkRuleBypassOptions: 'string',
    dataEndpointEnabled: 'boolean',
    zoneRedundancy: 'string',
    roleAssignmentMode: 'string',
    policies: { '*': { status: 'string' } },
    privateEndpointConnections: connections,
  },
};
