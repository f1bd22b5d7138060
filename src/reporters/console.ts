import { Chalk, type ChalkInstance } from 'chalk';
import type { ClusterReport, Report, ReportedRule, Score } from '../report.ts';
import { ruleOf } from '../report.ts';
import type { Evidence, Finding, Severity, Status, Subject } from '../result.ts';
import { tableOf } from './columns.ts';
import { fixLines, forTarget, reachOf, shownSubject } from './fix.ts';
import { remedies } from './gaps.ts';
import { commonFolder, failingRules, reasonOf, resourceOf, shareOf, subjectName } from './open.ts';
import { cut, plain, showValue, withoutCommand } from './plain.ts';
import type { RenderOptions, Reporter } from './reporter.ts';
import { counted } from '../model/words.ts';
import { widthOf, wrap } from './width.ts';

/** How much is shown of a rule that fails: subjects that are named before the rest is counted, values of each, and whether the fix. */
interface Depth {
  subjects: number;
  values: number;
  fix: boolean;
}
const whole: Depth = { subjects: Number.POSITIVE_INFINITY, values: Number.POSITIVE_INFINITY, fix: true };
const full: Depth = { subjects: 5, values: 3, fix: true };
const brief: Depth = { subjects: 1, values: 1, fix: false };
/** Rules that are shown in full, unless all are asked for. */
const worstRules = 10;
const longestText = 500;

/** The report for people at a terminal: worst first, each finding with the value seen and the fix. */
export const table: Reporter = function* table(report: Report, options: RenderOptions): Iterable<string> {
  for (const text of pages(report, options)) yield withoutCommand(text);
};

function* pages(report: Report, options: RenderOptions): Iterable<string> {
  const plainPage = pageOf(options);
  const rules = ruleOf(report);
  yield* head(report, plainPage);
  for (const cluster of report.clusters) {
    const page = { ...plainPage, folder: commonFolder(cluster) };
    yield* clusterHead(cluster, page);
    yield* chapterTable(cluster, page);
    yield* findings(cluster, rules, page);
    yield* notEvaluated(cluster, page);
    yield* manual(cluster, page);
  }
}

interface Page {
  ink: ChalkInstance;
  paint: Readonly<Record<Severity, ChalkInstance>>;
  width: number;
  /** A dash, an ellipsis, a range sign, in what the terminal can show. */
  dash: string;
  bullet: string;
  ellipsis: string;
  rule: string;
  /** By its place among the rules that fail, from 0, the worst. */
  depthOf: (place: number) => Depth;
  /** What all places of a cluster begin with: said once, then left out. */
  folder: string;
}

function pageOf({ width, color, unicode, show }: RenderOptions): Page {
  const ink = new Chalk({ level: color ? 1 : 0 });
  return {
    ink,
    paint: { critical: ink.bold.red, high: ink.red, medium: ink.yellow, low: ink.cyan },
    width: Math.max(60, Math.min(width, 160)),
    dash: unicode ? '–' : '-',
    bullet: unicode ? '·' : '-',
    ellipsis: unicode ? '…' : '...',
    rule: unicode ? '─' : '-',
    depthOf: (place) => (show === 'all' ? whole : place < worstRules ? full : brief),
    folder: '',
  };
}

function* head(report: Report, page: Page): Iterable<string> {
  for (const { what, from } of report.deviations)
    yield* lines(page, `${page.ink.yellow('Changed:')} ${plain(what)} (${plain(from)})`, 0, 9);
  for (const { file, reason } of report.skipped)
    yield* lines(page, `${page.ink.yellow('Left out:')} ${plain(file)}: ${plain(reason)}`, 0, 10);
  for (const { target, reason } of report.unread ?? [])
    yield* lines(page, `${page.ink.yellow('Not read:')} ${plain(target)}: ${plain(reason)}`, 0, 10);
  if (report.deviations.length + report.skipped.length + (report.unread?.length ?? 0) > 0) yield '\n';
}

