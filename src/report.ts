import type { Result, Severity, Status } from './result.ts';
import type { Fix, Grade } from './rule.ts';
import type { Gap, Target, Unread } from './snapshot.ts';

/** `value`, `low`, `high` and `coverage` are whole percents, floored; null when nothing was evaluated, never 0 or 100. */
export interface Score {
  value: number | null;
  /** What the score would be if everything unknown failed, and passed. */
  low: number | null;
  high: number | null;
  coverage: number;
  grade: Grade | null;
  /** The grade before the cap, and why it was capped. */
  capped?: { from: Grade; because: string };
  counts: Readonly<Record<Status, number>>;
}

export interface ChapterScore {
  name: string;
  title: string;
  score: Score;
}

/** The prose of a rule as far as a report needs it, so that a report reads the same without the catalogue. */
export interface ReportedRule {
  name: string;
  chapter: string;
  title: string;
  severity: Severity;
  why: string;
  fix?: Omit<Fix, 'change'>;
  links: readonly { title: string; url: string }[];
  refs?: Readonly<Record<string, readonly string[]>>;
}

/** A rule of the report's catalogue, what it weighs, and what it says of the cluster. */
export interface Entry {
  rule: string;
  weight: number;
  result: Result;
}

export interface Environment {
  production: boolean;
  /** Which tag said so, or that none did. */
  because: string;
}

export interface ClusterReport {
  target: Target & { resourceGroup?: string; subscription?: string; location?: string; kubernetesVersion?: string };
  takenAt: string | null;
  digest?: string;
  environment: Environment;
  score: Score;
  chapters: readonly ChapterScore[];
  /** In order: severity, chapter, rule. */
  entries: readonly Entry[];
  /** Each gap that left a rule or a finding unknown, and the rules it concerns. */
  gaps: readonly { gap: Gap; rules: readonly string[] }[];
}

/** What was changed from the defaults: it changes what the grade means. */
export interface Deviation {
  what: string;
  from: string;
}

export interface Report {
  schema: 'aks-audit/report/1';
  tool: { name: string; version: string };
  /** The time by which waivers and, without a time of the snapshot, ages were judged (ISO 8601, UTC). */
  now: string;
  deviations: readonly Deviation[];
  /** Files of the input that were left out, when `--keep-going` was given. */
  skipped: readonly { file: string; reason: string }[];
  /** What was to be judged and of which nothing could be read. */
  unread?: readonly Unread[];
  rules: readonly ReportedRule[];
  clusters: readonly ClusterReport[];
}

/** What the report's gate reads, by rule name. */
export const ruleOf = (report: Report): ReadonlyMap<string, ReportedRule> => new Map(report.rules.map((rule) => [rule.name, rule]));

/** Open findings by severity: every fail that is not waived. */
export function openFindings(entries: readonly Entry[]): Readonly<Record<Severity, number>> {
  const open = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { result } of entries)
    for (const { status, severity } of result.findings) if (status === 'fail' && severity) open[severity] += 1;
  return open;
}
