import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../src/catalogue.ts';
import { root } from './support/fixtures.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

test('the sample in the README is what the command prints', () => {
  const [, file = '', sample = ''] = /<!-- sample: (\S+) -->\n```text\n([\s\S]*?)\n```/.exec(readme) ?? [];
  expect(readFileSync(join(root, file), 'utf8').startsWith(sample), 'copy the beginning of the golden into the README').toBe(true);
});

test('the commands that set everything up are there to be pasted', () => {
  expect(readme).toContain('\nnpm ci && npm start --silent -- audit fixtures/snapshots/neglected --exit-zero\n');
  expect(readme).toContain('\nnpm ci && npm test\n');
});

test('rules that the documentation names exist', () => {
  const names = new Set(loadCatalogue().rules.map((rule) => rule.name));
  const named = [...readme.matchAll(/rules show ([a-z-]+)|^ {2}([a-z]+(?:-[a-z]+)+): /gm)].map((found) => found[1] ?? found[2] ?? '');
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !names.has(name))).toEqual([]);
});
