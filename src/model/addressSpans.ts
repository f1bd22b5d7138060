import { type Range, size } from './ranges.ts';

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
