import { describe, expect, test } from 'vitest';
import { appliesTo, coversNamespace, effectOf, podSecurityAssignments, podSecurityInitiatives } from '../../src/model/policies.ts';
import { seen } from '../../src/seen.ts';
import type { ManagedCluster, PolicyAssignment } from '../../src/wire.ts';

const cluster = { id: '/subscriptions/one/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c' } as ManagedCluster;
const assignment = (
  properties: PolicyAssignment['properties'],
  id = '/subscriptions/one/providers/Microsoft.Authorization/policyAssignments/a',
) => ({ id, name: 'a', type: 'Microsoft.Authorization/policyAssignments', properties }) as PolicyAssignment;

describe('an assignment of policy', () => {
  test.each([
    ['its subscription', { scope: '/subscriptions/ONE' }, true],
    ['its resource group', { scope: '/subscriptions/one/resourceGroups/rg/' }, true],
    ['a resource group whose name begins alike', { scope: '/subscriptions/one/resourceGroups/r' }, false],
    ['a management group', { scope: '/providers/Microsoft.Management/managementGroups/root' }, true],
    ['no scope: that of the id', {}, true],
    ['left out', { scope: '/subscriptions/one', notScopes: ['/subscriptions/one/resourcegroups/RG'] }, false],
    ['another left out', { scope: '/subscriptions/one', notScopes: ['/subscriptions/one/resourceGroups/other'] }, true],
  ])('applies by scope: %s', (_name, properties, expected) => expect(appliesTo(assignment(properties), cluster.id)).toBe(expected));

  test.each([
    ['named', { parameters: { Effect: { value: 'DENY' } } }, 'deny'],
    ['by default', {}, 'audit'],
    ['not enforced', { enforcementMode: 'DoNotEnforce', parameters: { effect: { value: 'deny' } } }, 'donotenforce'],
    [
      'overridden as a whole',
      { parameters: { effect: { value: 'deny' } }, overrides: [{ kind: 'policyEffect', value: 'Disabled' }] },
      'disabled',
    ],
    [
      'overridden in part',
      { parameters: { effect: { value: 'deny' } }, overrides: [{ kind: 'policyEffect', value: 'Audit', selectors: [{}] }] },
      'mixed',
    ],
    [
      'overridden in part to the same',
      { parameters: { effect: { value: 'deny' } }, overrides: [{ kind: 'policyEffect', value: 'Deny', selectors: [{}] }] },
      'deny',
    ],
    ['for some resources', { parameters: { effect: { value: 'deny' } }, resourceSelectors: [{}] }, 'mixed'],
  ])('has an effect: %s', (_name, properties, expected) => expect(effectOf(assignment(properties), 'audit')).toBe(expected));

  test.each([
    ['all', {}, true],
    ['excluded', { excludedNamespaces: { value: ['kube-system', 'shop'] } }, false],
    ['excluded by pattern', { excludedNamespaces: { value: ['sh*'] } }, false],
    ['included', { namespaces: { value: ['shop'] } }, true],
    ['not included', { namespaces: { value: ['other'] } }, false],
  ])('covers a namespace: %s', (_name, parameters, expected) => expect(coversNamespace(assignment({ parameters }), 'shop')).toBe(expected));

  test('of pod security is known by the id of its initiative', () => {
    const of = (id: string) => assignment({ policyDefinitionId: `/providers/Microsoft.Authorization/policySetDefinitions/${id}` });
    const found = podSecurityAssignments(seen([of(podSecurityInitiatives.restricted.toUpperCase()), of('other')]), cluster);
    expect(found.items.map(({ level, effect }) => [level, effect])).toEqual([['restricted', 'audit']]);
  });
});
