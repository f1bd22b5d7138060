import { describe, expect, test } from 'vitest';
import { type Lookup, parseCalicoSelector, unknown } from '../../src/model/isolationCalicoSelector.ts';

const labels: Readonly<Record<string, string>> = { app: 'web', 'example.com/tier': 'front', empty: '' };
const known: Lookup = (key) => labels[key];
const halfKnown: Lookup = (key) => (key === 'app' ? 'web' : unknown);

describe('Calico selectors', () => {
  test.each([
    ['', true],
    ['all()', true],
    ['global()', false],
    ["app == 'web'", true],
    ['app == "web"', true],
    ["app=='web'", true],
    ["app != 'web'", false],
    ["gone != 'web'", true],
    ['has(app)', true],
    ['has(empty)', true],
    ['!has(gone)', true],
    ["app in {'api', 'web'}", true],
    ['app in {}', false],
    ["app not in {'api'}", true],
    ["gone not in {'api'}", true],
    ["app contains 'e'", true],
    ["app starts with 'we'", true],
    ["app ends with 'x'", false],
    ["example.com/tier == 'front'", true],
    ["app == 'web' && example.com/tier == 'back'", false],
    ["app == 'api' || example.com/tier == 'front'", true],
    ["!(app == 'api' || has(gone)) && all()", true],
    ["app == 'api' && has(app) || has(app)", true],
  ])('%j: %s', (text, expected) => expect(parseCalicoSelector(text)?.(known)).toBe(expected));

  test.each([
    'app = "web"',
    'app ==',
    "app == 'web",
    "(app == 'web'",
    "app == 'web')",
    'has()',
    'all',
    "app in {'a' 'b'}",
    "'app' == 'web'",
    '&& has(app)',
    '!'.repeat(100_000),
    '('.repeat(100_000),
  ])('refuses %.20s', (text) => expect(parseCalicoSelector(text)).toBeUndefined());

  test.each([
    ["tier == 'front'", undefined],
    ["app == 'web' || tier == 'front'", true],
    ["tier == 'front' || app == 'web'", true],
    ["app == 'api' && tier == 'front'", false],
    ["app == 'web' && tier == 'front'", undefined],
    ['!has(tier)', undefined],
  ])('%j of labels half known: %s', (text, expected) => expect(parseCalicoSelector(text)?.(halfKnown)).toBe(expected));
});
