import type { Facts } from '../check.ts';
import type { ClusterRole, ClusterRoleBinding, RoleBinding } from '../wire.ts';
import { glob, systemNamespaces } from './namespaces.ts';
import { once } from './once.ts';

export type RoleSubject = NonNullable<ClusterRoleBinding['subjects']>[number];
type Rules = ClusterRole['rules'];

/** Whoever calls without credentials, with any, or as any service account (RBAC reference, default bindings). */
const broad: ReadonlySet<string> = new Set([
  'system:anonymous',
  'system:unauthenticated',
  'system:authenticated',
  'system:serviceaccounts',
]);
export const isBroad = ({ kind, name }: RoleSubject): boolean => kind !== 'ServiceAccount' && broad.has(name ?? '');

/** What the API server itself grants, by ClusterRole; bindings of any name may say so again. */
const defaultGrants: Readonly<Record<string, readonly string[]>> = {
  'system:basic-user': ['system:authenticated'],
  'system:cluster-trust-bundle-discovery': ['system:serviceaccounts'],
  'system:discovery': ['system:authenticated'],
  'system:public-info-viewer': ['system:authenticated', 'system:unauthenticated'],
  'system:service-account-issuer-discovery': ['system:serviceaccounts'],
};
export function isDefaultGrant({ roleRef }: ClusterRoleBinding | RoleBinding, { name }: RoleSubject): boolean {
  const role = roleRef?.name ?? '';
  return roleRef?.kind === 'ClusterRole' && Object.hasOwn(defaultGrants, role) && (defaultGrants[role] ?? []).includes(name ?? '');
}

/** A subject as people write it: `ServiceAccount shop/web`, `Group system:masters`. */
export const nameOf = ({ kind, name, namespace }: RoleSubject): string =>
  `${kind} ${kind === 'ServiceAccount' ? `${namespace ?? ''}/` : ''}${name}`;

/** Whether a binding makes administrators: of cluster-admin, or of a role that allows as much. Throws NotSeen when the role was not seen. */
export function bindsAdministrators(binding: ClusterRoleBinding, facts: Facts<'clusterRoles'>): boolean {
  const name = binding.roleRef?.name ?? '';
  if (name === 'cluster-admin') return true;
  const role = rolesByName(facts).get(name);
  if (role !== undefined) return allowsEverything(role.rules);
  facts.clusterRoles.all(); // a role that does not exist grants nothing, but only the whole list can tell
  return false;
}

const rolesByName = once(
  ({ clusterRoles }: Facts<'clusterRoles'>): ReadonlyMap<string, ClusterRole> =>
    new Map(clusterRoles.items.map((role) => [role.metadata.name, role])),
);

const allowsEverything = (rules: Rules): boolean =>
  (rules ?? []).some(({ apiGroups, resources, verbs }) => [apiGroups, resources, verbs].every((list) => list?.includes('*')));

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Why a subject may be an administrator; undefined when nothing says so. `platform`: of AKS, of its add-ons or allowed by the configuration. */
export function standingOf(
  subject: RoleSubject,
  binding: ClusterRoleBinding,
  allowed: readonly string[],
): 'group' | 'platform' | undefined {
  const account = serviceAccountOf(subject);
  if (account !== undefined) return isPlatformAccount(account, allowed) ? 'platform' : undefined;
  const name = subject.name ?? '';
  if (isBroad(subject) || name.startsWith('system:serviceaccounts:')) return undefined;
  if (name.startsWith('system:') || allowed.some((pattern) => glob(pattern)(name))) return 'platform';
  if (subject.kind === 'Group') return guid.test(name) ? 'group' : undefined;
  const local = binding.metadata.name === 'aks-cluster-admin-binding' && ['clusterAdmin', 'clusterUser'].includes(name);
  return local || ['aks-service', 'aks-support'].includes(name) ? 'platform' : undefined;
}

/** `namespace/name` of a service account, also of one bound by its user name `system:serviceaccount:<namespace>:<name>`. */
function serviceAccountOf({ kind, name = '', namespace = '' }: RoleSubject): string | undefined {
  if (kind === 'ServiceAccount') return `${namespace}/${name}`;
  const [, ofNamespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? [];
  return kind === 'User' && account !== undefined ? `${ofNamespace}/${account}` : undefined;
}

/** Accounts that AKS does not run on, though they stand in namespaces of the system. */
const notOfThePlatform: ReadonlySet<string> = new Set(['kubernetes-dashboard', 'tiller']);

/**
 * Accounts of system namespaces, where AKS, its add-ons and extensions have theirs; `default` is nobody's there, as every
 * pod without an account of its own runs as it.
 */
function isPlatformAccount(account: string, allowed: readonly string[]): boolean {
  if (allowed.some((pattern) => glob(pattern)(account))) return true;
  const [namespace = '', name = ''] = account.split('/');
  return systemNamespaces.has(namespace) && name !== 'default' && !notOfThePlatform.has(name);
}
