import type { ClusterReport, ReportedRule } from '../report.ts';
import { type Evidence, type Finding, type Result, type Severity, type Subject, severities } from '../result.ts';

/** A rule that fails on a cluster, and what it fails on. */
export interface Failing {
  rule: ReportedRule;
  open: readonly Finding[];
  result: Result;
  /** Of its open findings; a finding may be milder than its rule. */
  worst: Severity;
}

/** The rules that fail on a cluster, worst first. */
export function failingRules({ entries }: ClusterReport, rules: ReadonlyMap<string, ReportedRule>): Failing[] {
  const failing = entries.flatMap(({ rule, result }) => {
    const open = result.findings.filter((finding) => finding.status === 'fail');
    const known = rules.get(rule);
    return open.length === 0 || known === undefined ? [] : [{ rule: known, open, result, worst: worstOf(open) }];
  });
  return failing.sort((a, b) => severities.indexOf(a.worst) - severities.indexOf(b.worst));
}

const worstOf = (open: readonly Finding[]): Severity =>
  severities.find((severity) => open.some((finding) => finding.severity === severity)) ?? 'low';

/** How many of how many subjects fail; of a single one, nothing. */
export function shareOf({ counts }: Result): { failed: number; judged: number } | undefined {
  const judged = counts.pass + counts.fail + counts.unknown;
  return judged > 1 ? { failed: counts.fail, judged } : undefined;
}

export const subjectName = ({ namespace, name }: Subject): string => (namespace === undefined ? name : `${namespace}/${name}`);

/** The last name of the resource that a value is of, where that is not the subject itself. */
export const resourceOf = ({ resource }: Evidence, subject: Subject): string | undefined =>
  resource === subject.id ? undefined : resource.slice(resource.lastIndexOf('/') + 1);

/** Why a rule is unknown, where gaps are not all there is to say. */
export const reasonOf = (result: Extract<Result, { status: 'unknown' }>): string | undefined =>
  result.crash === undefined ? result.because : `the check failed: ${result.crash}. Please report this.`;

/** The folder that holds every file of the evidence, with its final slash: said once, then left out. */
export function commonFolder({ entries }: ClusterReport): string {
  const files = new Set(
    entries.flatMap(({ result }) => result.findings.flatMap((finding) => finding.evidence.flatMap((each) => each.at?.file ?? []))),
  );
  let common: string | undefined;
  for (const file of files) {
    common ??= file.slice(0, file.lastIndexOf('/') + 1);
    // From the end of one folder to that of the one above: always shorter, also of '/'.
    while (!file.startsWith(common)) common = common.slice(0, common.slice(0, -1).lastIndexOf('/') + 1);
  }
  return common ?? '';
}
