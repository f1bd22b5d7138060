/** The shapes of what workloads use beside the cluster, and of private connectivity: what rules read of them. Types only. */
import type { ArmResource } from './wire.ts';

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
}> & { sku?: { name?: string; tier?: string } };
