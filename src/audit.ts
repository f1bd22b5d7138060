import { ifSeen } from './check.ts';
import type { Config } from './config.ts';
import { configuredRules, deviations } from './config.ts';
import { type EvaluateOptions, evaluate, severityIn } from './evaluate.ts';
import { load } from './load/load.ts';
import { openBytes } from './load/bytes.ts';
import { locate } from './locate.ts';
import { scope } from './model/namespaces.ts';
import type { ClusterReport, Deviation, Entry, Environment, Report } from './report.ts';
import type { Result } from './result.ts';
import type { Catalogue, Rule, Weights } from './rule.ts';
import { chapterScores, score, severityOrder } from './score.ts';
import { normalId } from './seen.ts';
import type { Gap, Snapshot } from './snapshot.ts';

export interface AuditRequest {
  paths: readonly string[];
  catalogue: Catalogue;
  config: Config;
  /** Names of rules to judge by, of those that the configuration leaves on; undefined is all. */
  only?: (rule: Rule) => boolean;
  /** What was chosen on the command line, for the report's head. */
  chosen: readonly Deviation[];
  complete: boolean;
  clusters: readonly { name: string; path: string }[];
  keepGoing: boolean;
  takenAt?: string;
  now: string;
  tool: Report['tool'];
  onProgress?: (step: string) => void;
}

/** The whole offline pipeline: load, evaluate, locate, score. Rendering is the caller's. */
export async function audit(request: AuditRequest): Promise<{ report: Report; warnings: readonly string[] }> {
  const rules = configuredRules(request.catalogue, request.config).filter(request.only ?? (() => true));
  const loaded = await load(request.paths, {
    complete: request.complete,
    clusters: request.clusters,
    keepGoing: request.keepGoing,
    ...(request.takenAt === undefined ? {} : { takenAt: request.takenAt }),
    ...(request.onProgress === undefined ? {} : { onProgress: request.onProgress }),
  });
  const clusters: ClusterReport[] = [];
  for (const snapshot of loaded.snapshots) clusters.push(await auditCluster(snapshot, rules, request));
  const report: Report = {
    schema: 'aks-audit/report/1',
    tool: request.tool,
    now: request.now,
    deviations: [...deviations(request.config), ...request.chosen],
    skipped: loaded.skipped.map(({ where, what }) => ({ file: where ?? '', reason: what })),
    rules: rules.map(reported),
    clusters,
  };
  return { report, warnings: loaded.warnings };
}

async function auditCluster(snapshot: Snapshot, rules: readonly Rule[], request: AuditRequest): Promise<ClusterReport> {
  const { catalogue, config } = request;
  const environment = environmentOf(snapshot, config);
  const options: EvaluateOptions = {
    inScope: scope(config.excludeNamespaces),
    at: new Date(snapshot.takenAt ?? request.now),
    production: environment.production,
  };
  const results = evaluate(snapshot, rules, options);
  await locate(results, snapshot, (file) => openBytes({ path: file, name: file, root: file }));
  const entries = ordered(rules, results, environment.production, catalogue.weights);
  const chapterOf = new Map(rules.map((rule) => [rule.name, rule.chapter]));
  return {
    target: describeTarget(snapshot),
    takenAt: snapshot.takenAt,
    ...(snapshot.digest === undefined ? {} : { digest: snapshot.digest }),
    environment,
    score: score(entries, catalogue.weights),
    chapters: chapterScores(entries, (rule) => chapterOf.get(rule) ?? '', catalogue.chapters, catalogue.weights),
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

function environmentOf(snapshot: Snapshot, config: Config): Environment {
  const { tag, nonProduction } = config.environment;
  // Of a template, a tag may be what only its deployment knows.
  const tags = ifSeen(() => Object.entries(snapshot.state.cluster?.value?.tags ?? {}));
  if (tags === undefined) return { production: true, because: `tag '${tag}' is not known` };
  const found = tags.find(([name]) => name.toLowerCase() === tag.toLowerCase());
  if (found === undefined) return { production: true, because: `no tag '${tag}'` };
  const production = !nonProduction.some((value) => value.toLowerCase() === found[1].toLowerCase());
  return { production, because: `tag ${found[0]}=${found[1]}` };
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

function reported({ name, chapter, title, severity, why, fix, links, refs }: Rule): Report['rules'][number] {
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
