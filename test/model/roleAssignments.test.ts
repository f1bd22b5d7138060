import { describe, expect, test } from 'vitest';
import { assignedAbove, assignedBelow, assignedTo, isInherited, sayScope, scopeOf } from '../../src/model/roleAssignments.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { Gap } from '../../src/snapshot.ts';
import type { RoleAssignment, RoleDefinition } from '../../src/wire.ts';

const subscription = '/subscriptions/1111';
const cluster = `${subscription}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c`;
const list = '/providers/Microsoft.Authorization/roleAssignments';
const assignment = (name: string, scope: string, principalId = 'p', role = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'): RoleAssignment => ({
  id: `${scope === '/' ? '' : scope}${list}/${name}`,
  name,
  type: 'Microsoft.Authorization/roleAssignments',
  properties: { principalId, scope, roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}` },
});
const all = [
  assignment('root', '/'),
  assignment('management', '/providers/Microsoft.Management/managementGroups/m'),
  assignment('subscription', '/Subscriptions/1111/'),
  assignment('group', `${subscription}/resourcegroups/RG`),
  assignment('other group', `${subscription}/resourceGroups/rg2`, 'Q'),
  assignment('cluster', cluster),
  assignment('sibling', `${cluster}2`),
  assignment('namespace', `${cluster}/namespaces/shop`),
];
const facts = (items: readonly RoleAssignment[] = all, gaps: readonly Gap[] = []) => ({
  roleAssignments: seen(items, gaps),
  roleDefinitions: seen<RoleDefinition>([], [], (scope) => ({ key: 'roleDefinitions', scope, why: 'not-collected' })),
  inScope: () => true,
  at: new Date(0),
  snapshot: {},
});
const names = (assigned: ReturnType<typeof assignedTo>) => assigned.all().map((each) => each.assignment.name);

test('above, below and of a principal, in any letter case', () => {
  expect(names(assignedAbove(cluster, facts()))).toEqual(['root', 'management', 'subscription', 'group', 'cluster']);
  expect(names(assignedBelow(cluster, facts()))).toEqual(['namespace']);
  expect(names(assignedTo('q', facts()))).toEqual(['other group']);
});

test('a scope that is not stated is that of the id', () => {
  const { scope: _scope, ...properties } = assignment('a', cluster).properties;
  expect(scopeOf({ ...assignment('a', cluster), properties })).toBe(cluster.toLowerCase());
  expect(scopeOf({ ...assignment('a', '/'), properties })).toBe('');
});

describe('what was not seen', () => {
  const gap = (scope?: string): Gap => ({ key: 'roleAssignments', ...(scope ? { scope } : {}), why: 'forbidden', permission: 'x' });

  test.each([
    [undefined, true],
    [`${cluster}${list}`, true],
    [`${subscription}/resourceGroups/rg2/providers/Microsoft.ContainerRegistry/registries/r${list}`, false],
  ])('a list at %s matters to the cluster: %s', (scope, matters) => {
    const above = assignedAbove(cluster, facts(all, [gap(scope)]));
    expect(above.items).toHaveLength(5);
    if (matters) expect(() => above.all()).toThrow(NotSeen);
    else expect(above.all()).toHaveLength(5);
  });

  test('an assignment of a role that nobody knows leaves a gap of the role, the others stand', () => {
    const unknown = assignment('custom', cluster, 'p', '12121212-0000-0000-0000-000000000000');
    const above = assignedAbove(cluster, facts([...all, unknown]));
    expect(above.items).toHaveLength(5);
    expect(above.gaps).toMatchObject([{ key: 'roleDefinitions' }]);
  });
});

test.each([
  ['', 'the root of the tenant', true],
  ['/providers/microsoft.management/managementgroups/m', 'the management group m', true],
  ['/subscriptions/1', 'the subscription', true],
  ['/subscriptions/1/resourcegroups/rg', 'the resource group rg', false],
  ['/subscriptions/1/resourcegroups/rg/providers/microsoft.keyvault/vaults/v', 'vaults/v', false],
])('%s is %s', (scope, words, inherited) => expect([sayScope(scope), isInherited(scope)]).toEqual([words, inherited]));
