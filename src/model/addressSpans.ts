import { parseAddress, parseRange, type Range, size } from './ranges.ts';

/** A stretch of addresses of one family, both ends included. What is left of a CIDR range without another is several of these. */
export interface Span {
  family: Range['family'];
  first: bigint;
  last: bigint;
}

export const spanOf = (range: Range): Span => ({ family: range.family, first: range.first, last: range.first + size(range) - 1n });

/** What of these spans lies in none of the ranges. */
export function without(spans: readonly Span[], cut: readonly Range[]): Span[] {
  return cut.map(spanOf).reduce<Span[]>(
    (left, { family, first, last }) =>
      left.flatMap((span) => {
        if (span.family !== family || last < span.first || first > span.last) return [span];
        const before = span.first < first ? [{ ...span, last: first - 1n }] : [];
        return span.last > last ? [...before, { ...span, first: last + 1n }] : before;
      }),
    [...spans],
  );
}

/** What of these spans lies in the range as well. */
export function within(spans: readonly Span[], range: Range): Span[] {
  const { family, first, last } = spanOf(range);
  return spans.flatMap((span) => {
    if (span.family !== family || last < span.first || first > span.last) return [];
    return [{ family, first: span.first > first ? span.first : first, last: span.last < last ? span.last : last }];
  });
}

/** How many addresses of a family these spans have, of which none overlaps another. */
export const addressesIn = (spans: readonly Span[], family: Span['family']): bigint =>
  spans.reduce((sum, span) => (span.family === family ? sum + span.last - span.first + 1n : sum), 0n);

/** A CIDR range, one address, or `first-last`, as firewalls write them; undefined for anything else. */
export function parseSpan(text: string): Span | undefined {
  const range = parseRange(text.trim());
  if (range !== undefined) return spanOf(range);
  const [first, last, more] = text.split('-').map((part) => parseAddress(part.trim()));
  if (first === undefined || last === undefined || more !== undefined || first.family !== last.family || last.value < first.value)
    return undefined;
  return { family: first.family, first: first.value, last: last.value };
}

export const meet = (one: Span, other: Span): boolean => one.family === other.family && one.first <= other.last && other.first <= one.last;
export const holds = (outer: Span, inner: Span): boolean =>
  outer.family === inner.family && outer.first <= inner.first && outer.last >= inner.last;

/** The smallest CIDR range around a span. */
export function around({ family, first, last }: Span): Range {
  let prefix = family === 4 ? 32 : 128;
  let [low, high] = [first, last];
  for (; low !== high; prefix -= 1) [low, high] = [low >> 1n, high >> 1n];
  return { family, first: low << BigInt((family === 4 ? 32 : 128) - prefix), prefix };
}
