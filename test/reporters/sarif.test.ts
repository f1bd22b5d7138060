import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue.ts';
import { locate } from '../../src/locate.ts';
import { findingId } from '../../src/model/findingId.ts';
import type { Entry } from '../../src/report.ts';
import { ruleFixtures, snapshotOf } from '../support/fixtures.ts';
import { judgeSnapshot } from '../support/judge.ts';
import {
  anyReport,
  clusterReport,
  entryOf,
  expectAccepted,
  failing,
  hostileTexts,
  logOf,
  profiles,
  rendered,
  reportOf,
  ruleNamed,
} from '../support/sarif.ts';

const at = (file: string) => ({ file, line: 4, column: 5, endLine: 4, endColumn: 26 });
const evidence = (more: object = {}) => ({
  resource: failing('web').subject.id,
  path: '/spec/replicas',
  actual: 1,
  expected: 'at least 2',
  at: at('exports/web.json'),
  ...more,
});
const rule = ruleNamed('multi-replica-workloads', { chapter: 'reliability', title: 'Keep two replicas' });
const one = (more: Parameters<typeof failing>[1] = {}) =>
  reportOf([clusterReport('shop', [entryOf(rule.name, [failing('web', { evidence: [evidence()], ...more })])])], [rule]);
const onlyResult = (report: Parameters<typeof logOf>[0], options = {}) => logOf(report, options).runs[0]?.results?.[0];

test('a finding', () => {
  expect(onlyResult(one())).toEqual({
    ruleId: 'multi-replica-workloads',
    ruleIndex: 0,
    kind: 'fail',
    level: 'error',
    message: { text: "Deployment 'default/web': Keeps one replica. '/spec/replicas' is '1' (expected 'at least 2')." },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'exports/web.json', uriBaseId: '%SRCROOT%' },
          region: { startLine: 4, startColumn: 5, endLine: 4, endColumn: 26 },
        },
        logicalLocations: [{ name: 'web', kind: 'resource', fullyQualifiedName: failing('web').subject.id }],
      },
    ],
    partialFingerprints: {
      primaryLocationLineHash: `${findingId(rule.name, failing('web').subject.id)}:1`,
      'aksAuditFindingId/v1': findingId(rule.name, failing('web').subject.id),
    },
    properties: { severity: 'high', chapter: 'reliability', cluster: clusterReport('shop', []).target.id },
  });
});

test('the identity of a finding is fixed', () => {
  // printf 'v1\nr\n/a\n' | sha256sum
  expect(findingId('r', '/A')).toBe(findingId('r', '/a'));
  expect(findingId('r', '/a')).toBe('fc02963de3d1089e2dde08e81a98696c');
  expect(findingId('r', '/a', '/spec')).not.toBe(findingId('r', '/a'));
});

test('neither place nor message changes the fingerprints; two findings of one identity are counted', () => {
  const moved = one({ message: 'Keeps only one replica.', evidence: [evidence({ at: { ...at('exports/web.json'), line: 99 } })] });
  expect(onlyResult(moved)?.partialFingerprints).toEqual(onlyResult(one())?.partialFingerprints);
  const twice = reportOf([clusterReport('shop', [entryOf(rule.name, [failing('web'), failing('web')])])], [rule]);
  const id = findingId(rule.name, failing('web').subject.id);
  expect(logOf(twice).runs[0]?.results?.map((each) => each.partialFingerprints?.primaryLocationLineHash)).toEqual([`${id}:1`, `${id}:2`]);
});

