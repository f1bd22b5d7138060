import type { Facts } from '../check.ts';
import type { RoleDefinition, RolePermission } from '../wire.ts';
import { glob } from './namespaces.ts';
import { once } from './once.ts';

/** A role of Azure: what it is called, and what it allows. */
export interface AzureRole {
  name: string;
  permissions: readonly RolePermission[];
}

const role = (name: string, permission: RolePermission): AzureRole => ({ name, permissions: [permission] });
const ofCluster = (...objects: readonly string[]): string[] => objects.map((each) => `Microsoft.ContainerService/managedClusters/${each}`);

/**
 * The built-in roles that clusters meet, by the name of their definition (Azure built-in roles reference: privileged and
 * identity of 2026-07-01, monitor of 2026-02-23, containers of 2025-06-30; networking, security as read 2026-11). Actions that
 * no rule asks for are left out. A definition that was read goes before its line here.
 */
const builtIn: Readonly<Record<string, AzureRole>> = {
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635': role('Owner', { actions: ['*'] }),
  'b24988ac-6180-42a0-ab88-20f7382dd24c': role('Contributor', {
    actions: ['*'],
    notActions: ['Microsoft.Authorization/*/Delete', 'Microsoft.Authorization/*/Write', 'Microsoft.Authorization/elevateAccess/Action'],
  }),
  'acdd72a7-3385-48ef-bd42-f606fba81ae7': role('Reader', { actions: ['*/read'] }),
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9': role('User Access Administrator', { actions: ['*/read', 'Microsoft.Authorization/*'] }),
  'f58310d9-a9f6-439a-9e8d-f62e7b41a168': role('Role Based Access Control Administrator', {
    actions: ['*/read', 'Microsoft.Authorization/roleAssignments/write', 'Microsoft.Authorization/roleAssignments/delete'],
  }),

  'b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b': role('Azure Kubernetes Service RBAC Cluster Admin', {
    actions: ofCluster('listClusterUserCredential/action'),
    dataActions: ofCluster('*'),
  }),
  '3498e952-d568-435e-9b2c-8d77e338d7f7': role('Azure Kubernetes Service RBAC Admin', {
    actions: ofCluster('listClusterUserCredential/action'),
    dataActions: ofCluster('*'),
    notDataActions: ofCluster('resourcequotas/write', 'resourcequotas/delete', 'namespaces/write', 'namespaces/delete'),
  }),
  'a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb': role('Azure Kubernetes Service RBAC Writer', {
    dataActions: ofCluster('apps/deployments/*', 'apps/daemonsets/*', 'apps/statefulsets/*', 'batch/jobs/*', 'batch/cronjobs/*').concat(
      ofCluster('configmaps/*', 'namespaces/read', 'pods/*', 'secrets/*', 'serviceaccounts/*', 'services/*'),
    ),
  }),
  '7f6c6a51-bcf8-42ba-9220-52d62157d7db': role('Azure Kubernetes Service RBAC Reader', {
    dataActions: ofCluster('apps/deployments/read', 'configmaps/read', 'namespaces/read', 'pods/read', 'services/read'),
  }),
  '0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8': role('Azure Kubernetes Service Cluster Admin Role', {
    actions: ofCluster('listClusterAdminCredential/action', 'accessProfiles/listCredential/action', 'read', 'runcommand/action'),
  }),
  '4abbcc35-e782-43d8-92c5-2d3f1bd2253f': role('Azure Kubernetes Service Cluster User Role', {
    actions: ofCluster('listClusterUserCredential/action', 'read'),
  }),
  '1afdec4b-e479-420e-99e7-f82237c7c5e6': role('Azure Kubernetes Service Cluster Monitoring User', {
    actions: ofCluster('listClusterMonitoringUserCredential/action', 'read'),
  }),
  'ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8': role('Azure Kubernetes Service Contributor Role', { actions: ofCluster('*') }),

  '7f951dda-4ed3-4680-a7ca-43fe172d538d': role('AcrPull', { actions: ['Microsoft.ContainerRegistry/registries/pull/read'] }),
  '8311e382-0749-4cb8-b61a-304f252e45ec': role('AcrPush', {
    actions: ['Microsoft.ContainerRegistry/registries/pull/read', 'Microsoft.ContainerRegistry/registries/push/write'],
  }),
  'c2f4ef07-c644-48eb-af81-4b1b4947fb11': role('AcrDelete', { actions: ['Microsoft.ContainerRegistry/registries/artifacts/delete'] }),
  'b93aa761-3e63-49ed-ac28-beffa264f7ac': role('Container Registry Repository Reader', {
    dataActions: [
      'Microsoft.ContainerRegistry/registries/repositories/metadata/read',
      'Microsoft.ContainerRegistry/registries/repositories/content/read',
    ],
  }),

  '4d97b98b-1d4f-4787-a291-c67834d212e7': role('Network Contributor', {
    actions: ['Microsoft.Network/*', 'Microsoft.Resources/deployments/*'],
  }),
  'b12aa53e-6015-4669-85d0-8515ebb3ae7f': role('Private DNS Zone Contributor', {
    actions: [
      'Microsoft.Network/privateDnsZones/*',
      'Microsoft.Network/virtualNetworks/read',
      'Microsoft.Network/virtualNetworks/join/action',
    ],
  }),
  'f1a07417-d97a-45cb-824c-7a7467783830': role('Managed Identity Operator', {
    actions: [
      'Microsoft.ManagedIdentity/userAssignedIdentities/*/read',
      'Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action',
    ],
  }),
  '3913510d-42f4-4e42-8a64-420c390055eb': role('Monitoring Metrics Publisher', { dataActions: ['Microsoft.Insights/Metrics/Write'] }),
  '4633458b-17de-408a-b874-0445c86b69e6': role('Key Vault Secrets User', {
    dataActions: ['Microsoft.KeyVault/vaults/secrets/getSecret/action', 'Microsoft.KeyVault/vaults/secrets/readMetadata/action'],
  }),
  '21090545-7ca7-4776-b22c-e363652d74d2': role('Key Vault Reader', {
    actions: ['Microsoft.KeyVault/vaults/*/read'],
    dataActions: ['Microsoft.KeyVault/vaults/*/read'],
  }),
  '00482a5a-887f-4fb3-b363-3b7fe8e74483': role('Key Vault Administrator', {
    actions: ['Microsoft.KeyVault/vaults/*/read'],
    dataActions: ['Microsoft.KeyVault/vaults/*'],
  }),
};

