import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue.ts';
import type { Report } from '../../src/report.ts';
import type { Finding } from '../../src/result.ts';
import { htmlPage } from '../../src/reporters/html.ts';
import { assets } from '../../src/reporters/html/assets.ts';
import { method } from '../../src/reporters/html/method.ts';
import type { RenderOptions } from '../../src/reporters/reporter.ts';
import { audited } from '../support/audited.ts';
import { anyReport, clusterReport, entryOf, failing, hostileTexts, reportOf, ruleNamed } from '../support/sarif.ts';

const options: RenderOptions = { width: 80, color: false, unicode: true, show: 'all', sarifProfile: 'full', environment: {} };
const chunksOf = (report: Report): string[] => [...htmlPage(report, options)].map(String);
const pageOf = (report: Report): string => chunksOf(report).join('');

interface Data {
  shown: number;
  rules: string[][];
  clusters: string[][];
  groups: [number, number, number[][]][];
  texts: string[];
}
const dataOf = (page: string): Data => {
  const { groups, ...data } = JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '') as Data; // our own form
  return { ...data, groups: groups.slice(1) };
};
/** The page without its data, script and style: what is shown with no script. */
const shownOf = (page: string): string =>
  page
    .slice(page.indexOf('<body'))
    .replaceAll(/<script[\s\S]*?<\/script>/g, '')
    .replaceAll('&amp;', '&');
/** Every element that begins or ends, in order, with the attributes as they are written. */
const tags = (page: string): { name: string; closes: boolean; attributes: string }[] =>
  [
    ...page
      .replaceAll(/(<(script|style)\b[^>]*>)[\s\S]*?(?=<\/\2>)/g, '$1')
      .matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*\/?>/g),
  ].map(([, slash, name, attributes]) => ({ name: name ?? '', closes: slash === '/', attributes: attributes ?? '' }));