describe('rules', () => {
  const described = (more: Parameters<typeof ruleNamed>[1], cluster = clusterReport('shop', [entryOf('r-x', [failing('web')])])) =>
    logOf(reportOf([cluster], [ruleNamed('r-x', more)])).runs[0]?.tool.driver.rules?.[0];

  test.each([
    ['critical', 'error', 'error', '9.5'],
    ['high', 'error', 'error', '8.0'],
    ['medium', 'warning', 'warning', '5.5'],
    ['low', 'note', 'recommendation', '2.5'],
  ] as const)('severity %s', (severity, level, problem, security) => {
    expect(described({ severity })).toMatchObject({
      name: 'RX',
      defaultConfiguration: { level },
      properties: { 'problem.severity': problem, 'security-severity': security },
    });
  });

  test.each(['reliability', 'cost', 'governance', 'observability', 'scaling', 'backup-dr', 'upgrades-operations'])(
    '%s is no security',
    (chapter) => {
      const properties = described({ chapter })?.properties;
      expect(properties).not.toHaveProperty('security-severity');
      expect(properties?.tags).not.toContain('security');
    },
  );

  test('help tells why, the fix with the names of the cluster, and where to read on', () => {
    const fix = {
      steps: [{ az: 'az aks update -g {resourceGroup} -n {cluster} --pool {pool}' }, { text: 'Restart *all* pods.' }],
      reach: 'in-place' as const,
    };
    expect(described({ fix })?.help?.markdown).toBe(
      [
        '**Why**\n\nIt is better.',
        '**Fix** (in place)',
        '```sh\naz aks update -g rg -n shop --pool <pool>\n```',
        'Restart \\*all\\* pods.',
        '**References**\n\n- [How](https://learn.microsoft.com/azure/aks/)',
      ].join('\n\n'),
    );
  });

  test('only https addresses are linked, and none ends its link', () => {
    const links = ['javascript:alert(1)', 'http://x.example', 'https://x.example/a)b"<i>`'].map((url) => ({ title: 'a](b', url }));
    const help = described({ links })?.help?.markdown ?? '';
    expect(help.slice(help.indexOf('**References**'))).toBe('**References**\n\n- [a\\](b](https://x.example/a%29b%22%3Ci%3E%60)');
  });

  test('code is fenced by more backticks than it holds', () => {
    expect(described({ fix: { steps: [{ yaml: 'a: |\n  ````\n  x' }], reach: 'in-place' } })?.help?.markdown).toContain(
      '`````yaml\na: |\n  ````\n  x\n`````',
    );
  });

  test('at most ten tags, none twice', () => {
    const tags = described({ refs: { cis: Array.from({ length: 30 }, (_, index) => String(index % 15)) } })?.properties?.tags;
    expect(tags).toEqual(['security', 'aks', 'networking', ...Array.from({ length: 7 }, (_, index) => `cis/${index}`)]);
  });
});

describe('places', () => {
  const uri = (file: string) => onlyResult(one({ evidence: [evidence({ at: at(file) })] }));
  test.each([
    ['a b/ü#?%.json', 'a%20b/%C3%BC%23%3F%25.json'],
    ['a\\b:c.json', 'a%5Cb%3Ac.json'],
    ['\ud800.json', '%EF%BF%BD.json'],
  ])('%j is encoded', (file, expected) => {
    expect(uri(file)?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe(expected);
  });

  test.each(['/tmp/x.json', '../x.json', 'a/../../x.json', 'C:\\x.json', 'https://x.example/y.json', '\\\\host\\x.json', ''])(
    '%j is outside: a virtual path stands for it',
    (file) => {
      const result = uri(file);
      expect(result?.locations?.[0]?.physicalLocation).toMatchObject({
        artifactLocation: { uri: 'aks-audit/shop/kubernetes/deployments' },
        region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
      });
      expect(result?.properties?.file).toBe(`${file}:4`);
    },
  );

  test('the first evidence that has a place', () => {
    const result = onlyResult(
      one({ evidence: [evidence({ at: undefined }), evidence({ at: at('b.json') }), evidence({ at: at('c.json') })] }),
    );
    expect(result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe('b.json');
  });
});

describe('profiles', () => {
  const results = () => {
    const entries: Entry[] = [
      entryOf(rule.name, [
        failing('web'),
        failing('db', { status: 'unknown', message: 'Not seen.' }),
        failing('ok', { status: 'pass', message: 'Keeps two.' }),
      ]),
      {
        rule: 'asked',
        weight: 1,
        result: { status: 'manual', ask: 'Is it so?', counts: { pass: 0, fail: 0, unknown: 0, waived: 0 }, findings: [] },
      },
      {
        rule: 'not-here',
        weight: 1,
        result: { status: 'notApplicable', because: 'There is none.', counts: { pass: 0, fail: 0, unknown: 0, waived: 0 }, findings: [] },
      },
      {
        rule: 'blind',
        weight: 1,
        result: {
          status: 'unknown',
          missing: [{ key: 'pods', why: 'forbidden', permission: 'list pods' }],
          counts: { pass: 0, fail: 0, unknown: 0, waived: 0 },
          findings: [],
        },
      },
    ];
    const gaps = [{ gap: { key: 'pods' as const, why: 'forbidden' as const, permission: 'list pods' }, rules: ['blind', rule.name] }];
    return reportOf(
      [clusterReport('shop', entries, { gaps })],
      [rule, ruleNamed('asked'), ruleNamed('not-here'), ruleNamed('blind'), ruleNamed('unused')],
    );
  };

  test.each(['github', 'ado'] as const)('%s holds open findings and their rules alone, and says what was not seen', (sarifProfile) => {
    const run = logOf(results(), { sarifProfile }).runs[0];
    expect(run?.results?.map((each) => [each.ruleId, each.kind])).toEqual([[rule.name, 'fail']]);
    expect(run?.tool.driver.rules?.map(({ id }) => id)).toEqual([rule.name]);
    expect(run?.invocations?.[0]).toEqual({
      executionSuccessful: true,
      toolExecutionNotifications: [
        {
          descriptor: { id: 'forbidden' },
          level: 'warning',
          message: {
            text: "'pods' was denied. It takes the permission 'list pods'. 2 rules are not fully evaluated for it: blind, multi-replica-workloads.",
          },
        },
      ],
    });
  });

  test('full holds every verdict', () => {
    const run = logOf(results(), { sarifProfile: 'full' }).runs[0];
    expect(run?.results?.map((each) => [each.ruleId, each.kind, each.level]).sort()).toEqual([
      ['asked', 'review', 'none'],
      ['blind', 'open', 'none'],
      [rule.name, 'fail', 'error'],
      [rule.name, 'open', 'none'],
      [rule.name, 'pass', 'none'],
      ['not-here', 'notApplicable', 'none'],
    ]);
    expect(run?.tool.driver.rules).toHaveLength(5);
  });

  test('a clean cluster has a run without results, so that its alerts close', () => {
    const log = logOf(reportOf([clusterReport('shop', [])], [rule]));
    expect(log.runs[0]).toMatchObject({ results: [], tool: { driver: { rules: [] } } });
    expectAccepted(log, 'github');
  });

  test('a check that failed is no success', () => {
    const crashed: Entry = {
      rule: rule.name,
      weight: 1,
      result: { status: 'unknown', missing: [], crash: 'TypeError: x', counts: { pass: 0, fail: 0, unknown: 0, waived: 0 }, findings: [] },
    };
    expect(logOf(reportOf([clusterReport('shop', [crashed])], [rule])).runs[0]?.invocations?.[0]).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [{ level: 'error' }],
    });
  });
});

