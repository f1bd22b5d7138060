import type { Location, PhysicalLocation, Result as SarifResult } from 'sarif';
import { findingId } from '../model/findingId.ts';
import { virtualPath } from '../model/virtualPath.ts';
import type { ClusterReport, ReportedRule } from '../report.ts';
import { type Finding, type Place, type Result, severities, type Severity } from '../result.ts';
import type { RunPlan } from './sarifRuns.ts';
import { levels } from './sarifRules.ts';
import { line, message, quoted, seenThere, sentence } from './sarifText.ts';

/** Evidence that a message tells of; all of it is in the JSON report. */
const toldEvidence = 3;

/** What becomes one result: a finding, or what a rule says of the cluster when it has no findings. */
export interface Item {
  rule: ReportedRule;
  cluster: ClusterReport;
  finding: Pick<Finding, 'subject' | 'message' | 'note' | 'evidence' | 'severity'>;
  kind: 'fail' | 'pass' | 'open' | 'notApplicable' | 'review';
}

/** The items of a run: severity, rule in the order of the report, subject. @param openOnly only what fails */
export function itemsOf(plan: RunPlan, rules: readonly ReportedRule[], openOnly: boolean): Item[] {
  const order = new Map(rules.map((rule, index) => [rule.name, { rule, index }]));
  const ranked = plan.clusters.flatMap((cluster) =>
    cluster.entries.flatMap(({ rule: name, result }) => {
      const known = order.get(name);
      if (known === undefined) return [];
      const items = itemsOfResult(known.rule, cluster, result);
      return (openOnly ? items.filter(({ kind }) => kind === 'fail') : items).map((item) => ({
        item,
        severity: severities.indexOf(severityOf(item)),
        index: known.index,
      }));
    }),
  );
  return ranked.sort((a, b) => a.severity - b.severity || a.index - b.index).map(({ item }) => item);
}

export const severityOf = ({ finding, rule }: Item): Severity => finding.severity ?? rule.severity;

const kinds = { pass: 'pass', fail: 'fail', unknown: 'open' } as const;

function itemsOfResult(rule: ReportedRule, cluster: ClusterReport, result: Result): Item[] {
  if (result.findings.length > 0) return result.findings.map((finding) => ({ rule, cluster, finding, kind: kinds[finding.status] }));
  const said = (text: string, kind: Item['kind']): Item[] => [
    {
      rule,
      cluster,
      kind,
      finding: { subject: { id: cluster.target.id, kind: 'managedClusters', name: cluster.target.name }, message: text, evidence: [] },
    },
  ];
  if (result.status === 'manual') return said(result.ask, 'review');
  if (result.status === 'notApplicable') return said(result.because, 'notApplicable');
  if (result.status !== 'unknown') return [];
  const keys = [...new Set(result.missing.map(({ key }) => quoted(key)))];
  return said(result.because ?? (result.crash === undefined ? `Not seen: ${keys.join(', ')}` : 'The check failed'), 'open');
}

export interface ResultOptions {
  /** Of the run's rules. */
  ruleIndex: number;
  /** Which of several findings with one identity this is, from 1. */
  ordinal: number;
  /** The run holds several clusters, so that the message must name this one's. */
  namesCluster: boolean;
  /** Said at the end of the message. */
  more?: string;
}

/** The identity of an item: a rule finds one thing in one subject. */
export const itemId = ({ rule, finding }: Item): string => findingId(rule.name, finding.subject.id);

/** One result, with one physical location and a whole region. */
export function sarifResult(item: Item, options: ResultOptions): SarifResult {
  const { rule, finding, kind, cluster } = item;
  const severity = severityOf(item);
  const id = itemId(item);
  const { location, outside } = placeOf(item);
  return {
    ruleId: line(rule.name, 255),
    ruleIndex: options.ruleIndex,
    kind,
    level: kind === 'fail' ? levels[severity] : 'none',
    message: message(textOf(item, options)),
    locations: [{ physicalLocation: location, logicalLocations: logicalLocations(item) }],
    // Ours in place of the hash of a line that upload-sarif makes: an export is written anew for each run, and its lines move.
    partialFingerprints: { primaryLocationLineHash: `${id}:${options.ordinal}`, 'aksAuditFindingId/v1': id },
    properties: {
      severity,
      chapter: line(rule.chapter, 255),
      cluster: line(cluster.target.id),
      ...(outside === undefined ? {} : { file: line(outside) }),
      ...(finding.note === undefined ? {} : { note: line(finding.note) }),
    },
  };
}

const kindNames: Readonly<Record<string, string>> = {
  managedClusters: 'Cluster',
  managedclusters: 'Cluster',
  agentPools: 'Node pool',
  virtualNetworks: 'Virtual network',
};

/** The first sentence is the title of an alert: what is judged, and what is wrong with it. */
function textOf({ finding, cluster }: Item, { namesCluster, more }: ResultOptions): string {
  const { subject, evidence, note } = finding;
  const name = subject.namespace === undefined ? subject.name : `${subject.namespace}/${subject.name}`;
  const kind = Object.hasOwn(kindNames, subject.kind) ? kindNames[subject.kind] : line(subject.kind, 100);
  return [
    `${kind} ${quoted(name)}: ${sentence(line(finding.message))}`,
    ...evidence.slice(0, toldEvidence).map((each) => seenThere(each, subject.id)),
    ...(evidence.length > toldEvidence ? [`${evidence.length - toldEvidence} more values were looked at.`] : []),
    ...(note === undefined ? [] : [sentence(line(note))]),
    ...(namesCluster && subject.id !== cluster.target.id ? [`The cluster is ${quoted(cluster.target.name)}.`] : []),
    ...(more === undefined ? [] : [more]),
  ].join(' ');
}

function logicalLocations({ finding: { subject } }: Item): NonNullable<Location['logicalLocations']> {
  return [{ name: line(subject.name, 255), kind: 'resource', fullyQualifiedName: line(subject.id) }];
}

/** Where the first evidence with a place stands; `outside` is a file that no repository can hold, in whose stead a virtual path stands. */
function placeOf({ finding, cluster }: Item): { location: PhysicalLocation; outside?: string } {
  const at = finding.evidence.find((each) => each.at !== undefined)?.at;
  if (at !== undefined && isRelative(at.file)) return { location: located(at) };
  const file = virtualPath(cluster.target, finding.subject.id);
  const virtual = located({ file, line: 1, column: 1, endLine: 1, endColumn: 1 });
  return at === undefined ? { location: virtual } : { location: virtual, outside: `${at.file}:${at.line}` };
}

const located = ({ file, line: startLine, column: startColumn, endLine, endColumn }: Place): PhysicalLocation => ({
  artifactLocation: { uri: relativeUri(file), uriBaseId: '%SRCROOT%' },
  region: { startLine, startColumn, endLine, endColumn },
});

/** Inside the working directory: not absolute, not up and out of it, and no drive or scheme. */
const isRelative = (file: string): boolean =>
  file !== '' && !/^(?:\/|\\|[A-Za-z][A-Za-z0-9+.-]*:)/.test(file) && !file.split(/[\\/]/).includes('..');

const relativeUri = (file: string): string => file.toWellFormed().split('/').map(encodeURIComponent).join('/');
