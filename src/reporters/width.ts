import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';

/** Text of one column a code unit, as nearly all of a report is: printable ASCII and the signs that the report itself draws with. */
const simple = /^[\x20-\x7e–·…─]*$/;

/** Columns that a terminal takes to show a text, without its colours. */
export const widthOf = (text: string): number => (simple.test(text) ? text.length : stringWidth(text));

/**
 * The lines of a text, broken at spaces and, with `hard`, within words that are longer than a line. Simple text is broken here, by the
 * same rules: what the library needs to know of Unicode costs as much, to load, as judging a small cluster.
 */
export function wrap(text: string, columns: number, hard = true): string[] {
  if (!simple.test(text)) return wrapAnsi(text, columns, { hard, trim: true }).split('\n');
  if (text.trim() === '') return [''];
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(' ')) {
    row = row.trimStart();
    if (row !== '') row += ' ';
    if (hard && word.length > columns) row = cut(rows, row, word, columns);
    else if (row.length + word.length > columns && row !== '' && word !== '') row = begun(rows, row) + word;
    else row += word;
  }
  rows.push(row);
  return rows.map((each) => each.trimEnd());
}

/** Ends a row; the next one is empty. */
function begun(rows: string[], row: string): string {
  rows.push(row);
  return '';
}

/** A word that no row holds: it begins on this one only where that saves a row. @returns the last row, which goes on */
function cut(rows: string[], row: string, word: string, columns: number): string {
  const here = columns - row.length;
  const [ifHere, ifNext] = [1 + Math.floor((word.length - here - 1) / columns), Math.floor((word.length - 1) / columns)];
  let whole = ifNext < ifHere ? begun(rows, row) + word : row + word;
  for (; whole.length > columns; whole = whole.slice(columns)) rows.push(whole.slice(0, columns));
  return whole;
}