describe('runs', () => {
  const pipeline = {
    TF_BUILD: 'True',
    SYSTEM_COLLECTIONURI: 'https://dev.azure.com/contoso/',
    SYSTEM_TEAMPROJECT: 'shop',
    SYSTEM_TEAMPROJECTID: '11111111-1111-1111-1111-111111111111',
    SYSTEM_DEFINITIONID: '12',
    BUILD_DEFINITIONNAME: 'nightly',
    SYSTEM_JOBID: '22222222-2222-2222-2222-222222222222',
    SYSTEM_PHASENAME: 'Audit',
    BUILD_BUILDID: '345',
    BUILD_SOURCEBRANCH: 'refs/heads/main',
  };
  const fleet = (count: number) =>
    reportOf(
      Array.from({ length: count }, (_, index) =>
        clusterReport(`c${index}`, [entryOf(rule.name, [failing('web', { evidence: [evidence()] })])]),
      ),
      [rule],
    );

  test('one a cluster, by name and hash of the id', () => {
    const ids = logOf(fleet(3)).runs.map((run) => run.automationDetails?.id);
    expect(ids).toEqual(expect.arrayContaining([expect.stringMatching(/^aks-audit\/c0-[0-9a-f]{8}\/$/)]));
    expect(ids).toHaveLength(3);
  });

  test('three hundred clusters share twenty runs; one more moves no other', () => {
    const shares = (count: number) =>
      logOf(fleet(count)).runs.map((run) => run.results?.map((each) => String(each.properties?.cluster)) ?? []);
    const before = shares(300);
    expect(before).toHaveLength(20);
    expect(before.flat()).toHaveLength(300);
    const after = shares(301);
    for (const [index, clusters] of before.entries()) expect(after[index]).toEqual(expect.arrayContaining(clusters));
    expect(logOf(fleet(300), { sarifProfile: 'full' }).runs).toHaveLength(300);
  });

  test('in a pipeline of Azure DevOps, what Advanced Security asks for', () => {
    const log = logOf(fleet(2), { sarifProfile: 'ado', environment: pipeline });
    expect(log.runs.map((run) => run.automationDetails)).toEqual([
      {
        id: 'azuredevops/pipeline/build/contoso/11111111-1111-1111-1111-111111111111/12/22222222-2222-2222-2222-222222222222/refs/heads/main/345',
        properties: {
          'azuredevops/pipeline/build/buildDefinitionId': '12',
          'azuredevops/pipeline/build/buildDefinitionName': 'nightly',
          'azuredevops/pipeline/build/phaseId': '22222222-2222-2222-2222-222222222222',
          'azuredevops/pipeline/build/phaseName': 'Audit',
        },
      },
    ]);
    expect(log.runs[0]?.results?.map((each) => each.message.text?.split('. ').at(-1))).toEqual([
      "The cluster is 'c0'.",
      "The cluster is 'c1'.",
    ]);
    expectAccepted(log, 'ado');
  });

  test.each(
    Object.keys(pipeline).filter(
      (name) => !['TF_BUILD', 'SYSTEM_TEAMPROJECT', 'SYSTEM_TEAMPROJECTID', 'BUILD_DEFINITIONNAME', 'SYSTEM_PHASENAME'].includes(name),
    ),
  )('without %s, our own id', (name) => {
    const log = logOf(fleet(1), { sarifProfile: 'ado', environment: { ...pipeline, [name]: undefined } });
    expect(log.runs[0]?.automationDetails?.id).toMatch(/^aks-audit\/c0-/);
  });
});

