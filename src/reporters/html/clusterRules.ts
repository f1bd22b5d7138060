import type { Entry, ReportedRule } from '../../report.ts';
import type { Finding, Severity } from '../../result.ts';
import { failingRules, reasonOf, shareOf } from '../open.ts';
import { findingItem, shownFinding, shownGaps } from './findings.ts';
import { heading, html, type Markup } from './markup.ts';
import { grouped, many } from './numbers.ts';
import { chapterTitle, entryId, type Page, ruleId, type Section } from './page.ts';
import { fixOf, linksOf, refsOf } from './prose.ts';

/** Every rule that fails, worst first, each with its first findings. */
export function* failing(page: Page, section: Section): Iterable<Markup> {
  const rules = failingRules(section.cluster, page.rules);
  const title = html`Findings <small>${many(rules.length, 'rule')}</small>`;
  yield html`<section id="c${section.index}-findings">${heading(section.level, title)}`;
  if (rules.length === 0) yield html`<p>No open findings among what was evaluated.</p>`;
  for (const { rule, open, result, worst } of rules) {
    const share = shareOf(result);
    const first = open[0] === undefined ? '' : shownFinding(open[0], section.folder);
    yield ruleBlock(page, section, {
      rule,
      severity: worst,
      brief: first === '' ? '' : share === undefined ? first.message : `${first.subject}: ${first.message}`,
      share: share === undefined ? '' : `${grouped(share.failed)} of ${grouped(share.judged)}`,
      findings: [...open, ...result.findings.filter(({ status }) => status === 'unknown')],
      fix: page.single
        ? fixOf(
            page,
            rule,
            section,
            open.map(({ subject }) => subject),
          )
        : html``,
    });
  }
  yield html`</section>`;
}

interface Block {
  rule: ReportedRule;
  severity: Severity;
  /** One line that stands while the block is closed. */
  brief: string;
  share: string;
  findings: readonly Finding[];
  fix: Markup;
}

function ruleBlock(page: Page, section: Section, { rule, severity, brief, share, findings, fix }: Block): Markup {
  const id = entryId(page, section, rule.name);
  return html`<details class="rule" id="${id}"><summary><span class="sev ${severity}">${severity}</span>${heading(section.level + 1, html`${rule.title}`)}<span class="share">${share}</span><span class="brief">${brief}</span></summary>
<p class="name">${page.single ? html`<code>${rule.name}</code> · ${chapterTitle(page, rule.chapter)}` : html`<a href="#${ruleId(page, rule.name)}">Why, and how it is fixed</a> <code>${rule.name}</code>`}</p>
${page.single ? html`<p class="why">${rule.why}</p>` : ''}${findingList(page, section, findings, severity)}${fix}${page.single ? html`${linksOf(rule)}${refsOf(rule)}` : ''}</details>
`;
}

function findingList(page: Page, { folder }: Section, findings: readonly Finding[], worst: Severity): Markup {
  if (findings.length === 0) return html``;
  const items = findings.slice(0, page.shown).map((finding) => findingItem(shownFinding(finding, folder), worst));
  const rest = findings.length - items.length;
  return html`<ul class="findings">${items}</ul>${rest === 0 ? '' : html`<p class="more">and ${grouped(rest)} more, which this page shows with JavaScript; they are in -o json as well</p>`}`;
}

/** A rule of which nothing, or not all that would decide it, was seen. */
export function unknownBlock(page: Page, section: Section, { rule: name, result }: Entry): Markup {
  const rule = page.rules.get(name);
  if (rule === undefined || result.status !== 'unknown') return html``;
  const { unknown, pass } = result.counts;
  return ruleBlock(page, section, {
    rule,
    severity: rule.severity,
    brief: reasonOf(result) ?? `Not seen: ${shownGaps(result.missing).join('; ')}`,
    share: unknown > 0 && unknown + pass > 1 ? `${grouped(unknown)} of ${grouped(unknown + pass)}` : '',
    findings: result.findings.filter(({ status }) => status === 'unknown'),
    fix: html``,
  });
}
