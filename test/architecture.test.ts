import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './support/fixtures.ts';

/** Who may import whom: down only (docs/architecture.md). A folder stands for its files. The first match counts. */
const floors: readonly [pattern: RegExp, floor: number][] = [
  [/^src\/cli\//, 8],
  [/^src\/(audit|clusterReport|collectFolder|index)\.ts$/, 7],
  [/^src\/(collect|load|reporters)\/|^src\/(evaluate|locate|waive|score)\.ts$/, 6],
  [/^src\/(catalogue|config|ruleFiles)\.ts$/, 5],
  [/^src\/checks\//, 4],
  [/^src\/model\/|^src\/kind(s|Of|s[A-Za-z]+)\.ts$/, 3],
  [/^src\/(report|rule|check|result|snapshot|seen|wire[A-Za-z]*)\.ts$/, 2],
  [/^src\/(schema|errors)\.ts$/, 1],
];
/** The spine, the last imports only those before it. */
const spine = ['wire', 'seen', 'snapshot', 'result', 'check', 'rule', 'report'];
/** The verbs, which never import one another. */
const verbs = ['collect/', 'load/', 'evaluate.ts', 'locate.ts', 'waive.ts', 'score.ts', 'reporters/'];
/** Each npm package has one home. */
const homes: Readonly<Record<string, RegExp>> = {
  '@azure/arm-containerservice': /^src\/collect\//,
  '@azure/arm-network': /^src\/collect\//,
  '@azure/identity': /^src\/collect\//,
  '@azure/core-auth': /^src\/collect\//,
  '@azure/core-rest-pipeline': /^src\/collect\//,
  '@kubernetes/client-node': /^src\/collect\//,
  'p-limit': /^src\/collect\//,
  undici: /^src\/collect\//,
  commander: /^src\/cli\//,
  chalk: /^src\/reporters\/(console|ruleCards)\.ts$/,
  'fast-wrap-ansi': /^src\/reporters\/width\.ts$/,
  'fast-string-width': /^src\/reporters\/width\.ts$/,
  ajv: /^src\/schema\.ts$/,
  yaml: /^src\/schema\.ts$/,
};

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}
const files = globSync('src/**/*.ts', { cwd: root }).sort();
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const code = (file: string) => text(file).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
const imports: Import[] = files.flatMap((file) =>
  [...code(file).matchAll(/(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/g)].map(
    ([, typeOnly, named, dynamic]) => {
      const to = named ?? dynamic ?? '';
      return { from: file, to: to.startsWith('.') ? normalize(join(dirname(file), to)) : to, typeOnly: typeOnly !== undefined };
    },
  ),
);
const own = imports.filter(({ to }) => to.startsWith('src/') && to.endsWith('.ts'));
const floorOf = (file: string) => floors.find(([pattern]) => pattern.test(file))?.[1];

describe('the floors of the house', () => {
  test('every file stands on a floor', () => {
    expect(files.filter((file) => floorOf(file) === undefined)).toEqual([]);
  });

  test('imports go down only', () => {
    const up = own.filter(({ from, to }) => (floorOf(from) ?? 0) < (floorOf(to) ?? 0) && !(to === 'src/wire.ts'));
    expect(
      up.map(
        ({ from, to }) =>
          `${from} (floor ${floorOf(from)}) must not import ${to} (floor ${floorOf(to)}): move what it needs down, or itself up`,
      ),
    ).toEqual([]);
  });

  test('nouns import only the nouns before them; a type may be shared either way between snapshot and seen', () => {
    const place = (file: string) => spine.indexOf(file.replace(/^src\/|\.ts$/g, ''));
    const wrong = own.filter(
      ({ from, to, typeOnly }) =>
        place(from) >= 0 && place(to) > place(from) && !(typeOnly && from === 'src/seen.ts' && to === 'src/snapshot.ts'),
    );
    expect(wrong.map(({ from, to }) => `${from} must not import ${to}: the spine is ${spine.join(' <- ')}`)).toEqual([]);
  });

  test('verbs never import one another', () => {
    const verbOf = (file: string) => verbs.find((verb) => file.startsWith(`src/${verb}`));
    const wrong = own.filter(({ from, to }) => verbOf(from) !== undefined && verbOf(to) !== undefined && verbOf(from) !== verbOf(to));
    expect(wrong.map(({ from, to }) => `${from} must not import ${to}: join them in audit.ts`)).toEqual([]);
  });

  test('checks do not know one another; models know no check, rule or report', () => {
    const sideways = own.filter(
      ({ from, to }) => from.startsWith('src/checks/') && to.startsWith('src/checks/') && from !== 'src/checks/index.ts',
    );
    const models = own.filter(
      ({ from, to, typeOnly }) =>
        /^src\/model\//.test(from) && /^src\/(rule|report|result|check)\.ts$/.test(to) && !(typeOnly && /check\.ts$|result\.ts$/.test(to)),
    );
    expect(
      [...sideways, ...models].map(
        ({ from, to }) => `${from} must not import ${to}: a shared computation belongs in src/model/, evidence in a check`,
      ),
    ).toEqual([]);
  });

  test('each package has one home; elsewhere only its types', () => {
    const packageOf = (to: string) => (to.startsWith('@') ? to.split('/').slice(0, 2).join('/') : (to.split('/')[0] ?? ''));
    const wrong = imports.filter(
      ({ from, to, typeOnly }) =>
        !to.startsWith('src/') &&
        !to.startsWith('node:') &&
        !to.endsWith('.json') &&
        !typeOnly &&
        !(homes[packageOf(to)]?.test(from) ?? false),
    );
    expect(
      wrong.map(
        ({ from, to }) =>
          `${from} imports ${to}, whose home is ${homes[packageOf(to)] ?? 'nowhere: give it one in test/architecture.test.ts'}`,
      ),
    ).toEqual([]);
  });

  test('files, the process and the clock are touched at the edge only', () => {
    const fs = imports.filter(
      // Both ruleFiles and assets read the project's own files in a checkout; the package has them built in.
      ({ from, to }) =>
        /^node:fs/.test(to) && !/^src\/(cli|load|collect)\/|^src\/(config|ruleFiles|reporters\/html\/assets)\.ts$/.test(from),
    );
    const touching = (pattern: RegExp, home: RegExp) => files.filter((file) => !home.test(file) && pattern.test(code(file)));
    const process = touching(/\bprocess\.|(?<!\/)\bconsole\./, /^src\/cli\//);
    const clock = touching(/\bDate\.now\(|new Date\(\)|performance\.now\(/, /^src\/cli\/|^src\/collect\//);
    const locale = touching(/localeCompare|\bIntl\.|toLocale/, /^$/);
    const chance = touching(/Math\.random/, /^src\/collect\//);
    expect({ fs: fs.map(({ from }) => from), process, clock, locale, chance }).toEqual({
      fs: [],
      process: [],
      clock: [],
      locale: [],
      chance: [],
    });
  });

  test('pure floors are synchronous', () => {
    const pure = files.filter(
      (file) => /^src\/(checks|model|reporters)\/|^src\/(evaluate|score)\.ts$/.test(file) && file !== 'src/reporters/index.ts',
    );
    expect(pure.filter((file) => /\basync\b|\bawait\b|new Promise/.test(code(file)))).toEqual([]);
  });

  test('no class but errors, no file that is too long to be about one thing', () => {
    expect(files.filter((file) => /^\s*(export )?(abstract )?class (?!\w+ extends Error)/m.test(code(file)))).toEqual([]);
    expect(files.filter((file) => text(file).split('\n').length > 300)).toEqual([]);
  });
});
