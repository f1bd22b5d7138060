import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

/** The folder of other people's data; undefined skips everything. */
export const corpus = process.env.AKS_AUDIT_CORPUS ? resolve(process.env.AKS_AUDIT_CORPUS) : undefined;

/** Tests over a folder of the corpus, or one skipped test that names the variable. */
export function describeCorpus(what: string, folder: string, body: (root: string) => void): void {
  if (corpus === undefined) {
    describe.skip(what, () => test('skipped: AKS_AUDIT_CORPUS does not name a corpus folder', () => {}));
    return;
  }
  const root = join(corpus, folder);
  describe(what, () => {
    if (existsSync(root)) body(root);
    else test('the corpus is there', () => expect.fail(`${root} does not exist`));
  });
}

/** Every file below a folder, as a path relative to it, in order. */
export function filesBelow(root: string): string[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(join(root, file)).isFile());
  return files.map((file) => file.replaceAll('\\', '/')).sort();
}

/** The folders of a folder, in order. */
export const foldersOf = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
