import { check, count, fail, ifSeen, notApplicable, pass, ratio, see, texts } from '../check.ts';
import { administratorKeys, administrators, couldBecome, distinct } from '../model/clusterAdmins.ts';
import { rbacKeys } from '../model/rbac.ts';
import { assignmentKeys } from '../model/roleAssignments.ts';
import { type UserAccess, userAccess } from '../model/userAccess.ts';
import { counted, listed } from '../model/words.ts';

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
    const share = `${all.length - wide.length} of ${counted(all.length, 'grant')} to people`;
    if (all.length - wide.length >= minNamespaceScopedShare * all.length)
      return pass(
        `${share} hold in a namespace.`,
        shownAccess(all),
        wide.length > 0 ? `In every namespace may read: ${sayAccess(wide)}.` : undefined,
      );
    return fail(`Only ${share} hold in a namespace; in every namespace: ${sayAccess(wide)}.`, shownAccess(wide));
  },
});

const sayAccess = (access: readonly UserAccess[]): string => listed(access.map(({ who, by }) => `${who} (${by})`));
const shownAccess = (access: readonly UserAccess[]) => access.slice(0, 10).map(({ source, pointer }) => see(source, pointer));
