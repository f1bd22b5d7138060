import { expect, test } from 'vitest';
import { table } from '../../src/reporters/console.ts';
import { audited } from '../support/audited.ts';

const report = await audited('neglected');
const failing = report.clusters.flatMap(({ entries }) => entries.filter(({ result }) => result.status === 'fail'));
const shown = (show: 'worst' | 'all'): string =>
  [...table(report, { width: 100, color: false, unicode: true, show, sarifProfile: 'full', environment: {} })].join('');
const times = (text: string, part: RegExp): number => [...text.matchAll(part)].length;

test('the ten worst rules are shown with their fix, and every other rule with its first finding', () => {
  const text = shown('worst');
  expect(failing.length).toBeGreaterThan(20);
  expect(times(text, /^ {10}Fix \(/gm)).toBe(10);
  expect(times(text, /^(?:CRITICAL|HIGH|MEDIUM|LOW) /gm)).toBe(failing.length);
  expect(text).toContain('--show all');
});

test('all is every finding with every value, and every fix', () => {
  const text = shown('all');
  expect(times(text, /^ {10}Fix \(/gm)).toBe(failing.length);
  expect(text).not.toMatch(/^ +and \d+ more/m);
  expect(text).not.toContain('--show all');
  const findings = failing.flatMap(({ result }) => result.findings.filter(({ status }) => status === 'fail'));
  for (const { subject } of findings) expect(text).toContain(subject.name);
});
