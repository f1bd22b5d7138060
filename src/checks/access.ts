import { check, fail, ifSeen, pass, pointer, see, type Sight, texts } from '../check.ts';
import { bindsAdministrators, isBroad, isDefaultGrant, isPerson, saySubjects, standingOf, strangersOf } from '../model/access.ts';
import { glob } from '../model/namespaces.ts';
import { type Binding, type BindingSubject, boundRoles, namesEverything, rbacKeys, rulesOf, subjectsOf } from '../model/rbac.ts';
import { reachOf, sensitiveGrants } from '../model/sensitivePermissions.ts';
import { counted } from '../model/words.ts';
import type { ClusterRoleBinding } from '../wire.ts';

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
      return fail(`Administrator of the cluster: ${saySubjects(strangers)}.`, [role, ...shown(binding, strangers)]);
    const platform = subjectsOf(binding).filter((each) => standingOf(each, binding, allowed) === 'platform');
    return pass(
      'Only Entra groups and the platform are administrators.',
      [role, see(binding, '/subjects')],
      platform.length > 0 ? `Of the platform: ${saySubjects(platform)}.` : undefined,
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
    return fail(`${binding.roleRef?.kind} ${binding.roleRef?.name} is granted to ${saySubjects(granted)}.`, [
      role,
      ...shown(binding, granted),
    ]);
  },
});

/** Custom roles that are in use and whose rules name everything. */
export const wildcards = check({
  needs: rbacKeys,
  params: { platformSubjects: texts(), platformRoles: texts() },
  subjects: (facts, { platformSubjects, platformRoles }) =>
    boundRoles(facts).filter(
      ({ resource, bindings }) =>
        resource.metadata.name !== 'cluster-admin' &&
        !platformRoles.some((pattern) => glob(pattern)(resource.metadata.name)) &&
        bindings.some((binding) => strangersOf(binding, platformSubjects).length > 0),
    ),
  none: 'Nobody but the platform is bound to a custom role.',
  judge: ({ resource, bindings }, { platformSubjects }, facts) => {
    const grants = rulesOf(resource, facts);
    const wide = grants.items.filter(({ rule }) => namesEverything(rule));
    if (wide.length > 0) {
      const holders = bindings.flatMap((binding) => strangersOf(binding, platformSubjects));
      const inNamespaces = bindings.every(({ kind }) => kind === 'RoleBinding');
      return fail(
        `${counted(wide.length, 'rule')} for all API groups or resources, granted to ${saySubjects(holders)}.`,
        wide.slice(0, 5).map(({ role, index }) => see(role, `/rules/${index}`, 'API groups and resources by name')),
        inNamespaces ? { severity: 'medium', note: 'It is granted in namespaces only.' } : {},
      );
    }
    const anyVerb = grants.all().some(({ rule }) => rule.verbs?.includes('*'));
    const note = anyVerb ? 'Of the resources it names, it allows every verb.' : undefined;
    return pass('Its rules name their API groups and resources.', see(resource, '/rules'), note);
  },
});

/** What lets its holder take more than it was given; those who have everything anyway are judged by another rule. */
export const sensitivePermissions = check({
  needs: rbacKeys,
  params: { allowedSensitiveSubjects: texts() },
  subjects: (facts, { allowedSensitiveSubjects }) => {
    const { clusterRoleBindings, roleBindings } = facts;
    const makesAdministrators = (binding: ClusterRoleBinding) => ifSeen(() => bindsAdministrators(binding, facts)) === true;
    return clusterRoleBindings
      .filter((binding) => !makesAdministrators(binding))
      .concat(roleBindings)
      .filter((binding) => strangersOf(binding, allowedSensitiveSubjects).length > 0);
  },
  none: 'Nobody but administrators and the platform is bound to a role.',
  judge: (binding, { allowedSensitiveSubjects }, facts) => {
    const strangers = strangersOf(binding, allowedSensitiveSubjects);
    const held = sensitiveGrants(binding, facts);
    if (held.length === 0) return pass('Its role has no sensitive permission.', see(binding, '/roleRef/name'));
    const own = reachOf(binding) === 'namespace';
    const where = reachOf(binding) === 'cluster' ? 'in the whole cluster' : `in namespace ${binding.metadata.namespace}`;
    const may = `may ${[...new Set(held.map(({ what }) => what))].join(', ')} ${where}`;
    const holders = own ? strangers.filter((each) => !isPerson(each)) : strangers;
    if (holders.length === 0) return pass('It is granted to people in their namespace.', see(binding, '/roleRef/name'), `They ${may}.`);
    const rules = new Map(held.map(({ grant: { role, rule, index } }) => [rule, see(role, `/rules/${index}`)]));
    const evidence = [see(binding, '/roleRef/name'), ...shown(binding, holders), ...[...rules.values()].slice(0, 10)];
    return fail(`${saySubjects(holders)} ${may}.`, evidence, own ? { severity: 'medium' } : {});
  },
});

const shown = (binding: Binding, subjects: readonly BindingSubject[]): Sight[] =>
  subjects.slice(0, 5).map((each) => see(binding, pointer('subjects', subjectsOf(binding).indexOf(each))));
