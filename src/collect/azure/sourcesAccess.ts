import { isBuiltIn } from '../../model/azureRoles.ts';
import { clusterIdentities, kubeletObjectId } from '../../model/clusterIdentities.ts';
import { isAbove, isWithin, scopeOf } from '../../model/roleAssignments.ts';
import { normalId } from '../../seen.ts';
import type { RoleAssignment } from '../../wire.ts';
import type { Known, LiveTarget, Page, Source } from '../source.ts';
import { type From, linked, listAt, listOf, listsAt, inSubscription, source } from './reading.ts';

/** Who holds which role in Azure, and the identities of clusters and workloads. */
export const accessSources: readonly Source[] = [
  listOf('trustedAccessRoleBindings', 'trustedAccessRoleBindings'),
  listOf('identityBindings', 'identityBindings'),
  inSubscription('userAssignedIdentities'),
  listsAt('federatedIdentityCredentials', ['userAssignedIdentities'], (_, { userAssignedIdentities = [] }) =>
    userAssignedIdentities.map(({ id }) => `${id}/federatedIdentityCredentials`),
  ),
  source('roleAssignments', roleAssignments, ['userAssignedIdentities', 'registries']),
  // What a built-in role allows is known.
  linked('roleDefinitions', ['roleAssignments'], (_, { roleAssignments: assignments = [] }) =>
    assignments.flatMap(({ properties: { roleDefinitionId: id } }) => (id === undefined || isBuiltIn(id) ? [] : [id])),
  ),
];

/** Of the subscription's assignments, those on the cluster, above and below it, and those of its and its workloads' identities. */
async function* roleAssignments(target: LiveTarget, from: From): AsyncGenerator<Page, void, void> {
  const { cluster, subscription } = target;
  const list = '/providers/Microsoft.Authorization/roleAssignments';
  const principals = principalsOf(target, from.known);
  const concerns = (assignment: RoleAssignment): boolean => {
    const scope = scopeOf(assignment);
    return (
      isAbove(scope, cluster.id) ||
      isWithin(scope, normalId(cluster.id)) ||
      principals.has(assignment.properties.principalId?.toLowerCase() ?? '')
    );
  };
  // Bodies of this list; what the API answers is in its shape.
  const all = (await from.azure.whole(`/subscriptions/${subscription}${list}`, from.apiVersion)) as readonly RoleAssignment[];
  yield { items: all.filter(concerns) };
  const kubelet = kubeletObjectId(cluster);
  const elsewhere = (from.known.registries ?? []).filter(
    ({ id }) => !isWithin(normalId(id), `/subscriptions/${subscription}`.toLowerCase()),
  );
  if (kubelet !== undefined)
    for (const { id } of elsewhere) yield await listAt(`${id}${list}?$filter=principalId eq '${kubelet}'`, from, false);
}

function principalsOf({ cluster }: LiveTarget, { userAssignedIdentities = [] }: Known): Set<string> {
  const ofWorkloads = userAssignedIdentities.flatMap(({ properties }) => properties.principalId ?? []);
  return new Set([...clusterIdentities(cluster).map(({ principalId }) => principalId), ...ofWorkloads].map((id) => id.toLowerCase()));
}
