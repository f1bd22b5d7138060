import { assert, constantFrom, integer, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { parseQuantity } from '../../src/model/quantities.ts';

test.each([
  ['100m', 0.1],
  ['1', 1],
  ['0', 0],
  ['0.5', 0.5],
  ['.5', 0.5],
  ['5.', 5],
  ['+2', 2],
  ['-1.5Gi', -1.5 * 2 ** 30],
  ['1Ki', 1024],
  ['128Mi', 134_217_728],
  ['1Gi', 1_073_741_824],
  ['1Ti', 2 ** 40],
  ['1Pi', 2 ** 50],
  ['1Ei', 2 ** 60],
  ['1n', 1e-9],
  ['1u', 1e-6],
  ['1k', 1000],
  ['1M', 1e6],
  ['1G', 1e9],
  ['1T', 1e12],
  ['1P', 1e15],
  ['1E', 1e18],
  ['1e3', 1000],
  ['1E3', 1000],
  ['1e-3', 0.001],
  ['1.5e+2', 150],
  ['007', 7],
  [0.5, 0.5],
  [1e3, 1000],
])('%j is %d', (quantity, number) => {
  expect(parseQuantity(quantity)).toBe(number);
});

test.each(
  [
    ['', ' ', '.', '-', '+', 'Gi', 'm', 'e3'],
    ['1 Gi', ' 1', '1 ', '1\n', '1,5', '1_000', '0x10', '1.2.3', '--1'],
    ['1K', '1g', '1mi', '1KI', '1kb', '1GB', '1i', '1e', '1e1.5', '1e-', '1Gi1', '1mm'],
    ['NaN', 'Infinity', '1e999', Number.NaN, Number.POSITIVE_INFINITY],
    [undefined, null, true, {}, [], ['1']],
  ].flat(),
)('%j is malformed', (quantity) => {
  expect(parseQuantity(quantity)).toBeUndefined();
});

test('equal amounts are equal, however written', () => {
  assert(
    property(integer({ min: 0, max: 1_000_000 }), (amount) => {
      expect(parseQuantity(`${amount}m`)).toBe(amount / 1000);
      expect(parseQuantity(`${amount}k`)).toBe(parseQuantity(`${amount}e3`));
      expect(parseQuantity(`${amount}Mi`)).toBe(parseQuantity(`${amount * 1024}Ki`));
      expect(parseQuantity(amount)).toBe(parseQuantity(String(amount)));
    }),
  );
});

test('larger amounts are larger', () => {
  const suffix = constantFrom('m', '', 'k', 'Ki', 'M', 'Mi', 'G', 'Gi');
  assert(
    property(integer({ min: 0, max: 10_000 }), integer({ min: 1, max: 10_000 }), suffix, (amount, more, unit) => {
      expect(parseQuantity(`${amount + more}${unit}`)).toBeGreaterThan(parseQuantity(`${amount}${unit}`) ?? Number.NaN);
    }),
  );
});

test('any text is a finite number or nothing', () => {
  assert(property(string(), (text) => Number.isFinite(parseQuantity(text) ?? 0)));
});

test('long hostile texts take no time', () => {
  expect(parseQuantity(`${'1'.repeat(200_000)}x`)).toBeUndefined();
});
