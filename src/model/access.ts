import type { Facts } from '../check.ts';
import type { ClusterRoleBinding } from '../wire.ts';
import { glob, systemNamespaces } from './namespaces.ts';
import { allowsEverything, type Binding, type BindingSubject, clusterRole, grantsOf, subjectsOf } from './rbac.ts';
import { listed } from './words.ts';

/** Whoever calls without credentials, with any, or as any service account (RBAC reference, default bindings). */
const broad: ReadonlySet<string> = new Set([
  'system:anonymous',
  'system:unauthenticated',
  'system:authenticated',
  'system:serviceaccounts',
]);
export const isBroad = ({ kind, name }: BindingSubject): boolean => kind !== 'ServiceAccount' && broad.has(name ?? '');

/** What the API server itself grants, by ClusterRole; bindings of any name may say so again. */
const defaultGrants: Readonly<Record<string, readonly string[]>> = {
  'system:basic-user': ['system:authenticated'],
  'system:cluster-trust-bundle-discovery': ['system:serviceaccounts'],
  'system:discovery': ['system:authenticated'],
  'system:public-info-viewer': ['system:authenticated', 'system:unauthenticated'],
  'system:service-account-issuer-discovery': ['system:serviceaccounts'],
};
export function isDefaultGrant({ roleRef }: Binding, { name }: BindingSubject): boolean {
  const role = roleRef?.name ?? '';
  return roleRef?.kind === 'ClusterRole' && Object.hasOwn(defaultGrants, role) && (defaultGrants[role] ?? []).includes(name ?? '');
}

/** Who is bound and is not of the platform, nor by what the API server grants by itself. */
export const strangersOf = (binding: Binding, allowed: readonly string[]): BindingSubject[] =>
  subjectsOf(binding).filter((each) => standingOf(each, binding, allowed) !== 'platform' && !isDefaultGrant(binding, each));

/** A user or a group of users, as against service accounts, their groups and everybody. */
export const isPerson = (subject: BindingSubject): boolean =>
  serviceAccountOf(subject) === undefined && !isBroad(subject) && subject.name?.startsWith('system:') !== true;

/** A subject as people write it: `ServiceAccount shop/web`, `Group system:masters`. */
export const nameOf = ({ kind, name, namespace }: BindingSubject): string =>
  `${kind} ${kind === 'ServiceAccount' ? `${namespace ?? ''}/` : ''}${name}`;

/** Several of them, the first five by name. */
export const saySubjects = (subjects: readonly BindingSubject[]): string => listed(subjects.map(nameOf));

/** Whether a binding makes administrators: of cluster-admin, or of a role that allows as much. Throws NotSeen when the role was not seen. */
export function bindsAdministrators(binding: ClusterRoleBinding, facts: Facts<'clusterRoles'>): boolean {
  const name = binding.roleRef?.name ?? '';
  if (name === 'cluster-admin') return true; // whatever a manifest says of it: the API server sets it back
  const grants = grantsOf(clusterRole(name, facts), facts);
  if (allowsEverything(grants.items)) return true;
  grants.all(); // a role that does not exist grants nothing, but only the whole list can tell
  return false;
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Why a subject may be an administrator; undefined when nothing says so. `platform`: of AKS, of its add-ons or allowed by the configuration. */
export function standingOf(subject: BindingSubject, binding: Binding, allowed: readonly string[]): 'group' | 'platform' | undefined {
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
export function serviceAccountOf({ kind, name = '', namespace = '' }: BindingSubject): string | undefined {
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
