import type { Config } from './config.ts';
import { configuredRules, deviations } from './config.ts';
import { clusterReport, environmentOf, reported } from './clusterReport.ts';
import { type EvaluateOptions, evaluate } from './evaluate.ts';
import type { LiveRequest } from './collectFolder.ts';
import type { LoadOptions } from './load/load.ts';
import { openSnapshots } from './load/load.ts';
import { openBytes } from './load/bytes.ts';
import { locate } from './locate.ts';
import { glob, scope } from './model/namespaces.ts';
import type { ClusterReport, Deviation, Report } from './report.ts';
import type { Catalogue, Rule } from './rule.ts';
import type { Snapshot } from './snapshot.ts';

export interface AuditRequest {
  /** Files and folders; with `live`, none. */
  paths: readonly string[];
  live?: LiveRequest;
  catalogue: Catalogue;
  config: Config;
  /** Names of rules to judge by, of those that the configuration leaves on; undefined is all. */
  only?: (rule: Rule) => boolean;
  /** Names of namespaces to judge, in which `*` stands for any characters: only these, without those. */
  namespaces?: { only: readonly string[]; excluded: readonly string[] };
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

/** The whole pipeline: collect, load, evaluate, locate, score; cluster by cluster from load on. Rendering is the caller's. */
export async function audit(request: AuditRequest): Promise<{ report: Report; warnings: readonly string[] }> {
  const { live, tool, now } = request;
  const rules = configuredRules(request.catalogue, request.config).filter(request.only ?? (() => true));
  if (live !== undefined) await (await import('./collectFolder.ts')).collectFolder(live, rules);
  const { snapshots, outcome } = await openSnapshots(live === undefined ? request.paths : [live.folder], loadOptions(request));
  const clusters: ClusterReport[] = [];
  for await (const snapshot of snapshots) clusters.push(await auditCluster(snapshot, rules, request));
  const { warnings, skipped, unread } = outcome();
  const report: Report = {
    schema: 'aks-audit/report/1',
    tool,
    now,
    deviations: [...deviations(request.config), ...request.chosen],
    skipped: skipped.map(({ where, what }) => ({ file: where ?? '', reason: what })),
    ...(unread.length === 0 ? {} : { unread }),
    rules: rules.map(reported),
    clusters,
  };
  return { report, warnings };
}

function loadOptions({ complete, clusters, keepGoing, takenAt, onProgress, live }: AuditRequest): LoadOptions {
  return {
    complete,
    clusters,
    keepGoing,
    ...(takenAt === undefined ? {} : { takenAt }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(live === undefined || live.kept ? {} : { cwd: live.folder }),
  };
}

async function auditCluster(snapshot: Snapshot, rules: readonly Rule[], request: AuditRequest): Promise<ClusterReport> {
  const { catalogue, config } = request;
  const environment = environmentOf(snapshot, config);
  const options: EvaluateOptions = {
    inScope: scopeOf(request),
    at: new Date(snapshot.takenAt ?? request.now),
    production: environment.production,
  };
  request.onProgress?.(`judging ${snapshot.target.name}`);
  const results = evaluate(snapshot, rules, options);
  // Of a folder that will be gone there are no places to name.
  const placed = request.live?.kept === false ? { ...snapshot, origins: new Map() } : snapshot;
  request.onProgress?.(`finding the places of ${snapshot.target.name}`);
  await locate(results, placed, (file) => openBytes({ path: file, name: file, root: file }, { reuse: true }));
  request.onProgress?.(`scoring ${snapshot.target.name}`);
  return clusterReport(snapshot, results, environment, rules, catalogue);
}

function scopeOf({ config, namespaces = { only: [], excluded: [] } }: AuditRequest): EvaluateOptions['inScope'] {
  const { only, excluded } = namespaces;
  const judged = scope([...config.excludeNamespaces, ...excluded]);
  const named = only.map(glob);
  return (namespace = 'default') => judged(namespace) && (named.length === 0 || named.some((matches) => matches(namespace)));
}