const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('one file that needs nothing', () => {
  const page = pageOf(reportOf([clusterReport('shop', [entryOf('x', [failing('web')])])], [ruleNamed('x')]));

  test('its policy lets in nothing but the style and the script that it holds', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    const [style, script] = [/<style>([\s\S]*?)<\/style>/, /<script>([\s\S]*?)<\/script>/].map((part) => part.exec(page)?.[1] ?? '');
    expect(policy).toBe(
      `default-src 'none'; style-src ${sha256(style ?? '')}; script-src ${sha256(script ?? '')}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
  });

  test('no style attribute, no handler, no request', () => {
    for (const { name, attributes } of tags(page)) {
      expect(attributes).not.toMatch(/\s(style|on[a-z]+|srcset|action|ping)=/);
      if (name !== 'a') expect(attributes).not.toMatch(/\s(src|href)="(?!data:)/);
    }
    expect(assets().style).not.toMatch(/url\(|@import|@font-face/);
    expect(assets().script.replaceAll(/\/\*[\s\S]*?\*\//g, '')).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(|XMLHttpRequest|import\(/,
    );
  });

  test('the joined script is one that runs, and neither ends the script nor the style', () => {
    const { script, style } = assets();
    expect(() => new Script(script)).not.toThrow();
    expect(script).not.toMatch(/^\s*(import|export)\b/m);
    expect(script + style).not.toMatch(/<\/?(script|style)|<!--/i);
  });

  test('landmarks, language, headings in order, tables with captions and scopes', async () => {
    const whole = pageOf(await audited('neglected'));
    expect(whole).toMatch(/<html lang="en">/);
    expect(whole.match(/<h1>/g)).toHaveLength(1);
    let last = 0;
    for (const { name, closes } of tags(whole)) {
      const level = Number(/^h([1-6])$/.exec(name)?.[1] ?? 0);
      if (closes || level === 0) continue;
      expect(level).toBeLessThanOrEqual(last + 1);
      last = level;
    }
    for (const table of whole.match(/<table[\s\S]*?<\/table>/g) ?? []) {
      expect(table).toMatch(/<caption><span>[^<]/);
      expect(table).not.toMatch(/<th\b(?! scope)/);
    }
  });
});

describe('everything is there', () => {
  test.each([[['neglected']], [['locked-out']], [['healthy', 'neglected', 'locked-out', 'legacy']]])('%j', async (names) => {
    const report = await audited(...names);
    const page = pageOf(report);
    const { groups, rules, clusters, texts } = dataOf(page);
    const said = groups.flatMap(([cluster, rule, rows]) =>
      rows.map((row) =>
        [clusters[cluster]?.[1], rules[rule]?.[0], row[0] === 4 ? 'unknown' : 'fail', texts[row[1] ?? 0], texts[row[4] ?? 0]].join(' | '),
      ),
    );
    const named = ({ subject }: Finding): string =>
      subject.namespace === undefined ? subject.name : `${subject.namespace}/${subject.name}`;
    const wanted = report.clusters.flatMap(({ target, entries }) =>
      entries.flatMap(({ rule, result }) => {
        const open = result.findings.filter(({ status }) => status !== 'pass');
        if (open.length === 0 && result.status === 'unknown')
          return [[target.id, rule, 'unknown', target.name, result.because ?? 'Not seen.'].join(' | ')];
        return open.map((finding) => [target.id, rule, finding.status, named(finding), finding.message].join(' | '));
      }),
    );
    expect(said.sort()).toEqual(wanted.sort());
    const shown = shownOf(page);
    for (const { entries } of report.clusters) for (const { rule } of entries) expect(shown, rule).toContain(rule);
    const ids = tags(page).flatMap(({ attributes }) => /\sid="([^"]*)"/.exec(attributes)?.[1] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target = ''] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
  });

  test('what a fixed number of findings leaves out is said, and is in the data', () => {
    const findings = Array.from({ length: 50 }, (_, index) => failing(`web-${index}`));
    const page = pageOf(reportOf([clusterReport('shop', [entryOf('x', findings)])], [ruleNamed('x')]));
    expect(shownOf(page).match(/<b>default\/web-\d+<\/b>/g)).toHaveLength(20);
    expect(shownOf(page)).toContain('and 30 more');
    expect(dataOf(page).groups[0]?.[2]).toHaveLength(50);
  });

  test('values that are left out are counted, in the page and in the data', () => {
    const evidence = Array.from({ length: 33 }, (_, index) => ({ resource: 'r', path: `/p/${index}`, actual: index }));
    const page = pageOf(reportOf([clusterReport('shop', [entryOf('x', [failing('web', { evidence })])])], [ruleNamed('x')]));
    expect(shownOf(page)).toContain('and 13 more values in -o json');
    expect(dataOf(page).groups[0]?.[2][0]?.[6]).toBe(13);
  });

  test('what changes the meaning stands before the verdict', () => {
    const page = shownOf(
      pageOf(
        reportOf([clusterReport('shop', [])], [], {
          deviations: [{ what: 'cilium off', from: 'a.yaml' }],
          skipped: [{ file: 'b.json', reason: 'is not JSON.' }],
          unread: [{ target: '/c', reason: 'refused' }],
        }),
      ),
    );
    for (const text of ['cilium off (a.yaml)', 'b.json: is not JSON.', '/c: refused']) {
      expect(page).toContain(text);
      expect(page.indexOf(text)).toBeLessThan(page.indexOf('class="verdict"'));
    }
  });

  test('a report of nothing, and a cluster of which nothing was seen', () => {
    expect(shownOf(pageOf(reportOf([], [])))).toContain('No cluster was judged.');
    const nothing = { counts: { pass: 0, fail: 0, unknown: 0, waived: 0 }, findings: [] };
    const gap = { key: 'pods', why: 'forbidden', permission: 'list pods' } as const;
    const cluster = clusterReport('shop', [{ rule: 'x', weight: 6, result: { status: 'unknown', missing: [gap], ...nothing } }], {
      score: {
        value: null,
        low: 0,
        high: 100,
        coverage: 0,
        grade: null,
        counts: { pass: 0, fail: 0, unknown: 1, notApplicable: 0, manual: 0, waived: 0 },
      },
      gaps: [{ gap, rules: ['x'] }],
    });
    const page = shownOf(pageOf(reportOf([cluster], [ruleNamed('x')])));
    for (const text of [
      'No open findings among what was evaluated.',
      'Nothing was evaluated.',
      'Not seen: pods (forbidden)',
      '<code>list pods</code>',
      '–<span>no grade',
    ])
      expect(page).toContain(text);
    expect(page).not.toMatch(/Score 0|Score 100/);
  });

  test('of several clusters the worst stands first, and prose stands once', async () => {
    const report = await audited('healthy', 'neglected');
    const page = pageOf(report);
    expect(page.indexOf('<a href="#c0">storefront</a>')).toBeLessThan(page.indexOf('<a href="#c1">harbor</a>'));
    expect(page.match(/<details class="cluster"[^>]*>/g)).toEqual([
      '<details class="cluster" id="c0" open>',
      '<details class="cluster" id="c1">',
    ]);
    for (const { name, why } of report.rules.slice(0, 50)) {
      const found = shownOf(page).split(why.replaceAll("'", '&#39;').replaceAll('"', '&quot;')).length - 1;
      expect(found, name).toBeLessThanOrEqual(1);
    }
  });

  test('the method names the numbers that rules/weights.yaml has', () => {
    const { weights, grades, caps, coverageCaps } = loadCatalogue().weights;
    const text = method.markup;
    expect(text).toContain(
      Object.entries(weights)
        .map(([severity, weight]) => `${severity} ${weight}`)
        .join(', '),
    );
    expect(text).toContain(
      `${Object.entries(grades)
        .map(([grade, from]) => `${grade} from ${from}`)
        .join(', ')}, else F`,
    );
    expect(caps).toEqual([
      { open: 'critical', atLeast: 3, grade: 'F' },
      { open: 'critical', atLeast: 1, grade: 'D' },
      { open: 'high', atLeast: 5, grade: 'C' },
      { open: 'high', atLeast: 1, grade: 'B' },
    ]);
    expect(text).toContain('An open high finding caps it at B, 5 at C; an open critical one at D, 3 at F.');
    expect(coverageCaps).toEqual([
      { below: 50, grade: null },
      { below: 75, grade: 'C' },
      { below: 90, grade: 'B' },
    ]);
    expect(text).toContain('Coverage under 90 % caps it at B, under 75 % at C; under 50 % there is none.');
  });
});

describe('hostile texts', () => {
  const more = [
    '</script><img src=x onerror=alert(1)>',
    '<!--<script',
    `"'><svg onload=alert(1)>`,
    '__proto__',
    'constructor',
    'a\u0000b',
    '\u202egnp',
    '</style>',
    '</title>',
  ];
  const structure = (page: string): string =>
    tags(page)
      .map(({ name, closes }) => `${closes ? '/' : ''}${name}`)
      .join(' ');
  /** A report that says one text wherever a cluster or a file has its say. */
  const saying = (text: string): Report => {
    const subject = { id: text, kind: text, name: text, namespace: text };
    const evidence = [
      {
        resource: 'r',
        path: text,
        actual: { [text]: text },
        expected: text,
        at: { file: `files/${text}`, line: 1, column: 1, endLine: 1, endColumn: 1 },
      },
    ];
    const finding = failing('web', { subject, message: text, note: text, evidence });
    const none = { counts: { pass: 0, fail: 0, unknown: 0, waived: 0 }, findings: [] };
    const rules = ['x', 'y', 'z', 'q'].map((name) =>
      ruleNamed(name, {
        title: text,
        why: text,
        links: [{ title: text, url: text }],
        refs: { [text]: [text] },
        fix: { reach: 'in-place', steps: [{ text }, { az: text }, { yaml: text }, { bicep: text }] },
      }),
    );
    const cluster = clusterReport(
      'shop',
      [
        entryOf('x', [finding]),
        { rule: 'y', weight: 1, result: { status: 'notApplicable', because: text, ...none } },
        { rule: 'z', weight: 1, result: { status: 'manual', ask: text, ...none } },
        { rule: 'q', weight: 1, result: { status: 'unknown', because: text, missing: [], ...none } },
      ],
      {
        gaps: [{ gap: { key: 'pods', scope: text, why: 'failed', message: text }, rules: ['q'] }],
        digest: text,
        environment: { production: true, because: text },
      },
    );
    const target = { id: text, name: text, resourceGroup: text, subscription: text, location: text, kubernetesVersion: text };
    return reportOf([{ ...cluster, target }], rules, { deviations: [{ what: text, from: text }] });
  };

  test.each([...hostileTexts, ...more].filter((text) => text !== '').map((text) => [text.slice(0, 40), text]))('%j is text', (_, text) => {
    // A text that is a web address is a link; all others leave the structure as a plain word does.
    if (!/^https?:/.test(text)) expect(structure(pageOf(saying(text)))).toBe(structure(pageOf(saying('word'))));
    const page = pageOf(saying(text));
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]/);
    const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    expect(data).not.toContain('<');
    expect(() => JSON.parse(data)).not.toThrow();
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'vbscript:x', ' https://x'])('%s is no link', (url) => {
    const page = pageOf(
      reportOf([clusterReport('shop', [entryOf('x', [failing('web')])])], [ruleNamed('x', { links: [{ title: 'How', url }] })]),
    );
    expect(page).not.toContain(`href="${url}`);
    expect(page).toContain(`How (${url})`);
  });

  test('any report is one page, the same each time, also from its JSON, in chunks that are small', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const chunks = chunksOf(report);
        const page = chunks.join('');
        expect(pageOf(JSON.parse(JSON.stringify(report)) as Report)).toBe(page);
        expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(1_000_000);
        const open: string[] = [];
        for (const { name, closes } of tags(page)) {
          if (/^(meta|link|input|rect|br)$/.test(name)) continue;
          if (closes) expect(open.pop()).toBe(name);
          else open.push(name);
        }
        expect(open).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

test('ten thousand findings are under five megabytes, and a small cluster under 400 KB', async () => {
  const findings = Array.from({ length: 10_000 }, (_, index) =>
    failing(`service-${index}`, {
      message: `Runs privileged containers: app-${index % 50}.`,
      evidence: [
        {
          resource: `r/${index}`,
          path: '/spec/template/spec/containers/0/securityContext/privileged',
          actual: true,
          expected: 'false or not set',
          at: { file: 'deployments.ndjson', line: index, column: 1, endLine: index, endColumn: 2 },
        },
      ],
    }),
  );
  const many = pageOf(reportOf([clusterReport('shop', [entryOf('x', findings)])], [ruleNamed('x')]));
  expect(many.length).toBeLessThan(5_000_000);
  expect(pageOf(await audited('healthy')).length).toBeLessThan(400_000);
});
