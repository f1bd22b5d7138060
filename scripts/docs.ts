import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadCatalogue } from '../src/catalogue.ts';
import { permissionsPage } from '../src/collect/permissions.ts';
import { sourcesFor } from '../src/collect/sources.ts';
import { markdownCard } from '../src/reporters/ruleCards.ts';
import { exportsPage } from './exportCommands.ts';

// Writes docs/rules/<chapter>.md and docs/exports.md from the catalogue; with --check, only says whether they are in sync.
const root = fileURLToPath(new URL('../', import.meta.url));
const { rules, chapters } = loadCatalogue();
const pages = new Map<string, string>();
for (const { name, title } of chapters) {
  const own = rules.filter((rule) => rule.chapter === name);
  pages.set(
    `docs/rules/${name}.md`,
    `# ${title}\n\n<!-- Made by 'npm run docs' from rules/${name}. Do not edit. -->\n\n${own.map((rule) => [...markdownCard(rule)].join('')).join('')}`,
  );
}
pages.set('docs/exports.md', exportsPage(rules));
pages.set('docs/permissions.md', permissionsPage(rules, sourcesFor(false)));

const folder = `${root}docs/rules`;
const stale = existsSync(folder) ? readdirSync(folder).filter((file) => !pages.has(`docs/rules/${file}`)) : [];
const changed = [...pages]
  .filter(([file, text]) => !existsSync(root + file) || readFileSync(root + file, 'utf8') !== text)
  .map(([file]) => file);
if (process.argv.includes('--check')) {
  if (changed.length + stale.length > 0) {
    console.error(`Not in sync: ${[...changed, ...stale].join(', ')}. Run 'npm run docs' and commit what it writes.`);
    process.exitCode = 1;
  }
} else {
  mkdirSync(folder, { recursive: true });
  for (const file of stale) rmSync(`${folder}/${file}`);
  for (const [file, text] of pages) writeFileSync(root + file, text);
}
