/** The shapes of what workloads use beside the cluster, and of private connectivity: what rules read of them. Types only. */
import type { ArmResource, KubernetesObject } from './wire.ts';

interface Arm<P> extends ArmResource {
  properties: P;
}

/** A private endpoint as the resource behind it lists it; `groupIds` of some providers, `groupId` of Cosmos DB. */
export interface PrivateEndpointConnection {
  id?: string;
  name?: string;
  properties?: {
    privateEndpoint?: { id?: string };
    privateLinkServiceConnectionState?: { status?: string };
    groupIds?: string[];
    groupId?: string;
  };
}
/** Which networks a service lets in. az writes `ipAddressOrRange` for `value`, and `virtualNetworkResourceId` for `id`. */
export interface NetworkRules {
  defaultAction?: string;
  bypass?: string;
  ipRules?: { value?: string; ipAddressOrRange?: string }[];
  virtualNetworkRules?: { id?: string; virtualNetworkResourceId?: string }[];
}

/** Microsoft.ContainerRegistry/registries, 2025-11-01. */
export type Registry = Arm<{
  loginServer?: string;
  adminUserEnabled?: boolean;
  anonymousPullEnabled?: boolean;
  publicNetworkAccess?: string;
  networkRuleSet?: NetworkRules;
  networkRuleBypassOptions?: string;
  dataEndpointEnabled?: boolean;
  zoneRedundancy?: string;
  roleAssignmentMode?: string;
  policies?: {
    quarantinePolicy?: { status?: string };
    trustPolicy?: { status?: string };
    retentionPolicy?: { days?: number; status?: string };
    softDeletePolicy?: { retentionDays?: number; status?: string };
    exportPolicy?: { status?: string };
  };
  privateEndpointConnections?: PrivateEndpointConnection[];
  provisioningState?: string;
}>;
/** Microsoft.ContainerRegistry/registries/replications, 2025-11-01; the home region is among them. */
export type RegistryReplication = Arm<{ provisioningState?: string; regionEndpointEnabled?: boolean; zoneRedundancy?: string }>;
/** Microsoft.KeyVault/vaults, 2024-11-01. */
export type Vault = Arm<{
  vaultUri?: string;
  enableRbacAuthorization?: boolean;
  accessPolicies?: unknown[];
  enableSoftDelete?: boolean;
  enablePurgeProtection?: boolean;
  softDeleteRetentionInDays?: number;
  publicNetworkAccess?: string;
  networkAcls?: NetworkRules;
  privateEndpointConnections?: PrivateEndpointConnection[];
}>;

/** Microsoft.Insights/dataCollectionEndpoints, 2023-03-11. */
export type DataCollectionEndpoint = Arm<{
  networkAcls?: { publicNetworkAccess?: string };
  privateLinkScopedResources?: { resourceId?: string }[];
}>;
/** Microsoft.Insights/privateLinkScopes, 2021-07-01-preview; what is in it says so itself. */
export type PrivateLinkScope = Arm<{
  accessModeSettings?: { ingestionAccessMode?: string; queryAccessMode?: string };
  privateEndpointConnections?: PrivateEndpointConnection[];
}>;

