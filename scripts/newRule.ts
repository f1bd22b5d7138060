import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadCatalogue } from '../src/catalogue.ts';

// npm run new-rule -- <chapter>/<rule-name> <subject.check>   starts a rule and its fixture; the check is yours to write.
const root = fileURLToPath(new URL('../', import.meta.url));
const [path = '', check = ''] = process.argv.slice(2);
const [chapter = '', name = ''] = path.split('/');
const { chapters, rules } = loadCatalogue();
const problem = !chapters.some((each) => each.name === chapter)
  ? `Name it <chapter>/<rule-name>; chapters are ${chapters.map((each) => each.name).join(', ')}.`
  : !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)
    ? 'A rule name is kebab-case: a noun, the thing demanded.'
    : !/^[a-z][A-Za-z]*\.[a-z][A-Za-z0-9]*$/.test(check)
      ? 'Name its check as <subject>.<constant>, for src/checks/<subject>.ts.'
      : rules.some((rule) => rule.name === name)
        ? `There is a rule '${name}' already.`
        : undefined;
if (problem !== undefined) {
  console.error(`usage: npm run new-rule -- <chapter>/<rule-name> <subject.check>\n${problem}`);
  process.exit(2);
}
const [subject, constant] = check.split('.');
write(
  `rules/${chapter}/${name}.yaml`,
  `title: <an order of at most 60 characters, without a period>
severity: medium
why: <what happens where it is not so, in a sentence or two.>
fix:
  steps:
    - az: az aks update -g {resourceGroup} -n {cluster} <flags>
  reach: in-place
  change: { cluster: { properties: {} } }
applies: <to which clusters, and what is left out.>
links:
  - { title: <page>, url: https://learn.microsoft.com/azure/aks/ }
check: ${check}
`,
);
write(
  `fixtures/rules/${chapter}/${name}.yaml`,
  `pass:
  <why it passes>: {}
fail:
  <what is wrong>:
    patch: { cluster: { properties: {} } }
    expect: { subjects: [base], path: /properties/<property> }
unknown:
  cluster denied:
    gaps: { cluster: forbidden }
    expect: { missing: [cluster] }
`,
);
console.log(
  `Now export 'const ${constant} = check({...})' from src/checks/${subject}.ts (src/check.ts is the vocabulary), then run: npx vitest run test/rules.test.ts -t ${name}`,
);

function write(file: string, text: string): void {
  if (existsSync(root + file)) throw new Error(`${file} exists`);
  mkdirSync(root + file.slice(0, file.lastIndexOf('/')), { recursive: true });
  writeFileSync(root + file, text);
  console.log(`wrote ${file}`);
}
