import { query } from './copying.js';
import { clusterKey, clusters, groups, rules, text } from './data.js';
import { byId, make } from './elements.js';
import { fields, noFilter } from './filter.js';
import { equip } from './findings.js';
import { placeOf, reveal } from './places.js';
import { apply } from './results.js';
import { startTheme } from './theme.js';

let filter = noFilter();

/** @param {string} id @returns {HTMLInputElement | HTMLSelectElement | undefined} */
function control(id) {
  const found = document.getElementById(id);
  return found instanceof HTMLInputElement || found instanceof HTMLSelectElement ? found : undefined;
}

/** @param {import('./filter.js').Filter} wanted */
function filterBy(wanted) {
  filter = wanted;
  for (const field of fields) {
    const its = control(field);
    if (its !== undefined && its.value !== filter[field]) its.value = filter[field];
  }
  apply(filter);
}

/** The filter stands in the address, so that it can be sent; typing makes no history. */
function remember() {
  const parts = query(filter);
  history.replaceState(null, '', parts === '' ? location.pathname + location.search : `#?${parts}`);
}

/** Goes where the address says. */
function follow() {
  const hash = location.hash.slice(1);
  const wanted = new URLSearchParams(hash.startsWith('?') ? hash.slice(1) : '');
  const next = noFilter();
  for (const field of fields) next[field] = wanted.get(field) ?? '';
  filterBy(next);
  const place = hash.startsWith('?') ? null : placeOf(hash);
  if (place !== null) reveal(place);
}

/** @param {string} id @param {string[]} values */
function offer(id, values) {
  const select = document.getElementById(id);
  select?.append(...values.map((value) => make('option', { value }, value)));
  if (select !== null && values.length < 2) select.hidden = true;
}

function startFilter() {
  const namespaces = new Set(groups.flatMap(({ rows }) => rows.map((row) => row[3] ?? 0)));
  offer(
    'namespace',
    [...namespaces]
      .filter((at) => at !== 0)
      .map(text)
      .sort(),
  );
  offer('chapter', [...new Set(groups.map(({ rule }) => rules[rule]?.[2] ?? ''))]);
  offer(
    'cluster',
    clusters.map((_, index) => clusterKey(index)),
  );
  byId('bar').hidden = false;
  for (const field of fields)
    control(field)?.addEventListener('input', () => {
      filterBy({ ...filter, [field]: control(field)?.value ?? '' });
      remember();
    });
  byId('clear').addEventListener('click', () => {
    filterBy(noFilter());
    remember();
    byId('q').focus();
  });
  for (const element of document.querySelectorAll('[data-filter]'))
    element.append(make('a', { href: `#?${element.getAttribute('data-filter')}` }, ...element.childNodes));
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || (event.target instanceof Element && event.target.matches('input, select'))) return;
    event.preventDefault();
    byId('q').focus();
  });
}

/** @param {boolean} open */
function setAll(open) {
  for (const part of document.querySelectorAll('main details')) part.toggleAttribute('open', open);
}

function startDetails() {
  document.addEventListener('toggle', ({ target }) => target instanceof HTMLDetailsElement && target.open && equip(target), true);
  for (const part of document.querySelectorAll('.remedies, details[open]')) equip(part);
  const expand = byId('expand');
  expand.addEventListener('click', () => {
    const open = expand.textContent === 'Expand all';
    expand.textContent = open ? 'Collapse all' : 'Expand all';
    setAll(open);
  });
  addEventListener('beforeprint', () => setAll(true));
}

startFilter();
startDetails();
startTheme();
addEventListener('hashchange', follow);
follow();
