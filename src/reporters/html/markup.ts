import { plain } from '../plain.ts';

/** HTML that may stand in the page as it is. Only `html`, which escapes what is put into it, and what is spelled out in code make it. */
export interface Markup {
  readonly markup: string;
}
type Part = string | number | Markup | readonly Markup[] | undefined;

/** HTML with texts put into it, as content or between double quotes. Texts are hostile: they are escaped, and made harmless besides. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let markup = strings[0] ?? '';
  for (const [index, part] of parts.entries()) markup += written(part) + (strings[index + 1] ?? '');
  return { markup };
}

function written(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(plain(String(part)));
  if ('markup' in part) return part.markup;
  return part.map(({ markup }) => markup).join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (found) => entities[found] ?? '');

export const nothing: Markup = { markup: '' };

/** Pieces with a separator between them, those of nothing left out. */
export function joined(pieces: readonly Markup[], separator: string): Markup {
  return {
    markup: pieces
      .map(({ markup }) => markup)
      .filter((markup) => markup !== '')
      .join(escapeHtml(separator)),
  };
}

/** `level` 1 to 6, for a text that stands at another depth in a page of one cluster than in one of many. */
export const heading = (level: number, content: Markup): Markup => ({ markup: `<h${level}>${content.markup}</h${level}>` });

/** A link, if it leads to the web; else its text and where it would lead. */
export function link({ title, url }: { title: string; url: string }): Markup {
  if (!/^https?:\/\/[^/]/i.test(url)) return html`${title} (${url})`;
  return html`<a href="${url}" rel="noopener noreferrer">${title}</a>`;
}

/** Lines as they are: each is made harmless for itself, as a newline between them is wanted. */
export function lines(text: string): Markup {
  const each = text
    .trimEnd()
    .split('\n')
    .map((line) => escapeHtml(plain(line)).replace(/^(\s*:)(?=:)/, '$1 '));
  return { markup: each.join('\n') };
}
