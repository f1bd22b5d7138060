import type { Report } from '../report.ts';
import { harmlessJson } from './plain.ts';

/** What is opened of a report, from itself to a finding: clusters, a cluster, entries, an entry, its result, its findings. */
const levels = 7;

/** The whole report; piece by piece, so that no piece is larger than one finding. It may be printed to a terminal or a CI log. */
export function* json(report: Report): Iterable<string> {
  yield* pieces(report, levels, '\n');
  yield '\n';
}

/** As `JSON.stringify(value, null, 2)` writes it. @param line what begins a new line at this depth */
function* pieces(value: unknown, depth: number, line: string): Iterable<string> {
  if (depth === 0 || typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    yield harmlessJson(JSON.stringify(value, null, 2)).replaceAll('\n', line);
    return;
  }
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const inner = `${line}  `;
  let separator = open;
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${separator}${inner}${Array.isArray(value) ? '' : `${harmlessJson(JSON.stringify(key))}: `}`;
    yield* pieces(member, depth - 1, inner);
    separator = ',';
  }
  yield separator === open ? open + close : `${line}${close}`;
}
