import { readFileSync } from 'node:fs';

/** Each before those that import it. */
const modules = ['data', 'elements', 'copying', 'findings', 'filter', 'csv', 'results', 'places', 'theme', 'start'];

/**
 * The page's style and script, as a checkout has them; the build puts the same, minified, in the place of this module. A page that is
 * opened as a file can load no module, so those of script/ are joined into one script, without what they import and export.
 */
export function assets(): { style: string; script: string } {
  const script = modules.map((name) => read(`script/${name}.js`).replaceAll(/^import [^;]*;\n|^export /gm, '')).join('\n');
  return { style: read('page.css'), script: `'use strict';\n{\n${script}}\n` };
}

/** Of what stands in a page, a browser reads CRLF as LF: by that its hash is taken. */
const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
