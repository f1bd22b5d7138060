import { expect, test } from 'vitest';
import { time } from '../../src/cli/auditCommand.ts';

test.each([
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T08:00:00Z', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20T01:00+02:00', '2026-11-19T23:00:00.000Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
])('%s is a time', (text, iso) => {
  expect(time(text)).toBe(iso);
});

test.each(['', 'now', '2026', '2026-13-01', '2026-02-30', '2026-02-29T10:00:00Z', '2026-11-20T25:00:00Z', '2026-11-20T08:00:00', '1e9'])(
  "'%s' is none",
  (text) => {
    expect(() => time(text)).toThrow('It is a time such as');
  },
);
