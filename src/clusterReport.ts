import { ifSeen } from './check.ts';
import type { Config } from './config.ts';
import { severityIn } from './evaluate.ts';
import type { ClusterReport, Entry, Environment, Report } from './report.ts';
import type { Result } from './result.ts';
import type { Catalogue, Rule, Weights } from './rule.ts';
import { chapterScores, score, severityOrder } from './score.ts';
import { normalId } from './seen.ts';
import type { Gap, Snapshot } from './snapshot.ts';

/** What the results of one snapshot come to: entries in order, scores, and what was not seen. */
export function clusterReport(
  snapshot: Snapshot,
  results: readonly Result[],
  environment: Environment,
  rules: readonly Rule[],
  { weights, chapters }: Catalogue,
): ClusterReport {
  const entries = ordered(rules, results, environment.production, weights);
  const chapterOf = new Map(rules.map((rule) => [rule.name, rule.chapter]));
  return {
    target: describeTarget(snapshot),
    takenAt: snapshot.takenAt,
    ...(snapshot.digest === undefined ? {} : { digest: snapshot.digest }),
    environment,
    score: score(entries, weights),
    chapters: chapterScores(entries, (rule) => chapterOf.get(rule) ?? '', chapters, weights),
    entries,
    gaps: gapsOf(entries),
  };
}

/** Entries by severity, then in the order of the catalogue (chapter, rule). */
function ordered(rules: readonly Rule[], results: readonly Result[], production: boolean, weights: Weights): Entry[] {
  const entries = rules.map((rule, index) => {
    const severity = severityIn(rule, production);
    return {
      order: severity === 'off' ? severityOrder(undefined) : severityOrder(severity),
      index,
      entry: { rule: rule.name, weight: severity === 'off' ? 0 : weights.weights[severity], result: results[index] as Result },
    };
  });
  return entries.sort((a, b) => a.order - b.order || a.index - b.index).map(({ entry }) => entry);
}

/** Which environment the cluster's tags name, and by which tag. */
export function environmentOf(snapshot: Snapshot, config: Config): Environment {
  const { tag, nonProduction } = config.environment;
  // Of a template, a tag may be what only its deployment knows.
  const tags = ifSeen(() => Object.entries(snapshot.state.cluster?.value?.tags ?? {}));
  if (tags === undefined) return { production: true, because: `tag '${tag}' is not known` };
  const found = tags.find(([name]) => name.toLowerCase() === tag.toLowerCase());
  if (found === undefined) return { production: true, because: `no tag '${tag}'` };
  const stated = String(found[1]).toLowerCase(); // ARM says a string; a file may say anything
  const production = !nonProduction.some((value) => value.toLowerCase() === stated);
  return { production, because: `tag ${found[0]}=${String(found[1])}` };
}

function describeTarget(snapshot: Snapshot): ClusterReport['target'] {
  const cluster = snapshot.state.cluster?.value;
  const [, subscription, resourceGroup] = /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\//i.exec(cluster?.id ?? '') ?? [];
  const location = ifSeen(() => cluster?.location);
  const version = ifSeen(() => cluster?.properties.currentKubernetesVersion ?? cluster?.properties.kubernetesVersion);
  return {
    ...snapshot.target,
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    ...(subscription === undefined ? {} : { subscription }),
    ...(location == null ? {} : { location }),
    ...(version == null ? {} : { kubernetesVersion: version }),
  };
}

/** Every gap that left something unknown, with the rules it concerns. */
function gapsOf(entries: readonly Entry[]): ClusterReport['gaps'] {
  const found = new Map<string, { gap: Gap; rules: string[] }>();
  for (const { rule, result } of entries) {
    const missing = [
      ...(result.status === 'unknown' ? result.missing : []),
      ...result.findings.flatMap((finding) => finding.missing ?? []),
    ];
    for (const gap of missing) {
      const key = `${gap.key} ${normalId(gap.scope ?? '')} ${gap.why}`;
      const known = found.get(key) ?? { gap, rules: [] };
      known.rules.push(rule);
      found.set(key, known);
    }
  }
  return [...found.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, each]) => ({ gap: each.gap, rules: [...new Set(each.rules)].sort() }));
}

/** What a report keeps of a rule. */
export function reported({ name, chapter, title, severity, why, fix, links, refs }: Rule): Report['rules'][number] {
  const { change: _change, ...shownFix } = fix ?? {};
  return {
    name,
    chapter,
    title,
    severity,
    why,
    ...(fix === undefined ? {} : { fix: shownFix as Omit<NonNullable<typeof fix>, 'change'> }),
    links,
    ...(refs === undefined ? {} : { refs }),
  };
}
