import { clusters, groups, rules, standings, texts } from './data.js';

/** @typedef {import('./data.js').Group} Group */
/** @typedef {{ group: Group, rows: number[][] }} Hits */
/** @typedef {Record<(typeof fields)[number], string>} Filter '' lets all through */

export const fields = /** @type {const} */ (['q', 'severity', 'status', 'chapter', 'namespace', 'cluster', 'rule', 'subject']);

/** @returns {Filter} */
export const noFilter = () => ({ q: '', severity: '', status: '', chapter: '', namespace: '', cluster: '', rule: '', subject: '' });

/** The findings that the filter lets through, worst first. @param {Filter} filter @returns {Hits[]} */
export function filtered(filter) {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  // Each text is searched once, however many rows say it.
  const hits = words.map((word) => texts.map((each) => each.toLowerCase().includes(word)));
  const fits = rowTest(filter);
  const all = groups.flatMap((group) => {
    const [name = '', title = '', chapter = ''] = rules[group.rule] ?? [];
    const cluster = clusters[group.cluster] ?? [];
    if (filter.rule !== '' && name !== filter.rule) return [];
    if (filter.chapter !== '' && chapter !== filter.chapter) return [];
    if (filter.cluster !== '' && !cluster.includes(filter.cluster)) return [];
    const said = `${name} ${title} ${cluster[0]}`.toLowerCase();
    const open = hits.filter((_, index) => !said.includes(words[index] ?? ''));
    const rows = group.rows.filter((row) => fits(row) && open.every((hit) => says(row, hit)));
    return rows.length === 0 ? [] : [{ group, rows, worst: rows.reduce((worst, [each = 4]) => Math.min(worst, each), 4) }];
  });
  return all.sort((a, b) => a.worst - b.worst);
}

/** @param {Filter} filter @returns {(row: number[]) => boolean} */
function rowTest({ severity, status, namespace, subject }) {
  const [standing, space, name] = [standings.indexOf(severity), texts.indexOf(namespace), texts.indexOf(subject)];
  return (row) =>
    (severity === '' || row[0] === standing) &&
    (status === '' || (row[0] === 4) === (status === 'unknown')) &&
    (namespace === '' || row[3] === space) &&
    (subject === '' || row[1] === name);
}

/** Whether one of a row's texts is hit. @param {number[]} row @param {boolean[]} hit */
function says(row, hit) {
  for (let at = 1; at < 6; at++) if (hit[row[at] ?? 0]) return true;
  const values = 8 + (row[7] ?? 0);
  for (let at = 8; at < row.length; at++) if (hit[row[at] ?? 0] && (at < values || (at - values) % 6 !== 5)) return true;
  return false;
}
