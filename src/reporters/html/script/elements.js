// Texts are hostile: they become text nodes, never markup.

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** @param {string} label @param {() => void} onClick @param {string} [name] of its class */
export function button(label, onClick, name = '') {
  const element = make('button', { type: 'button', ...(name === '' ? {} : { class: name }) }, label);
  element.addEventListener('click', onClick);
  return element;
}

/** @param {number} count */
export const grouped = (count) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** @param {number} count @param {string} noun */
export const many = (count, noun) => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

const pageSize = 100;

/** Fills a list by the page, the first ones at once if they are wanted. @param {(() => void)[]} adders each adds one @param {Element} place of the button */
export function paged(adders, place, begun = false) {
  let next = 0;
  const show = () => {
    for (const add of adders.slice(next, next + pageSize)) add();
    next += pageSize;
    const left = adders.length - next;
    place.replaceChildren(...(left > 0 ? offer(left) : []));
  };
  /** @param {number} left */
  const offer = (left) => [
    button(`Show ${grouped(Math.min(pageSize, left))} more`, showAndStay),
    ` ${grouped(left)} not shown; all are in -o json`,
  ];
  // Whoever pressed the button by keyboard stays at it.
  const showAndStay = () => {
    show();
    place.querySelector('button')?.focus({ preventScroll: true });
  };
  if (begun) show();
  else place.replaceChildren(...(adders.length > 0 ? offer(adders.length) : []));
}
