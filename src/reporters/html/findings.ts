import type { Finding, Severity } from '../../result.ts';
import type { Gap } from '../../snapshot.ts';
import { resourceOf, subjectName } from '../open.ts';
import { plain, showValue } from '../plain.ts';
import { html, type Markup } from './markup.ts';
import { many } from './numbers.ts';
import { short } from './page.ts';

/** A finding as the page shows it, in its own HTML and by its script: texts are harmless, what there is not is '' or 0. */
export interface ShownFinding {
  standing: Severity | 'unknown';
  /** With its namespace. */
  subject: string;
  kind: string;
  namespace: string;
  message: string;
  note: string;
  values: readonly ShownValue[];
  /** Values that are in the JSON report alone. */
  more: number;
  /** What was not seen, one text a reason. */
  missing: readonly string[];
}
export interface ShownValue {
  /** The resource, where it is another than the subject. */
  of: string;
  path: string;
  value: string;
  expected: string;
  file: string;
  line: number;
}

const mostValues = 20;
const longestValue = 400;
const text = (value: string | undefined): string => plain(short(value ?? ''));

/** @param folder what all places begin with, left out */
export function shownFinding(finding: Finding, folder: string): ShownFinding {
  const { subject, evidence, status, severity = 'low' } = finding;
  return {
    standing: status === 'unknown' ? 'unknown' : severity,
    subject: text(subjectName(subject)),
    kind: text(subject.kind),
    namespace: text(subject.namespace),
    message: text(finding.message),
    note: text(finding.note),
    values: evidence.slice(0, mostValues).map((each) => ({
      of: text(resourceOf(each, subject)),
      path: text(each.path),
      value: showValue(each.actual, '…', longestValue),
      expected: text(each.expected),
      file: text(each.at?.file.slice(folder.length)),
      line: each.at?.line ?? 0,
    })),
    more: Math.max(0, evidence.length - mostValues),
    missing: shownGaps(finding.missing ?? []),
  };
}

/** What was not seen, one text a reason. */
export function shownGaps(gaps: readonly Gap[]): string[] {
  const byReason = new Map<Gap['why'], string[]>();
  for (const { key, scope, why } of gaps) {
    const what = byReason.get(why) ?? [];
    what.push(scope === undefined ? key : `${key} of ${scope}`);
    byReason.set(why, what);
  }
  return [...byReason].map(([why, what]) => `${text(what.join(', '))} (${whyNot[why]})`);
}
export const whyNot: Readonly<Record<Gap['why'], string>> = {
  'not-collected': 'not collected',
  forbidden: 'forbidden',
  unreachable: 'unreachable',
  failed: 'failed',
  'cluster-stopped': 'cluster stopped',
};

/** One finding of a list; script/findings.js makes the same of the data. @param usual what the others are: said where one is not */
export function findingItem(finding: ShownFinding, usual: ShownFinding['standing'] = finding.standing): Markup {
  const { standing, subject, kind, message, note, values, more, missing } = finding;
  const mark = standing === usual ? '' : html`<span class="sev ${standing}">${standing}</span> `;
  return html`<li><p>${mark}<b>${subject}</b> <i>${kind}</i> ${message}${note === '' ? '' : html` <em>${note}</em>`}</p>${
    values.length + more === 0
      ? ''
      : html`<ul>${values.map(valueItem)}${more === 0 ? '' : html`<li>and ${many(more, 'more value')} in -o json</li>`}</ul>`
  }${missing.length === 0 ? '' : html`<p class="missing">Not seen: ${missing.join('; ')}</p>`}</li>
`;
}

function valueItem({ of, path, value, expected, file, line }: ShownValue): Markup {
  return html`<li>${of === '' ? '' : `${of} `}<code>${path}</code> = <code class="value">${value}</code>${
    expected === '' ? '' : html` <span>expected ${expected}</span>`
  }${file === '' ? '' : html` <cite>${file}:${line}</cite>`}</li>`;
}
