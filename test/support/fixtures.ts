import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { kinds, permission, stateKeys } from '../../src/kinds.ts';
import type { Gap, Gathered, Snapshot, StateKey } from '../../src/snapshot.ts';
import { applyPatch } from './patch.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** What tests start: the package that `npm test` has built, or the sources. */
export const bin = process.env.AKS_AUDIT_BIN ?? join(root, 'bin/aks-audit.js');

/** Compiled code of the commands that tests start, kept from one to the next. */
export const compileCache = join(tmpdir(), 'aks-audit-test-compile-cache');

/** One case of fixtures/rules/<chapter>/<rule>.yaml: patches on the base cluster. */
export interface FixtureCase {
  patch?: Record<string, unknown>;
  /** Takes keys away: forbidden, not-collected, unreachable, failed, cluster-stopped; `partial` leaves what is there. */
  gaps?: Record<string, Gap['why'] | 'partial'>;
  with?: Record<string, unknown>;
  /** Of the cluster: sets its tags. */
  tags?: Record<string, string>;
  expect?: Expectation;
  /** false: the rule's `fix.change` is not the mend of this failing case. */
  mended?: false;
}
export interface Expectation {
  /** Names of the failing (or, for unknown, undecided) subjects: `name`, or `namespace/name`. */
  subjects?: readonly string[];
  /** JSON pointers that the evidence of the first finding holds. */
  path?: string | readonly string[];
  /** Words of the message or the note of the first finding, or of the reason. */
  says?: string;
  severity?: string;
  /** Keys that settle an unknown. */
  missing?: readonly StateKey[];
}
export const verdicts = ['pass', 'fail', 'unknown', 'notApplicable'] as const;
export type ExpectedVerdict = (typeof verdicts)[number];
export type RuleFixture = { [V in ExpectedVerdict]?: Record<string, FixtureCase> };

/** The base cluster's state as it stands on the wire, by State key. */
export function baseState(): Record<string, unknown> {
  const folder = join(root, 'fixtures/base');
  const state: Record<string, unknown> = { neighbours: [] };
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/json$/.test(file) || file === 'manifest.json') continue;
    const content = readFileSync(join(folder, file), 'utf8');
    const lines = () =>
      content
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    state[basename(file).replace(/\.(nd)?json$/, '')] = file.endsWith('.ndjson') ? lines() : JSON.parse(content);
  }
  return state;
}
const base = baseState();
const clusterId = (base.cluster as { id: string }).id;

/** The snapshot of a case: the base with its patch, then its gaps. */
export function snapshotOf(fixture: FixtureCase, also: readonly Record<string, unknown>[] = []): Snapshot {
  const patches = [...(fixture.tags ? [{ cluster: { tags: fixture.tags } }] : []), fixture.patch ?? {}, ...also];
  // What no patch touches is shared by all cases: nobody may change what was seen.
  const state = { ...base };
  for (const key of new Set(patches.flatMap(Object.keys))) if (key in base) state[key] = structuredClone(base[key]);
  for (const patch of patches) applyPatch(state, patch, { parentId });
  const gathered = Object.fromEntries(stateKeys.map((key) => [key, { value: state[key] } as Gathered<unknown>]));
  for (const [key, why] of Object.entries(fixture.gaps ?? {})) {
    if (!(key in kinds)) throw new Error(`gaps: '${key}' is no State key`);
    gathered[key] = withGap(gathered[key] as Gathered<unknown>, key as StateKey, why);
  }
  return {
    schema: 'aks-audit/snapshot/1',
    takenAt: '2026-11-20T08:00:00Z',
    target: { id: clusterId.toLowerCase(), name: 'base' },
    state: gathered as Snapshot['state'], // every key of State, from the base's own files
    origins: new Map(),
  };
}

export function withGap(before: Gathered<unknown>, key: StateKey, why: Gap['why'] | 'partial'): Gathered<unknown> {
  if (why === 'partial') return { value: before.value, gaps: [gapOf(key, 'failed')] };
  return { gaps: [gapOf(key, why)] };
}

