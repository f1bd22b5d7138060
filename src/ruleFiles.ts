import { readdirSync, readFileSync } from 'node:fs';
import type { Chapter, RuleFile, RuleFiles, RuleSource, Weights } from './rule.ts';
import { parseYaml } from './schema.ts';

/** Reads rules/ of a checkout. The build puts the same content, parsed, in the place of this module. */
export function ruleFiles(): RuleFiles {
  const folder = new URL('../rules/', import.meta.url);
  const read = (path: string): unknown => parseYaml(readFileSync(new URL(path, folder), 'utf8'), `rules/${path}`);
  const chapters = read('chapters.yaml') as Chapter[]; // our own file, held to its shape by test/catalogue.test.ts
  const rules = chapters.flatMap((chapter) => filesOf(new URL(`${chapter.name}/`, folder)).map((file) => ruleAt(chapter.name, file, read)));
  return { rules, chapters, weights: read('weights.yaml') as Weights };
}

function filesOf(folder: URL): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort();
}

function ruleAt(chapter: string, file: string, read: (path: string) => unknown): RuleSource {
  return { chapter, name: file.slice(0, -'.yaml'.length), file: read(`${chapter}/${file}`) as RuleFile };
}
