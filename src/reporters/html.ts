import { createHash } from 'node:crypto';
import type { Report } from '../report.ts';
import { assets } from './html/assets.ts';
import { failing } from './html/clusterRules.ts';
import { notEvaluated, outside, passed, questions } from './html/closed.ts';
import { dataBlock } from './html/dataBlock.ts';
import { clusterTable, failures, fleetVerdict, questionsOnce, rulesOnce, widespread } from './html/fleet.ts';
import { html, type Markup } from './html/markup.ts';
import { method, notices } from './html/method.ts';
import { dash, many } from './html/numbers.ts';
import { type Page, pageOf, type Section } from './html/page.ts';
import { chapterTable, contents, facts, fixFirst, gradeClass, range, verdict } from './html/verdict.ts';
import type { Reporter } from './reporter.ts';

/** One file that needs nothing else: whole without its script, which only filters, copies and shows the rest of what is many. */
export const htmlPage: Reporter = function* htmlPage(report: Report): Iterable<string> {
  const page = pageOf(report);
  const { style, script } = assets();
  yield head(page, style, script);
  for (const { markup } of body(page)) yield markup;
  yield* dataBlock(page);
  yield `<script>${script}</script>\n</body>\n</html>\n`;
};

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 8l4 4 8-9' fill='none' stroke='%232a6f97' stroke-width='3'/%3E%3C/svg%3E";

function head(page: Page, style: string, script: string): string {
  const { tool } = page.report;
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; img-src data:; base-uri 'none'; form-action 'none'`;
  const [only] = page.clusters;
  const title =
    page.single && only !== undefined ? `${only.target.name}: AKS audit` : `AKS audit of ${many(page.clusters.length, 'cluster')}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ markup: policy }}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="${tool.name} ${tool.version}">
<title>${title}</title>
<link rel="icon" href="${{ markup: icon }}">
<style>${{ markup: style }}</style>
</head>
<body${page.single ? '' : html` class="fleet"`}>
<a class="skip" href="#main">Skip to the report</a>
${filterBar(page)}
`.markup;
}

/** Hidden until the script is there to work it. */
const filterBar = (
  page: Page,
): Markup => html`<search id="bar" hidden><input type="search" id="q" placeholder="Filter findings" aria-label="Filter findings by text" autocomplete="off" spellcheck="false">
<select id="severity" aria-label="Severity"><option value="">Any severity</option><option>critical</option><option>high</option><option>medium</option><option>low</option></select>
<select id="status" aria-label="Status"><option value="">Any status</option><option>fail</option><option>unknown</option></select>
<select id="chapter" aria-label="Chapter"><option value="">Any chapter</option></select>
<select id="namespace" aria-label="Namespace"><option value="">Any namespace</option></select>
${
  page.single
    ? ''
    : html`<select id="cluster" aria-label="Cluster"><option value="">Any cluster</option></select>
`
}<button type="button" id="clear" hidden>Clear</button><output id="count" aria-live="polite"></output>
<span class="tools"><button type="button" id="expand" aria-pressed="false">Expand all</button><button type="button" id="theme">Theme</button></span></search>`;

function* body(page: Page): Iterable<Markup> {
  yield html`<main id="main" tabindex="-1">
`;
  if (page.single) yield* onePage(page);
  else yield* fleetPage(page);
  yield method;
  yield html`</main>
<footer><p>The complete report, with every finding and value, is what <code>-o json</code> writes.</p></footer>
`;
}

/** Takes the place of all that follows while there is a filter. */
const results = html`<section id="results" hidden aria-label="Findings that the filter lets through"></section>
`;
const made = ({ tool, now }: Report): Markup =>
  html`<p class="kind">Audit of Azure Kubernetes Service by ${tool.name} ${tool.version}, judged at ${now}</p>`;

function* onePage(page: Page): Iterable<Markup> {
  const [section] = page.sections;
  if (section === undefined) return;
  yield html`<header id="c0">${made(page.report)}<h1>${section.cluster.target.name}</h1>${facts(section)}</header>
${results}${notices(page.report)}${verdict(section)}
${contents(section.cluster, 0)}
`;
  yield* parts(page, section);
}

function* parts(page: Page, section: Section): Iterable<Markup> {
  yield chapterTable(section);
  if (page.single) yield fixFirst(page, section);
  yield* failing(page, section);
  yield* notEvaluated(page, section);
  if (page.single) yield* questions(page, section);
  yield* passed(page, section);
  yield* outside(page, section);
}

function* fleetPage(page: Page): Iterable<Markup> {
  const { clusters, report } = page;
  yield html`<header>${made(report)}<h1>${many(clusters.length, 'cluster')}</h1></header>
${results}${notices(report)}`;
  if (clusters.length === 0) return yield html`<p>No cluster was judged.</p>`;
  yield fleetVerdict(page);
  yield* clusterTable(page);
  const found = failures(page);
  yield widespread(page, found);
  for (const section of page.sections) {
    const { index } = section;
    const { target, score } = section.cluster;
    yield html`<details class="cluster" id="c${index}"${index === 0 ? html` open` : ''}><summary><h2>${target.name}</h2><span class="letter ${gradeClass(score)}">${score.grade ?? dash}</span><span>Score ${score.value ?? dash}, range ${range(score)}, coverage ${score.coverage} %</span></summary>
${facts(section)}${verdict(section)}
`;
    yield* parts(page, section);
    yield html`</details>
`;
  }
  yield* rulesOnce(page, found);
  yield* questionsOnce(page);
}
