import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../src/catalogue.ts';
import type { Entry } from '../src/report.ts';
import { type Finding, severities, type Severity } from '../src/result.ts';
import { score } from '../src/score.ts';

const { weights } = loadCatalogue();

/** A rule with p passed, f failed, u unknown subjects; `gap`: its subjects were not all seen. */
function entry(severity: Severity, p: number, f: number, u = 0, gap = false): Entry {
  const counts = { pass: p, fail: f, unknown: u, waived: 0 };
  const finding = (index: number): Finding => ({
    status: 'fail',
    severity,
    subject: { id: `s${index}`, kind: 'x', name: 'x' },
    message: '.',
    evidence: [],
  });
  const findings = Array.from({ length: f }, (_each, index) => finding(index));
  const weight = weights.weights[severity];
  if (f > 0) return { rule: 'r', weight, result: { status: 'fail', counts, findings } };
  if (u > 0 || gap) return { rule: 'r', weight, result: { status: 'unknown', missing: [], counts, findings } };
  return { rule: 'r', weight, result: { status: 'pass', counts, findings } };
}
const notApplicable: Entry = {
  rule: 'n',
  weight: 10,
  result: { status: 'notApplicable', because: '-', counts: { pass: 0, fail: 0, unknown: 0, waived: 0 }, findings: [] },
};
const manual: Entry = {
  rule: 'm',
  weight: 10,
  result: { status: 'manual', ask: '?', counts: { pass: 0, fail: 0, unknown: 0, waived: 0 }, findings: [] },
};
const many = (count: number, make: () => Entry): Entry[] => Array.from({ length: count }, make);

describe('the score, worked by hand', () => {
  test.each<[string, Entry[], Partial<ReturnType<typeof score>>]>([
    [
      'nothing evaluated is no score, never 0 or 100',
      [notApplicable, manual],
      { value: null, low: null, high: null, coverage: 0, grade: null },
    ],
    ['all unknown: 0 to 100, no grade', [entry('high', 0, 0, 0, true)], { value: null, low: 0, high: 100, coverage: 0, grade: null }],
    ['all pass', [entry('critical', 1, 0), entry('low', 3, 0)], { value: 100, low: 100, high: 100, coverage: 100, grade: 'A' }],
    [
      '10 of 10+6+3+1 fail: 10/20',
      [entry('critical', 0, 1), entry('high', 1, 0), entry('medium', 1, 0), entry('low', 1, 0)],
      { value: 50, grade: 'F' },
    ],
    [
      'one critical of 30 rules of weight 10: 290/300 = 96, capped',
      [...many(29, () => entry('critical', 1, 0)), entry('critical', 0, 1)],
      { value: 96, grade: 'D', capped: { from: 'A', because: '1 open critical' } },
    ],
    [
      'three criticals are F',
      [...many(97, () => entry('critical', 1, 0)), ...many(3, () => entry('critical', 0, 1))],
      { value: 97, grade: 'F', capped: { from: 'A', because: '3 open critical' } },
    ],
    ['one high is at most B', [...many(99, () => entry('high', 1, 0)), entry('high', 0, 1)], { value: 99, grade: 'B' }],
    [
      'five highs in one rule are at most C',
      [...many(99, () => entry('high', 1, 0)), entry('high', 95, 5)],
      { value: 99, grade: 'C', capped: { from: 'A', because: '5 open high' } },
    ],
    ['a rule counts once: 999 of 1000 pods pass', [entry('low', 999, 1)], { value: 99, grade: 'A' }],
    ['floor: never 100 with a failure', [...many(50, () => entry('low', 1, 0)), entry('low', 999, 1)], { value: 99 }],
    ['ten rules at one tenth are 10, not 9', many(10, () => entry('low', 1, 9)), { value: 10 }],
    ['three rules at one third are 33', many(3, () => entry('low', 1, 2)), { value: 33 }],
    [
      'half unknown: value of the rest, range over all',
      [entry('high', 1, 0), entry('high', 0, 0, 0, true)],
      { value: 100, low: 50, high: 100, coverage: 50, grade: 'C', capped: { from: 'A', because: 'coverage 50 %' } },
    ],
    ['one of four subjects unknown: e = 3/4', [entry('high', 3, 0, 1)], { value: 100, low: 75, high: 100, coverage: 75, grade: 'B' }],
    ['coverage under half has no grade', [entry('low', 1, 0), entry('high', 0, 0, 0, true)], { value: 100, coverage: 14, grade: null }],
    [
      'partial subjects: 4 passes and an unseen rest, e = 4/5',
      [entry('high', 4, 0, 0, true)],
      { value: 100, low: 80, high: 100, coverage: 80 },
    ],
    [
      'what does not apply and what people answer leave the fraction',
      [entry('high', 1, 0), notApplicable, manual],
      { value: 100, coverage: 100 },
    ],
    [
      'six highs of weight 6 and a medium of 3: 36/39 = 92',
      [...many(6, () => entry('high', 1, 0)), entry('medium', 0, 1)],
      { value: 92, grade: 'A' },
    ],
  ])('%s', (_name, entries, expected) => {
    expect(score(entries, weights)).toMatchObject(expected);
  });
});

describe('the score, whatever the rules say', () => {
  const anyEntry = fc
    .record({ severity: fc.constantFrom(...severities), p: fc.nat(40), f: fc.nat(40), u: fc.nat(40), gap: fc.boolean() })
    .filter(({ p, f, u, gap }) => p + f + u > 0 || gap)
    .map(({ severity, p, f, u, gap }) => entry(severity, p, f, u, gap));
  const entries = fc.array(anyEntry, { minLength: 1, maxLength: 30 });
  const low = (list: readonly Entry[]) => score(list, weights).low ?? 0;

  test('lies in its range', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const { value, low: least, high } = score(list, weights);
        expect(least).not.toBeNull();
        if (value !== null) expect(value >= (least ?? 0) && value <= (high ?? 0)).toBe(true);
      }),
    );
  });
  test('a failure instead of a pass never raises value, low or high', () => {
    fc.assert(
      fc.property(entries, fc.constantFrom(...severities), fc.integer({ min: 1, max: 9 }), (list, severity, n) => {
        const [good, bad] = [score([...list, entry(severity, n, 0)], weights), score([...list, entry(severity, n - 1, 1)], weights)];
        expect((bad.value ?? 0) <= (good.value ?? 100) && (bad.low ?? 0) <= (good.low ?? 0) && (bad.high ?? 0) <= (good.high ?? 0)).toBe(
          true,
        );
      }),
    );
  });
  test('not seeing never raises the lower bound', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 9 }), (list, n) => {
        expect(low([...list, entry('high', 0, 0, n)])).toBeLessThanOrEqual(low(list));
      }),
    );
    fc.assert(
      fc.property(entries, fc.nat(9), (list, p) => {
        expect(low([...list, entry('high', p, 0, 1)])).toBeLessThanOrEqual(low([...list, entry('high', p + 1, 0)]));
      }),
    );
  });
  test('100 only when nothing evaluated failed', () => {
    fc.assert(
      fc.property(entries, (list) => {
        expect(score(list, weights).value === 100 && list.some((each) => each.result.counts.fail > 0)).toBe(false);
      }),
    );
  });
  test('does not depend on the order of the rules', () => {
    fc.assert(
      fc.property(entries, (list) => {
        expect(score([...list].reverse(), weights)).toEqual(score(list, weights));
      }),
    );
  });
});
