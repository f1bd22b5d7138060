import type { Facts } from '../check.ts';
import { type Seen, seen } from '../seen.ts';
import type { Gap } from '../snapshot.ts';
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '../wire.ts';
import { once } from './once.ts';
import { selects } from './selectors.ts';

export type Binding = ClusterRoleBinding | RoleBinding;
export type BindingSubject = NonNullable<ClusterRoleBinding['subjects']>[number];
export type AnyRole = ClusterRole | Role;
export type PolicyRule = NonNullable<ClusterRole['rules']>[number];

/** One rule of a role, and where it stands: `/rules/<index>` of `role`. */
export interface Grant {
  rule: PolicyRule;
  role: AnyRole;
  index: number;
}

/** What a caller asks of the API server; `resource` with its subresource, as `pods/exec`. */
export interface Request {
  verb: string;
  /** The core group is ''. */
  group: string;
  resource: string;
}

/**
 * Whether a rule allows a request, whatever the object is called (as kube-apiserver's `RuleAllows`): `*` is
 * everything, `pods` is without its subresources, which go by `pods/exec` or by a star in place of `pods`.
 */
export function allows({ verbs, apiGroups, resources }: PolicyRule, { verb, group, resource }: Request): boolean {
  const [, subresource] = resource.split('/');
  return (
    has(verbs, verb) &&
    has(apiGroups, group) &&
    (has(resources, resource) || (subresource !== undefined && resources?.includes(`*/${subresource}`) === true))
  );
}
const has = (list: readonly string[] | null | undefined, one: string): boolean =>
  list?.some((each) => each === '*' || each === one) ?? false;

/** Whether a rule is for objects of certain names only. */
export const isForNames = ({ resourceNames }: PolicyRule): boolean => (resourceNames ?? []).length > 0;

const writeVerbs = ['*', 'create', 'update', 'patch', 'delete', 'deletecollection'];
/** Whether a rule is for every API group there is and will be, or changes every resource of one. */
export const namesEverything = ({ apiGroups, resources, verbs }: PolicyRule): boolean =>
  apiGroups?.includes('*') === true || (resources?.includes('*') === true && (verbs ?? []).some((verb) => writeVerbs.includes(verb)));

export const subjectsOf = ({ subjects }: Binding): readonly BindingSubject[] => subjects ?? [];

/** The verbs by which all objects are read and changed; `*` has more, of which these make up for the want. */
const everyVerb = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] as const;

/** Whether rules together allow everything to be done with every object, by `*` or by the verbs one by one. */
export const allowsEverything = (grants: readonly Grant[]): boolean =>
  everyVerb.every((verb) => grants.some(({ rule }) => !isForNames(rule) && allows(rule, { verb, group: '*', resource: '*' })));

/** The role that a binding names: none when it does not exist, with a gap when it may not have been seen. */
export function roleOf({ roleRef, metadata }: Binding, facts: Facts<'clusterRoles' | 'roles'>): Seen<AnyRole> {
  if (roleRef?.kind !== 'Role') return clusterRole(roleRef?.name ?? '', facts);
  return found(rolesByName(facts).get(`${metadata.namespace ?? ''}/${roleRef.name ?? ''}`), facts.roles.gaps);
}
export const clusterRole = (name: string, facts: Facts<'clusterRoles'>): Seen<ClusterRole> =>
  found(clusterRolesByName(facts).get(name) ?? (name === 'cluster-admin' ? clusterAdmin : undefined), facts.clusterRoles.gaps);
/** As the API server makes it and sets it back, seen or not. */
const clusterAdmin: ClusterRole = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'cluster-admin' },
  rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
};
const found = <T>(one: T | undefined, gaps: readonly Gap[]): Seen<T> => (one === undefined ? seen<T>([], gaps) : seen([one]));

/** The rules of a role, with the gaps that keep them from being known: of what does not exist there are none. */
export function grantsOf(role: Seen<AnyRole>, facts: Facts<'clusterRoles'>): Seen<Grant> {
  const [one] = role.items;
  return one === undefined ? seen<Grant>([], role.gaps) : rulesOf(one, facts);
}

/**
 * A role's own rules. The control plane writes into an aggregated role what it gathers, in place of what stood there; as
 * a manifest it has none yet, and those of the roles that it selects are its own.
 */
export function rulesOf(role: AnyRole, { clusterRoles }: Facts<'clusterRoles'>): Seen<Grant> {
  const selectors = ('aggregationRule' in role && role.aggregationRule?.clusterRoleSelectors) || [];
  const own = (role.rules ?? []).map((rule, index) => ({ rule, role, index }));
  if (own.length > 0 || selectors.length === 0) return seen(own);
  const reached = new Set<ClusterRole>();
  const waiting = [selectors];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const each of clusterRoles.items) {
      if (each === role || reached.has(each) || !next.some((selector) => selects(selector, each.metadata.labels))) continue;
      reached.add(each);
      if (each.aggregationRule?.clusterRoleSelectors) waiting.push(each.aggregationRule.clusterRoleSelectors);
    }
  }
  const gathered = [...reached].flatMap((each) => (each.rules ?? []).map((rule, index) => ({ rule, role: each, index })));
  return seen(gathered, clusterRoles.gaps);
}

const clusterRolesByName = once(
  ({ clusterRoles }: Facts<'clusterRoles'>): ReadonlyMap<string, ClusterRole> =>
    new Map(clusterRoles.items.map((role) => [role.metadata.name, role])),
);
const rolesByName = once(
  ({ roles }: Facts<'roles'>): ReadonlyMap<string, Role> =>
    new Map(roles.items.map((role) => [`${role.metadata.namespace ?? ''}/${role.metadata.name}`, role])),
);

/** What bindings are judged by. */
export const rbacKeys = ['clusterRoleBindings', 'roleBindings', 'clusterRoles', 'roles'] as const;
export type RbacFacts = Facts<(typeof rbacKeys)[number]>;

/** A role and the bindings that name it. */
export interface BoundRole {
  resource: AnyRole;
  bindings: readonly Binding[];
}
export const boundRoles = once((facts: RbacFacts): Seen<BoundRole> => {
  const bound = new Map<AnyRole, Binding[]>();
  for (const binding of [...facts.clusterRoleBindings.items, ...facts.roleBindings.items]) {
    for (const role of roleOf(binding, facts).items) {
      const bindings = bound.get(role);
      if (bindings === undefined) bound.set(role, [binding]);
      else bindings.push(binding);
    }
  }
  return seen(
    [...bound].map(([resource, bindings]) => ({ resource, bindings })),
    rbacKeys.flatMap((key) => facts[key].gaps),
  );
});
