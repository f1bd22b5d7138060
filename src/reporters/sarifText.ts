import type { Evidence } from '../result.ts';
import { cut, plain } from './plain.ts';

/** Names and values of a cluster are cut at this length, so that a message stays one. */
const longestName = 200;

/** One harmless line of at most `limit` UTF-16 units. */
export function line(text: string, limit = 1000): string {
  const harmless = plain(text);
  return harmless.length <= limit ? harmless : cut(harmless, limit - 1, '…');
}

/** The same of a text of several lines, each by itself. */
export const lines = (text: string): string =>
  text
    .trimEnd()
    .split(/\r?\n/)
    .map((each) => line(each))
    .join('\n');

export const quoted = (text: string): string => `'${line(text, longestName)}'`;

/** Ends with a period, unless it ends with a mark of its own. */
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/**
 * The text of a SARIF message: braces are doubled and brackets escaped (SARIF 3.11.5 and 3.11.6), so that nothing
 * of a cluster becomes a placeholder or a link.
 */
export const message = (text: string): { text: string } => ({ text: text.replaceAll(/[{}]/g, '$&$&').replaceAll(/[[\]]/g, '\\$&') });

/** What was seen at a place, as a sentence; of lists and objects only that they are. @param subject id of what is judged, which needs no name here */
export function seenThere({ resource, path, actual, expected }: Evidence, subject: string): string {
  const of = resource === subject ? '' : ` of ${quoted(resource.slice(resource.lastIndexOf('/') + 1))}`;
  const wanted = expected === undefined ? '' : ` (expected ${quoted(expected)})`;
  return `${path === '' ? 'It' : quoted(path)}${of} is ${described(actual)}${wanted}.`;
}

function described(value: unknown): string {
  if (Array.isArray(value)) return value.length === 1 ? 'a list of one' : `a list of ${value.length}`;
  if (typeof value !== 'object' || value === null) return quoted(String(value));
  if ('absent' in value) return 'not set';
  if ('redacted' in value) return 'a redacted value';
  return 'an object';
}

/** Text that Markdown shows as it is: each mark that could begin something is escaped. */
export const escapedMarkdown = (text: string): string =>
  text.replaceAll(/[\\`*_[\]{}<>|~&#!+=$@:-]/g, '\\$&').replace(/^(\d+)([.)])/, '$1\\$2');

/** A block of code, fenced by more backticks than it holds. */
export function codeBlock(text: string, language: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
