// Text of a cluster is hostile: here it is made harmless for terminals and CI logs.

// C0 and C1 controls, zero-width and bidirectional marks, separators, byte order marks, variation selectors, lone surrogates, tags:
// whatever moves a cursor or hides text.
const unprintable = new RegExp(
  [
    '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f]',
    '[\\ufe00-\\ufe0f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e0fff}]',
    '\\p{Surrogate}',
  ].join('|'),
  'gu',
);
// Nearly all text; a first look that costs less than the whole one.
const printable = /^[\x20-\x7e]*$/;
// What a CI system takes for a command: GitHub's `::name ...::` and `##[`, Azure Pipelines' `##vso[`.
const command = /##(?=\[|vso\[)|(?<=^|\s)::(?=[A-Za-z-]+(?:\s[^:]*)?::)/g;

/** One line that shows what is there and does nothing: control characters appear as \u{..}, CI commands are taken apart. */
export function plain(text: string): string {
  return (printable.test(text) ? text : text.replaceAll(unprintable, escaped)).replaceAll(command, (found) => `${found[0]} ${found[1]}`);
}

/** Lines that texts were wrapped and joined into: none of them begins as a command of GitHub does. */
export const withoutCommand = (lines: string): string => lines.replaceAll(/^(\s*:)(?=:)/gm, '$1 ');

/** JSON text of the same data, in which all that `plain` takes apart stands as \u escapes. */
export const harmlessJson = (json: string): string =>
  json.replaceAll(unprintable, (found) => (found === '\n' ? found : unicodeEscapes(found))).replaceAll('##', '#\\u0023');

const unicodeEscapes = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

function escaped(character: string): string {
  return [...character].map((each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`).join('');
}

/** A text of at most `longest` UTF-16 units, or its beginning and the ellipsis, not ending in half a character. */
export const cut = (text: string, longest: number, ellipsis: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}${ellipsis}`;

/** A value of the evidence, as JSON on one line; what is not set says so. @param ellipsis stands for what is over `longest` characters */
export function showValue(value: unknown, ellipsis: string, longest = 120): string {
  if (typeof value === 'object' && value !== null && 'absent' in value) return 'not set';
  return cut(plain(JSON.stringify(value) ?? 'not set'), longest, ellipsis);
}