export function gapOf(key: StateKey, why: Gap['why']): Gap {
  if (why === 'forbidden') return { key, why, permission: permission(key) };
  return why === 'not-collected' ? { key, why } : { key, why, message: 'for this test' };
}

/** Where new resources of a nested type stand: in the base cluster's own. */
const nestedIn: Readonly<Record<string, string>> = {
  'Microsoft.Security/assessments/subAssessments':
    'Microsoft.ContainerRegistry/registries/acrshop/providers/Microsoft.Security/assessments/c0b7cfc6-3172-465a-b378-53c7ff2cc0d5/subassessments',
  'Microsoft.Cdn/profiles/afdEndpoints': 'Microsoft.Cdn/profiles/door/afdEndpoints',
  'Microsoft.Cdn/profiles/originGroups': 'Microsoft.Cdn/profiles/door/originGroups',
  'Microsoft.Cdn/profiles/originGroups/origins': 'Microsoft.Cdn/profiles/door/originGroups/shop/origins',
  'Microsoft.Cdn/profiles/securityPolicies': 'Microsoft.Cdn/profiles/door/securityPolicies',
  'Microsoft.ContainerService/fleets/members': 'Microsoft.ContainerService/fleets/fleet/members',
  'Microsoft.EventGrid/systemTopics/eventSubscriptions': 'Microsoft.EventGrid/systemTopics/versions/eventSubscriptions',
  'Microsoft.OperationalInsights/workspaces/tables': 'Microsoft.OperationalInsights/workspaces/logs-base/tables',
  'Microsoft.DataProtection/backupVaults/backupInstances': 'Microsoft.DataProtection/backupVaults/vault-base/backupInstances',
  'Microsoft.DataProtection/backupVaults/backupJobs': 'Microsoft.DataProtection/backupVaults/vault-base/backupJobs',
};

/** New ARM resources stand under the cluster, or in its resource group when they are not the cluster's. */
export function parentId(key: StateKey): string {
  const kind = kinds[key];
  const type = kind.plane === 'azure' ? (kind.type ?? '') : '';
  if (type.startsWith('Microsoft.ContainerService/managedClusters/')) return `${clusterId}/${type.slice(type.lastIndexOf('/') + 1)}`;
  if (type === 'Microsoft.Authorization/policySetDefinitions') return `/providers/${type}`;
  if (type === 'Microsoft.ContainerService/features')
    return `${clusterId.split('/').slice(0, 3).join('/')}/providers/Microsoft.Features/providers/${type}`;
  if (type === 'Microsoft.Authorization/policyDefinitions') return `${clusterId.split('/').slice(0, 3).join('/')}/providers/${type}`;
  const nested = nestedIn[type];
  if (nested !== undefined) return `${clusterId.slice(0, clusterId.indexOf('/providers/'))}/providers/${nested}`;
  const extension = [
    'Microsoft.Insights/dataCollectionRuleAssociations',
    'Microsoft.Insights/diagnosticSettings',
    'Microsoft.Authorization/policyAssignments',
    'Microsoft.Authorization/roleAssignments',
    'Microsoft.Authorization/policyExemptions',
    'Microsoft.PolicyInsights/policyStates',
    'Microsoft.EventGrid/eventSubscriptions',
    'Microsoft.Advisor/recommendations',
    'Microsoft.ContainerService/deploymentSafeguards',
  ];
  return `${extension.includes(type) ? clusterId : clusterId.slice(0, clusterId.indexOf('/providers/'))}/providers/${type}`;
}

/** Every fixture of fixtures/rules, by chapter and rule. */
export function ruleFixtures(): Map<string, RuleFixture> {
  const folder = join(root, 'fixtures/rules');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  return new Map(
    files
      .sort()
      .map((file) => [
        relative(folder, join(folder, file)).slice(0, -'.yaml'.length),
        parse(readFileSync(join(folder, file), 'utf8'), { merge: true }) as RuleFixture,
      ]),
  );
}
