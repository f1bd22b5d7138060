import { type ArmKind, arm, cluster, rest } from './kindOf.ts';
import type { StateKey } from './snapshot.ts';

/** Who holds which role in Azure, and the identities of clusters and workloads. */
export const accessKinds = {
  // Of the whole subscription, as identities hold roles elsewhere than on the cluster; kept is what concerns the cluster.
  roleAssignments: arm(
    'Microsoft.Authorization/roleAssignments',
    '2022-04-01',
    'az role assignment list --all -o json > roleAssignments.json',
  ),
  trustedAccessRoleBindings: arm(
    'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings',
    '2026-06-01',
    'az aks trustedaccess rolebinding list -g <resource-group> --cluster-name <cluster> -o json > trustedAccessRoleBindings.json',
  ),
  identityBindings: arm(
    'Microsoft.ContainerService/managedClusters/identityBindings',
    '2026-06-01',
    rest(`${cluster}/identityBindings?api-version=2026-06-01`, 'identityBindings'),
  ),
  roleDefinitions: arm('Microsoft.Authorization/roleDefinitions', '2022-04-01', 'az role definition list -o json > roleDefinitions.json', {
    shared: true,
  }),
  userAssignedIdentities: arm(
    'Microsoft.ManagedIdentity/userAssignedIdentities',
    '2024-11-30',
    'az identity list -o json > userAssignedIdentities.json',
    { listed: true },
  ),
  federatedIdentityCredentials: arm(
    'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials',
    '2024-11-30',
    `for id in $(az identity list --query '[].id' -o tsv); do az rest --method get --url "$id/federatedIdentityCredentials?api-version=2024-11-30"; done > federatedIdentityCredentials.json`,
    { listed: true },
  ),
} satisfies Partial<Record<StateKey, ArmKind>>;
