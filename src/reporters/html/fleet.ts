import { type ClusterReport, openFindings } from '../../report.ts';
import { severities } from '../../result.ts';
import { grades as allGrades } from '../../rule.ts';
import { failingRules } from '../open.ts';
import { html, joined, type Markup } from './markup.ts';
import { dash, grouped, many } from './numbers.ts';
import { chapterTitle, type Page, ruleId } from './page.ts';
import { fixOf, linksOf, refsOf, ruleLink } from './prose.ts';
import { question } from './closed.ts';
import { gradeClass, range } from './verdict.ts';

/** Grades and open findings of all clusters together. */
export function fleetVerdict({ clusters }: Page): Markup {
  const open = clusters.map(({ entries }) => openFindings(entries));
  const grades = [...allGrades, null].map((grade) => ({ grade, count: clusters.filter(({ score }) => score.grade === grade).length }));
  const shown = grades
    .filter(({ count }) => count > 0)
    .map(({ grade, count }) => html`<span class="letter g${grade ?? 'none'}">${grade ?? dash}</span>${grouped(count)}`);
  const severe = severities.map((severity) => {
    const on = open.filter((counts) => counts[severity] > 0).length;
    const total = sum(open.map((counts) => counts[severity]));
    return html`<li data-filter="severity=${severity}"><span class="sev ${severity}">${severity}</span><b>${grouped(total)}</b><span>${on === 0 ? 'findings' : `on ${many(on, 'cluster')}`}</span></li>`;
  });
  return html`<div class="verdict"><p class="grades">Grades ${shown}</p><ul class="open">${severe}</ul></div>`;
}

/** All clusters side by side, worst first: what they score, and in which chapters. */
export function* clusterTable({ clusters, chapterTitles }: Page): Iterable<Markup> {
  const chapters = [...chapterTitles];
  yield html`<section><h2>Clusters</h2><div class="scroll" tabindex="0" role="region" aria-label="Clusters by chapter"><table class="clusters"><caption><span>Worst first: score with its range and coverage, open findings by severity; of each chapter the score and how many rules fail</span></caption><thead><tr><th scope="col">Cluster</th><th scope="col">Grade</th><th scope="col">Score</th>${severities.map((severity) => html`<th scope="col"><span class="sev ${severity}">${severity}</span></th>`)}${chapters.map(([, title]) => html`<th scope="col" class="chapter">${title}</th>`)}</tr></thead><tbody>
`;
  for (const [index, { target, score, chapters: own, entries }] of clusters.entries()) {
    const open = openFindings(entries);
    const scores = new Map(own.map((chapter) => [chapter.name, chapter.score]));
    yield html`<tr><th scope="row"><a href="#c${index}">${target.name}</a></th><td><span class="letter ${gradeClass(score)}">${score.grade ?? dash}</span></td><td>${score.value ?? dash}<small>${range(score)}, ${score.coverage} %</small></td>${severities.map((severity) => html`<td${open[severity] === 0 ? html` class="none"` : ''}>${grouped(open[severity])}</td>`)}${chapters.map(([name]) => chapterCell(scores.get(name)))}</tr>
`;
  }
  yield html`</tbody></table></div></section>`;
}

function chapterCell(score: ClusterReport['score'] | undefined): Markup {
  if (score === undefined || score.value === null) return html`<td class="none">${dash}</td>`;
  const tone = score.value >= 90 ? 'good' : score.value >= 70 ? 'fair' : 'poor';
  return html`<td class="${tone}">${score.value}${score.counts.fail === 0 ? '' : html` <small>${score.counts.fail} fail</small>`}</td>`;
}

/** Where rules fail: places of clusters by rule, with the findings on each. */
export function failures(page: Page): Map<string, Map<number, number>> {
  const found = new Map<string, Map<number, number>>();
  for (const [index, cluster] of page.clusters.entries())
    for (const { rule, open } of failingRules(cluster, page.rules)) {
      const places = found.get(rule.name) ?? new Map<number, number>();
      found.set(rule.name, places.set(index, open.length));
    }
  return found;
}

