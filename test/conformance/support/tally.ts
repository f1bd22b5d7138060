import type { Report } from '../../../src/report.ts';
import { type Status, statuses } from '../../../src/result.ts';
import type { Audited } from './auditing.ts';

/** What became of the inputs of a suite. */
export interface Tally {
  suite: string;
  inputs: number;
  clusters: number;
  counts: Record<Status, number>;
  /** `rule: reason`, and the inputs of each: unknown though nothing was missing. */
  undecided: Map<string, string[]>;
  crashes: string[];
  /** Inputs without a verdict, and what was said of them. */
  without: Map<string, string>;
}

export const tallyOf = (suite: string): Tally => ({
  suite,
  inputs: 0,
  clusters: 0,
  counts: Object.fromEntries(statuses.map((status) => [status, 0])) as Tally['counts'],
  undecided: new Map(),
  crashes: [],
  without: new Map(),
});

/** Counts one audit. An input has a verdict when a rule judged something in it, or judged that it has nothing to judge. */
export function count(tally: Tally, input: string, audited: Audited): void {
  tally.inputs += 1;
  if (audited.report === undefined) {
    tally.without.set(input, audited.refused);
    return;
  }
  if (!audited.report.clusters.some(hasVerdict)) tally.without.set(input, 'every rule is unknown or manual');
  for (const cluster of audited.report.clusters) countCluster(tally, input, cluster);
}

const hasVerdict = ({ score }: Report['clusters'][number]): boolean =>
  score.counts.pass + score.counts.fail + score.counts.notApplicable > 0;

function countCluster(tally: Tally, input: string, { entries }: Report['clusters'][number]): void {
  tally.clusters += 1;
  for (const { rule, result } of entries) {
    tally.counts[result.status] += 1;
    if (result.status !== 'unknown') continue;
    if (result.crash !== undefined) tally.crashes.push(`${input} ${rule}: ${result.crash}`);
    if (result.because === undefined) continue;
    const key = `${rule}: ${result.because}`;
    tally.undecided.set(key, [...(tally.undecided.get(key) ?? []), input]);
  }
}

/** The table of the run, and below it every unknown that is not a missing input. */
export function tallyTable(tallies: readonly Tally[]): string {
  const shown = statuses.filter((status) => status !== 'waived');
  const head = ['suite', 'inputs', 'no verdict', 'clusters', ...shown];
  const rows = tallies.map((tally) =>
    [tally.suite, tally.inputs, tally.without.size, tally.clusters, ...shown.map((status) => tally.counts[status])].map(String),
  );
  const total = head.map((_name, column) => (column === 0 ? 'total' : String(rows.reduce((sum, row) => sum + Number(row[column]), 0))));
  const undecided = tallies.flatMap(({ suite, undecided }) =>
    [...undecided].map(([what, inputs]) => `  ${suite} ${inputs.length} x ${what} (${inputs[0]})`),
  );
  return [columns([head, ...rows, total]), `Unknown though nothing was missing: ${undecided.length}`, ...undecided].join('\n');
}

/** Rows as text, the first column to the left and the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
    )
    .join('\n');
}
