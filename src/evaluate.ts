import type { Case, Check, Context, Facts, Resource, Sight } from './check.ts';
import { exportCommand, notCollected, singleKeys, stateKeys } from './kinds.ts';
import { type Counts, type Evidence, type Finding, type Result, severities, source, type Severity, type Subject } from './result.ts';
import type { Rule } from './rule.ts';
import { NotSeen, normalId, type Seen, seen } from './seen.ts';
import type { Gap, Gathered, Snapshot, StateKey } from './snapshot.ts';

/** How many passes a rule over many subjects keeps. */
const passesKept = 5;
/** Strings of the evidence are cut at this length. */
const longestString = 200;

export interface EvaluateOptions {
  inScope: Context['inScope'];
  at: Date;
  production: boolean;
  /** Lets a check's throw through; for tests. */
  letThrow?: boolean;
}

/** Judges one snapshot by every rule, in the order of the rules. Pure; a check that throws leaves its rule unknown with `crash`. */
export function evaluate(snapshot: Snapshot, rules: readonly Rule[], options: EvaluateOptions): Result[] {
  const facts = factsOf(snapshot, options);
  return rules.map((rule) => {
    if (rule.ask !== undefined) return { status: 'manual', ask: rule.ask, counts: none, findings: [] };
    if (rule.check === undefined) throw new Error(`rule ${rule.name} has neither a check nor a question`);
    const severity = severityIn(rule, options.production);
    if (severity === 'off') return { status: 'notApplicable', because: 'Not judged outside production.', counts: none, findings: [] };
    return judge(rule.check, rule.with, severity, facts, snapshot, options.letThrow ?? false);
  });
}

/** A rule's severity in this environment. */
export function severityIn(rule: Pick<Rule, 'severity' | 'nonProduction'>, production: boolean): Severity | 'off' {
  return production ? rule.severity : (rule.nonProduction ?? rule.severity);
}

const none: Counts = { pass: 0, fail: 0, unknown: 0, waived: 0 };

function judge(
  check: Check,
  values: Rule['with'],
  severity: Severity,
  facts: Facts<StateKey>,
  snapshot: Snapshot,
  letThrow: boolean,
): Result {
  let cases: ReturnType<Check['begin']>;
  try {
    cases = check.begin(facts, values);
  } catch (thrown) {
    if (thrown instanceof NotSeen) return { status: 'unknown', missing: distinct(thrown.gaps), counts: none, findings: [] };
    return crash(thrown, letThrow);
  }
  if ('because' in cases) return { status: 'notApplicable', because: cases.because, counts: none, findings: [] };
  try {
    return verdictOf(check, cases, severity, snapshot);
  } catch (thrown) {
    return crash(thrown, letThrow);
  }
}

function verdictOf(check: Check, cases: Seen<Case>, severity: Severity, snapshot: Snapshot): Result {
  const counts = { ...none };
  const findings: Finding[] = [];
  const missing: Gap[] = [...cases.gaps];
  let because: string | undefined;
  for (const each of cases.items) {
    const finding = findingOf(each, severity, snapshot);
    counts[finding.status] += 1;
    if (finding.status !== 'pass' || counts.pass <= passesKept) findings.push(finding);
    if (finding.missing) missing.push(...finding.missing);
    else if (finding.status === 'unknown') because ??= finding.message;
  }
  const shared = { counts, findings: findings.sort(byWeightThenSubject) };
  if (counts.fail > 0) return { status: 'fail', ...shared };
  if (counts.unknown > 0 || missing.length > 0)
    return { status: 'unknown', missing: distinct(missing), ...(because === undefined ? {} : { because }), ...shared };
  if (counts.pass > 0) return { status: 'pass', ...shared };
  return { status: 'notApplicable', because: check.none, ...shared };
}

function findingOf(each: Case, severity: Severity, snapshot: Snapshot): Finding {
  const subject = subjectOf(each.resource, snapshot.target.id);
  try {
    const verdict = each.judge();
    const evidence = verdict.evidence.map((sight) => evidenceOf(sight, snapshot.target.id));
    if (verdict.status === 'fail') {
      return {
        status: 'fail',
        severity: milder(verdict.severity, severity),
        subject,
        message: verdict.message,
        ...noteOf(verdict.note),
        evidence,
      };
    }
    return { status: verdict.status, subject, message: verdict.message, ...noteOf('note' in verdict ? verdict.note : undefined), evidence };
  } catch (thrown) {
    if (!(thrown instanceof NotSeen)) throw thrown;
    return { status: 'unknown', subject, message: 'Not seen.', evidence: [], missing: distinct(thrown.gaps) };
  }
}

