import { clusters, finding, rules, standings, text } from './data.js';
import { make } from './elements.js';

const columns = ['Cluster', 'Rule', 'Title', 'Chapter', 'Standing', 'Kind', 'Subject', 'Message', 'Note', 'Evidence', 'Not seen'];

/** Hands over the findings as a file for a spreadsheet. @param {import('./filter.js').Hits[]} all */
export function download(all) {
  const lines = all.flatMap(({ group, rows }) => rows.map((row) => line(group, row)));
  const csv = `\ufeff${[columns, ...lines].map((cells) => cells.map(cell).join(',')).join('\r\n')}\r\n`;
  const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
  make('a', { href: url, download: 'findings.csv' }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** @param {import('./data.js').Group} group @param {number[]} row */
function line({ cluster, rule }, row) {
  const { standing, kind, subject, message, note, values, missing } = finding(row);
  const evidence = values.map(([of = 0, path = 0, value = 0, , file = 0, at]) =>
    `${text(of)} ${text(path)} = ${text(value)} ${file === 0 ? '' : `${text(file)}:${at}`}`.trim(),
  );
  const [name = '', title = '', chapter = ''] = rules[rule] ?? [];
  const said = [kind, subject, message, note].map(text);
  return [
    clusters[cluster]?.[0] ?? '',
    name,
    title,
    chapter,
    standings[standing] ?? '',
    ...said,
    evidence.join('; '),
    missing.map(text).join('; '),
  ];
}

/** A spreadsheet takes what begins so for a formula. @param {string} value */
function cell(value) {
  const harmless = value.replace(/^[=+\-@\t\r]/, "'$&");
  return `"${harmless.replaceAll('"', '""')}"`;
}
