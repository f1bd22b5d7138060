import type { ClusterReport, Report, ReportedRule } from '../../report.ts';
import { openFindings, ruleOf } from '../../report.ts';
import { severities } from '../../result.ts';
import { commonFolder } from '../open.ts';
import { cut } from '../plain.ts';

/** What the parts of the page share. */
export interface Page {
  report: Report;
  rules: ReadonlyMap<string, ReportedRule>;
  /** Place of a rule in the report: with the place of the cluster it makes the ids of elements, as names may hold anything. */
  ruleIndex: ReadonlyMap<string, number>;
  /** In the order in which clusters come to them first. */
  chapterTitles: ReadonlyMap<string, string>;
  /** Worst first. */
  clusters: readonly ClusterReport[];
  sections: readonly Section[];
  /** The only cluster: then prose stands with the findings, else once for all clusters. */
  single: boolean;
  /** Findings of a rule that stand in the page itself; the rest is in the data. */
  shown: number;
}

/** A cluster and its place in the page. */
export interface Section {
  cluster: ClusterReport;
  index: number;
  /** What all places of its evidence begin with. */
  folder: string;
  /** Of the headings of its parts. */
  level: number;
}

const mostShown = 20;

export function pageOf(report: Report): Page {
  const clusters = [...report.clusters].sort(worstFirst);
  const single = clusters.length === 1;
  return {
    report,
    rules: ruleOf(report),
    ruleIndex: new Map(report.rules.map(({ name }, index) => [name, index])),
    chapterTitles: new Map(report.clusters.flatMap(({ chapters }) => chapters.map(({ name, title }) => [name, title]))),
    clusters,
    sections: clusters.map((cluster, index) => ({ cluster, index, folder: commonFolder(cluster), level: single ? 2 : 3 })),
    single,
    shown: Math.max(1, Math.min(mostShown, Math.floor((2 * mostShown) / clusters.length))),
  };
}

/** By open findings from critical down, then by the lower end of the score. */
function worstFirst(a: ClusterReport, b: ClusterReport): number {
  const [left, right] = [openFindings(a.entries), openFindings(b.entries)];
  for (const severity of severities) if (left[severity] !== right[severity]) return right[severity] - left[severity];
  return (a.score.low ?? -1) - (b.score.low ?? -1) || (a.target.id < b.target.id ? -1 : 1);
}

export const ruleId = (page: Page, rule: string): string => `r${page.ruleIndex.get(rule) ?? 'x'}`;
export const entryId = (page: Page, { index }: Pick<Section, 'index'>, rule: string): string => `c${index}${ruleId(page, rule)}`;
export const chapterTitle = (page: Page, chapter: string): string => page.chapterTitles.get(chapter) ?? chapter;

/** Cuts what is longer than anybody reads; the whole of it stands in the other formats. */
export const short = (text: string): string => cut(text, longest, '…');
const longest = 1000;