function* clusterHead({ target, takenAt, environment, score, digest }: ClusterReport, page: Page): Iterable<string> {
  const about = [target.resourceGroup, target.location, target.kubernetesVersion && `Kubernetes ${target.kubernetesVersion}`].filter(
    (each) => each !== undefined && each !== '',
  );
  yield `${page.ink.bold(plain(target.name))}${about.length > 0 ? `  (${about.map((each) => plain(String(each))).join(', ')})` : ''}\n`;
  yield `${page.rule.repeat(page.width)}\n`;
  yield* flow(page, scoreParts(score, page));
  yield* lines(
    page,
    `${environment.production ? 'Production' : 'Not production'} (${plain(environment.because)})  ${page.bullet}  state of ${plain(takenAt ?? 'an unknown time')}`,
    0,
    0,
  );
  if (digest !== undefined) yield* lines(page, page.ink.dim(`Snapshot ${plain(digest)}`), 0, 0);
  if (page.folder !== '') yield* lines(page, page.ink.dim(`Files in ${plain(page.folder)}`), 0, 0);
  yield '\n';
}

function scoreParts(score: Score, page: Page): string[] {
  const grade = score.grade === null ? `no grade` : `grade ${score.grade}`;
  const cap = score.capped === undefined ? '' : ` (${score.capped.from} without ${plain(score.capped.because)})`;
  const range = score.low === null ? [] : [`range ${score.low}${page.dash}${score.high}`];
  return [`${page.ink.bold(`Score ${score.value ?? page.dash} of 100, ${grade}`)}${cap}`, ...range, `coverage ${score.coverage} %`];
}

function* chapterTable({ chapters }: ClusterReport, page: Page): Iterable<string> {
  const counts = (name: string, status: Status, drop?: number) => ({
    name,
    cells: chapters.map(({ score }) => (score.counts[status] === 0 ? page.bullet : String(score.counts[status]))),
    ...(drop === undefined ? {} : { drop }),
  });
  const judged = (shown: (score: Score) => string) => chapters.map(({ score }) => (score.low === null ? page.dash : shown(score)));
  const [names, ...rows] = tableOf(
    [
      { name: 'Chapter', cells: chapters.map(({ title }) => plain(title)) },
      { name: 'Score', cells: chapters.map(({ score }) => String(score.value ?? page.dash)) },
      { name: 'Range', cells: judged((score) => `${score.low}${page.dash}${score.high}`), drop: 2 },
      { name: 'Coverage', cells: judged((score) => `${score.coverage} %`) },
      counts('Fail', 'fail'),
      counts('Pass', 'pass', 1),
      counts('Unknown', 'unknown'),
      counts('N/A', 'notApplicable', 4),
      counts('Manual', 'manual', 3),
    ],
    page.width,
  );
  yield `${page.ink.dim(names)}\n`;
  for (const row of rows) yield `${row}\n`;
  yield '\n';
}

function* findings(cluster: ClusterReport, rules: ReadonlyMap<string, ReportedRule>, page: Page): Iterable<string> {
  const failing = failingRules(cluster, rules);
  yield failing.length === 0
    ? 'No open findings among what was evaluated.\n\n'
    : `${page.ink.bold(`Findings, worst first (${counted(failing.length, 'rule')})`)}\n\n`;
  for (const [place, { rule, open, result, worst }] of failing.entries()) {
    const depth = page.depthOf(place);
    const share = shareOf(result);
    const counts = share === undefined ? '' : `, ${share.failed} of ${share.judged}`;
    yield* lines(
      page,
      `${page.paint[worst](worst.toUpperCase().padEnd(8))}  ${page.ink.bold(plain(rule.title))}  ${page.ink.dim(plain(rule.name) + counts)}`,
      0,
      10,
    );
    for (const finding of open.slice(0, depth.subjects)) yield* shownFinding(finding, depth, page);
    if (open.length > depth.subjects) yield* lines(page, page.ink.dim(`and ${open.length - depth.subjects} more`), 10, 10);
    if (depth.fix) yield* fixOf(rule, cluster.target, shownSubject(open.map(({ subject }) => subject)), page);
    yield '\n';
  }
  if (page.depthOf(failing.length - 1) === brief)
    yield* lines(
      page,
      `The ${worstRules} worst are shown in full: --show all shows every finding and fix, and so does -o html=report.html.\n`,
      0,
      0,
    );
}

/** A name may be of any length; what is cut stands in the other formats. */
function short(text: string, { ellipsis }: Page): string {
  return cut(plain(text), longestText, ellipsis);
}

function* shownFinding({ subject, message, note, evidence }: Finding, { values }: Depth, page: Page): Iterable<string> {
  yield* lines(
    page,
    `${short(subjectName(subject), page)}: ${short(message, page)}${note === undefined ? '' : ` ${short(note, page)}`}`,
    10,
    12,
  );
  for (const each of evidence.slice(0, values)) yield* lines(page, page.ink.dim(evidenceLine(each, subject, page)), 12, 14);
  if (evidence.length > values) yield* lines(page, page.ink.dim(`and ${counted(evidence.length - values, 'more value')}`), 12, 14);
}

