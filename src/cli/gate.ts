import { type ClusterReport, openFindings, type Report } from '../report.ts';
import { severities, type Severity } from '../result.ts';
import { counted } from '../model/words.ts';

export const exitCodes = { ok: 0, gate: 1, usage: 2, incomplete: 3, authentication: 4, internal: 5 } as const;

export interface Gate {
  failOn: Severity | 'none';
  failBelow?: number;
  minCoverage: number;
  incomplete: 'fail' | 'warn';
  exitZero: boolean;
}
export interface Outcome {
  code: number;
  /** Why, and what is worth knowing beside it. */
  reasons: readonly string[];
}

/** The exit code of a run. Precedence 5 > 2 > 4 > 3 > 1 > 0, so that what was not seen never looks like a pass. */
export function outcome(report: Report, gate: Gate): Outcome {
  if (report.clusters.length === 0) return { code: exitCodes.usage, reasons: ['no cluster was judged'] };
  const crashed = report.clusters.flatMap((cluster) =>
    cluster.entries.filter(({ result }) => result.status === 'unknown' && result.crash !== undefined).map(({ rule }) => rule),
  );
  const incomplete = [
    ...skippedReasons(report),
    ...unreadReasons(report),
    ...report.clusters.flatMap((cluster) => incompleteReasons(cluster, report, gate)),
  ];
  const tripped = report.clusters.flatMap((cluster) => trippedReasons(cluster, report, gate));
  const remarked = report.clusters.flatMap((cluster) => remarks(cluster, report));
  if (crashed.length > 0)
    return {
      code: exitCodes.internal,
      reasons: [`the check of ${[...new Set(crashed)].join(', ')} failed; please report this`, ...incomplete, ...tripped],
    };
  if (incomplete.length > 0) return { code: exitCodes.incomplete, reasons: [...incomplete, ...tripped] };
  if (tripped.length > 0) return { code: gate.exitZero ? exitCodes.ok : exitCodes.gate, reasons: [...tripped, ...remarked] };
  return { code: exitCodes.ok, reasons: remarked };
}

const skippedReasons = (report: Report): string[] =>
  report.skipped.length === 0 ? [] : [`${counted(report.skipped.length, 'file')} could not be read`];

const unreadReasons = ({ unread = [] }: Report): string[] =>
  unread.length === 0 ? [] : [`nothing could be read of ${some(unread.map(({ target }) => target.split('/').at(-1) ?? target))}`];

function incompleteReasons(cluster: ClusterReport, report: Report, gate: Gate): string[] {
  const of = nameIn(cluster, report);
  const low =
    cluster.score.coverage < gate.minCoverage
      ? [`coverage ${cluster.score.coverage} % is under --min-coverage ${gate.minCoverage}${of}`]
      : [];
  if (gate.incomplete === 'warn') return low;
  const refused = cluster.gaps
    .filter(({ gap }) => gap.why === 'forbidden' || gap.why === 'failed' || gap.why === 'unreachable')
    .flatMap(({ rules }) => rules);
  const severityOf = new Map(report.rules.map((rule) => [rule.name, rule.severity]));
  const heavy = [...new Set(refused)].filter(
    (rule) =>
      isAtLeast(severityOf.get(rule), gate.failOn) &&
      cluster.entries.some((entry) => entry.rule === rule && entry.result.status === 'unknown'),
  );
  return heavy.length === 0
    ? low
    : [`${counted(heavy.length, 'rule')} >= ${gate.failOn} not evaluated, as reads were refused or failed (${some(heavy)})${of}`, ...low];
}

function trippedReasons(cluster: ClusterReport, report: Report, gate: Gate): string[] {
  const of = nameIn(cluster, report);
  const open = openFindings(cluster.entries);
  const found = severities.filter((severity) => isAtLeast(severity, gate.failOn)).reduce((sum, severity) => sum + open[severity], 0);
  const rules = cluster.entries
    .filter(({ result }) => result.findings.some((finding) => finding.status === 'fail' && isAtLeast(finding.severity, gate.failOn)))
    .map(({ rule }) => rule);
  const findings = found === 0 ? [] : [`${counted(found, 'finding')} >= ${gate.failOn} (${some(rules)})${of}`];
  const { low } = cluster.score;
  const below =
    gate.failBelow !== undefined && (low === null || low < gate.failBelow)
      ? [`lower bound of the score ${low ?? 'none'} is below ${gate.failBelow}${of}`]
      : [];
  return [...findings, ...below];
}

/** What was not exported lowers the coverage and is counted here, no more. */
function remarks(cluster: ClusterReport, report: Report): string[] {
  const unknown = cluster.entries.filter(({ result }) => result.status === 'unknown').length;
  return unknown === 0 ? [] : [`${counted(unknown, 'rule')} not evaluated${nameIn(cluster, report)}`];
}

const isAtLeast = (severity: Severity | undefined, limit: Severity | 'none'): boolean =>
  limit !== 'none' && severity !== undefined && severities.indexOf(severity) <= severities.indexOf(limit);
const nameIn = (cluster: ClusterReport, report: Report): string => (report.clusters.length > 1 ? ` in ${cluster.target.name}` : '');
const some = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
