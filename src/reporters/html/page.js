// Brings the page to life: filters all findings, shows the rest of what is many, copies, follows links.
// Texts are hostile: they become text nodes, never markup; names are looked up in maps, never as properties.

/**
 * What dataBlock.ts writes. A group is a cluster, a rule and its rows.
 * @typedef {{ shown: number, rules: string[][], clusters: string[][], groups: [number, number, number[][]][], texts: string[] }} Data
 * @typedef {{ cluster: number, rule: number, rows: number[][] }} Group
 * @typedef {Record<'q' | 'severity' | 'status' | 'chapter' | 'namespace' | 'cluster' | 'rule', string>} Filter
 */

const standings = ['critical', 'high', 'medium', 'low', 'unknown'];
const pageSize = 100;

/** @type {Data} */
const data = JSON.parse(byId('data').textContent ?? '');
const { texts, rules, clusters, shown } = data;
/** @type {Group[]} */
const groups = data.groups.slice(1).map(([cluster, rule, rows]) => ({ cluster, rule, rows }));
const total = groups.reduce((sum, { rows }) => sum + rows.length, 0);
const main = byId('main');
const results = byId('results');

// Small things

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** @param {string} text @param {() => void} onClick @param {string} [name] */
function button(text, onClick, name = '') {
  const element = make('button', { type: 'button', ...(name === '' ? {} : { class: name }) }, text);
  element.addEventListener('click', onClick);
  return element;
}

/** @param {number} count */
const grouped = (count) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
/** @param {number} count @param {string} noun */
const many = (count, noun) => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

// Findings, as findings.ts writes them

/** @param {number} at */
const text = (at) => texts[at] ?? '';

/** A row taken apart: see dataBlock.ts. @param {number[]} row */
function finding(row) {
  const [standing = 4, subject = 0, kind = 0, namespace = 0, message = 0, note = 0, more = 0, gaps = 0, ...rest] = row;
  const values = [];
  for (let at = gaps; at < rest.length; at += 6) values.push(rest.slice(at, at + 6));
  return { standing, subject, kind, namespace, message, note, more, missing: rest.slice(0, gaps), values };
}

