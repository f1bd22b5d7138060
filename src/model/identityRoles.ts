import type { Facts } from '../check.ts';
import { normalId } from '../seen.ts';
import { type AzureRole, allowsAction, allowsDataAction, changesEverything, grantsRoles } from './azureRoles.ts';
import { type Assigned, assignedTo, type AssignmentFacts, isInherited, isWithin, scopeOf } from './roleAssignments.ts';

const isResourceGroup = (scope: string): boolean => /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+$/.test(scope);

/**
 * Whether an identity of a cluster holds more than AKS needs: to grant roles, to change everything beyond one resource, or
 * the networks of a subscription. @param nodeGroup id of the node resource group, which is the cluster's own
 */
export function isTooMuch({ role, scope }: Assigned, nodeGroup: string): boolean {
  if (grantsRoles(role)) return true;
  if (changesEverything(role)) return isInherited(scope) || (isResourceGroup(scope) && scope !== normalId(nodeGroup));
  return isInherited(scope) && allowsAction(role, 'Microsoft.Network/virtualNetworks/write');
}

interface Need {
  id: string;
  action: string;
}
const join = 'Microsoft.Network/virtualNetworks/subnets/join/action';

/** What the control plane needs roles on, as the owner of the cluster brought it. */
function needs({ cluster, agentPools }: Facts<'cluster' | 'agentPools'>): Need[] {
  const { apiServerAccessProfile: access, identityProfile, nodeResourceGroup } = cluster.properties;
  const subnets = [...agentPools.items.flatMap(({ properties }) => [properties.vnetSubnetID, properties.podSubnetID]), access?.subnetId];
  const kubelet = identityProfile?.kubeletidentity?.resourceId;
  const own = nodeResourceGroup != null && kubelet?.toLowerCase().includes(`/resourcegroups/${nodeResourceGroup.toLowerCase()}/`);
  const found: readonly (readonly [id: string | null | undefined, action: string])[] = [
    ...subnets.map((id) => [id, join] as const),
    [access?.privateDNSZone?.startsWith('/') ? access.privateDNSZone : undefined, 'Microsoft.Network/privateDnsZones/write'],
    [own ? undefined : kubelet, 'Microsoft.ManagedIdentity/userAssignedIdentities/one/assign/action'],
  ];
  const byId = new Map(found.flatMap(([id, action]) => (id ? [[normalId(id), { id, action }] as const] : [])));
  return [...byId.values()];
}

/** Ids in the cluster's subscription on which no role of this principal is seen that it needs. Throws NotSeen where a role may be. */
export function missingRoles(principalId: string, facts: Facts<'cluster' | 'agentPools'> & AssignmentFacts): string[] {
  const held = assignedTo(principalId, facts).all();
  const subscription = `${facts.cluster.id.split('/').slice(0, 3).join('/').toLowerCase()}/`;
  const has = ({ id, action }: Need): boolean => held.some((each) => isOn(each, id) && allowsAction(each.role, action));
  return needs(facts)
    .filter((need) => normalId(need.id).startsWith(subscription) && !has(need))
    .map(({ id }) => id);
}
const isOn = ({ assignment }: Assigned, id: string): boolean => {
  const scope = scopeOf(assignment);
  return !scope.startsWith('/subscriptions/') || isWithin(normalId(id), scope);
};

/** Whether an identity of a workload holds more than one workload needs: beyond a resource group, or everything there is. */
export const isTooMuchForWorkload = ({ role, scope }: Assigned): boolean =>
  isInherited(scope) || grantsRoles(role) || changesEverything(role) || administersVaults(role);

/** Key Vault Administrator and its like: keys and secrets, to read and to write. */
const administersVaults = (role: AzureRole): boolean =>
  ['keys/create/action', 'secrets/setSecret/action'].every((action) => allowsDataAction(role, `Microsoft.KeyVault/vaults/${action}`));
