import type { Facts } from '../check.ts';
import { normalId, type Seen, seen } from '../seen.ts';
import type { RoleAssignment } from '../wire.ts';
import { type AzureRole, azureRole } from './azureRoles.ts';
import { gather } from './subnets.ts';
import { listed } from './words.ts';

/** What assignments are judged by. */
export const assignmentKeys = ['roleAssignments', 'roleDefinitions'] as const;
export type AssignmentFacts = Facts<(typeof assignmentKeys)[number]>;

/** An assignment with the role that it gives. */
export interface Assigned {
  assignment: RoleAssignment;
  /** In lower case, without a slash at its end; '' is the root of the tenant. */
  scope: string;
  role: AzureRole;
}

export const scopeOf = ({ id, properties: { scope } }: RoleAssignment): string =>
  normalId(scope ?? id.slice(0, id.toLowerCase().lastIndexOf('/providers/')));

/** Whether what is assigned at `scope` holds on the resource: the root and management groups that were read lie above it. */
export const isAbove = (scope: string, id: string): boolean => !scope.startsWith('/subscriptions/') || isWithin(normalId(id), scope);
/** Whether `id` is `scope` or lies below it; both in lower case. */
export const isWithin = (id: string, scope: string): boolean => id === scope || id.startsWith(`${scope}/`);

/** The assignments that hold on a resource: at it and above it. Gaps of elsewhere in Azure do not matter to it. */
export function assignedAbove(id: string, facts: AssignmentFacts): Seen<Assigned> {
  return assigned(
    about(id, facts, (scope) => isAbove(scope, id)),
    facts,
  );
}
/** The assignments below a resource: a cluster's namespaces. */
export function assignedBelow(id: string, facts: AssignmentFacts): Seen<Assigned> {
  const within = normalId(id);
  return assigned(
    about(id, facts, (scope) => scope !== within && isWithin(scope, within)),
    facts,
  );
}
/** What a principal holds in the cluster's subscription, and wherever else assignments were read. @param principalId object id */
export function assignedTo(principalId: string, facts: AssignmentFacts): Seen<Assigned> {
  const { items, gaps } = facts.roleAssignments;
  const of = principalId.toLowerCase();
  const own = items.filter(({ properties }) => properties.principalId?.toLowerCase() === of);
  return assigned(
    seen(
      own,
      gaps.filter(({ scope }) => scope === undefined),
    ),
    facts,
  );
}

function about(id: string, { roleAssignments }: AssignmentFacts, at: (scope: string) => boolean): Seen<RoleAssignment> {
  const gaps = roleAssignments.gaps.filter(({ scope }) => scope === undefined || isWithin(normalId(id), readAt(scope)));
  return seen(
    roleAssignments.items.filter((each) => at(scopeOf(each))),
    gaps,
  );
}

/** The resource whose list of assignments was to be read. */
const readAt = (scope: string): string => normalId(scope).replace(/\/providers\/microsoft\.authorization\/roleassignments$/, '');

/** Those of a role that is not known are gaps of what they give. */
const assigned = (list: Seen<RoleAssignment>, facts: AssignmentFacts): Seen<Assigned> =>
  told(list, (assignment) => [
    { assignment, scope: scopeOf(assignment), role: azureRole(assignment.properties.roleDefinitionId ?? '', facts) },
  ]);

/** What can be told of each of a list; that which cannot be told for want of data is missing. */
export const told = <T, U>(list: Seen<T>, tell: (item: T) => readonly U[]): Seen<U> =>
  seen<U>([], list.gaps).concat(gather(list.items.map((item) => () => tell(item))).flatMap((items) => [...items]));

const levels: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/^$/, 'the root of the tenant'],
  [/^\/providers\/microsoft\.management\/managementgroups\/[^/]+$/, 'the management group'],
  [/^\/subscriptions\/[^/]+$/, 'the subscription'],
  [/^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+$/, 'the resource group'],
];
/** Where a scope stands, in words: `the subscription`, `the resource group rg`, `registries/acr`. */
export function sayScope(scope: string): string {
  const level = levels.find(([pattern]) => pattern.test(scope))?.[1];
  const name = scope.split('/').at(-1) ?? '';
  if (level === undefined) return scope.split('/').slice(-2).join('/');
  return level.includes('group') ? `${level} ${name}` : level;
}
/** Above the resource groups: inherited by whatever is there and comes. */
export const isInherited = (scope: string): boolean => !scope.includes('/resourcegroups/');
/** `Group 1234... (Contributor at the subscription)`. */
export const sayAssigned = ({ assignment: { properties }, role, scope }: Assigned): string =>
  `${properties.principalType ?? 'Principal'} ${properties.principalId} (${role.name} on ${sayScope(scope)}${properties.condition ? ', under a condition' : ''})`;
/** `Contributor on the subscription, Reader on vaults/v`. */
export const sayRoles = (roles: readonly Assigned[]): string =>
  listed(roles.map(({ role, scope }) => `${role.name} on ${sayScope(scope)}`));
