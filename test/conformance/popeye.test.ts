import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ClusterReport } from '../../src/report.ts';
import type { Status } from '../../src/result.ts';
import { auditFiles, ruleNames } from './support/auditing.ts';
import { onlyCluster } from './support/cases.ts';
import { compare, type Judgement } from './support/compare.ts';
import { describeCorpus } from './support/corpus.ts';
import { readFileSync } from 'node:fs';

/** What its tests assert of each object in a file: those of which a code is said fail, the others pass. */
interface Asserted {
  file: string;
  beside?: readonly string[];
  code: string;
  rule: string;
  fail: readonly string[];
  pass: readonly string[];
}

const pods = { file: 'core__pod__2.yaml', beside: ['core__sa__1.yaml'] };
const asserted: readonly Asserted[] = [
  { file: 'apps__sts__1.yaml', code: 'POP-100', rule: 'image-tags-pinned', fail: ['sts2'], pass: ['sts1', 'sts3'] },
  { file: 'apps__sts__1.yaml', code: 'POP-106', rule: 'resource-requests', fail: ['sts3'], pass: ['sts1', 'sts2'] },
  { file: 'apps__sts__1.yaml', code: 'POP-106', rule: 'resource-limits', fail: ['sts3'], pass: ['sts1', 'sts2'] },
  { file: 'batch__cjob__1.yaml', code: 'POP-100', rule: 'image-tags-pinned', fail: ['cj2'], pass: ['cj1'] },
  { file: 'batch__cjob__1.yaml', code: 'POP-106', rule: 'resource-requests', fail: ['cj2'], pass: ['cj1'] },
  { file: 'batch__cjob__1.yaml', code: 'POP-106', rule: 'resource-limits', fail: ['cj2'], pass: ['cj1'] },
  { file: 'batch__job__1.yaml', code: 'POP-100', rule: 'image-tags-pinned', fail: ['j2'], pass: ['j1'] },
  { file: 'batch__job__1.yaml', code: 'POP-106', rule: 'resource-requests', fail: ['j2'], pass: ['j1'] },
  { ...pods, code: 'POP-100', rule: 'image-tags-pinned', fail: ['p4'], pass: ['p3', 'p5'] },
  { ...pods, code: 'POP-106', rule: 'resource-requests', fail: ['p4', 'p5'], pass: ['p3'] },
  { ...pods, code: 'POP-208', rule: 'multi-replica-workloads', fail: ['p2', 'p4'], pass: ['p1', 'p3', 'p5'] },
  { ...pods, code: 'POP-300', rule: 'default-service-account-unused', fail: ['p4'], pass: ['p1', 'p2', 'p3', 'p5'] },
  { ...pods, code: 'POP-301', rule: 'service-account-token-automount', fail: ['p2', 'p3', 'p4', 'p5'], pass: ['p1'] },
];

/** What keeps the pods and jobs, which is what we judge. */
const keepers: Readonly<Record<string, string>> = { j1: 'cj1', j2: 'cj2', p1: 'rs1', p3: 'rs3', p5: 'rs5' };

const notCompared = {
  'POP-102 to POP-105': 'it asks probes of every container; ours of those that serve a Service',
  'POP-1204': 'it asks for some policy of each pod; ours for a default deny of the namespace',
  'POP-206 and POP-209': 'the budgets of its test are not in the corpus',
  'POP-109, POP-503 and POP-505': 'it compares with use at one moment',
  'what refers to nothing': 'dangling names, selectors and unused objects are no rule of ours',
};

describeCorpus('popeye', 'kubernetes/popeye', (root) => {
  test('every code is mapped to a rule that there is', () => {
    expect(asserted.map(({ rule }) => rule).filter((rule) => !ruleNames.has(rule))).toEqual([]);
  });

  test('verdicts of its own tests', async () => {
    const judgements: Judgement[] = [];
    for (const each of asserted) {
      const files = [each.file, ...(each.beside ?? [])].map((file) => [file, readFileSync(join(root, file), 'utf8')] as const);
      const cluster = onlyCluster(each.file, await auditFiles(Object.fromEntries(files), true));
      for (const theirs of ['fail', 'pass'] as const) {
        for (const name of each[theirs]) {
          const ours = verdictOn(cluster, each.rule, keepers[name] ?? name);
          judgements.push({ case: `${each.file} ${name}`, theirRule: each.code, rule: each.rule, theirs, ours });
        }
      }
    }
    compare('popeye', judgements, notCompared);
  });
});

/** Of one object; of those that pass only some have a finding. */
function verdictOn(cluster: ClusterReport, rule: string, name: string): Status {
  const result = cluster.entries.find((entry) => entry.rule === rule)?.result;
  const found = result?.findings.find(({ subject }) => subject.name === name);
  return found?.status ?? (result?.status === 'notApplicable' ? 'notApplicable' : 'pass');
}