/** Microsoft.Network/privateEndpoints, 2026-01-01. */
export type PrivateEndpoint = Arm<{
  subnet?: { id?: string };
  privateLinkServiceConnections?: PrivateLinkServiceConnection[];
  manualPrivateLinkServiceConnections?: PrivateLinkServiceConnection[];
  /** Names of the service in public DNS; mostly empty where a zone group keeps the records. */
  customDnsConfigs?: { fqdn?: string; ipAddresses?: string[] }[];
}>;
export interface PrivateLinkServiceConnection {
  name?: string;
  properties?: {
    privateLinkServiceId?: string;
    groupIds?: string[];
    privateLinkServiceConnectionState?: { status?: string };
  };
}
/** Microsoft.Network/privateEndpoints/privateDnsZoneGroups, 2026-01-01: the zones that Azure keeps the endpoint's records in. */
export type PrivateDnsZoneGroup = Arm<{
  privateDnsZoneConfigs?: {
    name?: string;
    properties?: { privateDnsZoneId?: string; recordSets?: { recordSetName?: string; fqdn?: string; ipAddresses?: string[] }[] };
  }[];
}>;
/** Microsoft.Network/privateDnsZones, 2024-06-01; the name is the domain. */
export type PrivateDnsZone = Arm<{ numberOfRecordSets?: number; numberOfVirtualNetworkLinks?: number; provisioningState?: string }>;
/** Microsoft.Network/privateDnsZones/virtualNetworkLinks, 2024-06-01. */
export type PrivateDnsZoneLink = Arm<{ virtualNetwork?: { id?: string }; virtualNetworkLinkState?: string; registrationEnabled?: boolean }>;
/** Microsoft.Network/privateDnsZones/A, 2024-06-01. */
export type PrivateDnsRecord = Arm<{ fqdn?: string; aRecords?: { ipv4Address?: string }[] }>;

/** Microsoft.Storage/storageAccounts, 2024-01-01. */
export type StorageAccount = Arm<{
  publicNetworkAccess?: string;
  networkAcls?: NetworkRules;
  privateEndpointConnections?: PrivateEndpointConnection[];
}> & { kind?: string };
/** Microsoft.Sql/servers, 2023-08-01. */
export type SqlServer = Arm<{ publicNetworkAccess?: string; privateEndpointConnections?: PrivateEndpointConnection[] }>;
/** Microsoft.Sql/servers/databases, 2023-08-01; `master` is among them. */
export type SqlDatabase = Arm<{ status?: string }>;
/** Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies, 2023-08-01. */
export type SqlBackupRetention = Arm<{ retentionDays?: number }>;
/** Microsoft.Storage/storageAccounts/blobServices, 2024-01-01. */
export type BlobService = Arm<{
  restorePolicy?: { enabled?: boolean; days?: number };
  isVersioningEnabled?: boolean;
  deleteRetentionPolicy?: { enabled?: boolean; days?: number };
}>;
/** Microsoft.DocumentDB/databaseAccounts, 2024-11-15. */
export type CosmosAccount = Arm<{
  publicNetworkAccess?: string;
  isVirtualNetworkFilterEnabled?: boolean;
  ipRules?: { ipAddressOrRange?: string }[];
  virtualNetworkRules?: { id?: string }[];
  privateEndpointConnections?: PrivateEndpointConnection[];
  backupPolicy?: {
    type?: string;
    periodicModeProperties?: {
      backupIntervalInMinutes?: number;
      backupRetentionIntervalInHours?: number;
      backupStorageRedundancy?: string;
    };
    continuousModeProperties?: { tier?: string };
  };
}> & { kind?: string };
/** Microsoft.DBforPostgreSQL/flexibleServers, 2024-08-01, and Microsoft.DBforMySQL/flexibleServers, 2023-12-30. */
export type FlexibleServer = Arm<{
  network?: { publicNetworkAccess?: string; delegatedSubnetResourceId?: string };
  backup?: { backupRetentionDays?: number; geoRedundantBackup?: string };
  privateEndpointConnections?: PrivateEndpointConnection[];
}>;

/** secrets-store.csi.x-k8s.io SecretProviderClass, of Azure's provider; values of parameters are strings, `"true"` among them. */
export type SecretProviderClass = KubernetesObject & {
  spec?: {
    provider?: string;
    parameters?: Partial<Record<'clientID' | 'keyvaultName' | 'usePodIdentity' | 'useVMManagedIdentity', string>>;
    secretObjects?: { secretName?: string; type?: string }[];
  };
};
/** external-secrets.io SecretStore and ClusterSecretStore, of Azure's provider. */
export type SecretStore = KubernetesObject & { spec?: { provider?: { azurekv?: { vaultUrl?: string } } } };
