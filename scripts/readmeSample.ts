import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Copies the beginning of a golden, up to the second finding, into the README; part of `npm run golden`.
const root = fileURLToPath(new URL('../', import.meta.url));
const findings = 2;
const readme = readFileSync(`${root}README.md`, 'utf8');
const [marker = '', file = ''] = /<!-- sample: (\S+) -->\n```text\n/.exec(readme) ?? [];
const lines = readFileSync(root + file, 'utf8').split('\n');
const starts = lines.flatMap((line, index) => (/^(CRITICAL|HIGH|MEDIUM|LOW) /.test(line) ? [index] : []));
const sample = lines.slice(0, starts[findings]).join('\n').trimEnd();
const from = readme.indexOf(marker) + marker.length;
writeFileSync(`${root}README.md`, `${readme.slice(0, from)}${sample}${readme.slice(readme.indexOf('\n```', from))}`);
