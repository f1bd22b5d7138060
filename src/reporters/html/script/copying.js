import { button } from './elements.js';

/** A button that copies. @param {string} label @param {() => string} value */
export function copyButton(label, value) {
  const element = button(label, () => copy(value(), element), 'copy');
  return element;
}

/** A button that copies a link into this page. @param {() => string} hash */
export const linkButton = (hash) => copyButton('Copy link', () => `${location.href.replace(/#.*$/s, '')}#${hash()}`);

/** @param {string} value @param {HTMLElement} from says for a moment how it went */
async function copy(value, from) {
  const label = from.textContent;
  from.textContent = (await copied(value)) ? 'Copied' : 'Not allowed here';
  setTimeout(() => {
    from.textContent = label;
  }, 1500);
}

/** Pages that came by plain HTTP have no clipboard; there a selection is copied. @param {string} value */
async function copied(value) {
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

/** What stands in an address for these parts, the empty ones left out. @param {Record<string, string>} parts */
export const query = (parts) => String(new URLSearchParams(Object.entries(parts).filter(([, value]) => value !== '')));
