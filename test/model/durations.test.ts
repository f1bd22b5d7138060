import { expect, test } from 'vitest';
import { parseIsoMinutes, parseMinutes } from '../../src/model/durations.ts';

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

test.each<[unknown, number | undefined]>([
  ['PT5M', 5],
  ['PT1H30M', 90],
  ['P1D', 1440],
  ['PT30S', 0.5],
  ['pt5m', 5],
  ['P', undefined],
  ['PT', undefined],
  ['5m', undefined],
  [5, undefined],
  [undefined, undefined],
])('%j is %j minutes by ISO 8601', (text, minutes) => expect(parseIsoMinutes(text)).toBe(minutes));
