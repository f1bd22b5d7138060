import { readFileSync } from 'node:fs';

/** The page's style and script, as a checkout has them. The build puts the same, minified, in the place of this module. */
export function assets(): { style: string; script: string } {
  // Of what stands in a page, a browser reads CRLF as LF: by that its hash is taken.
  const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
  return { style: read('page.css'), script: read('page.js') };
}
