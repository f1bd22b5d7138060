import { copyButton, linkButton, query } from './copying.js';
import { clusterKey, clusters, finding, groups, idOf, rules, shown, standings, text } from './data.js';
import { make, many, paged } from './elements.js';

/** @typedef {import('./data.js').Group} Group */

/** One finding of a list, as findings.ts writes it. @param {Group} group @param {number[]} row */
export function item(group, row) {
  const { standing, subject, kind, message, note, more, missing, values } = finding(row);
  const name = standings[standing] ?? '';
  const line = make('p', {}, make('span', { class: `sev ${name}` }, name), ' ', make('b', {}, text(subject)));
  line.append(' ', make('i', {}, text(kind)), ` ${text(message)}`);
  if (note !== 0) line.append(' ', make('em', {}, text(note)));
  const element = make('li', {}, line);
  const list = make('ul', {}, ...values.map(valueItem));
  if (more > 0) list.append(make('li', {}, `and ${many(more, 'more value')} in -o json`));
  if (list.firstChild !== null) element.append(list);
  if (missing.length > 0) element.append(make('p', { class: 'missing' }, `Not seen: ${missing.map(text).join('; ')}`));
  addLink(element, group, text(subject));
  return element;
}

/** @param {number[]} value */
function valueItem([of = 0, path = 0, value = 0, expected = 0, file = 0, line = 0]) {
  const element = make('li', {}, of === 0 ? '' : `${text(of)} `, make('code', {}, text(path)), ' = ');
  element.append(make('code', { class: 'value' }, text(value)));
  if (expected !== 0) element.append(' ', make('span', {}, `expected ${text(expected)}`));
  if (file !== 0) element.append(' ', make('cite', {}, `${text(file)}:${line}`));
  return element;
}

/** @param {Element} element a finding @param {Group} group @param {string} subject */
function addLink(element, { cluster, rule }, subject) {
  const parts = { cluster: clusters.length > 1 ? clusterKey(cluster) : '', rule: rules[rule]?.[0] ?? '', subject };
  element.querySelector('p')?.append(
    ' ',
    linkButton(() => `?${query(parts)}`),
  );
}

/** The address of a rule: on a cluster, or for all of them. @param {number} rule @param {number} [cluster] */
export const ruleHash = (rule, cluster) =>
  query({ c: cluster === undefined || clusters.length === 1 ? '' : clusterKey(cluster), r: rules[rule]?.[0] ?? '' });

const groupsById = new Map(groups.map((group) => [idOf(group), group]));

/** Buttons for a part of the page, made when it is first open: thousands at once would be in the way. @param {Element} part */
export function equip(part) {
  if (part.hasAttribute('data-equipped')) return;
  part.setAttribute('data-equipped', '');
  for (const block of part.querySelectorAll('pre:not(:has(button))')) {
    const command = block.textContent ?? '';
    block.append(copyButton('Copy', () => command));
  }
  const [, cluster, rule] = /^(?:c(\d+))?r(\d+)$/.exec(part.id) ?? [];
  if (rule === undefined) return;
  const hash = ruleHash(Number(rule), cluster === undefined ? undefined : Number(cluster));
  part.querySelector(':scope > .name')?.append(
    ' ',
    linkButton(() => hash),
  );
  const group = groupsById.get(part.id);
  const list = part.querySelector(':scope > .findings');
  if (group === undefined || list === null) return;
  for (const each of list.children) addLink(each, group, each.querySelector('b')?.textContent ?? '');
  const more = part.querySelector(':scope > .more');
  const adders = group.rows.slice(shown).map((row) => () => list.append(item(group, row)));
  if (more !== null) paged(adders, more);
}
