import { isPrivate, parseRange, type Range, totalSize } from './ranges.ts';

/** What the authorized IP ranges of an API server let in. Indexes are those of the list. */
export interface Authorized {
  /** IPv4 addresses, and IPv6 networks of /64, which one site or host is given whole. */
  readonly addresses: bigint;
  /** Entries that are the whole internet: `0.0.0.0/0`, `::/0`. */
  readonly everyone: readonly number[];
  /** Names of Azure service tags (preview), whose addresses Azure keeps. */
  readonly tags: readonly number[];
  /** Neither a range nor the name of a tag. */
  readonly unreadable: readonly number[];
  /** Whether no address of the internet is let in: all entries are private ranges. */
  readonly privateOnly: boolean;
}

export function authorized(entries: readonly unknown[]): Authorized {
  const parsed = entries.map((text) => parseRange(text) ?? (isTag(text) ? 'tag' : 'unreadable'));
  const ranges = parsed.filter((each) => typeof each !== 'string');
  return {
    addresses: totalSize(ranges.filter(({ family }) => family === 4)) + networks(ranges.filter(({ family }) => family === 6)),
    everyone: indexes(parsed, (each) => typeof each !== 'string' && each.prefix === 0),
    tags: indexes(parsed, (each) => each === 'tag'),
    unreadable: indexes(parsed, (each) => each === 'unreadable'),
    privateOnly: ranges.length > 0 && ranges.length === entries.length && ranges.every(isPrivate),
  };
}

const isTag = (text: unknown): boolean => typeof text === 'string' && /^[A-Za-z][A-Za-z0-9.]*$/.test(text);
/** Networks of /64 that IPv6 ranges span; what is smaller counts as one. */
const networks = (ranges: readonly Range[]): bigint => (totalSize(ranges) + (1n << 64n) - 1n) >> 64n;

function indexes<T>(items: readonly T[], test: (item: T) => boolean): number[] {
  return items.flatMap((item, index) => (test(item) ? [index] : []));
}
