import type { Facts } from '../check.ts';
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
  const { items, gaps } = bindingsOf([...namesOf(account), 'system:serviceaccounts', 'system:authenticated'], facts);
  return items.reduce(
    (all, binding) => all.concat(grantsOf(roleOf(binding, facts), facts).map((grant) => ({ ...grant, binding }))),
    seen<Granted>([], gaps),
  );
}

/** The bindings of a service account and of the accounts of its namespace, as against those of everybody. @param account `namespace/name` */
export const ownBindings = (account: string, facts: BindingFacts): Seen<Binding> => bindingsOf(namesOf(account), facts);

/** A binding that names an account in another namespace may be meant, where a manifest names none. */
export const bindingsByName = (account: string, facts: BindingFacts): Seen<Binding> =>
  account.startsWith('/') ? bindingsOf([account, `*${account}`], facts) : ownBindings(account, facts);

const namesOf = (account: string): string[] => [account, `system:serviceaccounts:${account.slice(0, account.indexOf('/'))}`];

function bindingsOf(names: readonly string[], facts: BindingFacts): Seen<Binding> {
  const bySubject = bindingsBySubject(facts);
  return seen(
    names.flatMap((name) => bySubject.get(name) ?? []),
    [...facts.clusterRoleBindings.gaps, ...facts.roleBindings.gaps],
  );
}

type BindingFacts = Facts<'clusterRoleBindings' | 'roleBindings'>;

/** By `namespace/name` and by name alone (with a star) of service accounts, as no group is called, and by groups. */
const bindingsBySubject = once(({ clusterRoleBindings, roleBindings }: BindingFacts): ReadonlyMap<string, readonly Binding[]> => {
  const found = new Map<string, Binding[]>();
  for (const binding of [...clusterRoleBindings.items, ...roleBindings.items]) {
    for (const subject of subjectsOf(binding)) {
      const account = serviceAccountOf(subject);
      const names = account ? [account, account.replace(/^[^/]*/, '*')] : subject.kind === 'Group' && subject.name ? [subject.name] : [];
      for (const name of names) {
        const bindings = found.get(name);
        if (bindings === undefined) found.set(name, [binding]);
        else bindings.push(binding);
      }
    }
  }
  return found;
});