const mostWidespread = 15;
const sum = (counts: Iterable<number>): number => [...counts].reduce((total, each) => total + each, 0);

/** What is wrong on most clusters: worth mending once, where clusters are made. */
export function widespread(page: Page, found: ReturnType<typeof failures>): Markup {
  const order = (name: string): number => severities.indexOf(page.rules.get(name)?.severity ?? 'low');
  const rows = [...found]
    .filter(([, places]) => places.size > 1)
    .sort(([a, on], [b, to]) => to.size - on.size || order(a) - order(b) || (a < b ? -1 : 1))
    .slice(0, mostWidespread)
    .map(([name, places]) => {
      const severity = page.rules.get(name)?.severity ?? 'low';
      return html`<tr><td><span class="sev ${severity}">${severity}</span></td><th scope="row">${ruleLink(page, name)}</th><td>${places.size} of ${page.clusters.length}</td><td>${grouped(sum(places.values()))}</td></tr>
`;
    });
  if (rows.length === 0) return html``;
  return html`<section><h2>Failing on most clusters</h2><div class="scroll" tabindex="0" role="region" aria-label="Rules that fail on most clusters"><table class="first"><caption><span>Worth mending once, where clusters are made</span></caption><thead><tr><th scope="col">Severity</th><th scope="col" class="text">Rule</th><th scope="col">Clusters</th><th scope="col">Findings</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** What is said of rules that some cluster fails or leaves open: once, whatever the number of clusters. */
export function* rulesOnce(page: Page, found: ReturnType<typeof failures>): Iterable<Markup> {
  const open = new Set(
    page.clusters.flatMap(({ entries }) => entries.flatMap(({ rule, result }) => (result.status === 'unknown' ? [rule] : []))),
  );
  yield html`<section id="rules"><h2>Rules</h2><p>Why they are and how they are fixed; names in angle brackets are the reader's to fill in.</p>`;
  const rules = [...page.report.rules].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  for (const rule of rules) {
    const places = found.get(rule.name);
    if (places === undefined && !open.has(rule.name)) continue;
    const share = places === undefined ? 'not evaluated' : `${many(places.size, 'cluster')}`;
    yield html`<details class="rule" id="${ruleId(page, rule.name)}"><summary><span class="sev ${rule.severity}">${rule.severity}</span><h3>${rule.title}</h3><span class="share">${share}</span></summary>
<p class="name"><code>${rule.name}</code> · ${chapterTitle(page, rule.chapter)}</p><p class="why">${rule.why}</p>${places === undefined ? '' : html`<p>Fails on ${joined(failingOn(page, rule.name, places), ', ')}.</p>`}${fixOf(page, rule)}${linksOf(rule)}${refsOf(rule)}</details>
`;
  }
  yield html`</section>`;
}

const failingOn = (page: Page, rule: string, places: ReadonlyMap<number, number>): Markup[] =>
  [...places].map(
    ([index, count]) => html`<a href="#c${index}${ruleId(page, rule)}">${page.clusters[index]?.target.name}</a> (${grouped(count)})`,
  );

/** The questions that no API answers, once for all clusters. */
export function* questionsOnce(page: Page): Iterable<Markup> {
  const asked = new Map<string, string>();
  for (const { entries } of page.clusters)
    for (const { rule, result } of entries) if (result.status === 'manual' && !asked.has(rule)) asked.set(rule, result.ask);
  if (asked.size === 0) return;
  yield html`<section id="questions"><details class="group"><summary><h2>Questions <small>${grouped(asked.size)} that no API answers, for each cluster</small></h2></summary><ul class="entries">
`;
  for (const [name, ask] of asked) {
    const rule = page.rules.get(name);
    if (rule !== undefined) yield question(ruleId(page, name), rule, ask);
  }
  yield html`</ul></details></section>`;
}