/** A definition is known by the last part of its id, which is the same in every scope that it may be named in. */
const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1).toLowerCase();
export const isBuiltIn = (definitionId: string): boolean => Object.hasOwn(builtIn, nameOf(definitionId));

const definitions = once(
  ({ roleDefinitions }: Facts<'roleDefinitions'>): ReadonlyMap<string, RoleDefinition> =>
    new Map(roleDefinitions.items.map((each) => [nameOf(each.id), each])),
);

/** The role of this definition. Throws NotSeen when neither it nor its name is known. */
export function azureRole(definitionId: string, facts: Facts<'roleDefinitions'>): AzureRole {
  const name = nameOf(definitionId);
  const definition = definitions(facts).get(name);
  if (definition === undefined && Object.hasOwn(builtIn, name) && builtIn[name]) return builtIn[name];
  const { roleName, permissions } = (definition ?? facts.roleDefinitions.get(definitionId)).properties;
  return { name: roleName ?? name, permissions: permissions ?? [] };
}

/** Whether a role allows an action of Azure's control plane. Actions match in any letter case, `*` is any characters. */
export const allowsAction = ({ permissions }: AzureRole, action: string): boolean =>
  permissions.some(({ actions, notActions }) => matches(actions, action) && !matches(notActions, action));
/** The same of what is inside a resource: objects of a cluster, secrets of a vault. */
export const allowsDataAction = ({ permissions }: AzureRole, action: string): boolean =>
  permissions.some(({ dataActions, notDataActions }) => matches(dataActions, action) && !matches(notDataActions, action));

const matches = (patterns: readonly string[] | null | undefined, action: string): boolean =>
  patterns?.some((pattern) => glob(pattern.toLowerCase())(action.toLowerCase())) ?? false;

/** Whether it lets its holder grant roles to anybody: Owner, User Access Administrator and their like. */
export const grantsRoles = (each: AzureRole): boolean => allowsAction(each, 'Microsoft.Authorization/roleAssignments/write');
/** Whether it changes resources of every provider, of one that does not exist as well: Owner, Contributor and their like. */
export const changesEverything = (each: AzureRole): boolean => allowsAction(each, 'Any.Provider/resources/write');
/** Whether it may give itself any role inside a cluster, by which everything else follows: Azure Kubernetes Service RBAC Admin and above. */
export const givesItselfRoles = (each: AzureRole): boolean =>
  allowsDataAction(each, 'Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/clusterroles/escalate/action');
/** Whether it reaches every control of a cluster: its settings, its administrator's credential, its commands, or roles on it. */
export const controlsCluster = (each: AzureRole): boolean =>
  grantsRoles(each) ||
  ['write', 'delete', 'listClusterAdminCredential/action', 'runCommand/action'].some((action) =>
    allowsAction(each, `Microsoft.ContainerService/managedClusters/${action}`),
  );
