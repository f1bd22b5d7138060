import type { Granted } from './accountGrants.ts';
import type { IngressRunner } from './ingressControllers.ts';
import { allows, isForNames, namesEverything, type PolicyRule } from './rbac.ts';

/** `namespace/name` of the account that its pods run as. */
export const accountOf = ({ metadata, spec }: IngressRunner): string => {
  const { serviceAccountName, serviceAccount } = spec?.template?.spec ?? {};
  return `${metadata.namespace ?? ''}/${serviceAccountName || serviceAccount || 'default'}`;
};

const allowsAny = (rule: PolicyRule, verbs: readonly string[], resource: string): boolean =>
  !isForNames(rule) && verbs.some((verb) => allows(rule, { verb, group: '', resource }));

/** Certificates are secrets, which a controller reads. */
export const readsSecrets = (rule: PolicyRule): boolean => allowsAny(rule, ['get', 'list', 'watch'], 'secrets');
export const isClusterWide = ({ binding }: Granted): boolean => binding.kind !== 'RoleBinding';

/** What a rule lets an ingress controller do that none needs: an attacker reaches it before any other pod. */
export function excessOf(granted: Granted, acceptSecretsOfAllNamespaces: boolean): string | undefined {
  const { rule } = granted;
  if (namesEverything(rule)) return 'do everything with all API groups or resources';
  if (allowsAny(rule, ['create', 'update', 'patch', 'delete'], 'secrets')) return 'write secrets';
  if (allowsAny(rule, ['create', 'get'], 'pods/exec') || allowsAny(rule, ['create', 'get'], 'pods/attach')) return 'run commands in pods';
  if (!acceptSecretsOfAllNamespaces && isClusterWide(granted) && readsSecrets(rule)) return 'read the secrets of all namespaces';
  return undefined;
}
