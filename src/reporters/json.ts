import type { Report } from '../report.ts';
import { harmlessJson } from './plain.ts';

/** The whole report; a cluster at a time, so that three hundred clusters do not make one string. It may be printed to a terminal or a CI log. */
export function* json(report: Report): Iterable<string> {
  const { clusters, ...head } = report;
  yield `${harmlessJson(JSON.stringify(head, null, 2)).slice(0, -2)},\n  "clusters": [`;
  for (const [index, { entries, ...cluster }] of clusters.entries()) {
    yield `${index === 0 ? '' : ','}\n    ${indented(cluster, 4).slice(0, -6)},\n      "entries": [`;
    for (const [place, entry] of entries.entries()) yield `${place === 0 ? '' : ','}\n        ${indented(entry, 8)}`;
    yield `${entries.length === 0 ? '' : '\n      '}]\n    }`;
  }
  yield `${clusters.length === 0 ? '' : '\n  '}]\n}\n`;
}

const indented = (value: unknown, columns: number): string =>
  harmlessJson(JSON.stringify(value, null, 2)).replaceAll('\n', `\n${' '.repeat(columns)}`);
