import { expect, test } from 'vitest';
import { parseMinutes } from '../../src/model/durations.ts';

test.each<[unknown, number | undefined]>([
  ['10m', 10],
  ['600s', 10],
  ['1h', 60],
  ['1h30m', 90],
  ['0s', 0],
  ['1.5h', 90],
  ['10', undefined],
  ['10 m', undefined],
  ['10d', undefined],
  ['', undefined],
  ['m', undefined],
  [10, undefined],
  [null, undefined],
])('%j is %j minutes', (text, minutes) => expect(parseMinutes(text)).toBe(minutes));
