import type { ClusterReport, ReportedRule } from '../../report.ts';
import type { Subject } from '../../result.ts';
import { type FixLine, fixLines, reachOf, shownSubject } from '../fix.ts';
import { subjectName } from '../open.ts';
import { html, joined, lines, link, type Markup, nothing } from './markup.ts';
import { entryId, type Page, ruleId, type Section } from './page.ts';

/** The fix of a rule. @param failing subjects whose names the commands show; without a target the reader fills in the names */
export function fixOf(page: Page, rule: ReportedRule, section?: Section, failing: readonly Subject[] = []): Markup {
  const { fix } = rule;
  if (fix === undefined) return nothing;
  const target = section?.cluster.target;
  const subject = shownSubject(failing);
  const steps = fixLines(fix, target, subject);
  const after = (fix.after ?? []).filter((name) => page.rules.has(name) && isOpen(name, section));
  return html`<div class="fix"><p><b>Fix</b> <span>${reachOf(fix)}</span></p>${
    after.length === 0
      ? ''
      : html`<p>First: ${joined(
          after.map((name) => ruleLink(page, name, section)),
          ', ',
        )}.</p>`
  }${shownFor(rule, target, failing, subject, steps)}<ol>${steps.filter(({ form }) => !isCode(form)).map(step)}</ol>${steps.filter(({ form }) => isCode(form)).map(code)}</div>`;
}

/** Whether a rule that should be fixed first is still to be fixed. */
const isOpen = (rule: string, section: Section | undefined): boolean =>
  section?.cluster.entries.find((entry) => entry.rule === rule)?.result.status !== 'pass';

const isCode = (form: FixLine['form']): boolean => form === 'bicep' || form === 'terraform';

function step({ form, text }: FixLine): Markup {
  if (form === 'text') return html`<li>${text}</li>`;
  if (form === 'portal') return html`<li>In the portal: ${text}</li>`;
  return html`<li><pre>${lines(text)}</pre></li>`;
}
const code = ({ form, text }: FixLine): Markup =>
  html`<details><summary>${form === 'bicep' ? 'Bicep' : 'Terraform'}</summary><pre>${lines(text)}</pre></details>`;

/** Whose names the commands hold, where several subjects fail. */
function shownFor(
  { fix }: ReportedRule,
  target: ClusterReport['target'] | undefined,
  failing: readonly Subject[],
  subject: Subject | undefined,
  steps: readonly FixLine[],
): Markup {
  if (fix === undefined || subject === undefined || failing.length < 2) return nothing;
  const generic = fixLines(fix, target);
  if (generic.length === steps.length && generic.every(({ text }, index) => text === steps[index]?.text)) return nothing;
  return html`<p>For ${subjectName(subject)}; alike for the others.</p>`;
}

/** To the rule where it stands on its cluster, or, without one, to what is said of it for all clusters. */
export function ruleLink(page: Page, name: string, section?: Section): Markup {
  const id = section === undefined ? ruleId(page, name) : entryId(page, section, name);
  return html`<a href="#${id}">${page.rules.get(name)?.title ?? name}</a>`;
}

export const linksOf = ({ links }: ReportedRule): Markup =>
  links.length === 0 ? nothing : html`<p class="links">Read more: ${joined(links.map(link), ' · ')}</p>`;

export function refsOf({ refs }: ReportedRule): Markup {
  const known = Object.entries(refs ?? {}).filter(([, ids]) => ids.length > 0);
  if (known.length === 0) return nothing;
  return html`<p class="refs">The same elsewhere: ${joined(
    known.map(([tool, ids]) => html`${tool} ${ids.join(', ')}`),
    ' · ',
  )}</p>`;
}
