import { byId } from './elements.js';

// The theme is the system's until it is chosen; a browser that keeps nothing for files forgets the choice.
const key = 'aks-audit-theme';

const isDark = () =>
  (document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';

export function startTheme() {
  choose(stored());
  byId('theme').addEventListener('click', () => {
    choose(isDark() ? 'light' : 'dark');
    store();
  });
}

/** @param {string} theme '' leaves it to the system */
function choose(theme) {
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  byId('theme').textContent = isDark() ? 'Light' : 'Dark';
}

function stored() {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

function store() {
  try {
    localStorage.setItem(key, isDark() ? 'dark' : 'light');
  } catch {}
}
