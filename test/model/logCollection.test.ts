import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue.ts';
import { keysRetired } from '../../src/model/logCollection.ts';
import { snapshotOf } from '../support/fixtures.ts';
import { judgeSnapshot } from '../support/judge.ts';

test.each([
  ['2026-09-29T23:59:59Z', false],
  ['2026-09-30T00:00:00Z', true],
])('at %s key authentication is retired: %s', (at, retired) => {
  expect(keysRetired(new Date(at))).toBe(retired);
});

test('before its end key authentication is a note', () => {
  const rule = loadCatalogue().rules.find(({ name }) => name === 'container-insights');
  if (rule === undefined) throw new Error('the rule is in the catalogue');
  const legacy = snapshotOf({ patch: { cluster: { properties: { addonProfiles: { omsagent: { config: { useAADAuth: 'False' } } } } } } });
  expect(judgeSnapshot(rule, { ...legacy, takenAt: '2026-06-01T00:00:00Z' })).toMatchObject({
    status: 'pass',
    findings: [{ note: 'Its legacy key authentication is retired on 30 September 2026.' }],
  });
});
