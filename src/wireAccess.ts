/** The shapes of access in Azure: who holds which role where, and identities. What rules read of them; types only. */
import type { ArmResource } from './wire.ts';

interface Arm<P> extends ArmResource {
  properties: P;
}

/** Microsoft.Authorization/roleAssignments, 2022-04-01. */
export type RoleAssignment = Arm<{
  roleDefinitionId?: string;
  principalId?: string;
  /** User, Group, ServicePrincipal, ForeignGroup, Device. */
  principalType?: string;
  scope?: string;
  condition?: string | null;
}>;
/** One set of permissions of a role: what `notActions` names is out of its `actions`, and so for data. */
export interface RolePermission {
  actions?: readonly string[];
  notActions?: readonly string[];
  dataActions?: readonly string[];
  notDataActions?: readonly string[];
}
/** Microsoft.Authorization/roleDefinitions, 2022-04-01. */
export type RoleDefinition = Arm<{ roleName?: string; permissions?: readonly RolePermission[] }>;

/** Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings: another service of Azure and what it may do in the cluster. */
export type TrustedAccessRoleBinding = Arm<{ sourceResourceId?: string; roles?: string[] }>;
/** Microsoft.ContainerService/managedClusters/identityBindings: an identity that pods take without credentials of its own for each. */
export type IdentityBinding = Arm<{ managedIdentity?: { resourceId?: string; clientId?: string; objectId?: string } }>;

/** Microsoft.ManagedIdentity/userAssignedIdentities, 2024-11-30. */
export type UserAssignedIdentity = Arm<{ principalId?: string; clientId?: string }>;
/** Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials, 2024-11-30. */
export type FederatedIdentityCredential = Arm<{ issuer?: string; subject?: string; audiences?: string[] }>;
