import fc from 'fast-check';
import type { Location, Log, Result as SarifResult, Run } from 'sarif';
import { expect } from 'vitest';
import type { ClusterReport, Entry, Report, ReportedRule } from '../../src/report.ts';
import { type Evidence, type Finding, type Result, severities } from '../../src/result.ts';
import type { RenderOptions } from '../../src/reporters/reporter.ts';
import { sarif } from '../../src/reporters/sarif.ts';

export const profiles = ['github', 'ado', 'full'] as const;

export function rendered(report: Report, options: Partial<RenderOptions> = {}): string {
  return [
    ...sarif(report, { width: 80, color: false, unicode: true, show: 'worst', sarifProfile: 'github', environment: {}, ...options }),
  ].join('');
}
export const logOf = (report: Report, options: Partial<RenderOptions> = {}): Log => JSON.parse(rendered(report, options)) as Log; // held to its shape by expectAccepted

/** Texts that try to be something else in a log, a page, a sheet, a link or a terminal. */
export const hostileTexts: readonly string[] = [
  '::error::x',
  '##vso[task.setvariable variable=a]b',
  "=cmd|'/C calc'!A0",
  '</script><img src=x onerror=alert(1)>',
  ']]>',
  '[click](https://evil.example)',
  '{0} {{1}} `code` ```',
  'a\u0000b\u0007c\u001b[31md\r\ne',
  '\u202egnp.exe\u200b\ufeff',
  '\ud800 lone',
  '../../etc/passwd',
  'C:\\windows',
  'https://portal.azure.com/x',
  'x'.repeat(10_000),
  '__proto__',
  '',
];

export function reportOf(clusters: readonly ClusterReport[], rules: readonly ReportedRule[], more: Partial<Report> = {}): Report {
  return {
    schema: 'aks-audit/report/1',
    tool: { name: 'aks-audit', version: '1.2.3' },
    now: '2026-11-20T08:00:00Z',
    deviations: [],
    skipped: [],
    rules,
    clusters,
    ...more,
  };
}

export function clusterReport(name: string, entries: readonly Entry[], more: Partial<ClusterReport> = {}): ClusterReport {
  const counts = { pass: 0, fail: 0, unknown: 0, notApplicable: 0, manual: 0, waived: 0 };
  return {
    target: {
      id: `/subscriptions/s/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/${name.toLowerCase()}`,
      name,
      resourceGroup: 'rg',
    },
    takenAt: '2026-11-20T08:00:00Z',
    environment: { production: true, because: "no tag 'environment'" },
    score: { value: 50, low: 40, high: 60, coverage: 80, grade: 'C', counts },
    chapters: [],
    entries,
    gaps: [],
    ...more,
  };
}

export function ruleNamed(name: string, more: Partial<ReportedRule> = {}): ReportedRule {
  return {
    name,
    chapter: 'networking',
    title: 'Do it',
    severity: 'high',
    why: 'It is better.',
    links: [{ title: 'How', url: 'https://learn.microsoft.com/azure/aks/' }],
    ...more,
  };
}

export function failing(name: string, more: Partial<Finding> = {}): Finding {
  const id = `/subscriptions/s/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/shop/k8s/apps/Deployment/default/${name}`;
  return {
    status: 'fail',
    severity: 'high',
    subject: { id, kind: 'Deployment', name, namespace: 'default' },
    message: 'Keeps one replica.',
    evidence: [],
    ...more,
  };
}

export function entryOf(rule: string, findings: readonly Finding[]): Entry {
  const count = (status: Finding['status']): number => findings.filter((finding) => finding.status === status).length;
  const counts = { pass: count('pass'), fail: count('fail'), unknown: count('unknown'), waived: 0 };
  const shared = { counts, findings };
  if (counts.fail > 0) return { rule, weight: 6, result: { status: 'fail', ...shared } };
  return { rule, weight: 6, result: counts.unknown > 0 ? { status: 'unknown', missing: [], ...shared } : { status: 'pass', ...shared } };
}

