import type { Entry } from '../../report.ts';
import { forTarget } from '../fix.ts';
import { remedies } from '../gaps.ts';
import { unknownBlock } from './clusterRules.ts';
import { findingItem, shownFinding, whyNot } from './findings.ts';
import { heading, html, type Markup } from './markup.ts';
import { grouped, many } from './numbers.ts';
import { entryId, type Page, type Section, short } from './page.ts';
import { linksOf } from './prose.ts';

const entriesOf = ({ cluster }: Section, status: Entry['result']['status']): Entry[] =>
  cluster.entries.filter(({ result }) => result.status === status);

/** What was not evaluated, with the permission or the export that would settle it. */
export function* notEvaluated(page: Page, section: Section): Iterable<Markup> {
  const { cluster, level, index } = section;
  const unknown = entriesOf(section, 'unknown');
  if (unknown.length === 0 && cluster.gaps.length === 0) return;
  const title = html`Not evaluated <small>${many(unknown.length, 'rule')}</small>`;
  yield html`<section id="c${index}-unknown">${heading(level, title)}`;
  if (cluster.gaps.length > 0) yield html`<p>What would settle it, most rules first:</p><ul class="remedies">`;
  for (const { why, what, rules, how } of remedies(cluster.gaps)) {
    const steps = how.map((each) => {
      if (isCommand(each)) return html`<pre>${forTarget(each, cluster.target)}</pre>`;
      return why === 'forbidden' ? html`<p>Needs <code>${each}</code></p>` : html`<p>${each}</p>`;
    });
    yield html`<li><p><b>${whyNot[why]}</b> ${short(what.join(', '))} <small>${many(rules.length, 'rule')}</small></p>${steps}</li>
`;
  }
  if (cluster.gaps.length > 0) yield html`</ul>`;
  for (const entry of unknown) yield unknownBlock(page, section, entry);
  yield html`</section>`;
}
const isCommand = (text: string): boolean => /^(az|kubectl|for) /.test(text);

/** The questions that no API answers, closed. Of many clusters they are asked once, in `rules.ts`. */
export function* questions(page: Page, section: Section): Iterable<Markup> {
  const asked = entriesOf(section, 'manual');
  if (asked.length === 0) return;
  yield* group(section, 'questions', 'Questions', `${grouped(asked.length)} that no API answers`, function* () {
    for (const { rule: name, result } of asked) {
      const rule = page.rules.get(name);
      if (rule === undefined || result.status !== 'manual') continue;
      yield question(entryId(page, section, name), rule, result.ask);
    }
  });
}
export const question = (
  id: string,
  rule: Parameters<typeof linksOf>[0] & { severity: string; title: string; name: string },
  ask: string,
): Markup =>
  html`<li id="${id}"><p><span class="sev ${rule.severity}">${rule.severity}</span> <b>${rule.title}</b> <code>${rule.name}</code></p><p>${ask}</p>${linksOf(rule)}</li>
`;

/** What passed, each with what was seen; closed. Of many clusters, what was seen is said in a sentence. */
export function* passed(page: Page, section: Section): Iterable<Markup> {
  const entries = entriesOf(section, 'pass');
  if (entries.length === 0) return;
  yield* group(section, 'passed', 'Passed', many(entries.length, 'rule'), function* () {
    for (const { rule, result } of entries) {
      const seen = result.findings.filter(({ status }) => status === 'pass').map((finding) => shownFinding(finding, section.folder));
      if (!page.single) yield brief(page, section, rule, seen[0]?.message ?? '');
      else
        yield html`<li id="${entryId(page, section, rule)}"><p>${titleOf(page, rule)}</p><ul class="findings">${seen.map((finding) => findingItem(finding))}</ul>${restOf(result.counts.pass - seen.length)}</li>
`;
    }
  });
}
const restOf = (rest: number): Markup => (rest > 0 ? html`<p class="quiet">and ${grouped(rest)} more that pass</p>` : html``);

/** What does not apply, and why not; closed. */
export function* outside(page: Page, section: Section): Iterable<Markup> {
  const entries = entriesOf(section, 'notApplicable');
  if (entries.length === 0) return;
  yield* group(section, 'outside', 'Not applicable', many(entries.length, 'rule'), function* () {
    for (const { rule, result } of entries) if (result.status === 'notApplicable') yield brief(page, section, rule, short(result.because));
  });
}

const titleOf = (page: Page, rule: string): Markup => html`<b>${page.rules.get(rule)?.title ?? rule}</b> <code>${rule}</code>`;
const brief = (page: Page, section: Section, rule: string, text: string): Markup =>
  html`<li id="${entryId(page, section, rule)}">${titleOf(page, rule)}<br>${text}</li>
`;

function* group(section: Section, id: string, title: string, count: string, items: () => Iterable<Markup>): Iterable<Markup> {
  yield html`<section id="c${section.index}-${id}"><details class="group"><summary>${heading(section.level, html`${title} <small>${count}</small>`)}</summary><ul class="entries">
`;
  yield* items();
  yield html`</ul></details></section>`;
}
