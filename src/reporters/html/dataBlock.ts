import type { Entry } from '../../report.ts';
import { type Finding, severities } from '../../result.ts';
import { reasonOf } from '../open.ts';
import { harmlessJson, plain } from '../plain.ts';
import { type ShownFinding, shownFinding } from './findings.ts';
import { chapterTitle, type Page, type Section } from './page.ts';

/** Gives each text a number, the same text the same one; 0 is the empty text. */
type Numbered = (text: string) => number;

/**
 * All fails and unknowns for script/, as JSON: `{shown, rules, clusters, groups, texts}`. A group is `[cluster, rule, rows]`, a row
 * `[standing, subject, kind, namespace, message, note, more, n, ...n missing, ...values of six]`, all places in `texts` but `standing`
 * (that of `severities`, then unknown), `more`, `n` and a value's line. Texts stand at the end, as rows are written when they are met.
 */
export function* dataBlock(page: Page): Iterable<string> {
  const { clusters, report, shown } = page;
  const rules = report.rules.map(({ name, title, chapter }) => [name, title, chapterTitle(page, chapter)].map(plain));
  const names = clusters.map(({ target }) => [target.name, target.id].map(plain));
  yield `<script type="application/json" id="data">{"shown":${shown},"rules":${json(rules)},"clusters":${json(names)},"groups":[0`;
  const texts = new Map([['', 0]]);
  const numbered: Numbered = (text) => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, texts.size);
    return texts.size - 1;
  };
  for (const section of page.sections) for (const entry of section.cluster.entries) yield* group(page, section, entry, numbered);
  yield '],"texts":[""';
  for (const text of texts.keys()) if (text !== '') yield `,${json(text)}`;
  yield ']}</script>\n';
}

/** In the order in which the page shows them: fails before unknowns. */
function* group(page: Page, { index, folder, cluster }: Section, { rule, result }: Entry, numbered: Numbered): Iterable<string> {
  const place = page.ruleIndex.get(rule);
  if (place === undefined) return;
  let separator = `\n,[${index},${place},[`;
  const write = function* (finding: ShownFinding): Iterable<string> {
    yield `${separator}${JSON.stringify(row(finding, numbered))}`;
    separator = ',';
  };
  for (const status of ['fail', 'unknown'] as const)
    for (const finding of result.findings) if (finding.status === status) yield* write(shownFinding(finding, folder));
  // A rule whose subjects were not seen has no finding that says so.
  if (result.status === 'unknown' && !result.findings.some(({ status }) => status !== 'pass')) {
    const { id, name } = cluster.target;
    const finding: Finding = {
      status: 'unknown',
      subject: { id, name, kind: '' },
      message: reasonOf(result) ?? 'Not seen.',
      evidence: [],
      missing: result.missing,
    };
    yield* write(shownFinding(finding, folder));
  }
  if (separator === ',') yield ']]';
}

const standings: readonly string[] = [...severities, 'unknown'];

function row({ standing, subject, kind, namespace, message, note, more, missing, values }: ShownFinding, numbered: Numbered): number[] {
  const texts = [subject, kind, namespace, message, note].map(numbered);
  const shown = values.flatMap(({ of, path, value, expected, file, line }) => [...[of, path, value, expected, file].map(numbered), line]);
  return [standings.indexOf(standing), ...texts, more, missing.length, ...missing.map(numbered), ...shown];
}

/** JSON that ends no script, whatever it holds. */
const json = (value: unknown): string => harmlessJson(JSON.stringify(value)).replaceAll('<', '\\u003c');
