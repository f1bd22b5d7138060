import type { StateKey } from '../snapshot.ts';
import { monitorShapes } from './armShapesMonitor.ts';
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

const flexibleServer: Shape = {
  network: { publicNetworkAccess: 'string', delegatedSubnetResourceId: 'string' },
  backup: { backupRetentionDays: 'number', geoRedundantBackup: 'string' },
  privateEndpointConnections: connections,
};
const linkConnections: Shape = [
  {
    properties: { privateLinkServiceId: 'string', groupIds: strings, privateLinkServiceConnectionState: { status: 'string' } },
  },
];

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
  registryReplications: { provisioningState: 'string', regionEndpointEnabled: 'boolean' },
  vaults: {
    vaultUri: 'string',
    accessPolicies: [],
    enableRbacAuthorization: 'boolean',
    softDeleteRetentionInDays: 'number',
    publicNetworkAccess: 'string',
    networkAcls: networkRules,
    privateEndpointConnections: connections,
  },
  resourceDiagnosticSettings: monitorShapes.diagnosticSettings,
  storageAccounts: { publicNetworkAccess: 'string', networkAcls: networkRules, privateEndpointConnections: connections },
  sqlServers: { publicNetworkAccess: 'string', privateEndpointConnections: connections },
  sqlBackupRetentions: { retentionDays: 'number' },
  blobServices: {
    restorePolicy: { enabled: 'boolean', days: 'number' },
    isVersioningEnabled: 'boolean',
    deleteRetentionPolicy: { enabled: 'boolean', days: 'number' },
  },
  cosmosAccounts: {
    publicNetworkAccess: 'string',
    ipRules: [{ ipAddressOrRange: 'string' }],
    virtualNetworkRules: [{ id: 'string' }],
    privateEndpointConnections: connections,
    backupPolicy: {
      type: 'string',
      periodicModeProperties: {
        backupIntervalInMinutes: 'number',
        backupRetentionIntervalInHours: 'number',
        backupStorageRedundancy: 'string',
      },
      continuousModeProperties: { tier: 'string' },
    },
  },
  postgresServers: flexibleServer,
  mysqlServers: flexibleServer,
  dataCollectionEndpoints: { networkAcls: { publicNetworkAccess: 'string' }, privateLinkScopedResources: [{ resourceId: 'string' }] },
  privateLinkScopes: { accessModeSettings: { ingestionAccessMode: 'string' }, privateEndpointConnections: connections },
  privateEndpoints: {
    subnet: { id: 'string' },
    privateLinkServiceConnections: linkConnections,
    manualPrivateLinkServiceConnections: linkConnections,
    customDnsConfigs: [{ fqdn: 'string', ipAddresses: strings }],
  },
  privateDnsZoneGroups: {
    privateDnsZoneConfigs: [
      { properties: { privateDnsZoneId: 'string', recordSets: [{ recordSetName: 'string', fqdn: 'string', ipAddresses: strings }] } },
    ],
  },
  privateDnsZoneLinks: { virtualNetwork: { id: 'string' }, virtualNetworkLinkState: 'string' },
  privateDnsRecords: { fqdn: 'string', aRecords: [{ ipv4Address: 'string' }] },
};
