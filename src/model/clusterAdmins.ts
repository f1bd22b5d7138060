import type { Facts } from '../check.ts';
import { type Seen, seen } from '../seen.ts';
import { bindsAdministrators, serviceAccountOf, strangersOf } from './access.ts';
import { type AzureRole, allowsAction, givesItselfRoles, grantsRoles } from './azureRoles.ts';
import { subjectsOf } from './rbac.ts';
import { type Assigned, assignedAbove, type AssignmentFacts, assignmentKeys, sayScope, told } from './roleAssignments.ts';

/** What tells the administrators of a cluster. */
export const administratorKeys = ['cluster', 'clusterRoleBindings', 'clusterRoles', ...assignmentKeys] as const;
export type AdministratorFacts = Facts<'cluster' | 'clusterRoleBindings' | 'clusterRoles'> & AssignmentFacts;

const kinds = ['user', 'group', 'service'] as const;
/** Somebody who can do everything in the cluster, and by what. */
export interface Administrator {
  /** Object id in Entra, or the name that Kubernetes knows. */
  id: string;
  kind: (typeof kinds)[number];
  /** `cluster-admin by binding dev`. */
  by: string;
  source: object;
  /** JSON pointer in `source`. */
  pointer: string;
}

const managed = 'Microsoft.ContainerService/managedClusters';
/**
 * Everybody who can do everything in the cluster by one call: bound so in Kubernetes, in the cluster's own list, by a role
 * for its objects, by fetching the local administrator's credential, or by running commands as it. The platform's own
 * subjects are left out.
 */
export function administrators(facts: AdministratorFacts, platform: readonly string[]): Seen<Administrator> {
  return listed(facts).concat(bound(facts, platform)).concat(assigned(facts));
}

const bound = (facts: AdministratorFacts, platform: readonly string[]): Seen<Administrator> =>
  told(facts.clusterRoleBindings, (binding) => {
    const strangers = strangersOf(binding, platform);
    if (strangers.length === 0 || !bindsAdministrators(binding, facts)) return [];
    return strangers.map((subject) => ({
      id: serviceAccountOf(subject) ?? subject.name ?? '',
      kind: serviceAccountOf(subject) !== undefined ? 'service' : subject.kind === 'Group' ? 'group' : 'user',
      by: `binding ${binding.metadata.name}`,
      source: binding,
      pointer: `/subjects/${subjectsOf(binding).indexOf(subject)}`,
    }));
  });

const listed = ({ cluster }: AdministratorFacts): Seen<Administrator> =>
  seen(
    (cluster.properties.aadProfile?.adminGroupObjectIDs ?? []).map((id, index) => ({
      id,
      kind: 'group',
      by: 'the admin groups of the cluster',
      source: cluster,
      pointer: `/properties/aadProfile/adminGroupObjectIDs/${index}`,
    })),
  );

/** The ways from a role of Azure into the cluster that its settings leave open. */
function ways({ properties }: AdministratorFacts['cluster']): ((role: AzureRole) => boolean)[] {
  return [
    ...(properties.aadProfile?.enableAzureRBAC === true ? [givesItselfRoles] : []),
    ...(properties.disableLocalAccounts === true
      ? []
      : [(role: AzureRole) => allowsAction(role, `${managed}/listClusterAdminCredential/action`)]),
    // Where Entra ID signs users in, run command asks for the caller's token and runs as the caller.
    ...(properties.apiServerAccessProfile?.disableRunCommand === true || properties.aadProfile?.managed === true
      ? []
      : [(role: AzureRole) => allowsAction(role, `${managed}/runCommand/action`)]),
  ];
}

const kindOf: Readonly<Record<string, Administrator['kind']>> = { user: 'user', group: 'group', foreigngroup: 'group' };
function assigned(facts: AdministratorFacts): Seen<Administrator> {
  const open = ways(facts.cluster);
  return assignedAbove(facts.cluster.id, facts)
    .filter(({ role }) => open.some((allows) => allows(role)))
    .map(({ assignment, role, scope }) => ({
      id: assignment.properties.principalId ?? '',
      kind: kindOf[assignment.properties.principalType?.toLowerCase() ?? ''] ?? 'service',
      by: `${role.name} on ${sayScope(scope)}`,
      source: assignment,
      pointer: '/properties/roleDefinitionId',
    }));
}

/** Each once, however many ways there are to it; users before groups. */
export function distinct(all: readonly Administrator[]): Administrator[] {
  const known = new Map<string, Administrator>();
  for (const each of all) {
    const before = known.get(each.id.toLowerCase());
    if (before === undefined || (before.kind === 'service' && each.kind !== 'service')) known.set(each.id.toLowerCase(), each);
  }
  return kinds.flatMap((kind) => [...known.values()].filter((each) => each.kind === kind));
}

/** Those who could make themselves administrators: by granting roles, or by writing the cluster's own settings. */
export const couldBecome = (facts: AdministratorFacts): Seen<Assigned> =>
  assignedAbove(facts.cluster.id, facts).filter(({ role }) => grantsRoles(role) || allowsAction(role, `${managed}/write`));
