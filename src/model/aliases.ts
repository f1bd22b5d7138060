import { createHmac } from 'node:crypto';

/**
 * Puts aliases in the place of what tells whose a cluster is: ids of subscriptions, tenants, identities and objects, first
 * labels of Azure host names, public addresses, mail addresses. The same value has the same alias, so that what belongs
 * together still does; ranges keep their lengths, and what lies in a range still lies in its alias.
 * @param secret known to the owner alone, as a subscription's id is: without it an alias cannot be tried out
 */
export function createAliases(secret: string): <T>(value: T) => T {
  const digest = (text: string): Buffer => createHmac('sha256', secret).update(text).digest();
  const cached = new Map<string, string>();
  const aliasOf = (text: string): string => {
    const known = cached.get(text);
    if (known !== undefined) return known;
    const alias = aliased(text, digest);
    // Of what repeats; the rest of a large cluster's strings would only fill memory.
    if (text.length < 300 && cached.size < 100_000) cached.set(text, alias);
    return alias;
  };
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return aliasOf(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    // Names too: identities are keyed by their ARM ids.
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [aliasOf(name), walk(each)]));
  };
  return <T>(value: T): T => walk(value) as T; // the same shape, with other strings
}

type Digest = (text: string) => Buffer;

/** What Azure itself defines has the same id for everyone, and rules know it. */
const defined = /\/(?:policyDefinitions|policySetDefinitions|roleDefinitions)\/$/i;
const guid = /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi;
const host =
  /(?<![\w.-])(?!privatelink\.)([\w-]+)(?=(?:\.[\w-]+)*\.(?:azmk8s\.(?:io|us)|azk8s\.cn|azurecr\.(?:io|us|cn)|cloudapp\.azure\.com|trafficmanager\.net|azurewebsites\.net|(?:vault|vaultcore)\.azure\.net|core\.windows\.net|database\.windows\.net|servicebus\.windows\.net)(?![\w-]))/gi;
const mail = /[\w.%+#-]+@[\w-]+(?:\.[\w-]+)+/g;
const range = /^(\d{1,3}(?:\.\d{1,3}){3})(\/\d{1,2})?$/;

function aliased(text: string, digest: Digest): string {
  const [, address, length = ''] = range.exec(text) ?? [];
  if (address !== undefined) return `${addressAlias(address, length, digest)}${length}`;
  return text
    .replace(guid, (id, at: number) => (defined.test(text.slice(0, at)) || /^[0-]+$/.test(id) ? id : guidAlias(id.toLowerCase(), digest)))
    .replace(host, (label) => `h-${digest(label.toLowerCase()).toString('hex').slice(0, 10)}`)
    .replace(mail, (address) => `m-${digest(address.toLowerCase()).toString('hex').slice(0, 10)}@example.com`);
}

function guidAlias(id: string, digest: Digest): string {
  const hex = digest(id).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/**
 * Of a public IPv4 address: one of 20.0.0.0/8, in which each bit is turned or not by what stands before it, so that two
 * addresses share as many leading bits as they did (the manner of Crypto-PAn). Others are the same in every network.
 */
function addressAlias(address: string, length: string, digest: Digest): string {
  const octets = address.split('.').map(Number);
  const size = length === '' ? 32 : Number(length.slice(1));
  if (octets.some((octet) => octet > 255) || size < 8 || size > 32 || !isPublic(octets)) return address;
  const bits = octets.map((octet) => octet.toString(2).padStart(8, '0')).join('');
  const turned = [...bits].map((bit, at) =>
    at >= 8 && at < size ? Number(bit) ^ ((digest(`bits ${bits.slice(0, at)}`)[0] ?? 0) & 1) : Number(bit),
  );
  const named = [0, 1, 2, 3].map((octet) => Number.parseInt(turned.slice(octet * 8, octet * 8 + 8).join(''), 2));
  return ['20', ...named.slice(1)].join('.');
}

function isPublic([a = 0, b = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100 && b >= 64 && b < 128) return false;
  // The address of Azure's own services is the same everywhere.
  return !(
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 198 && (b === 18 || b === 19)) ||
    (a === 168 && b === 63)
  );
}