const noteOf = (note: string | undefined) => (note === undefined ? {} : { note });

function crash(thrown: unknown, letThrow: boolean): Result {
  if (letThrow) throw thrown;
  return {
    status: 'unknown',
    missing: [],
    crash: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'not an error',
    counts: none,
    findings: [],
  };
}

/** A finding is never harsher than its rule. */
function milder(finding: Severity | undefined, rule: Severity): Severity {
  return finding !== undefined && severities.indexOf(finding) > severities.indexOf(rule) ? finding : rule;
}

const rank = { fail: 0, unknown: 1, pass: 2 } as const;
function byWeightThenSubject(a: Finding, b: Finding): number {
  return (
    rank[a.status] - rank[b.status] ||
    severityRank(a) - severityRank(b) ||
    (a.subject.id < b.subject.id ? -1 : a.subject.id > b.subject.id ? 1 : 0)
  );
}
const severityRank = (finding: Finding): number => (finding.severity === undefined ? 0 : severities.indexOf(finding.severity));

function distinct(gaps: readonly Gap[]): Gap[] {
  const seenGaps = new Map(gaps.map((gap) => [`${gap.key} ${gap.scope ?? ''} ${gap.why}`, gap]));
  return [...seenGaps.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, gap]) => gap);
}

/** The id by which findings, waivers and fingerprints know a resource. */
export function subjectOf(resource: Resource, target: string): Subject {
  if ('metadata' in resource) {
    const { name, namespace } = resource.metadata;
    const group = resource.apiVersion.includes('/') ? resource.apiVersion.slice(0, resource.apiVersion.indexOf('/')) : '';
    const id = `${target}/k8s/${group}/${resource.kind}/${namespace ?? ''}/${name}`;
    return { id, kind: resource.kind, name, ...(namespace === undefined ? {} : { namespace }) };
  }
  return { id: normalId(resource.id), kind: resource.type.slice(resource.type.lastIndexOf('/') + 1), name: resource.name };
}

function evidenceOf(sight: Sight, target: string): Evidence {
  const resource = sight[source];
  return {
    resource: subjectOf(resource as Resource, target).id, // every Sight is of a resource that load made
    path: sight.path,
    actual: shortened(sight.actual),
    ...(sight.expected === undefined ? {} : { expected: sight.expected }),
    [source]: resource,
  };
}

/** Copies what is shown: long strings cut, long lists too, and what was not seen inside named so. */
function shortened(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > longestString ? `${value.slice(0, longestString)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 5) return '…';
  if (Array.isArray(value))
    return [...value.slice(0, 50).map((item) => shortened(item, depth + 1)), ...(value.length > 50 ? [`… ${value.length - 50} more`] : [])];
  const entries = Object.keys(value).map((key) => [key, readable(value, key, depth)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

function readable(value: object, key: string, depth: number): unknown {
  try {
    return shortened((value as Record<string, unknown>)[key], depth + 1);
  } catch (thrown) {
    if (thrown instanceof NotSeen) return { notSeen: true };
    throw thrown;
  }
}

/** The state as checks read it: lists that know their gaps, and single values that throw when they were not seen. */
function factsOf(snapshot: Snapshot, options: EvaluateOptions): Facts<StateKey> {
  const facts = { inScope: options.inScope, at: options.at, snapshot: {} } as Facts<StateKey>; // the keys follow
  for (const key of stateKeys) {
    const gathered: Gathered<unknown> = snapshot.state[key] ?? { gaps: [notCollected(key)] };
    const gaps = gathered.gaps ?? [];
    if ((singleKeys as readonly StateKey[]).includes(key)) {
      Object.defineProperty(facts, key, {
        enumerable: true,
        get() {
          if (gathered.value === undefined || gaps.length > 0) throw new NotSeen(gaps);
          return gathered.value;
        },
      });
    } else {
      const items = (gathered.value ?? []) as readonly unknown[]; // every other key is a list
      Object.defineProperty(facts, key, {
        enumerable: true,
        value: seen(items, gaps, (id) => ({ key, scope: id, why: 'not-collected', export: exportCommand(key) })),
      });
    }
  }
  return facts;
}
