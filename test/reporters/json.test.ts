import { expect, test } from 'vitest';
import type { Report } from '../../src/report.ts';
import { json } from '../../src/reporters/json.ts';
import { harmlessJson } from '../../src/reporters/plain.ts';

const hostile = [
  '\u001b[31mred',
  '\u009b31m',
  'gnp.\u202eexe',
  '\u2028',
  '\ufeff',
  '\u{e0041}',
  '##vso[task.setvariable variable=x]y',
  '##[error]x',
  '\n::error::x',
  '\ud800',
  'größe · 漢字 👍',
];

test('JSON holds the very text and nothing that acts on a terminal or a CI log', () => {
  for (const text of hostile) {
    const written = harmlessJson(JSON.stringify({ [text]: [text] }, null, 2));
    expect(JSON.parse(written)).toEqual({ [text]: [text] });
    expect(written).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]|##\[|##vso\[|^\s*::/m);
  }
  expect(harmlessJson(JSON.stringify('größe · 漢字 👍'))).toBe('"größe · 漢字 👍"');
});

test('pieces make up what JSON.stringify would write', () => {
  const finding = { status: 'fail', evidence: [{ actual: { absent: true }, nested: [[], {}, [1, [2]]] }], note: undefined };
  const entries = [
    { rule: 'a', result: { status: 'fail', findings: [finding, finding], missing: [] } },
    { rule: 'b', result: {} },
  ];
  const report = { schema: 'x', skipped: [], unread: undefined, clusters: [{ target: { name: 'one\ntwo' }, entries }, { entries: [] }] };
  expect([...json(report as unknown as Report)].join('')).toBe(`${JSON.stringify(report, null, 2)}\n`);
});