test('at most 5,000 results, the worst; the rest is counted', () => {
  const mild = ruleNamed('mild', { severity: 'low' });
  const many = (count: number, more: object) =>
    Array.from({ length: count }, (_, index) => failing(`d${String(index).padStart(5, '0')}`, more));
  const report = reportOf(
    [clusterReport('shop', [entryOf('mild', many(4000, { severity: 'low' })), entryOf(rule.name, many(1214, {}))])],
    [mild, rule],
  );
  const run = logOf(report).runs[0];
  expect(run?.results).toHaveLength(5000);
  expect(run?.results?.slice(0, 1214).every((each) => each.level === 'error')).toBe(true);
  expect(run?.results?.filter((each) => each.message.text?.includes('And 214 more of this rule'))).toHaveLength(1);
  expect(run?.results?.at(-1)?.message.text).toMatch(/And 214 more of this rule, which the JSON report holds\.$/);
  expect(run?.invocations?.[0]?.toolExecutionNotifications?.map((each) => each.message.text)).toEqual([
    "214 results of rule 'mild' are left out: a run holds 5000. The JSON report holds all.",
  ]);
  expect(logOf(report, { sarifProfile: 'full' }).runs[0]?.results).toHaveLength(5214);
});

test.each(hostileTexts)('hostile: %j', (text) => {
  const hostile = failing(text, {
    message: text,
    note: text,
    evidence: [evidence({ path: text, expected: text, actual: text, at: at(text), resource: text })],
    subject: { id: text, kind: text, name: text, namespace: text },
  });
  const report = reportOf(
    [clusterReport(text, [entryOf('r-x', [hostile])])],
    [
      ruleNamed('r-x', {
        why: text,
        title: text,
        fix: { steps: [{ az: 'x {cluster}' }, { text }], reach: 'in-place' },
        links: [{ title: text, url: text }],
      }),
    ],
  );
  for (const sarifProfile of profiles) expectAccepted(logOf(report, { sarifProfile }), sarifProfile);
  expect(rendered(report)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e\ufeff]/);
});

test('any report gives results of exactly one physical location, accepted everywhere, byte for byte the same', () => {
  fc.assert(
    fc.property(anyReport, fc.constantFrom(...profiles), (report, sarifProfile) => {
      const text = rendered(report, { sarifProfile });
      expectAccepted(JSON.parse(text), sarifProfile);
      expect(rendered(structuredClone(report), { sarifProfile })).toBe(text);
    }),
    { numRuns: 150 },
  );
});

describe('fixtures', () => {
  const rules = loadCatalogue().rules.filter((each) => each.check !== undefined);
  const fixtures = ruleFixtures();
  test.each(rules)('$chapter/$name', async (judged) => {
    for (const [name, each] of Object.entries(fixtures.get(`${judged.chapter}/${judged.name}`)?.fail ?? {})) {
      const snapshot = snapshotOf(each);
      const result = judgeSnapshot(judged, snapshot, each);
      await locate([result], snapshot, async function* nothing() {});
      const { fix, ...shown } = judged;
      const report = reportOf(
        [clusterReport('base', [{ rule: judged.name, weight: 1, result }], { target: snapshot.target })],
        [{ ...shown, ...(fix === undefined ? {} : { fix }) }],
      );
      for (const sarifProfile of profiles) expectAccepted(logOf(report, { sarifProfile }), sarifProfile);
      expect(onlyResult(report)?.locations?.[0]?.physicalLocation?.artifactLocation?.uri, name).toMatch(
        /^aks-audit\/base\/(?:azure|kubernetes)\/[A-Za-z]+$/,
      );
    }
  });
});
