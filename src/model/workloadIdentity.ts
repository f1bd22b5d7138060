import type { Facts } from '../check.ts';
import { normalId, type Seen, seen } from '../seen.ts';
import type { FederatedIdentityCredential, KubernetesObject, ManagedCluster, ServiceAccount, UserAssignedIdentity } from '../wire.ts';
import { inNamespace } from './byNamespace.ts';
import { containersOf } from './podSpecs.ts';
import { accountKey } from './serviceAccounts.ts';
import { below } from './servicesInUse.ts';
import { gather } from './subnets.ts';
import type { Workload } from './workloads.ts';

// How service accounts and pods name an identity (azure-workload-identity: labels and annotations).
const prefix = 'azure.workload.identity/';
export const clientIdKey = `${prefix}client-id`;
export const useKey = `${prefix}use`;

const annotation = ({ metadata }: Pick<KubernetesObject, 'metadata'>, key: string): string | undefined => {
  const value: unknown = metadata.annotations?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};
/** Of the identity that an account names; undefined when it names none. */
export const clientIdOf = (account: ServiceAccount): string | undefined => annotation(account, clientIdKey)?.toLowerCase();
export const keyOf = ({ metadata }: ServiceAccount): string => `${metadata.namespace ?? 'default'}/${metadata.name}`;

/** Whether the webhook gives these pods a token of their account: by the label of the pods, not of what makes them. */
export const isLabelled = ({ shapes: [{ metadata }] }: Workload): boolean => metadata.labels?.[useKey] === 'true';
/** Pods that take their identity through a binding, not by a credential of the identity. */
export const usesBinding = ({ shapes: [{ metadata }] }: Workload): boolean =>
  metadata.annotations?.[`${prefix}use-identity-binding`] === 'true';

/** The account that a workload runs as. Undefined when there is none of that name. */
export function accountOfWorkload(workload: Workload, accounts: Seen<ServiceAccount>): ServiceAccount | undefined {
  const key = accountKey(workload);
  return inNamespace(accounts, key.slice(0, key.indexOf('/'))).find((each) => keyOf(each) === key);
}

/** Whether the account of a workload was seen and names an identity. */
export const namesIdentity = (workload: Workload, accounts: Seen<ServiceAccount>): boolean => {
  const key = accountKey(workload);
  const own = inNamespace(accounts, key.slice(0, key.indexOf('/'))).items.find((each) => keyOf(each) === key);
  return own !== undefined && clientIdOf(own) !== undefined;
};

/** Which containers say by themselves whose token they ask for: each of their own, or none that is known. */
export function clientIdSource({ shapes: [{ spec }] }: Workload): 'own' | 'perhaps' | 'none' {
  const containers = containersOf(spec).map(({ container }) => container);
  if (containers.some(({ env }) => env?.some((each) => each.name === 'AZURE_CLIENT_ID'))) return 'own';
  return containers.some(({ envFrom }) => (envFrom ?? []).length > 0) ? 'perhaps' : 'none';
}

/** The credentials of an identity, each a service account that it trusts. */
export const credentialsOf = (
  identity: UserAssignedIdentity,
  facts: Facts<'federatedIdentityCredentials'>,
): Seen<FederatedIdentityCredential> => below(facts.federatedIdentityCredentials, identity, true);

/** Whether a credential is meant for tokens of this cluster, though a slash at the end of its issuer may be missing. */
export const trustsCluster = ({ properties: { issuer } }: FederatedIdentityCredential, { properties }: ManagedCluster): boolean => {
  const own = properties.oidcIssuerProfile?.issuerURL;
  return !!issuer && !!own && normalId(issuer) === normalId(own);
};
export const subjectOf = (key: string): string => `system:serviceaccount:${key.replace('/', ':')}`;
/** Of all clouds: api://AzureADTokenExchange, ...USGov, ...China. */
const hasAudience = ({ properties: { audiences } }: FederatedIdentityCredential): boolean =>
  audiences?.some((each) => /^api:\/\/AzureADTokenExchange[A-Za-z]*$/.test(each)) ?? false;

/**
 * Why a credential does not let this account in; undefined when it does. Entra ID compares issuer, subject and audience
 * letter by letter, and the issuer of AKS ends in a slash.
 */
export function mismatch(credential: FederatedIdentityCredential, key: string, cluster: ManagedCluster): string | undefined {
  if (credential.properties.subject !== subjectOf(key)) return 'subject';
  const issuer = cluster.properties.oidcIssuerProfile?.issuerURL;
  if (!issuer || credential.properties.issuer !== issuer) return 'issuer';
  return hasAudience(credential) ? undefined : 'audiences';
}

/** `namespace/name` of the account that a credential trusts; undefined when it trusts something else. */
export const trustedAccount = ({ properties: { subject } }: FederatedIdentityCredential): string | undefined => {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(subject ?? '') ?? [];
  return namespace === undefined ? undefined : `${namespace}/${name}`;
};

/** The identities that let service accounts of this cluster in. One that was not read is a gap. */
export function federatedIdentities(
  facts: Facts<'cluster' | 'userAssignedIdentities' | 'federatedIdentityCredentials'>,
): Seen<UserAssignedIdentity> {
  const { cluster, userAssignedIdentities, federatedIdentityCredentials } = facts;
  const trusting = federatedIdentityCredentials.filter((each) => trustsCluster(each, cluster));
  const ids = new Map(
    trusting.items.map(({ id }) => id.replace(/\/federatedIdentityCredentials\/[^/]*$/i, '')).map((id) => [normalId(id), id]),
  );
  const identities = gather([...ids.values()].map((id) => () => userAssignedIdentities.get(id)));
  return seen(identities.items, [...identities.gaps, ...trusting.gaps]);
}
