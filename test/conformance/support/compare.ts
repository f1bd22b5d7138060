import { expect } from 'vitest';
import type { Report } from '../../../src/report.ts';
import type { Evidence, Status } from '../../../src/result.ts';
import { reviewed } from '../reviewed.ts';
import { columns } from './tally.ts';

/** What another tool says of a case by one of its rules, and what we say by ours of equal meaning. */
export interface Judgement {
  case: string;
  theirRule: string;
  rule: string;
  theirs: 'pass' | 'fail';
  ours: Status;
}

/** A disagreement with another tool that a person looked into: why ours stands. */
export interface Reviewed {
  suite: string;
  theirRule: string;
  theirs: 'pass' | 'fail';
  ours: Status;
  cases: readonly string[];
  reason: string;
}

/**
 * What our rule says of a cluster. @param where of our fails, only those with evidence at such a pointer are about
 * what the other tool looks at; a rule that fails, or does not know, elsewhere only passes here
 */
export function verdict(cluster: Report['clusters'][number], rule: string, { where }: { where?: RegExp } = {}): Status {
  const result = cluster.entries.find((entry) => entry.rule === rule)?.result;
  if (result === undefined) throw new Error(`there is no rule ${rule}`);
  if (where === undefined || (result.status !== 'fail' && result.status !== 'unknown')) return result.status;
  if (result.status === 'unknown' && result.counts.unknown === 0) return 'unknown';
  const at = ({ path }: Evidence): boolean => where.test(path);
  const concerned = result.findings.filter(({ evidence }) => evidence.length === 0 || evidence.some(at));
  return (['fail', 'unknown'] as const).find((worse) => concerned.some(({ status }) => status === worse)) ?? 'pass';
}

/**
 * Prints agreements and disagreements of a suite. Fails on a disagreement that nobody reviewed, and on a review that
 * is stale. @param without what is not compared, and why
 */
export function compare(suite: string, judgements: readonly Judgement[], without: Readonly<Record<string, string>> = {}): void {
  const reviews = new Map(
    reviewed
      .filter((each) => each.suite === suite)
      .flatMap((each) => each.cases.map((name) => [keyOf({ case: name, theirRule: each.theirRule }), each])),
  );
  const disagreed = judgements.filter((each) => !agrees(each));
  const reviewOf = (each: Judgement) => {
    const review = reviews.get(keyOf(each));
    return review?.ours === each.ours && review.theirs === each.theirs ? review : undefined;
  };
  const current = new Set(disagreed.filter(reviewOf).map(keyOf));
  console.log(
    [
      `\n${suite}: ${judgements.length} verdicts compared, ${judgements.length - disagreed.length} agree, ${disagreed.length} do not`,
      byRule(judgements),
      ...disagreed.map((each) => `  ${describeJudgement(each)}: ${reviewOf(each)?.reason ?? 'NOT REVIEWED'}`),
      ...(Object.keys(without).length === 0 ? [] : ['  Not compared:']),
      ...Object.entries(without).map(([rule, reason]) => `    ${rule}: ${reason}`),
    ].join('\n'),
  );
  expect({
    unreviewed: disagreed.filter((each) => reviewOf(each) === undefined).map(describeJudgement),
    stale: [...reviews.keys()].filter((key) => !current.has(key)),
  }).toEqual({ unreviewed: [], stale: [] });
}

/** What has nothing to judge in it passes with the others: they know no verdict of its own for that. */
const agrees = ({ theirs, ours }: Judgement): boolean => theirs === ours || (theirs === 'pass' && ours === 'notApplicable');
const keyOf = (each: { case: string; theirRule: string }): string => `${each.case} ${each.theirRule}`;
const describeJudgement = ({ case: name, theirRule, rule, theirs, ours }: Judgement): string =>
  `${name}: ${theirRule} ${theirs}, ${rule} ${ours}`;

function byRule(judgements: readonly Judgement[]): string {
  const pairs = [...new Set(judgements.map(({ theirRule, rule }) => `${theirRule} = ${rule}`))].sort();
  const rows = pairs.map((pair) => {
    const all = judgements.filter(({ theirRule, rule }) => `${theirRule} = ${rule}` === pair);
    const agreed = all.filter(agrees).length;
    return [`  ${pair}`, String(all.length), String(agreed), String(all.length - agreed)];
  });
  return columns([['  theirs = ours', 'cases', 'agree', 'disagree'], ...rows]);
}
