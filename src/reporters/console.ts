import { Chalk, type ChalkInstance } from 'chalk';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { exportCommand } from '../kinds.ts';
import type { ClusterReport, Report, ReportedRule, Score } from '../report.ts';
import { ruleOf } from '../report.ts';
import { type Evidence, type Finding, type Severity, severities } from '../result.ts';
import { fixLines, reachOf } from './fix.ts';
import { plain, showValue } from './plain.ts';
import type { RenderOptions, Reporter } from './reporter.ts';

/** Subjects of a rule that are named before the rest is counted. */
const namedSubjects = 5;

/** The report for people at a terminal: worst first, each finding with the value seen and the fix. */
export const table: Reporter = function* table(report: Report, options: RenderOptions): Iterable<string> {
  const page = pageOf(options);
  const rules = ruleOf(report);
  yield* head(report, page);
  for (const cluster of report.clusters) {
    yield* clusterHead(cluster, page);
    yield* chapterTable(cluster, page);
    yield* findings(cluster, rules, page);
    yield* notEvaluated(cluster, rules, page);
    yield* manual(cluster, page);
  }
};

interface Page {
  ink: ChalkInstance;
  paint: Readonly<Record<Severity, ChalkInstance>>;
  width: number;
  /** A dash, an ellipsis, a range sign, in what the terminal can show. */
  dash: string;
  bullet: string;
  rule: string;
}

function pageOf({ width, color, unicode }: RenderOptions): Page {
  const ink = new Chalk({ level: color ? 1 : 0 });
  return {
    ink,
    paint: { critical: ink.bold.red, high: ink.red, medium: ink.yellow, low: ink.cyan },
    width: Math.max(60, Math.min(width, 160)),
    dash: unicode ? '–' : '-',
    bullet: unicode ? '·' : '-',
    rule: unicode ? '─' : '-',
  };
}

function* head(report: Report, page: Page): Iterable<string> {
  for (const { what, from } of report.deviations)
    yield* lines(page, `${page.ink.yellow('Changed:')} ${plain(what)} (${plain(from)})`, 0, 9);
  for (const { file, reason } of report.skipped)
    yield* lines(page, `${page.ink.yellow('Left out:')} ${plain(file)}: ${plain(reason)}`, 0, 10);
  if (report.deviations.length + report.skipped.length > 0) yield '\n';
}

function* clusterHead({ target, takenAt, environment, score, digest }: ClusterReport, page: Page): Iterable<string> {
  const about = [target.resourceGroup, target.location, target.kubernetesVersion && `Kubernetes ${target.kubernetesVersion}`].filter(
    (each) => each !== undefined && each !== '',
  );
  yield `${page.ink.bold(plain(target.name))}${about.length > 0 ? `  (${about.map((each) => plain(String(each))).join(', ')})` : ''}\n`;
  yield `${page.rule.repeat(page.width)}\n`;
  yield* lines(page, scoreLine(score, page), 0, 0);
  yield* lines(
    page,
    `${environment.production ? 'Production' : 'Not production'} (${plain(environment.because)})  ${page.bullet}  state of ${takenAt ?? 'an unknown time'}`,
    0,
    0,
  );
  if (digest !== undefined) yield* lines(page, page.ink.dim(`snapshot ${digest}`), 0, 0);
  yield '\n';
}

function scoreLine(score: Score, page: Page): string {
  const grade = score.grade === null ? `no grade` : `grade ${score.grade}`;
  const cap = score.capped === undefined ? '' : ` (${score.capped.from} without ${score.capped.because})`;
  const range = score.low === null ? '' : `   range ${score.low}${page.dash}${score.high}`;
  return `${page.ink.bold(`Score ${score.value ?? page.dash} of 100, ${grade}`)}${cap}${range}   coverage ${score.coverage} %`;
}

function* chapterTable({ chapters }: ClusterReport, page: Page): Iterable<string> {
  const header = ['Chapter', 'Score', 'Range', 'Coverage', 'Fail', 'Pass', 'Unknown', 'N/A', 'Manual'];
  const rows = chapters.map(({ title, score }) => [
    title,
    String(score.value ?? page.dash),
    score.low === null ? page.dash : `${score.low}${page.dash}${score.high}`,
    score.low === null ? page.dash : `${score.coverage} %`,
    ...(['fail', 'pass', 'unknown', 'notApplicable', 'manual'] as const).map((status) =>
      score.counts[status] === 0 ? page.bullet : String(score.counts[status]),
    ),
  ]);
  const widths = header.map((name, column) => Math.max(...[header, ...rows].map((row) => stringWidth(row[column] ?? name))));
  for (const [index, row] of [header, ...rows].entries()) {
    const cells = row.map((cell, column) => (column === 0 ? padEnd(cell, widths[column] ?? 0) : padStart(cell, widths[column] ?? 0)));
    yield `${index === 0 ? page.ink.dim(cells.join('  ')) : cells.join('  ')}\n`;
  }
  yield '\n';
}

const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - stringWidth(text)));
const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - stringWidth(text))) + text;

