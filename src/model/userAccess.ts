import type { Facts } from '../check.ts';
import { normalId, type Seen, seen } from '../seen.ts';
import { bindsAdministrators, isDefaultGrant, isPerson, nameOf, standingOf } from './access.ts';
import { type AzureRole, allowsDataAction, givesItselfRoles } from './azureRoles.ts';
import { allows, type Binding, grantsOf, type RbacFacts, roleOf, subjectsOf } from './rbac.ts';
import { type Assigned, assignedAbove, assignedBelow, type AssignmentFacts, isWithin, sayScope, told } from './roleAssignments.ts';

export type UserAccessFacts = Facts<'cluster'> & RbacFacts & AssignmentFacts;

/** What a user or a group who is no administrator has in a cluster. */
export interface UserAccess {
  who: string;
  /** In every namespace there is and will be. */
  everywhere: boolean;
  /** Of `everywhere` only: changes what runs there. */
  writes: boolean;
  /** `edit by binding dev`. */
  by: string;
  source: object;
  pointer: string;
}

/** What users work with: who changes any of it in all namespaces has the run of the cluster. */
const objects = [
  ['', 'pods'],
  ['', 'secrets'],
  ['', 'configmaps'],
  ['', 'services'],
  ['apps', 'deployments'],
  ['apps', 'statefulsets'],
  ['apps', 'daemonsets'],
] as const;

/** All that people who are no administrators have, by Kubernetes and by roles of Azure for its objects. */
export const userAccess = (facts: UserAccessFacts, platform: readonly string[]): Seen<UserAccess> =>
  told(facts.clusterRoleBindings, (binding) => {
    const people = peopleOf(binding, platform);
    if (people.length === 0 || bindsAdministrators(binding, facts)) return [];
    const grants = grantsOf(roleOf(binding, facts), facts);
    const writes = grants.some(({ rule }) =>
      objects.some(([group, resource]) => ['create', 'update', 'patch', 'delete'].some((verb) => allows(rule, { verb, group, resource }))),
    );
    return people.map((who) => ({ ...ofBinding(binding, who), everywhere: true, writes }));
  })
    .concat(
      facts.roleBindings.flatMap((binding) =>
        peopleOf(binding, platform).map((who) => ({ ...ofBinding(binding, who), everywhere: false, writes: false })),
      ),
    )
    .concat(assignedAccess(facts));

const peopleOf = (binding: Binding, platform: readonly string[]): string[] =>
  subjectsOf(binding)
    .filter((each) => isPerson(each) && standingOf(each, binding, platform) !== 'platform' && !isDefaultGrant(binding, each))
    .map(nameOf);

const ofBinding = (binding: Binding, who: string) => ({
  who,
  by: `${binding.roleRef?.name} by binding ${binding.metadata.name}`,
  source: binding,
  pointer: '/roleRef/name',
});

const object = (group: string, resource: string): string =>
  `Microsoft.ContainerService/managedClusters/${group === '' ? '' : `${group}/`}${resource}`;
const may = (role: AzureRole, verb: 'read' | 'write'): boolean =>
  objects.some(([group, resource]) => allowsDataAction(role, `${object(group, resource)}/${verb}`));
/** Azure Kubernetes Service RBAC Admin leaves namespaces out, RBAC Cluster Admin nothing. */
const administers = (role: AzureRole): boolean => allowsDataAction(role, `${object('', 'namespaces')}/write`) && givesItselfRoles(role);

function assignedAccess(facts: UserAccessFacts): Seen<UserAccess> {
  const { id, properties } = facts.cluster;
  if (properties.aadProfile?.enableAzureRBAC !== true) return seen<UserAccess>([]);
  const access = ({ assignment, role, scope }: Assigned): UserAccess => ({
    who: `${assignment.properties.principalType} ${assignment.properties.principalId}`,
    everywhere: !isWithin(scope, `${normalId(id)}/namespaces`) && !isWithin(scope, `${normalId(id)}/managednamespaces`),
    writes: may(role, 'write'),
    by: `${role.name} on ${sayScope(scope)}`,
    source: assignment,
    pointer: '/properties/roleDefinitionId',
  });
  const isOfPerson = ({ assignment, role }: Assigned): boolean =>
    /^(?:user|group|foreigngroup)$/i.test(assignment.properties.principalType ?? '') &&
    (may(role, 'read') || may(role, 'write')) &&
    !administers(role);
  return assignedAbove(id, facts).concat(assignedBelow(id, facts)).filter(isOfPerson).map(access);
}