function evidenceLine(evidence: Evidence, subject: Subject, page: Page): string {
  const { path, actual, expected, at } = evidence;
  const resource = resourceOf(evidence, subject);
  const of = resource === undefined ? '' : `${short(resource, page)} `;
  const wanted = expected === undefined ? '' : ` (expected ${short(expected, page)})`;
  return `${of}${short(path, page)} = ${showValue(actual, page.ellipsis)}${wanted}${at === undefined ? '' : `  ${plain(at.file.slice(page.folder.length))}:${at.line}`}`;
}

function* fixOf(rule: ReportedRule, target: ClusterReport['target'], subject: Subject | undefined, page: Page): Iterable<string> {
  if (rule.fix === undefined) return;
  const steps = fixLines(rule.fix, target, subject).filter(({ form }) => form !== 'bicep' && form !== 'terraform');
  if (steps.length === 0) return;
  yield* lines(page, `Fix (${reachOf(rule.fix)}):`, 10, 12);
  for (const { form, text } of steps) {
    if (form === 'az' || form === 'kubectl') yield* command(plain(text), page);
    else if (form === 'yaml') for (const line of text.trimEnd().split('\n')) yield `${' '.repeat(12)}${page.ink.green(plain(line))}\n`;
    else yield* lines(page, plain(text), 12, 14);
  }
}

/** A command that can be copied: folded before its flags, with a backslash, where it is too long for the page. */
function* command(text: string, page: Page): Iterable<string> {
  const folded: string[] = [];
  for (const part of text.includes("'") ? [text] : text.split(/ (?=--?[a-z])/)) {
    const last = folded.at(-1);
    if (last !== undefined && last.length + part.length + 17 <= page.width) folded[folded.length - 1] = `${last} ${part}`;
    else folded.push(part);
  }
  for (const [index, line] of folded.entries())
    yield `${' '.repeat(index === 0 ? 12 : 14)}${page.ink.green(index < folded.length - 1 ? `${line} \\` : line)}\n`;
}

function* notEvaluated({ gaps, entries, target }: ClusterReport, page: Page): Iterable<string> {
  const unknown = entries.filter(({ result }) => result.status === 'unknown');
  if (unknown.length === 0) return;
  yield `${page.ink.bold(`Not evaluated (${counted(unknown.length, 'rule')}), and what would settle it`)}\n\n`;
  for (const { why, what, rules: names, how } of remedies(gaps)) {
    yield* lines(page, `${why.replace('-', ' ')}: ${plain(what.join(', '))}  ${page.ink.dim(`${counted(names.length, 'rule')}`)}`, 2, 4);
    for (const each of how) {
      if (/^(az|kubectl|for) /.test(each)) yield `      ${page.ink.green(plain(forTarget(each, target)))}\n`;
      else yield* lines(page, why === 'forbidden' ? `needs ${plain(each)}` : plain(each), 6, 6);
    }
  }
  for (const { rule, result } of unknown) {
    if (result.status !== 'unknown') continue;
    const why = reasonOf(result);
    if (why !== undefined) yield* lines(page, `${plain(rule)}: ${plain(why)}`, 2, 4);
  }
  yield '\n';
}

function* manual({ entries }: ClusterReport, page: Page): Iterable<string> {
  const open = entries.filter(({ result }) => result.status === 'manual').length;
  if (open > 0)
    yield* lines(
      page,
      page.ink.dim(
        `${counted(open, 'question')} that no API answers ${open === 1 ? 'is' : 'are'} open: 'aks-audit rules --manual' lists them.`,
      ),
      0,
      0,
    );
  yield '\n';
}

/** Parts of one line, each kept whole: what does not fit goes on the next line. */
function* flow(page: Page, parts: readonly string[]): Iterable<string> {
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line}   ${part}`;
    if (line !== '' && widthOf(longer) > page.width) {
      yield* lines(page, line, 0, 0);
      line = part;
    } else line = longer;
  }
  yield* lines(page, line, 0, 0);
}

/** Wraps a paragraph to the page: `first` columns before its first line, `rest` before the others. */
function* lines(page: Page, text: string, first: number, rest: number): Iterable<string> {
  const wrapped = wrap(text, page.width - Math.max(first, rest));
  for (const [index, line] of wrapped.entries()) yield `${' '.repeat(index === 0 ? first : rest)}${line}\n`;
}
