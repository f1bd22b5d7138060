import { check, fail, ifSeen, pass, pointer, see, texts } from '../check.ts';
import { bindsAdministrators, isBroad, isDefaultGrant, nameOf, type RoleSubject, standingOf } from '../model/access.ts';
import type { ClusterRoleBinding, RoleBinding } from '../wire.ts';

/** Who is an administrator: subjects of cluster-admin, and of roles that allow everything on everything. */
export const clusterAdministrators = check({
  needs: ['clusterRoleBindings', 'clusterRoles'],
  params: {
    platformSubjects: texts(),
    gitopsServiceAccounts: texts('flux-system/helm-controller', 'flux-system/kustomize-controller', 'flux-system/source-controller'),
  },
  subjects: (facts, { platformSubjects, gitopsServiceAccounts }) => {
    const allowed = [...platformSubjects, ...gitopsServiceAccounts];
    // Of a role that was not seen, only a binding of somebody who must not be an administrator is of interest.
    const concerns = (binding: ClusterRoleBinding) =>
      ifSeen(() => bindsAdministrators(binding, facts)) ??
      subjectsOf(binding).some((each) => standingOf(each, binding, allowed) === undefined);
    return facts.clusterRoleBindings.filter((binding) => subjectsOf(binding).length > 0 && concerns(binding));
  },
  none: 'No binding makes anybody an administrator of the cluster.',
  judge: (binding, { platformSubjects, gitopsServiceAccounts }, facts) => {
    const allowed = [...platformSubjects, ...gitopsServiceAccounts];
    const strangers = subjectsOf(binding).filter((each) => standingOf(each, binding, allowed) === undefined);
    const role = see(binding, '/roleRef/name');
    if (bindsAdministrators(binding, facts) && strangers.length > 0)
      return fail(`Administrator of the cluster: ${listed(strangers)}.`, [role, ...shown(binding, strangers)]);
    const platform = subjectsOf(binding).filter((each) => standingOf(each, binding, allowed) === 'platform');
    return pass(
      'Only Entra groups and the platform are administrators.',
      [role, see(binding, '/subjects')],
      platform.length > 0 ? `Of the platform: ${listed(platform)}.` : undefined,
    );
  },
});

/** Grants to anonymous callers, to all users or to all service accounts, but for those that the API server makes itself. */
export const broadBindings = check({
  needs: ['clusterRoleBindings', 'roleBindings'],
  subjects: ({ clusterRoleBindings, roleBindings }) =>
    clusterRoleBindings.concat(roleBindings).filter((binding) => subjectsOf(binding).some(isBroad)),
  none: 'No binding names anonymous callers, all users or all service accounts.',
  judge: (binding) => {
    const role = see(binding, '/roleRef/name');
    const granted = subjectsOf(binding).filter((each) => isBroad(each) && !isDefaultGrant(binding, each));
    if (granted.length === 0) return pass('Kubernetes grants this role to everybody by default.', [role, see(binding, '/subjects')]);
    return fail(`${binding.roleRef?.kind} ${binding.roleRef?.name} is granted to ${listed(granted)}.`, [role, ...shown(binding, granted)]);
  },
});

type Binding = ClusterRoleBinding | RoleBinding;
const subjectsOf = (binding: Binding): readonly RoleSubject[] => binding.subjects ?? [];

const shown = (binding: Binding, subjects: readonly RoleSubject[]) =>
  subjects.slice(0, most).map((each) => see(binding, pointer('subjects', subjectsOf(binding).indexOf(each))));

/** A message names so many. */
const most = 5;
function listed(subjects: readonly RoleSubject[]): string {
  const names = subjects.slice(0, most).map(nameOf).join(', ');
  return subjects.length > most ? `${names} and ${subjects.length - most} more` : names;
}
