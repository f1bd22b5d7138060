import { readFileSync } from 'node:fs';
import { parseAllDocuments, stringify } from 'yaml';
import type { Config } from '../../../src/config.ts';
import type { ClusterReport } from '../../../src/report.ts';
import type { Status } from '../../../src/result.ts';
import { type Audited, auditFiles, ruleNames } from './auditing.ts';
import { type Judgement, verdict } from './compare.ts';

/** Our rule that means the same as another tool's, or several that each do; or why there is none, or none yet. */
export type Equal = Pair | readonly Pair[] | { none: string };
export interface Pair {
  /** The rule of ours; of several, all have to pass. */
  rule: string | readonly string[];
  /** Of our fails, only those with evidence at such a pointer are about what the other tool looks at. */
  where?: RegExp;
  /** Cases that are not about what our rule judges, by a part of their name, and why. */
  except?: Readonly<Record<string, string>>;
  /** Thresholds of ours, where the other tool has another one. */
  with?: Readonly<Record<string, unknown>>;
  /** What is added to a case, so that it says what our rule needs to judge. */
  given?: Given;
}
export interface Given {
  /** For people. */
  what: string;
  adapt?: (objects: readonly Manifest[]) => readonly Manifest[];
  beside?: Readonly<Record<string, unknown>>;
}
export interface Manifest {
  apiVersion?: string;
  kind?: string;
  metadata?: { name?: string; namespace?: string; labels?: Record<string, string> | null };
  spec?: Record<string, unknown> | null;
}

/** The pairs of a table, those that name a rule there is not, and why the others are left out. */
export function split(table: Readonly<Record<string, Equal>>): {
  pairs: [theirs: string, pair: Pair][];
  absent: string[];
  without: Record<string, string>;
} {
  const pairs: [string, Pair][] = [];
  const absent: string[] = [];
  const without: Record<string, string> = {};
  for (const [theirs, equal] of Object.entries(table)) {
    if ('none' in equal) {
      without[theirs] = equal.none;
      continue;
    }
    for (const pair of Array.isArray(equal) ? (equal as readonly Pair[]) : [equal as Pair]) {
      const gone = rulesOf(pair).filter((rule) => !ruleNames.has(rule));
      absent.push(...gone.map((rule) => `${theirs}: there is no rule ${rule}`));
      if (gone.length === 0) pairs.push([theirs, pair]);
      for (const [part, why] of Object.entries(pair.except ?? {})) without[`${theirs} ${part}`] = why;
    }
  }
  return { pairs, absent, without };
}

/** The thresholds of a pair, as a configuration states them. */
export const thresholdsOf = (pair: Pair): Config['rules'] =>
  pair.with === undefined ? {} : Object.fromEntries(rulesOf(pair).map((rule) => [rule, { with: pair.with }]));

const rulesOf = ({ rule }: Pair): readonly string[] => (typeof rule === 'string' ? [rule] : rule);
export const isLeftOut = ({ except }: Pair, name: string): boolean => Object.keys(except ?? {}).some((part) => name.includes(part));

/** What we say of the only cluster of a case. @throws when a case is refused, or has two */
export function judged(name: string, theirRule: string, pair: Pair, theirs: 'pass' | 'fail', audited: Audited): Judgement {
  return judgedIn(onlyCluster(name, audited), name, theirRule, pair, theirs);
}

export function judgedIn(cluster: ClusterReport, name: string, theirRule: string, pair: Pair, theirs: 'pass' | 'fail'): Judgement {
  const said = rulesOf(pair).map((rule) => verdict(cluster, rule, pair));
  const ours = worstFirst.find((status) => said.includes(status)) ?? 'unknown';
  return { case: name, theirRule, rule: rulesOf(pair).join(' and '), theirs, ours };
}
const worstFirst: readonly Status[] = ['fail', 'unknown', 'notApplicable', 'pass'];

export function onlyCluster(name: string, { report, refused }: Audited): ClusterReport {
  const [cluster, ...others] = report?.clusters ?? [];
  if (cluster === undefined || others.length > 0) throw new Error(`${name}: ${refused ?? `${others.length + 1} clusters`}`);
  return cluster;
}

/** Audits a case of manifests by itself, with what its pair gives it. */
export function auditManifests(files: readonly string[], pair: Pair): Promise<Audited> {
  return auditTexts(
    Object.fromEntries(files.map((file, index) => [`${index}-${file.slice(file.lastIndexOf('/') + 1)}`, readFileSync(file, 'utf8')])),
    pair,
  );
}

/** @param texts by the names of the files */
export function auditTexts(texts: Readonly<Record<string, string>>, pair: Pair): Promise<Audited> {
  const { given } = pair;
  const manifests =
    given?.adapt === undefined
      ? texts
      : {
          'manifests.yaml': given
            .adapt(Object.values(texts).flatMap(manifestsIn))
            .map((each) => stringify(each))
            .join('---\n'),
        };
  return auditFiles({ ...manifests, ...given?.beside }, true, thresholdsOf(pair));
}

/** The objects of a text, and those of lists in it. Read as a test reads its fixture: what is not as expected shows in the comparison. */
export const manifestsIn = (text: string): Manifest[] =>
  parseAllDocuments(text, { uniqueKeys: false })
    .map((document) => document.toJS() as Manifest & { items?: Manifest[] })
    .filter(Boolean)
    .flatMap((each) => each.items ?? [each]);
