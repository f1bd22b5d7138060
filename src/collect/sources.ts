import { kinds } from '../kinds.ts';
import type { Rule } from '../rule.ts';
import type { StateKey } from '../snapshot.ts';
import { azureSources } from './azure/sources.ts';
import { kubernetesSources } from './kubernetes/sources.ts';
import type { Source } from './source.ts';

/** Every kind of state, and where it is read live. */
export const allSources: readonly Source[] = [...azureSources, ...kubernetesSources];

/** What a run reads from: of ConfigMaps only when it is asked to, as their values may be secrets. */
export const sourcesFor = (scanConfigMaps: boolean): readonly Source[] =>
  allSources.filter(({ key }) => {
    const kind = kinds[key];
    return scanConfigMaps || kind.plane === 'azure' || kind.live !== 'asked';
  });

/** What these rules judge by. */
export const needsOf = (rules: readonly Pick<Rule, 'check'>[]): StateKey[] => [
  ...new Set(rules.flatMap(({ check }) => check?.needs ?? [])),
];

/** The sources of these keys and of all that they are read after, each once, every one behind those it is read after. */
export function closure(keys: readonly StateKey[], sources: readonly Source[]): Source[] {
  const byKey = new Map(sources.map((source) => [source.key, source]));
  const ordered = new Set<Source>();
  const add = (key: StateKey, path: readonly StateKey[]): void => {
    const source = byKey.get(key);
    if (source === undefined || ordered.has(source)) return;
    if (path.includes(key)) throw new Error(`sources wait for one another: ${[...path, key].join(' -> ')}`);
    for (const before of source.after) add(before, [...path, key]);
    ordered.add(source);
  };
  for (const key of keys) add(key, []);
  return [...ordered];
}