/** @param {Group} group @param {number[]} row */
function item(group, row) {
  const { standing, subject, kind, message, note, more, missing, values } = finding(row);
  const name = standings[standing] ?? '';
  const line = make('p', {}, make('span', { class: `sev ${name}` }, name), ' ', make('b', {}, text(subject)));
  line.append(' ', make('i', {}, text(kind)), ` ${text(message)}`);
  if (note !== 0) line.append(' ', make('em', {}, text(note)));
  const element = make('li', {}, line);
  const list = make('ul', {}, ...values.map(valueItem));
  if (more > 0) list.append(make('li', {}, `and ${many(more, 'more value')} in -o json`));
  if (list.firstChild !== null) element.append(list);
  if (missing.length > 0) element.append(make('p', { class: 'missing' }, `Not seen: ${missing.map(text).join(', ')}`));
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

// Copying

/** @param {string} value @param {HTMLElement} from says for a moment that it is done */
async function copy(value, from) {
  const before = from.textContent;
  from.textContent = (await written(value)) ? 'Copied' : 'Not allowed here';
  setTimeout(() => {
    from.textContent = before;
  }, 1500);
}

/** Pages that came by plain HTTP have no clipboard; there the selection is copied. @param {string} value */
async function written(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const area = document.body.appendChild(document.createElement('textarea'));
    area.value = value;
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

/** @param {string} hash */
const address = (hash) => `${location.href.replace(/#.*$/s, '')}#${hash}`;

/** What names a cluster in a link: its name, where that is its own. @param {number} cluster */
function clusterKey(cluster) {
  const [name = '', id = ''] = clusters[cluster] ?? [];
  return clusters.filter(([each]) => each === name).length === 1 ? name : id;
}

/** @param {Record<string, string>} parts */
const query = (parts) => String(new URLSearchParams(Object.entries(parts).filter(([, value]) => value !== '')));
/** @param {Group} group */
const ruleParts = ({ cluster, rule }) => ({
  ...(clusters.length > 1 ? { cluster: clusterKey(cluster) } : {}),
  rule: rules[rule]?.[0] ?? '',
});

/** @param {Element} element a finding @param {Group} group @param {string} subject */
function addLink(element, group, subject) {
  const link = button('Copy link', () => copy(address(`?${query({ ...ruleParts(group), q: subject })}`), link), 'copy');
  element.querySelector('p')?.append(' ', link);
}

/** Commands and findings of a part of the page get their buttons when it is first open: thousands at once would be in the way. @param {Element} part */
function equip(part) {
  if (part.hasAttribute('data-equipped')) return;
  part.setAttribute('data-equipped', '');
  for (const block of part.querySelectorAll('pre')) {
    const command = block.textContent ?? '';
    const element = button('Copy', () => copy(command, element), 'copy');
    block.append(element);
  }
  const group = groups.find(({ cluster, rule }) => part.id === `c${cluster}r${rule}`);
  const name = part.querySelector(':scope > .name');
  const known = /^(?:c(\d+))?r(\d+)$/.exec(part.id);
  if (name !== null && known !== null) {
    const parts =
      known[1] === undefined
        ? { rule: rules[Number(known[2])]?.[0] ?? '' }
        : ruleParts({ cluster: Number(known[1]), rule: Number(known[2]), rows: [] });
    const link = button(
      'Copy link',
      () => copy(address(query({ ...('cluster' in parts ? { c: parts.cluster } : {}), r: parts.rule })), link),
      'copy',
    );
    name.append(' ', link);
  }
  if (group === undefined) return;
  for (const each of part.querySelectorAll('.findings > li')) addLink(each, group, each.querySelector('b')?.textContent ?? '');
  const more = part.querySelector(':scope > .more');
  const list = part.querySelector(':scope > .findings');
  if (more !== null && list !== null)
    paged(
      list,
      more,
      group.rows.slice(shown).map((row) => () => item(group, row)),
    );
}

/** Fills a list by the page. @param {Element} list @param {Element} place where the button stands @param {(() => Node)[]} rest */
function paged(list, place, rest) {
  let next = 0;
  const show = () => {
    const before = list.lastElementChild;
    list.append(...rest.slice(next, next + pageSize).map((each) => each()));
    next += pageSize;
    update();
    // Whoever pressed the button by keyboard goes on at the first that is new.
    const first = before?.nextElementSibling?.querySelector('button');
    if (first instanceof HTMLElement && next > pageSize) first.focus({ preventScroll: true });
  };
  const update = () => {
    const left = rest.length - next;
    place.replaceChildren(...(left <= 0 ? [] : [button(`Show ${grouped(Math.min(pageSize, left))} more`, show), ` of ${grouped(left)}`]));
  };
  update();
}

// The filter

const fields = /** @type {const} */ (['q', 'severity', 'status', 'chapter', 'namespace', 'cluster', 'rule']);
/** @type {Filter} */
let filter = emptyFilter();

/** @returns {Filter} */
function emptyFilter() {
  return { q: '', severity: '', status: '', chapter: '', namespace: '', cluster: '', rule: '' };
}

/** @returns {{ group: Group, rows: number[][] }[]} the findings that the filter lets through */
function found() {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  // Each text is searched once, however many rows say it.
  const hits = words.map((word) => texts.map((each) => each.toLowerCase().includes(word)));
  const standing = standings.indexOf(filter.severity);
  const namespace = texts.indexOf(filter.namespace);
  return groups.flatMap((group) => {
    const [name = '', title = '', chapter = ''] = rules[group.rule] ?? [];
    if (filter.rule !== '' && name !== filter.rule) return [];
    if (filter.chapter !== '' && chapter !== filter.chapter) return [];
    if (filter.cluster !== '' && !(clusters[group.cluster] ?? []).includes(filter.cluster)) return [];
    const said = `${name} ${title} ${clusters[group.cluster]?.[0]}`.toLowerCase();
    const open = hits.filter((_, index) => !said.includes(words[index] ?? ''));
    const rows = group.rows.filter((row) => {
      if (standing >= 0 && row[0] !== standing) return false;
      if (filter.status !== '' && (row[0] === 4) !== (filter.status === 'unknown')) return false;
      if (filter.namespace !== '' && row[3] !== namespace) return false;
      return open.every((hit) => says(row, hit));
    });
    return rows.length === 0 ? [] : [{ group, rows }];
  });
}

/** Whether one of a row's texts is hit. @param {number[]} row @param {boolean[]} hit */
function says(row, hit) {
  for (let at = 1; at < 6; at++) if (hit[row[at] ?? 0]) return true;
  const values = 8 + (row[7] ?? 0);
  for (let at = 8; at < row.length; at++) if (hit[row[at] ?? 0] && (at < values || (at - values) % 6 !== 5)) return true;
  return false;
}

function apply() {
  const active = fields.some((field) => filter[field] !== '');
  for (const field of fields) {
    const control = document.getElementById(field);
    if ((control instanceof HTMLInputElement || control instanceof HTMLSelectElement) && control.value !== filter[field])
      control.value = filter[field];
  }
  byId('clear').hidden = !active;
  main.classList.toggle('filtered', active);
  results.hidden = !active;
  if (!active) {
    results.replaceChildren();
    byId('count').textContent = many(total, 'finding');
    return;
  }
  const all = found();
  const count = all.reduce((sum, { rows }) => sum + rows.length, 0);
  byId('count').textContent = `${grouped(count)} of ${many(total, 'finding')}`;
  show(all, count);
}

/** @param {ReturnType<typeof found>} all @param {number} count */
function show(all, count) {
  const head = make(
    'header',
    {},
    make(
      'h2',
      {},
      `${many(count, 'finding')} in ${many(all.length, clusters.length > 1 ? 'rule of a cluster' : 'rule').replace('rule of a clusters', 'rules of clusters')}`,
    ),
  );
  if (filter.rule !== '') head.append(make('span', { class: 'quiet' }, `of rule ${filter.rule}`));
  if (count > 0) head.append(button('Download CSV', () => download(all)));
  const link = button('Copy link', () => copy(address(`?${query(filter)}`), link));
  head.append(link);
  const hits = make('div', {});
  const more = make('p', { class: 'more' });
  results.replaceChildren(head, hits, more);
  const rest = all.flatMap(({ group, rows }) =>
    rows.map((row) => () => {
      const list = listOf(hits, group);
      list.append(item(group, row));
      return document.createDocumentFragment();
    }),
  );
  for (const each of rest.slice(0, pageSize)) each();
  paged(hits, more, rest.slice(pageSize));
}

/** The list of a rule on a cluster among the hits, made when its first finding comes. @param {HTMLElement} hits @param {Group} group */
function listOf(hits, { cluster, rule }) {
  const id = `hits-c${cluster}r${rule}`;
  const known = document.getElementById(id);
  if (known !== null) return known;
  const [name = '', title = '', chapter = ''] = rules[rule] ?? [];
  const place = document.getElementById(`c${cluster}r${rule}`);
  const parts = { ...(clusters.length > 1 ? { c: clusterKey(cluster) } : {}), r: name };
  const heading = make('h3', {}, place === null ? title : make('a', { href: `#${query(parts)}` }, title));
  heading.append(make('small', {}, `${name} · ${chapter}${clusters.length > 1 ? ` · ${clusters[cluster]?.[0]}` : ''}`));
  const list = make('ul', { class: 'findings', id });
  hits.append(make('div', { class: 'hits' }, heading, list));
  return list;
}

// CSV

/** A spreadsheet takes what begins so for a formula. @param {string | number} value */
function cell(value) {
  const harmless = String(value).replace(/^[=+\-@\t\r]/, "'$&");
  return `"${harmless.replaceAll('"', '""')}"`;
}

/** @param {ReturnType<typeof found>} all */
function download(all) {
  const lines = [['Cluster', 'Rule', 'Title', 'Chapter', 'Standing', 'Kind', 'Subject', 'Message', 'Note', 'Evidence', 'Not seen']];
  for (const { group, rows } of all)
    for (const row of rows) {
      const { standing, kind, subject, message, note, values, missing } = finding(row);
      const evidence = values.map(([of = 0, path = 0, value = 0, , file = 0, line]) =>
        `${text(of)} ${text(path)} = ${text(value)}${file === 0 ? '' : ` ${text(file)}:${line}`}`.trim(),
      );
      const said = [kind, subject, message, note].map(text);
      lines.push([
        clusters[group.cluster]?.[0] ?? '',
        ...(rules[group.rule] ?? []),
        standings[standing] ?? '',
        ...said,
        evidence.join('; '),
        missing.map(text).join('; '),
      ]);
    }
  const csv = `\ufeff${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
  const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
  make('a', { href: url, download: 'findings.csv' }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// Places and links: #r=<rule>, #c=<cluster>, both, #?q=..., or the id of an element

function follow() {
  const hash = location.hash.slice(1);
  if (hash.startsWith('?')) {
    const wanted = new URLSearchParams(hash.slice(1));
    filter = emptyFilter();
    for (const field of fields) filter[field] = wanted.get(field) ?? '';
    apply();
    return;
  }
  filter = emptyFilter();
  apply();
  const place = placeOf(hash);
  if (place !== null) reveal(place);
}

/** @param {string} hash */
function placeOf(hash) {
  if (!/^[cr]=/.test(hash)) return hash === '' ? null : document.getElementById(hash);
  const wanted = new URLSearchParams(hash);
  const [c, r] = [wanted.get('c'), wanted.get('r')];
  const cluster = c === null ? (clusters.length === 1 ? 0 : -1) : clusters.findIndex((each) => each.includes(c));
  const rule = r === null ? '' : `r${rules.findIndex(([name]) => name === r)}`;
  return document.getElementById(cluster < 0 ? rule : `c${cluster}${rule}`);
}

/** @param {HTMLElement} place */
function reveal(place) {
  for (let part = /** @type {Element | null} */ (place); part !== null; part = part.parentElement)
    if (part instanceof HTMLDetailsElement) {
      part.open = true;
      equip(part);
    }
  if (place instanceof HTMLElement && place.tagName === 'SECTION') place.querySelector('details.group')?.setAttribute('open', '');
  place.scrollIntoView();
  place.querySelector('summary')?.focus({ preventScroll: true });
}

/** The filter stands in the address, so that it can be sent; typing makes no history. */
function remember() {
  const parts = query(filter);
  history.replaceState(null, '', parts === '' ? location.pathname + location.search : `#?${parts}`);
}

// The bar

/** @param {string} id @param {string[]} values */
function choices(id, values) {
  const select = document.getElementById(id);
  if (select === null) return;
  select.append(...values.map((value) => make('option', { value }, value)));
  if (values.length < 2) select.hidden = true;
}

/** @param {number[][]} rows @param {Set<number>} into */
function namespacesOf(rows, into) {
  for (const row of rows) if (row[3]) into.add(row[3]);
}

function start() {
  const namespaces = new Set();
  for (const { rows } of groups) namespacesOf(rows, namespaces);
  choices('namespace', [...namespaces].map(text).sort());
  choices('chapter', [...new Set(groups.map(({ rule }) => rules[rule]?.[2] ?? ''))]);
  choices(
    'cluster',
    clusters.map((_, index) => clusterKey(index)),
  );
  byId('bar').hidden = false;
  for (const field of fields) {
    const control = document.getElementById(field);
    if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement)) continue;
    control.addEventListener('input', () => {
      filter[field] = control.value;
      remember();
      apply();
    });
  }
  byId('clear').addEventListener('click', () => {
    filter = emptyFilter();
    remember();
    apply();
    byId('q').focus();
  });
  for (const element of document.querySelectorAll('[data-filter]')) {
    const link = make('a', { href: `#?${element.getAttribute('data-filter')}` }, ...element.childNodes);
    element.append(link);
  }
  document.addEventListener('toggle', ({ target }) => target instanceof HTMLDetailsElement && target.open && equip(target), true);
  for (const open of document.querySelectorAll('details[open]')) equip(open);
  byId('expand').addEventListener('click', expand);
  byId('theme').addEventListener('click', () => setTheme(isDark() ? 'light' : 'dark'));
  addEventListener('hashchange', follow);
  addEventListener('beforeprint', () => setAll(true));
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    byId('q').focus();
  });
  setTheme(stored());
  follow();
}

/** @param {boolean} open */
function setAll(open) {
  for (const part of document.querySelectorAll('main details')) if (part instanceof HTMLDetailsElement) part.open = open;
}

function expand() {
  const pressed = byId('expand').getAttribute('aria-pressed') !== 'true';
  byId('expand').setAttribute('aria-pressed', String(pressed));
  byId('expand').textContent = pressed ? 'Collapse all' : 'Expand all';
  setAll(pressed);
}

// The theme is the system's until it is chosen; a browser that keeps nothing for files forgets it

const isDark = () =>
  (document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';

function stored() {
  try {
    return localStorage.getItem('aks-audit-theme') ?? '';
  } catch {
    return '';
  }
}

/** @param {string} theme */
function setTheme(theme) {
  if (theme === 'light' || theme === 'dark') {
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem('aks-audit-theme', theme);
    } catch {}
  }
  byId('theme').textContent = isDark() ? 'Light' : 'Dark';
}

start();
