import { type Seen, seen } from '../seen.ts';
import type { Certificate, Ingress, KubernetesObject, Secret, SecretProviderClass } from '../wire.ts';
import { once } from './once.ts';
import { keeperOf } from './secrets.ts';

/** Needs of what judges certificates; a certificate itself is never read, as it stands beside its key. */
export const certificateKeys = ['secrets', 'certificates', 'ingresses', 'secretProviderClasses'] as const;
export interface CertificateFacts {
  readonly snapshot: object;
  readonly inScope: (namespace: string | undefined) => boolean;
  readonly secrets: Seen<Secret>;
  readonly certificates: Seen<Certificate>;
  readonly ingresses: Seen<Ingress>;
  readonly secretProviderClasses: Seen<SecretProviderClass>;
}

/** A Secret that holds a certificate: itself where it was seen, else what writes it or what names it. */
export interface TlsSecret {
  resource: KubernetesObject;
  /** `namespace/name` of the Secret. */
  key: string;
  /** Where its name stands in `resource`. */
  pointer: string;
}

/** The Secrets with certificates in scope, each once. */
export function tlsSecrets({ secrets, certificates, ingresses, inScope }: CertificateFacts): Seen<TlsSecret> {
  const known = new Map<string, TlsSecret>();
  const add = (resource: KubernetesObject, name: string | undefined, pointer: string): void => {
    const key = keyOf(resource, name);
    if (name && inScope(resource.metadata.namespace) && !known.has(key)) known.set(key, { resource, key, pointer });
  };
  for (const secret of secrets.items) if (secret.type === 'kubernetes.io/tls') add(secret, secret.metadata.name, '/metadata/name');
  for (const certificate of certificates.items) add(certificate, certificate.spec?.secretName, '/spec/secretName');
  for (const ingress of ingresses.items)
    for (const [index, entry] of (ingress.spec?.tls ?? []).entries()) add(ingress, entry?.secretName, `/spec/tls/${index}/secretName`);
  return seen([...known.values()], [...secrets.gaps, ...certificates.gaps, ...ingresses.gaps]);
}

const keyOf = ({ metadata: { namespace = 'default' } }: KubernetesObject, secret: string | undefined): string => `${namespace}/${secret}`;

const index = <T extends KubernetesObject>(
  list: Seen<T>,
  secretsOf: (item: T) => readonly (string | undefined)[],
): ReadonlyMap<string, T> => new Map(list.items.flatMap((item) => secretsOf(item).map((name) => [keyOf(item, name), item] as const)));
const certificatesBySecret = once((facts: CertificateFacts) => index(facts.certificates, ({ spec }) => [spec?.secretName]));
const classesBySecret = once((facts: CertificateFacts) =>
  index(facts.secretProviderClasses, ({ spec }) => (spec?.secretObjects ?? []).map(({ secretName }) => secretName)),
);
const secretsByName = once((facts: CertificateFacts) => index(facts.secrets, ({ metadata }) => [metadata.name]));
/** What the index has, or the gap that keeps it from being told that there is none. */
const one = <T>(by: ReadonlyMap<string, T>, key: string, list: Seen<T>): T | undefined => by.get(key) ?? list.find(() => false);

/** The Certificate of cert-manager that a Secret is written by. */
export const certificateOf = ({ key }: TlsSecret, facts: CertificateFacts): Certificate | undefined =>
  one(certificatesBySecret(facts), key, facts.certificates);

/** What brings a Secret from a vault: a driver that says so on it, or the class that writes it. */
export function vaultKeeper(
  { key }: TlsSecret,
  facts: CertificateFacts,
): { name: string; resource: KubernetesObject; pointer: string } | undefined {
  const secret = secretsByName(facts).get(key);
  const keeper = secret && keeperOf(secret);
  if (secret && keeper && keeper.name !== 'cert-manager') return { name: keeper.name, resource: secret, pointer: keeper.pointer };
  const writer = one(classesBySecret(facts), key, facts.secretProviderClasses);
  if (writer !== undefined)
    return { name: `SecretProviderClass ${writer.metadata.name}`, resource: writer, pointer: '/spec/secretObjects' };
  one(secretsByName(facts), key, facts.secrets);
  return undefined;
}

const day = 86_400_000;

/** How long a Certificate of cert-manager lasts and when it is renewed, as its status has it. */
export interface Lasting {
  /** What is wrong, in a sentence; undefined when nothing is. */
  fault?: string;
  /** JSON pointer of what shows it. */
  pointer: string;
  expected?: string;
}

/**
 * By the time of the snapshot: not issued, expired, overdue for renewal by a day, or without a renewal and about to end.
 * A renewal that lies ahead is good however near the end is: some certificates last six days.
 * @returns undefined when it has no status, as in a manifest
 */
export function lasting({ status }: Certificate, at: Date, warnDays: number): Lasting | undefined {
  const conditions = status?.conditions ?? [];
  const ready = conditions.findIndex(({ type }) => type === 'Ready');
  if (ready < 0) return undefined;
  const pointer = `/status/conditions/${ready}/status`;
  if (conditions[ready]?.status !== 'True') return { fault: 'It was not issued.', pointer, expected: 'True' };
  const { notAfter = '', renewalTime = '' } = status ?? {};
  const [end, renewal] = [Date.parse(notAfter), Date.parse(renewalTime)];
  const ends = { pointer: '/status/notAfter', expected: `more than ${warnDays} days ahead` };
  if (end <= at.getTime()) return { fault: `It ended on ${notAfter.slice(0, 10)}.`, ...ends };
  if (renewal + day <= at.getTime())
    return { fault: `Its renewal was due on ${renewalTime.slice(0, 10)}.`, pointer: '/status/renewalTime', expected: 'ahead' };
  if (Number.isNaN(renewal) && end <= at.getTime() + warnDays * day) return { fault: `It ends on ${notAfter.slice(0, 10)}.`, ...ends };
  return { pointer: '/status/notAfter' };
}
