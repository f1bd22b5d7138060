import { describe, expect, test } from 'vitest';
import { calendarDate, daysSince, supportOf } from '../../src/model/supportedVersions.ts';
import { compareVersions, parseVersion } from '../../src/model/versions.ts';

const at = (day: string) => new Date(`${day}T12:00:00Z`);
const version = (text: string) => {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(`${text} is no version`);
  return parsed;
};

describe('support by the calendar', () => {
  test.each([
    ['1.34.4', false, '2026-08-05', { status: 'supported', until: '2026-11-30' }],
    ['1.34', false, '2026-11-30', { status: 'supported', until: '2026-11-30' }],
    ['1.33.7', false, '2026-07-31', { status: 'supported', until: '2026-07-31' }],
    ['1.33.7', false, '2026-08-01', { status: 'ended', on: '2026-07-31' }],
    ['1.33.7', true, '2027-07-31', { status: 'supported', until: '2027-07-31' }],
    ['1.30.12', true, '2026-08-01', { status: 'ended', on: '2026-07-31' }],
    ['1.30.12', false, '2025-08-22', { status: 'supported', until: '2025-08-22' }],
    // Older than the calendar: ended with its first row at the latest.
    ['1.9.11', false, '2026-08-05', { status: 'ended', on: '2024-07-31' }],
    ['1.26.3', true, '2026-08-05', { status: 'ended', on: '2024-07-31' }],
    ['1.36.0', false, '2026-05-31', { status: 'preview', from: '2026-06' }],
    ['1.36.0', false, '2026-07-01', { status: 'supported', until: '2027-06-30' }],
    ['1.37.0', false, '2026-09-30', { status: 'preview', from: '2026-10' }],
    // What was only planned counts 90 days later.
    ['1.37.0', false, '2027-02-01', { status: 'supported', until: '2027-10-31' }],
    ['1.34.4', false, '2027-03-01', { status: 'ended', on: '2026-11-30' }],
  ] as const)('%s, long-term support %s, on %s', (text, longTerm, day, expected) => {
    expect(supportOf(version(text), longTerm, at(day))).toEqual(expected);
  });

  test.each([
    ['1.26.3', '2024-03-01', 'does not hold version 1.26 at that time'],
    ['1.38.0', '2027-05-01', 'does not hold version 1.38'],
    ['2.0.0', '2027-05-01', 'does not hold version 2.0'],
    ['1.36.0', '2026-06-15', 'planned the general availability of 1.36 for 2026-06'],
    ['1.37.0', '2026-12-24', 'planned the general availability of 1.37 for 2026-10'],
    ['1.34.4', '2026-12-01', 'planned the end of support of 1.34 for 2026-11-30'],
    ['1.34.4', '2027-02-28', 'planned the end of support'],
  ])('%s on %s is not settled, and the calendar says its age', (text, day, says) => {
    const support = supportOf(version(text), false, at(day));
    expect(support).toMatchObject({ status: 'unsettled', because: expect.stringContaining(says) });
    expect(support).toMatchObject({ because: expect.stringContaining(calendarDate) });
  });
});

test.each([
  ['1.9.0', '1.10.0', -1],
  ['1.34.4', '1.34', 0],
  ['1.34', '1.34.9', 0],
  ['1.34.10', '1.34.9', 1],
])('%s against %s', (one, other, expected) => {
  expect(Math.sign(compareVersions(version(one), version(other)))).toBe(expected);
});

test('days are whole, and negative before', () => {
  expect([
    daysSince('2026-11-10', at('2026-11-20')),
    daysSince('2026-11-20', at('2026-11-20')),
    daysSince('2026-11-30', at('2026-11-20')),
  ]).toEqual([10, 0, -10]);
});
