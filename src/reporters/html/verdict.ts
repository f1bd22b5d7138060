import { type ClusterReport, type Entry, openFindings, type Score } from '../../report.ts';
import { severities } from '../../result.ts';
import { reachOf } from '../fix.ts';
import { failingRules } from '../open.ts';
import { heading, html, joined, type Markup, nothing } from './markup.ts';
import { dash, grouped, many } from './numbers.ts';
import type { Page, Section } from './page.ts';
import { ruleLink } from './prose.ts';

/** Where and when: the facts that tie the verdict to what was judged. */
export function facts({ cluster, folder }: Section): Markup {
  const { target, environment, takenAt, digest } = cluster;
  const known: [string, string | undefined][] = [
    ['Resource group', target.resourceGroup],
    ['Subscription', target.subscription],
    ['Location', target.location],
    ['Kubernetes', target.kubernetesVersion],
    ['Environment', `${environment.production ? 'production' : 'not production'} (${environment.because})`],
    ['State of', takenAt ?? 'an unknown time'],
    ['Files in', folder === '' ? undefined : folder],
    ['Snapshot', digest],
  ];
  return html`<dl class="facts">${known.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [html`<div><dt>${name}</dt><dd>${value}</dd></div>`]))}</dl>`;
}

/** Grade, score, range, coverage, and how much is open. */
export function verdict({ cluster }: Section): Markup {
  const { score, entries } = cluster;
  const open = openFindings(entries);
  const rules = (severity: string) =>
    entries.filter(({ result }) => result.findings.some((each) => each.status === 'fail' && (each.severity ?? 'low') === severity)).length;
  return html`<div class="verdict"><p class="grade ${gradeClass(score)}">${score.grade ?? dash}<span>${score.grade === null ? 'no grade' : 'grade'}</span></p>
<div class="score"><p><b>Score ${score.value ?? dash}</b> of 100</p>${bar(score)}<p>${score.low === null ? '' : html`Range ${range(score)}, `}coverage ${score.coverage} %</p><p class="quiet">${capOf(score)}</p></div>
<ul class="open">${severities.map((severity) => html`<li data-filter="severity=${severity}"><span class="sev ${severity}">${severity}</span><b>${grouped(open[severity])}</b><span>${open[severity] === 0 ? 'findings' : `in ${many(rules(severity), 'rule')}`}</span></li>`)}<li data-filter="status=unknown"><span class="sev unknown">unknown</span><b>${grouped(score.counts.unknown)}</b><span>rules</span></li></ul></div>`;
}

export const gradeClass = ({ grade }: Score): string => `g${grade ?? 'none'}`;
export const range = ({ low, high }: Score): string => (low === null ? dash : `${low}${dash}${high ?? dash}`);

function capOf({ grade, capped, value }: Score): Markup {
  if (value === null) return html`Nothing was evaluated.`;
  if (capped === undefined) return nothing;
  return html`${grade === null ? 'No grade,' : `Capped at ${grade}`} by ${capped.because}; ${capped.from} by the score alone.`;
}

/** From 0 to 100: full to the lower end of the range, pale to the upper end, a line at the score. The numbers stand beside it. */
export function bar({ value, low, high }: Score): Markup {
  if (low === null || high === null) return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"></svg>`;
  return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="low" width="${low}" height="6"/><rect class="high" x="${low}" width="${high - low}" height="6"/>${value === null || low === high ? '' : html`<rect class="value" x="${Math.max(0, value - 0.5)}" width="1" height="6"/>`}</svg>`;
}

export function chapterTable({ cluster, level }: Section): Markup {
  if (cluster.chapters.length === 0) return nothing;
  const cell = (value: string) => html`<td>${value}</td>`;
  const count = (n: number) => (n === 0 ? html`<td class="none">·</td>` : cell(grouped(n)));
  const rows = cluster.chapters.map(
    ({ title, score }) =>
      html`<tr><th scope="row">${title}</th><td>${bar(score)}</td>${cell(String(score.value ?? dash))}${cell(range(score))}${cell(score.low === null ? dash : `${score.coverage} %`)}${[score.counts.fail, score.counts.unknown, score.counts.pass, score.counts.notApplicable, score.counts.manual].map(count)}</tr>`,
  );
  return html`<section>${heading(level, html`Chapters`)}<div class="scroll" tabindex="0" role="region" aria-label="Scores by chapter"><table class="chapters"><caption><span>Score, range and coverage by chapter, and its rules by verdict</span></caption><thead><tr><th scope="col">Chapter</th><td></td><th scope="col">Score</th><th scope="col">Range</th><th scope="col">Coverage</th><th scope="col">Fail</th><th scope="col">Unknown</th><th scope="col">Pass</th><th scope="col">N/A</th><th scope="col">Manual</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

const mostFirst = 10;

/** The rules to begin with: by severity, then by what the score gains. */
export function fixFirst(page: Page, section: Section): Markup {
  const { cluster, level } = section;
  const whole = weighed(cluster.entries);
  const entries = new Map(cluster.entries.map((entry) => [entry.rule, entry]));
  const failing = failingRules(cluster, page.rules).map((each) => ({ ...each, gain: gainOf(entries.get(each.rule.name), whole) }));
  failing.sort((a, b) => severities.indexOf(a.worst) - severities.indexOf(b.worst) || b.gain - a.gain);
  if (failing.length < 3) return nothing;
  const rows = failing
    .slice(0, mostFirst)
    .map(
      ({ rule, worst, open, gain }) =>
        html`<tr><td><span class="sev ${worst}">${worst}</span></td><th scope="row">${ruleLink(page, rule.name, section)}</th><td>${grouped(open.length)}</td><td>${gain < 0.05 ? dash : `+${gain.toFixed(1)}`}</td><td class="text">${rule.fix === undefined ? dash : reachOf(rule.fix)}</td></tr>`,
    );
  return html`<section>${heading(level, html`Fix first`)}<div class="scroll" tabindex="0" role="region" aria-label="What to fix first"><table class="first"><caption><span>By severity, then by the points that the score gains</span></caption><thead><tr><th scope="col">Severity</th><th scope="col" class="text">Rule</th><th scope="col">Findings</th><th scope="col">Gain</th><th scope="col" class="text">How far the fix reaches</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** Points of the score that a rule's failing subjects take away. */
function gainOf(entry: Entry | undefined, whole: number): number {
  if (entry === undefined || whole === 0) return 0;
  const { pass, fail, unknown } = entry.result.counts;
  return (100 * entry.weight * fail) / (pass + fail + unknown) / whole;
}

/** What the score is a share of: the weight of all that was evaluated. */
function weighed(entries: readonly Entry[]): number {
  let sum = 0;
  for (const { weight, result } of entries) {
    const { pass, fail, unknown } = result.counts;
    if (pass + fail > 0) sum += (weight * (pass + fail)) / (pass + fail + unknown);
  }
  return sum;
}

/** The parts of a cluster's section, to jump to. */
export function contents(cluster: ClusterReport, index: number): Markup {
  const { fail, unknown, manual, pass, notApplicable } = cluster.score.counts;
  const part = (id: string, name: string, count: number) =>
    count === 0 ? nothing : html`<a href="#c${index}-${id}">${name} <small>${grouped(count)}</small></a>`;
  return html`<nav aria-label="Parts of the report">${joined([part('findings', 'Findings', fail), part('unknown', 'Not evaluated', unknown), part('questions', 'Questions', manual), part('passed', 'Passed', pass), part('outside', 'Not applicable', notApplicable), html`<a href="#method">Method</a>`], ' ')}</nav>`;
}
