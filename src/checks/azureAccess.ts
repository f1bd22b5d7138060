import {
  check,
  count,
  type Facts,
  fail,
  ifSeen,
  notApplicable,
  pass,
  type Resource,
  ratio,
  see,
  texts,
  undecided,
  type Verdict,
} from '../check.ts';
import { controlsCluster } from '../model/azureRoles.ts';
import { administratorKeys, administrators, couldBecome, distinct } from '../model/clusterAdmins.ts';
import { rbacKeys } from '../model/rbac.ts';
import {
  type Assigned,
  assignedAbove,
  type AssignmentFacts,
  assignmentKeys,
  isInherited,
  sayAssigned,
  sayScope,
} from '../model/roleAssignments.ts';
import { type UserAccess, userAccess } from '../model/userAccess.ts';
import { counted, listed } from '../model/words.ts';
import { type Seen, seen } from '../seen.ts';
import type { TrustedAccessRoleBinding } from '../wire.ts';

/** Who can do everything in the cluster by one call, by whatever way; people and groups count, services are told. */
export const effectiveAdministrators = check({
  needs: administratorKeys,
  params: { maxAdminPrincipals: count(3), platformSubjects: texts() },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { maxAdminPrincipals, platformSubjects }, facts) => {
    const found = administrators(facts, platformSubjects);
    const all = distinct(found.items);
    const people = all.filter(({ kind }) => kind !== 'service');
    const users = people.filter(({ kind }) => kind === 'user').length;
    const evidence = people.slice(0, 10).map(({ source, pointer }) => see(source, pointer));
    const many = `${counted(users, 'user')} and ${counted(people.length - users, 'group')}`;
    const services = all.length - people.length;
    const others = new Set(ifSeen(() => couldBecome(facts).all())?.map(({ assignment }) => assignment.properties.principalId)).size;
    const note = [
      ...(services > 0 ? [`Beside them ${counted(services, 'service')}.`] : []),
      ...(others > 0 ? [`By roles in Azure, ${others} could make themselves administrators.`] : []),
    ].join(' ');
    const more = note === '' ? {} : { note };
    if (users > 0 || people.length > maxAdminPrincipals)
      return fail(`Administrators in effect: ${many}: ${listed(people.map(({ id, by }) => `${id} (${by})`))}.`, evidence, more);
    found.all();
    return pass(`Administrators in effect: ${many}.`, evidence.length > 0 ? evidence : see(cluster, '/properties/aadProfile'), more.note);
  },
});

/** Whether people who are no administrators have what they have in namespaces. */
export const namespaceScopedUsers = check({
  needs: ['cluster', ...rbacKeys, ...assignmentKeys],
  params: { minNamespaceScopedShare: ratio(0.8), platformSubjects: texts() },
  subjects: (facts, { platformSubjects }) => {
    const access = userAccess(facts, platformSubjects);
    if (access.items.length === 0 && access.all().length === 0) return notApplicable('Nobody but administrators and services has access.');
    return [facts.cluster];
  },
  none: 'There is no cluster.',
  judge: (_cluster, { minNamespaceScopedShare, platformSubjects }, facts) => {
    const access = userAccess(facts, platformSubjects);
    const writers = access.items.filter(({ everywhere, writes }) => everywhere && writes);
    if (writers.length > 0) return fail(`In every namespace may write: ${sayAccess(writers)}.`, shownAccess(writers));
    const all = access.all();
    const wide = all.filter(({ everywhere }) => everywhere);
    const share = `${all.length - wide.length} of ${all.length} grants to people`;
    if (all.length - wide.length >= minNamespaceScopedShare * all.length)
      return pass(
        `${share} hold in one namespace.`,
        shownAccess(all),
        wide.length > 0 ? `In every namespace may read: ${sayAccess(wide)}.` : undefined,
      );
    return fail(`${share} hold in one namespace; in every namespace: ${sayAccess(wide)}.`, shownAccess(wide));
  },
});

const sayAccess = (access: readonly UserAccess[]): string => listed(access.map(({ who, by }) => `${who} (${by})`));
const shownAccess = (access: readonly UserAccess[]) => access.slice(0, 10).map(({ source, pointer }) => see(source, pointer));

/** Who controls the cluster through Azure: each assignment, and on the cluster how many hold one. */
export const privilegedAssignments = check({
  needs: ['cluster', 'trustedAccessRoleBindings', ...assignmentKeys],
  params: { maxPrivilegedAssignments: count(5) },
  subjects: (facts): Seen<{ resource: Resource; assigned?: Assigned }> => {
    const each = privileged(facts).map((assigned) => ({ resource: assigned.assignment, assigned }));
    return seen([{ resource: facts.cluster }]).concat(each);
  },
  none: 'There is no cluster.',
  judge: ({ resource, assigned }, { maxPrivilegedAssignments }, facts) => {
    if (assigned !== undefined) return judgePrivileged(assigned);
    const holders = privileged(facts).filter(({ assignment: { properties } }) =>
      /^(?:foreign)?group$|^serviceprincipal$/i.test(properties.principalType ?? ''),
    );
    const byPrincipal = new Map(holders.items.map((each) => [each.assignment.properties.principalId?.toLowerCase(), each]));
    const evidence = [...byPrincipal.values()].slice(0, 10).map(({ assignment }) => see(assignment, '/properties/principalId'));
    const many = `Groups and applications that control the cluster through Azure: ${byPrincipal.size}`;
    if (byPrincipal.size > maxPrivilegedAssignments)
      return fail(`${many}, as ${listed([...byPrincipal.values()].map(sayAssigned))}.`, evidence);
    holders.all();
    const trusted = ifSeen(() => facts.trustedAccessRoleBindings.all()) ?? [];
    return pass(
      `${many}.`,
      evidence.length > 0 ? evidence : see(resource, '/id'),
      trusted.length > 0 ? `Trusted access is given to ${listed(trusted.map(sayTrusted))}.` : undefined,
    );
  },
});

const privileged = (facts: Facts<'cluster'> & AssignmentFacts): Seen<Assigned> =>
  assignedAbove(facts.cluster.id, facts).filter(({ role }) => controlsCluster(role));

function judgePrivileged(assigned: Assigned): Verdict {
  const { assignment, scope } = assigned;
  const type = assignment.properties.principalType ?? '';
  const evidence = [
    see(assignment, '/properties/principalType', 'Group or ServicePrincipal'),
    see(assignment, '/properties/roleDefinitionId'),
  ];
  if (/^(?:foreign)?group$|^serviceprincipal$/i.test(type)) return pass(`${sayAssigned(assigned)}.`, evidence);
  if (type === '') return undecided('The assignment does not say what its principal is.', evidence);
  // At the root somebody raised himself above every subscription.
  const inherited = isInherited(scope) && scope !== '';
  return fail(`${sayAssigned(assigned)}.`, evidence, inherited && /^user$/i.test(type) ? { severity: 'medium' } : {});
}

const sayTrusted = ({ properties: { sourceResourceId = '', roles = [] } }: TrustedAccessRoleBinding): string =>
  `${sayScope(sourceResourceId)} (${roles.map((each) => each.split('/').at(-1)).join(', ')})`;
