import { type ChapterScore, type Entry, openFindings, type Score } from './report.ts';
import { type Severity, severities, type Status, statuses } from './result.ts';
import { type Chapter, type Grade, grades, type Weights } from './rule.ts';

/**
 * The score of a cluster or of a chapter. A rule counts once, however many subjects: with p passed, f failed and
 * u unknown, its credit is p/(p+f) and its evaluated share e = (p+f)/(p+f+u).
 *   value = sum(w*e*credit)/sum(w*e)   low = sum(w*p/n)/sum(w)   high = sum(w*(p+u)/n)/sum(w)   coverage = sum(w*e)/sum(w)
 * over the rules that pass, fail or are unknown, in whole numbers, then floored. `grade` and its cap are for whole clusters.
 */
export function score(entries: readonly Entry[], weights: Weights): Score {
  const counts = countStatuses(entries);
  const sums = addUp(entries);
  if (sums.weight === 0n) return { value: null, low: null, high: null, coverage: 0, grade: null, counts };
  const { passed, failed, unknown, weight, scale } = sums;
  const whole = weight * scale;
  const coverage = percent(passed + failed, whole);
  const value = passed + failed === 0n ? null : percent(passed, passed + failed);
  return {
    value,
    low: percent(passed, whole),
    high: percent(passed + unknown, whole),
    coverage,
    counts,
    ...gradeOf(value, coverage, entries, weights),
  };
}

export function chapterScores(
  entries: readonly Entry[],
  chapterOf: (rule: string) => string,
  chapters: readonly Chapter[],
  weights: Weights,
): ChapterScore[] {
  return chapters
    .map(({ name, title }) => ({
      name,
      title,
      score: score(
        entries.filter((entry) => chapterOf(entry.rule) === name),
        weights,
      ),
    }))
    .filter((chapter) => Object.values(chapter.score.counts).some((n) => n > 0));
}

function countStatuses(entries: readonly Entry[]): Record<Status, number> {
  const counts = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>; // one per status
  for (const entry of entries) counts[entry.result.status] += 1;
  return counts;
}

/** Sums of w*p/n, w*f/n and w*u/n over a common denominator `scale`, and of w. */
function addUp(entries: readonly Entry[]) {
  let scale = 1n;
  let [passed, failed, unknown, weight] = [0n, 0n, 0n, 0n];
  for (const { weight: ruleWeight, result } of entries) {
    if (result.status !== 'pass' && result.status !== 'fail' && result.status !== 'unknown') continue;
    const p = BigInt(result.counts.pass);
    const f = BigInt(result.counts.fail);
    // A rule that is unknown because its subjects were not all seen has one unknown more than it could count.
    const hidden = result.status === 'unknown' && result.counts.unknown === 0 ? 1n : 0n;
    const u = BigInt(result.counts.unknown) + hidden;
    const n = p + f + u;
    const factor = n / gcd(scale, n);
    scale *= factor;
    const share = BigInt(ruleWeight) * (scale / n);
    passed = passed * factor + share * p;
    failed = failed * factor + share * f;
    unknown = unknown * factor + share * u;
    weight += BigInt(ruleWeight);
  }
  return { passed, failed, unknown, weight, scale };
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
const percent = (part: bigint, whole: bigint): number => Number((100n * part) / whole);

function gradeOf(value: number | null, coverage: number, entries: readonly Entry[], weights: Weights): Pick<Score, 'grade' | 'capped'> {
  if (value === null) return { grade: null };
  const letter = gradeFor(value, weights);
  const open = openFindings(entries);
  const caps = [
    ...weights.caps
      .filter((cap) => open[cap.open] >= cap.atLeast)
      .map((cap) => ({ grade: cap.grade, because: `${open[cap.open]} open ${cap.open}` })),
    ...weights.coverageCaps.filter((cap) => coverage < cap.below).map((cap) => ({ grade: cap.grade, because: `coverage ${coverage} %` })),
  ];
  const hardest = caps.reduce<(typeof caps)[number] | undefined>(
    (worst, cap) => (worst === undefined || order(cap.grade) > order(worst.grade) ? cap : worst),
    undefined,
  );
  if (hardest === undefined || order(hardest.grade) <= order(letter)) return { grade: letter };
  return { grade: hardest.grade, capped: { from: letter, because: hardest.because } };
}

const order = (grade: Grade | null): number => (grade === null ? grades.length : grades.indexOf(grade));

function gradeFor(value: number, weights: Weights): Grade {
  for (const grade of ['A', 'B', 'C', 'D'] as const) if (value >= weights.grades[grade]) return grade;
  return 'F';
}

/** Position of a severity, the worst first. */
export const severityOrder = (severity: Severity | undefined): number =>
  severity === undefined ? severities.length : severities.indexOf(severity);
