import type { Report } from '../../report.ts';
import { html, type Markup } from './markup.ts';
import { many } from './numbers.ts';

/** How the numbers come about: src/score.ts and rules/weights.yaml in words; a test compares the numbers. */
export const method: Markup = html`<section id="method"><h2>Method</h2>
<p>A rule counts once, however many subjects it is about; a workload is one subject, however many pods. A rule weighs by its severity: critical 10, high 6, medium 3, low 1. Its credit is the share of its subjects that passed.</p>
<dl class="method">
<div><dt>Score</dt><dd>The credit of the rules by weight, over what was evaluated: 0 to 100, rounded down.</dd></div>
<div><dt>Range</dt><dd>The score if everything unknown failed, and if it passed. Gates look at its lower end.</dd></div>
<div><dt>Coverage</dt><dd>The share of the weight that could be evaluated. What was not seen is unknown: never a pass, a fail or a zero.</dd></div>
<div><dt>Grade</dt><dd>A from 90, B from 80, C from 70, D from 60, else F. An open high finding caps it at B, 5 at C; an open critical one at D, 3 at F. Coverage under 90 % caps it at B, under 75 % at C; under 50 % there is none.</dd></div>
<div><dt>Outside</dt><dd>What does not apply, and the questions that only people can answer.</dd></div>
<div><dt>Gain</dt><dd>What the score gains when all subjects of a rule pass that fail now.</dd></div>
</dl></section>`;

/** What was changed, left out or not read: it changes what the verdict means, so it stands first. */
export function notices({ deviations, skipped, unread = [] }: Report): Markup {
  const items = [
    ...deviations.map(({ what, from }) => html`<li><b>Changed:</b> ${what} (${from})</li>`),
    ...skipped.map(({ file, reason }) => html`<li><b>Left out:</b> ${file}: ${reason}</li>`),
    ...unread.map(({ target, reason }) => html`<li><b>Not read:</b> ${target}: ${reason}</li>`),
  ];
  if (items.length === 0) return html``;
  return html`<section class="notices" aria-label="What changes the meaning of this report"><p>${many(items.length, 'thing')} to know before reading on:</p><ul>${items}</ul></section>`;
}
