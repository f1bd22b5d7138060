import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Fault, plant } from '../scripts/busyCluster.ts';
import { loadCatalogue } from '../src/catalogue.ts';
import { kinds } from '../src/kinds.ts';
import { load } from '../src/load/load.ts';
import type { Finding, Result } from '../src/result.ts';
import type { Rule } from '../src/rule.ts';
import type { Snapshot, StateKey } from '../src/snapshot.ts';
import { root } from './support/fixtures.ts';
import { judgeAll } from './support/judge.ts';

/** What follows from faults, by rule and subject. */
interface Consequence {
  because: string;
  raised: Readonly<Record<string, readonly string[]>>;
}
const { faults, consequences } = parse(readFileSync(join(root, 'fixtures/snapshots/busy.faults.yaml'), 'utf8'), { merge: true }) as {
  faults: Fault[];
  consequences: Consequence[];
};
const here = faults.filter(({ apart }) => apart === undefined);

const thresholds = new Map(faults.map((fault) => [fault.rule, fault.with]));
const rules = loadCatalogue().rules.map((rule): Rule => ({ ...rule, with: { ...rule.with, ...thresholds.get(rule.name) } }));
const loaded = await load([join(root, 'fixtures/snapshots/busy')], { complete: false, clusters: [], keepGoing: false });
const busy = loaded.snapshots[0] as Snapshot; // the folder holds one cluster
const results = new Map(judgeAll(rules, busy).map((result, at) => [rules[at]?.name, result]));

const state = (key: StateKey): readonly object[] => [busy.state[key]?.value ?? []].flat();
const isOfKubernetes = (key: StateKey): boolean => kinds[key].plane === 'kubernetes';
const failing = (result: Result | undefined): Finding[] => result?.findings.filter(({ status }) => status === 'fail') ?? [];
const nameOf = ({ subject: { namespace, name } }: Finding): string => (namespace === undefined ? name : `${namespace}/${name}`);
const said = (rule: string, subject: string): string => `${rule}: ${subject}`;

test('it is busy', () => {
  const count = (key: StateKey) => state(key).length;
  expect({ nodes: count('nodes'), pools: count('agentPools'), pods: count('pods') }).toEqual({ nodes: 60, pools: 3, pods: 1500 });
  expect(count('namespaces')).toBeGreaterThanOrEqual(40);
});

test('each rule that reads Kubernetes has a fault', () => {
  const reading = rules.filter(({ check }) => check?.needs.some(isOfKubernetes)).map(({ name }) => name);
  const planted = new Set(faults.map(({ rule }) => rule));
  expect(reading.filter((name) => !planted.has(name))).toEqual([]);
});

describe('each fault is found', () => {
  test.each(here.map((fault) => [said(fault.rule, fault.subject), fault] as const))('%s', (_, { rule, subject }) => {
    expect(failing(results.get(rule)).map(nameOf)).toContain(subject);
  });
  const apart = faults.filter((fault) => fault.apart !== undefined);
  test.each(apart.map((fault) => [said(fault.rule, fault.subject), fault] as const))('%s, planted alone', (_, fault) => {
    expect(failing(results.get(fault.rule)).map(nameOf)).not.toContain(fault.subject);
    const [result] = judgeAll(
      rules.filter(({ name }) => name === fault.rule),
      withFault(fault),
    );
    expect(failing(result).map(nameOf)).toContain(fault.subject);
  });
});

/** The busy cluster with one fault more. */
function withFault(fault: Fault): Snapshot {
  const values = Object.fromEntries(Object.entries(busy.state).map(([key, gathered]) => [key, gathered.value]));
  plant(values, fault);
  return { ...busy, state: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }])) as Snapshot['state'] };
}

describe('nothing else is', () => {
  const planted = new Set(here.map(({ rule, subject }) => said(rule, subject)));
  const all = rules.flatMap((rule) => failing(results.get(rule.name)).map((finding) => ({ rule: rule.name, finding })));
  const others = all.filter(({ rule, finding }) => !planted.has(said(rule, nameOf(finding))));

  test('high or critical, but for its consequences', () => {
    const grave = others.filter(({ finding }) => finding.severity === 'critical' || finding.severity === 'high');
    const expected = consequences.flatMap(({ raised }) =>
      Object.entries(raised).flatMap(([rule, subjects]) => subjects.map((subject) => said(rule, subject))),
    );
    expect(grave.map(({ rule, finding }) => said(rule, nameOf(finding))).sort()).toEqual([...expected].sort());
  });

  test('of a subject without a fault, however mild', () => {
    const faulty = new Set(faults.flatMap(({ subject, workload, namespace }) => [subject, workload, namespace]));
    const isFaulty = (finding: Finding) => faulty.has(nameOf(finding)) || faulty.has(finding.subject.namespace);
    expect(others.filter(({ finding }) => !isFaulty(finding)).map(({ rule, finding }) => said(rule, nameOf(finding)))).toEqual([]);
  });

  test('undecided, but for one rule', () => {
    const undecided = [...results].filter(([, { counts, status }]) => status === 'unknown' || counts.unknown > 0);
    // A critical cluster should have another in a second region, and none was read.
    expect(undecided.map(([name]) => name)).toEqual(['multi-region']);
  });
});
