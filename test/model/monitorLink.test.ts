import { expect, test } from 'vitest';
import { intakes, isMonitored, type MonitorFacts, monitorScopes, scopeIds } from '../../src/model/monitorLink.ts';
import { seen } from '../../src/seen.ts';
import type { Gap } from '../../src/snapshot.ts';
import type { DataCollectionEndpoint, DataCollectionRuleAssociation, ManagedCluster } from '../../src/wire.ts';

const cluster = (properties: ManagedCluster['properties']): ManagedCluster => ({ id: '/c', name: 'c', type: 'x', properties });
const insights = cluster({ addonProfiles: { omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: '/W' } } } });
const scoped = (...scopes: string[]) => ({
  privateLinkScopedResources: scopes.map((scope) => ({ resourceId: `/x/privateLinkScopes/${scope}/scopedResources/r` })),
});
const endpoint = (id: string, ...scopes: string[]): DataCollectionEndpoint => ({
  id,
  name: id.slice(1),
  type: 'x',
  properties: scoped(...scopes),
});
const association = (properties: DataCollectionRuleAssociation['properties']): DataCollectionRuleAssociation => ({
  id: '/a',
  name: 'a',
  type: 'x',
  properties,
});
const missing =
  (key: Gap['key']) =>
  (scope: string): Gap => ({ key, scope, why: 'not-collected' });
const facts = (associations: DataCollectionRuleAssociation[], more: Partial<MonitorFacts> = {}): MonitorFacts => ({
  cluster: insights,
  workspaces: seen([{ id: '/w', name: 'w', type: 'x', properties: scoped('a') }], [], missing('workspaces')),
  dataCollectionRuleAssociations: seen(associations),
  dataCollectionRules: seen(
    [{ id: '/r', name: 'r', type: 'x', properties: { dataCollectionEndpointId: '/d2' } }],
    [],
    missing('dataCollectionRules'),
  ),
  dataCollectionEndpoints: seen([endpoint('/d1', 'a'), endpoint('/d2', 'b')], [], missing('dataCollectionEndpoints')),
  privateLinkScopes: seen([{ id: '/x/privateLinkScopes/a', name: 'a', type: 'x', properties: {} }], [], missing('privateLinkScopes')),
  ...more,
});

test.each<[string, MonitorFacts, string[], string[]]>([
  ['the workspace alone', facts([]), ['w'], []],
  ['an endpoint of an association', facts([association({ dataCollectionEndpointId: '/D1' })]), ['w', 'd1'], []],
  ['an endpoint of a rule', facts([association({ dataCollectionRuleId: '/r' })]), ['w', 'd2'], []],
  [
    'the same endpoint twice',
    facts([association({ dataCollectionEndpointId: '/d2' }), association({ dataCollectionRuleId: '/r' })]),
    ['w', 'd2'],
    [],
  ],
  ['a rule that was not read', facts([association({ dataCollectionRuleId: '/other' })]), ['w'], ['dataCollectionRules']],
  ['an endpoint that was not read', facts([association({ dataCollectionEndpointId: '/d9' })]), ['w'], ['dataCollectionEndpoints']],
  ['metrics alone', facts([], { cluster: cluster({ azureMonitorProfile: { metrics: { enabled: true } } }) }), [], []],
])('what takes in logs and metrics: %s', (_name, given, names, gaps) => {
  const found = intakes(given);
  expect(found.items.map(({ name }) => name)).toEqual(names);
  expect(found.gaps.map(({ key }) => key)).toEqual(gaps);
});

test('scopes are known by what is in them', () => {
  expect(scopeIds(endpoint('/d', 'a', 'b'))).toEqual(['/x/privateLinkScopes/a', '/x/privateLinkScopes/b']);
  const found = monitorScopes(facts([association({ dataCollectionEndpointId: '/d1' }), association({ dataCollectionRuleId: '/r' })]));
  expect(found.items.map(({ name }) => name)).toEqual(['a']);
  expect(found.gaps.map(({ scope }) => scope)).toEqual(['/x/privatelinkscopes/b']);
});

test.each([
  [insights, true],
  [cluster({ azureMonitorProfile: { metrics: { enabled: true } } }), true],
  [cluster({ addonProfiles: { omsagent: { enabled: false } } }), false],
])('%j is monitored: %s', (given, expected) => {
  expect(isMonitored(given)).toBe(expected);
});