/** What GitHub and Azure DevOps refuse, though the schema and the multitool let it pass (and what we ask of ourselves). */
export function expectAccepted(log: Log, profile: (typeof profiles)[number]): void {
  expect(log).toMatchObject({ version: '2.1.0', $schema: expect.stringMatching(/^https:/) });
  if (profile !== 'full') expect(log.runs.length).toBeLessThanOrEqual(20);
  const categories = log.runs.map((run) => run.automationDetails?.id);
  expect(new Set(categories).size).toBe(categories.length);
  for (const run of log.runs) {
    expectRules(run);
    const results = run.results ?? [];
    if (profile !== 'full') expect(results.length).toBeLessThanOrEqual(5000);
    for (const result of results) expectResult(result, run, profile);
    const hashes = results.map((result) => result.partialFingerprints?.primaryLocationLineHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  }
}

function expectRules(run: Run): void {
  const { driver } = run.tool;
  expect(driver).toMatchObject({
    name: expect.stringMatching(/./),
    fullName: expect.stringMatching(/./),
    semanticVersion: expect.stringMatching(/./),
  });
  for (const rule of driver.rules ?? []) {
    expect(rule.name).toMatch(/^[A-Z][A-Za-z0-9]{0,254}$|^[0-9][A-Za-z0-9]*$/);
    expect(rule.name).not.toBe(rule.id);
    for (const text of [rule.shortDescription?.text, rule.fullDescription?.text]) {
      expect(text).toMatch(/^.+$/u);
      expect(text?.length).toBeLessThanOrEqual(1024);
    }
    expect(rule.help?.text).toBeTruthy();
    expect(rule.help?.markdown).toBeTruthy();
    const { tags, ...properties } = rule.properties ?? {};
    expect(tags?.length).toBeLessThanOrEqual(10);
    expect(['error', 'warning', 'recommendation']).toContain(properties['problem.severity']);
    const severity: unknown = properties['security-severity'];
    if (severity !== undefined) expect(severity).toMatch(/^(?:9\.[1-9]|10\.0|[0-8]\.[1-9]|[1-9]\.0)$/);
  }
}

function expectResult(result: SarifResult, run: Run, profile: (typeof profiles)[number]): void {
  const rule = run.tool.driver.rules?.[result.ruleIndex ?? -1];
  expect(rule?.id).toBe(result.ruleId);
  expect(result.message.text).toMatch(/[.!?]$/);
  expect(result.message.text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]|##vso\[|(?<!\\)\]\(/);
  expect((result.message.text ?? '').isWellFormed()).toBe(true);
  expect(result.locations).toHaveLength(1);
  expectLocation(result.locations?.[0]);
  expect(result.partialFingerprints).toEqual({
    primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{32}:[1-9]\d*$/),
    'aksAuditFindingId/v1': expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(result.level === 'none').toBe(result.kind !== 'fail');
  expect(result).not.toHaveProperty('suppressions');
  if (profile !== 'full') expect(result).toMatchObject({ kind: 'fail', level: expect.stringMatching(/^(?:error|warning|note)$/) });
}

function expectLocation(location: Location | undefined): void {
  const { artifactLocation, region } = location?.physicalLocation ?? {};
  expect(artifactLocation?.uri).toMatch(/^[^:/\\][^:\\]*$/);
  expect(artifactLocation?.uri?.split('/')).not.toContain('..');
  expect(() => decodeURIComponent(artifactLocation?.uri ?? '')).not.toThrow();
  const numbers = [region?.startLine, region?.startColumn, region?.endLine, region?.endColumn];
  for (const number of numbers) expect(Number.isSafeInteger(number) && (number ?? 0) >= 1).toBe(true);
  expect(location?.logicalLocations?.[0]?.fullyQualifiedName).toBeTypeOf('string');
}

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostileTexts), fc.string());
const place = fc.record({
  file: text,
  line: fc.integer({ min: 1 }),
  column: fc.integer({ min: 1 }),
  endLine: fc.integer({ min: 1 }),
  endColumn: fc.integer({ min: 1 }),
});
const evidence: fc.Arbitrary<Evidence> = fc.record(
  { resource: text, path: text, actual: fc.jsonValue(), expected: text, at: place },
  { requiredKeys: ['resource', 'path', 'actual'] },
);
const severity = fc.constantFrom(...severities);
const subject = fc.record({ id: text, kind: text, name: text, namespace: text }, { requiredKeys: ['id', 'kind', 'name'] });
const finding: fc.Arbitrary<Finding> = fc.record(
  {
    status: fc.constantFrom('pass', 'fail', 'unknown'),
    severity,
    subject,
    message: text,
    note: text,
    evidence: fc.array(evidence, { maxLength: 5 }),
  },
  { requiredKeys: ['status', 'subject', 'message', 'evidence'] },
);
const none = { counts: { pass: 0, fail: 0, unknown: 0, waived: 0 }, findings: [] };
const result: fc.Arbitrary<Result> = fc.oneof(
  fc.array(finding, { maxLength: 6 }).map((findings) => entryOf('', findings).result),
  text.map((because): Result => ({ status: 'notApplicable', because, ...none })),
  text.map((ask): Result => ({ status: 'manual', ask, ...none })),
  text.map((crash): Result => ({ status: 'unknown', missing: [], crash, ...none })),
);
const link = fc.record({ title: text, url: fc.oneof(text, fc.webUrl(), fc.constant('https://x.example/a)b"<c')) });
const rule: fc.Arbitrary<ReportedRule> = fc.record(
  {
    name: fc.oneof(fc.stringMatching(/^[a-z]+(-[a-z]+)*$/), text),
    chapter: fc.oneof(fc.constantFrom('networking', 'cost'), text),
    title: text,
    severity,
    why: text,
    links: fc.array(link, { maxLength: 2 }),
    fix: fc.record({
      steps: fc.array(fc.record({ az: text, yaml: text, text }, { requiredKeys: [] }), { maxLength: 3 }),
      reach: fc.constantFrom('in-place' as const, 'new-pool' as const),
    }),
    refs: fc.dictionary(text, fc.array(text, { maxLength: 4 }), { maxKeys: 5 }),
  },
  { requiredKeys: ['name', 'chapter', 'title', 'severity', 'why', 'links'] },
);
const gap = fc.oneof(
  fc.record({ key: fc.constantFrom('pods' as const, 'cluster' as const), scope: text, why: fc.constant('failed' as const), message: text }),
  fc.record({ key: fc.constant('nodes' as const), why: fc.constant('forbidden' as const), permission: text }),
);

/** Any report, hostile in every text. */
export const anyReport: fc.Arbitrary<Report> = fc
  .tuple(
    fc.uniqueArray(rule, { maxLength: 5, selector: ({ name }) => name }),
    fc.array(fc.tuple(text, fc.array(result, { maxLength: 5 }), fc.array(gap, { maxLength: 2 })), { maxLength: 25 }),
  )
  .map(([rules, clusters]) =>
    reportOf(
      clusters.map(([name, results, gaps], index) =>
        clusterReport(
          `${name}${index}`,
          results.flatMap((each, at) => (rules[at] === undefined ? [] : [{ rule: rules[at].name, weight: 1, result: each }])),
          { gaps: gaps.map((each) => ({ gap: each, rules: rules.map(({ name: of }) => of) })) },
        ),
      ),
      rules,
      { skipped: [{ file: clusters[0]?.[0] ?? '', reason: 'is not JSON.' }] },
    ),
  );