function* findings({ entries, target }: ClusterReport, rules: ReadonlyMap<string, ReportedRule>, page: Page): Iterable<string> {
  const failing = entries.flatMap(({ rule, result }) => {
    const open = result.findings.filter((finding) => finding.status === 'fail');
    const known = rules.get(rule);
    return open.length === 0 || known === undefined ? [] : [{ rule: known, open, result, worst: worstOf(open) }];
  });
  failing.sort((a, b) => severities.indexOf(a.worst) - severities.indexOf(b.worst));
  yield failing.length === 0
    ? 'No open findings among what was evaluated.\n\n'
    : `${page.ink.bold(`Findings, worst first (${failing.length} rules)`)}\n\n`;
  for (const { rule, open, result, worst } of failing) {
    yield* lines(
      page,
      `${page.paint[worst](padEnd(worst.toUpperCase(), 8))}  ${page.ink.bold(rule.title)}  ${page.ink.dim(rule.name)}`,
      0,
      10,
    );
    const judged = result.counts.pass + result.counts.fail + result.counts.unknown;
    if (judged > 1) yield* lines(page, page.ink.dim(`${result.counts.fail} of ${judged}`), 10, 10);
    for (const finding of open.slice(0, namedSubjects)) yield* shownFinding(finding, page);
    if (open.length > namedSubjects)
      yield* lines(page, page.ink.dim(`and ${open.length - namedSubjects} more: all are in -o json`), 10, 10);
    yield* fixOf(rule, target, open[0], page);
    yield '\n';
  }
}

const worstOf = (open: readonly Finding[]): Severity =>
  severities.find((severity) => open.some((finding) => finding.severity === severity)) ?? 'low';

function* shownFinding({ subject, message, note, evidence }: Finding, page: Page): Iterable<string> {
  const name = subject.namespace === undefined ? subject.name : `${subject.namespace}/${subject.name}`;
  yield* lines(page, `${plain(name)}: ${plain(message)}${note === undefined ? '' : ` ${plain(note)}`}`, 10, 12);
  for (const each of evidence.slice(0, 3)) yield* lines(page, page.ink.dim(evidenceLine(each, subject.id)), 12, 14);
  if (evidence.length > 3) yield* lines(page, page.ink.dim(`and ${evidence.length - 3} more values`), 12, 14);
}

function evidenceLine({ resource, path, actual, expected, at }: Evidence, subject: string): string {
  const of = resource === subject ? '' : `${plain(resource.slice(resource.lastIndexOf('/') + 1))} `;
  const wanted = expected === undefined ? '' : ` (expected ${plain(expected)})`;
  return `${of}${plain(path)} = ${showValue(actual)}${wanted}${at === undefined ? '' : `  ${plain(at.file)}:${at.line}`}`;
}

function* fixOf(rule: ReportedRule, target: ClusterReport['target'], finding: Finding | undefined, page: Page): Iterable<string> {
  if (rule.fix === undefined) return;
  const steps = fixLines(rule.fix, target, finding?.subject).filter(
    ({ form }) => form === 'az' || form === 'kubectl' || form === 'text' || form === 'portal',
  );
  if (steps.length === 0) return;
  yield* lines(page, `Fix (${reachOf(rule.fix)}):`, 10, 12);
  for (const { text } of steps) yield* lines(page, page.ink.green(plain(text)), 12, 14);
}

function* notEvaluated({ gaps, entries }: ClusterReport, rules: ReadonlyMap<string, ReportedRule>, page: Page): Iterable<string> {
  const unknown = entries.filter(({ result }) => result.status === 'unknown');
  if (unknown.length === 0) return;
  yield `${page.ink.bold(`Not evaluated (${unknown.length} rules), and what would settle it`)}\n\n`;
  for (const { gap, rules: names } of gaps) {
    const how =
      gap.why === 'not-collected'
        ? (gap.export ?? exportCommand(gap.key))
        : gap.why === 'forbidden'
          ? `permission: ${gap.permission}`
          : gap.message;
    const what = `${gap.key}${gap.scope === undefined ? '' : ` of ${plain(gap.scope)}`}: ${gap.why.replace('-', ' ')}`;
    yield* lines(page, `${what}  ${page.ink.dim(`${names.length} ${names.length === 1 ? 'rule' : 'rules'}`)}`, 2, 4);
    yield* lines(page, page.ink.green(plain(how)), 4, 6);
  }
  for (const { rule, result } of unknown) {
    if (result.status !== 'unknown') continue;
    const why = result.crash === undefined ? result.because : `the check failed: ${result.crash}. Please report this.`;
    if (why !== undefined) yield* lines(page, `${rules.get(rule)?.name ?? rule}: ${plain(why)}`, 2, 4);
  }
  yield '\n';
}

function* manual({ entries }: ClusterReport, page: Page): Iterable<string> {
  const open = entries.filter(({ result }) => result.status === 'manual').length;
  if (open > 0)
    yield* lines(page, page.ink.dim(`${open} questions that no API answers are open: 'aks-audit rules --manual' lists them.`), 0, 0);
  yield '\n';
}

/** Wraps a paragraph to the page: `first` columns before its first line, `rest` before the others. */
function* lines(page: Page, text: string, first: number, rest: number): Iterable<string> {
  const wrapped = wrapAnsi(' '.repeat(first) + text, page.width, { hard: true, trim: false });
  const [start = '', ...more] = wrapped.split('\n');
  yield `${start.trimEnd()}\n`;
  if (more.length === 0) return;
  const rejoined = wrapAnsi(more.join('').trimStart(), page.width - rest, { hard: true, trim: true });
  for (const line of rejoined.split('\n')) yield `${' '.repeat(rest)}${line}\n`;
}
