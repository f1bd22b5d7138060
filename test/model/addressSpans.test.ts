import { describe, expect, test } from 'vitest';
import { addressesIn, around, parseSpan, spanOf, within, without } from '../../src/model/addressSpans.ts';
import { formatAddress, formatRange, parseRange, type Range } from '../../src/model/ranges.ts';

const ranges = (...texts: string[]): Range[] => texts.flatMap((text) => parseRange(text) ?? []);
const shown = (spans: readonly ReturnType<typeof spanOf>[]): string[] =>
  spans.map(({ family, first, last }) => `${formatAddress({ family, value: first })}-${formatAddress({ family, value: last })}`);

describe('without', () => {
  test.each<[string, string[], string[], string[]]>([
    ['nothing', ['10.0.0.0/30'], [], ['10.0.0.0-10.0.0.3']],
    ['the whole', ['10.0.0.0/30'], ['10.0.0.0/8'], []],
    ['the middle', ['10.0.0.0/29'], ['10.0.0.2/31'], ['10.0.0.0-10.0.0.1', '10.0.0.4-10.0.0.7']],
    ['both ends', ['10.0.0.0/29'], ['10.0.0.0/31', '10.0.0.6/31'], ['10.0.0.2-10.0.0.5']],
    ['another family', ['10.0.0.0/31'], ['::/0'], ['10.0.0.0-10.0.0.1']],
  ])('%s', (_name, spans, cut, left) => expect(shown(without(ranges(...spans).map(spanOf), ranges(...cut)))).toEqual(left));
});

test('what lies in a range: 10.0.0.0-10.0.0.7 in 10.0.0.4/30 is 4 addresses', () => {
  const inside = ranges('10.0.0.0/29').map(spanOf);
  expect(ranges('10.0.0.4/30').map((range) => addressesIn(within(inside, range), 4))).toEqual([4n]);
  expect(ranges('10.0.1.0/30', '::/0').flatMap((range) => within(inside, range))).toEqual([]);
});

test.each<[string, string | undefined, string | undefined]>([
  ['10.0.0.0/30', '10.0.0.0-10.0.0.3', '10.0.0.0/30'],
  ['10.0.0.7', '10.0.0.7-10.0.0.7', '10.0.0.7/32'],
  ['192.168.1.1-192.168.1.9', '192.168.1.1-192.168.1.9', '192.168.1.0/28'],
  ['10.0.0.0 - 11.0.0.0', '10.0.0.0-11.0.0.0', '10.0.0.0/7'],
  ['fd00::1-fd00::2', 'fd00::1-fd00::2', 'fd00::/126'],
  ['10.0.0.9-10.0.0.1', undefined, undefined],
  ['10.0.0.1-fd00::1', undefined, undefined],
  ['1.1.1.1-2.2.2.2-3.3.3.3', undefined, undefined],
  ['AzureMonitor', undefined, undefined],
  ['*', undefined, undefined],
])('%s is %s, around it %s', (text, span, range) => {
  const found = parseSpan(text);
  expect(found && shown([found])[0]).toBe(span);
  expect(found && formatRange(around(found))).toBe(range);
});
