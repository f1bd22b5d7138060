import { linkButton, query } from './copying.js';
import { download } from './csv.js';
import { clusters, idOf, rules, total } from './data.js';
import { button, byId, grouped, make, many, paged } from './elements.js';
import { fields, filtered } from './filter.js';
import { item, ruleHash } from './findings.js';

/** Shows what the filter lets through in the place of the report; without a filter, the report. @param {import('./filter.js').Filter} filter */
export function apply(filter) {
  const active = fields.some((field) => filter[field] !== '');
  byId('clear').hidden = !active;
  byId('main').classList.toggle('filtered', active);
  byId('results').hidden = !active;
  const all = active ? filtered(filter) : [];
  const count = all.reduce((sum, { rows }) => sum + rows.length, 0);
  byId('count').textContent = active ? `${grouped(count)} of ${many(total, 'finding')}` : many(total, 'finding');
  byId('results').replaceChildren(...(active ? elementsOf(filter, all, count) : []));
  if (active) scrollTo(0, 0);
}

/** @param {import('./filter.js').Filter} filter @param {import('./filter.js').Hits[]} all @param {number} count */
function elementsOf(filter, all, count) {
  const ruleCount = new Set(all.map(({ group }) => group.rule)).size;
  const head = make('div', { class: 'head' }, make('h2', {}, `${many(count, 'finding')} in ${many(ruleCount, 'rule')}`));
  const exact = [filter.rule, filter.subject].filter(Boolean).join(' on ');
  if (exact !== '') head.append(make('span', { class: 'quiet' }, `only ${exact}`));
  if (count > 0) head.append(button('Download CSV', () => download(all)));
  head.append(linkButton(() => `?${query(filter)}`));
  const hits = make('div', {});
  const more = make('p', { class: 'more' });
  const lists = new Map();
  const adders = all.flatMap(({ group, rows }) =>
    rows.map((row) => () => {
      if (!lists.has(group)) lists.set(group, listOf(hits, group));
      lists.get(group).append(item(group, row));
    }),
  );
  paged(adders, more, true);
  return [head, hits, more];
}

/** The list of a rule on a cluster among the hits. @param {HTMLElement} hits @param {import('./data.js').Group} group */
function listOf(hits, group) {
  const [name = '', title = '', chapter = ''] = rules[group.rule] ?? [];
  const isPlaced = document.getElementById(idOf(group)) !== null;
  const heading = make('h3', {}, isPlaced ? make('a', { href: `#${ruleHash(group.rule, group.cluster)}` }, title) : title);
  heading.append(make('small', {}, [name, chapter, ...(clusters.length > 1 ? [clusters[group.cluster]?.[0]] : [])].join(' · ')));
  const list = make('ul', { class: 'findings' });
  hits.append(make('div', { class: 'hits' }, heading, list));
  return list;
}
