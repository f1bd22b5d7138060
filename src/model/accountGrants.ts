import { type Seen, seen } from '../seen.ts';
import { serviceAccountOf } from './access.ts';
import { once } from './once.ts';
import { type Binding, type Grant, grantsOf, type RbacFacts, roleOf, subjectsOf } from './rbac.ts';

/** A rule that somebody has, and the binding that gives it. */
export interface Granted extends Grant {
  binding: Binding;
}

/** Everything that a service account may do, by name and by the groups that it is in. @param account `namespace/name` */
export function grantedTo(account: string, facts: RbacFacts): Seen<Granted> {
  const [namespace] = account.split('/');
  const bySubject = bindingsBySubject(facts);
  const names = [account, 'system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  const bindings = names.flatMap((name) => bySubject.get(name) ?? []);
  const none = seen<Granted>([], [...facts.clusterRoleBindings.gaps, ...facts.roleBindings.gaps]);
  return bindings.reduce(
    (all, binding) => all.concat(grantsOf(roleOf(binding, facts), facts).map((grant) => ({ ...grant, binding }))),
    none,
  );
}

/** By `namespace/name` of service accounts, which no group is called, and by groups. */
const bindingsBySubject = once(({ clusterRoleBindings, roleBindings }: RbacFacts): ReadonlyMap<string, readonly Binding[]> => {
  const found = new Map<string, Binding[]>();
  for (const binding of [...clusterRoleBindings.items, ...roleBindings.items]) {
    for (const subject of subjectsOf(binding)) {
      const name = serviceAccountOf(subject) ?? (subject.kind === 'Group' ? subject.name : undefined);
      if (name === undefined) continue;
      const bindings = found.get(name);
      if (bindings === undefined) found.set(name, [binding]);
      else bindings.push(binding);
    }
  }
  return found;
});
