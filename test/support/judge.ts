import { evaluate } from '../../src/evaluate.ts';
import { scope } from '../../src/model/namespaces.ts';
import type { Result } from '../../src/result.ts';
import type { Rule } from '../../src/rule.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import { type FixtureCase, snapshotOf } from './fixtures.ts';

/** What a rule says of a fixture case, with further patches on top; a throw of the check comes through. */
export function judgeCase(rule: Rule, fixture: FixtureCase, also: readonly Record<string, unknown>[] = []): Result {
  return judgeSnapshot(rule, snapshotOf(fixture, also), fixture);
}

export function judgeSnapshot(rule: Rule, snapshot: Snapshot, fixture: FixtureCase = {}): Result {
  const [result] = judgeAll([{ ...rule, with: { ...rule.with, ...fixture.with } }], snapshot);
  if (result === undefined) throw new Error('a rule has one result');
  return result;
}

/** What each of the rules says: what several of them compute is computed once. */
export const judgeAll = (rules: readonly Rule[], snapshot: Snapshot): Result[] =>
  evaluate(snapshot, rules, {
    inScope: scope([]),
    at: new Date(snapshot.takenAt ?? '2026-11-20T08:00:00Z'),
    production: true,
    letThrow: true,
  });
