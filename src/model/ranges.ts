import { isIPv4, isIPv6 } from 'node:net';

type Family = 4 | 6;
/** An IP address; an IPv4 address mapped into IPv6 (`::ffff:10.0.0.1`) is the IPv4 address. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}
/** A CIDR range: `first` is its lowest address, the bits of the host masked away. */
export interface Range {
  readonly family: Family;
  readonly first: bigint;
  readonly prefix: number;
}

const bits = { 4: 32, 6: 128 } as const;
/** Every address there is: `0.0.0.0/0` and `::/0`. */
export const everything: readonly Range[] = ([4, 6] as const).map((family) => ({ family, first: 0n, prefix: 0 }));
const mapped = 0xffffn; // the upper 96 bits of ::ffff:0:0/96

/** @returns undefined for whatever is not one IPv4 or IPv6 address: ports, zones, leading zeros, spaces, service tags */
export function parseAddress(text: unknown): Address | undefined {
  if (typeof text !== 'string') return undefined;
  if (isIPv4(text)) return { family: 4, value: ipv4(text) };
  // What has no colon need not be asked: Node compiles a large expression for the question.
  if (!text.includes(':') || text.includes('%') || !isIPv6(text)) return undefined;
  const value = ipv6(text);
  return value >> 32n === mapped ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

/** A CIDR range, or one address as a range of its own; host bits are masked. @returns undefined when malformed */
export function parseRange(text: unknown): Range | undefined {
  if (typeof text !== 'string') return undefined;
  const [base = '', length, ...more] = text.split('/');
  const address = parseAddress(base);
  if (address === undefined || more.length > 0) return undefined;
  if (length === undefined) return range(address.family, address.value, bits[address.family]);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const prefix = Number(length);
  if (isIPv4(base)) return prefix <= 32 ? range(4, address.value, prefix) : undefined;
  if (prefix > 128) return undefined;
  // A mapped range shorter than /96 holds more than mapped addresses, so it stays IPv6.
  if (address.family === 4 && prefix >= 96) return range(4, address.value, prefix - 96);
  return range(6, address.family === 4 ? (mapped << 32n) | address.value : address.value, prefix);
}

/** The one way to write a range: `10.0.0.0/8`, `fd00::/8` (RFC 5952). */
export const formatRange = (range: Range): string => `${firstAddress(range)}/${range.prefix}`;

/** The lowest address of a range: of a subnet, its network address. */
export const firstAddress = ({ family, first }: Range): string => formatAddress({ family, value: first });

export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(':');
  // The first of the longest runs of at least two zero groups becomes `::`.
  const longest = [...groups.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].reduce((best, [run]) => (run.length > best.length ? run : best), '');
  if (longest === '') return groups;
  const at = groups.search(new RegExp(`(?<![^:])${longest}(?![^:])`));
  return `${groups.slice(0, at).replace(/:$/, '')}::${groups.slice(at + longest.length).replace(/^:/, '')}`;
}

/** How many addresses a range has. Azure keeps five of each subnet for itself; that is the caller's business. */
export const size = ({ family, prefix }: Range): bigint => 1n << BigInt(bits[family] - prefix);

/** How many addresses the ranges have together; what lies in several counts once. */
export function totalSize(ranges: readonly Range[]): bigint {
  // Two CIDR ranges are nested or apart, so the union is the sum of those that lie in no other.
  const outermost = ranges.filter(
    (each, index) => !ranges.some((other, at) => at !== index && contains(other, each) && (other.prefix < each.prefix || at < index)),
  );
  return outermost.reduce((sum, each) => sum + size(each), 0n);
}

export const contains = (outer: Range, inner: Range): boolean =>
  outer.family === inner.family && outer.prefix <= inner.prefix && masked(inner.family, inner.first, outer.prefix) === outer.first;

export const overlaps = (one: Range, other: Range): boolean => contains(one, other) || contains(other, one);

export const includesAddress = (range: Range, { family, value }: Address): boolean =>
  contains(range, { family, first: value, prefix: bits[family] });

/** Not routed on the internet: RFC 1918, shared (RFC 6598), unique local (RFC 4193), link-local. */
const privateRanges = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
] as const;

/** Whether all of a range is private. */
export function isPrivate(range: Range): boolean {
  const ofFamily = privateRanges.filter((text) => text.includes(':') === (range.family === 6));
  return ofFamily.some((text) => contains(parseRange(text) as Range, range)); // literals above
}

/** Whether a text is one private address; false for what is no address. */
export function isPrivateAddress(text: unknown): boolean {
  const address = parseAddress(text);
  return address !== undefined && isPrivate(range(address.family, address.value, bits[address.family]));
}

const range = (family: Family, address: bigint, prefix: number): Range => ({ family, first: masked(family, address, prefix), prefix });

function masked(family: Family, address: bigint, prefix: number): bigint {
  const hostBits = BigInt(bits[family] - prefix);
  return (address >> hostBits) << hostBits;
}

const ipv4 = (text: string): bigint => text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);

/** @param text a valid IPv6 address */
function ipv6(text: string): bigint {
  const embedded = text.slice(text.lastIndexOf(':') + 1);
  const tail = isIPv4(embedded) ? ipv4(embedded) : undefined;
  const plain =
    tail === undefined
      ? text
      : text.slice(0, -embedded.length) + [tail >> 16n, tail & 0xffffn].map((group) => group.toString(16)).join(':');
  const [head = [], rest = []] = plain.split('::').map((side) => (side === '' ? [] : side.split(':')));
  const zeros: string[] = Array(8 - head.length - rest.length).fill('0');
  return [...head, ...zeros, ...rest].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}
