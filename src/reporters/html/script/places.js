import { clusters, rules } from './data.js';
import { equip } from './findings.js';

/** The element that an address names: `r=<rule>`, `c=<cluster>`, both, or an id. @param {string} hash */
export function placeOf(hash) {
  if (!/^[cr]=/.test(hash)) return hash === '' ? null : document.getElementById(hash);
  const wanted = new URLSearchParams(hash);
  const [c, r] = [wanted.get('c'), wanted.get('r')];
  const cluster = c === null ? (clusters.length === 1 ? 0 : -1) : clusters.findIndex((each) => each.includes(c));
  const rule = r === null ? '' : `r${rules.findIndex(([name]) => name === r)}`;
  return document.getElementById(cluster < 0 ? rule : `c${cluster}${rule}`);
}

/** Opens what it stands in, and goes there. @param {HTMLElement} place */
export function reveal(place) {
  place.querySelector(':scope > .group')?.setAttribute('open', '');
  for (let part = /** @type {Element | null} */ (place); part !== null; part = part.parentElement)
    if (part instanceof HTMLDetailsElement) {
      part.open = true;
      equip(part);
    }
  place.scrollIntoView();
  place.querySelector('summary')?.focus({ preventScroll: true });
}
