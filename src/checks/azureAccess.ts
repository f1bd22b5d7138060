import { check, count, fail, ifSeen, pass, see, texts } from '../check.ts';
import { administratorKeys, administrators, couldBecome, distinct } from '../model/clusterAdmins.ts';
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
