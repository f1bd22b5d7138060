/**
 * What dataBlock.ts writes; the first of its groups is a 0. Names are looked up in maps and by place, never as properties.
 * @typedef {{ shown: number, rules: string[][], clusters: string[][], groups: [number, number, number[][]][], texts: string[] }} Data
 * @typedef {{ cluster: number, rule: number, rows: number[][] }} Group
 */

/** @type {Data} */
const data = JSON.parse(document.getElementById('data')?.textContent ?? '');

export const { texts, rules, clusters, shown } = data;
/** @type {Group[]} */
export const groups = data.groups.slice(1).map(([cluster, rule, rows]) => ({ cluster, rule, rows }));
export const total = groups.reduce((sum, { rows }) => sum + rows.length, 0);
export const standings = ['critical', 'high', 'medium', 'low', 'unknown'];

/** @param {number} at */
export const text = (at) => texts[at] ?? '';

/** A row taken apart. @param {number[]} row */
export function finding(row) {
  const [standing = 4, subject = 0, kind = 0, namespace = 0, message = 0, note = 0, more = 0, gaps = 0, ...rest] = row;
  const values = [];
  for (let at = gaps; at < rest.length; at += 6) values.push(rest.slice(at, at + 6));
  return { standing, subject, kind, namespace, message, note, more, missing: rest.slice(0, gaps), values };
}

/** The id that the page gives a rule on a cluster. @param {Pick<Group, 'cluster' | 'rule'>} group */
export const idOf = ({ cluster, rule }) => `c${cluster}r${rule}`;

/** What names a cluster in a link: its name, where that is its own. @param {number} cluster */
export function clusterKey(cluster) {
  const [name = '', id = ''] = clusters[cluster] ?? [];
  return clusters.filter(([each]) => each === name).length === 1 ? name : id;
}
