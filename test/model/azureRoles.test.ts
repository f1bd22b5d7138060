import { describe, expect, test } from 'vitest';
import { allowsAction, allowsDataAction, azureRole, changesEverything, grantsRoles } from '../../src/model/azureRoles.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { RoleDefinition, RolePermission } from '../../src/wire.ts';

const id = (name: string) => `/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/${name}`;
const definition = (name: string, ...permissions: RolePermission[]): RoleDefinition => ({
  id: id(name),
  name,
  type: 'Microsoft.Authorization/roleDefinitions',
  properties: { roleName: `role ${name}`, permissions },
});
const facts = (...items: RoleDefinition[]) => ({ roleDefinitions: seen(items), inScope: () => true, at: new Date(0), snapshot: {} });
const role = (name: string) => azureRole(id(name), facts());

const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const clusterAdmin = 'b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b';

describe('what a built-in role allows', () => {
  test.each([
    ['Owner', owner, 'Microsoft.Authorization/roleAssignments/write', true],
    ['Contributor', contributor, 'Microsoft.Authorization/roleAssignments/write', false],
    ['Contributor', contributor, 'microsoft.containerservice/managedclusters/RUNCOMMAND/action', true],
    ['Reader', 'acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Microsoft.ContainerService/managedClusters/read', true],
    ['Reader', 'acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Microsoft.ContainerService/managedClusters/write', false],
    ['User Access Administrator', '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', 'Microsoft.Authorization/roleAssignments/write', true],
    ['Azure Kubernetes Service RBAC Cluster Admin', clusterAdmin, 'Microsoft.ContainerService/managedClusters/write', false],
    [
      'Azure Kubernetes Service RBAC Cluster Admin',
      clusterAdmin.toUpperCase(),
      'Microsoft.ContainerService/managedClusters/listClusterUserCredential/action',
      true,
    ],
  ])('%s, %s: %s %s', (name, definitionId, action, expected) => {
    expect(role(definitionId).name).toBe(name);
    expect(allowsAction(role(definitionId), action)).toBe(expected);
  });

  test.each([
    [clusterAdmin, 'namespaces/write', true],
    ['3498e952-d568-435e-9b2c-8d77e338d7f7', 'namespaces/write', false],
    ['3498e952-d568-435e-9b2c-8d77e338d7f7', 'rbac.authorization.k8s.io/clusterroles/escalate/action', true],
    ['a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb', 'secrets/read', true],
    ['a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb', 'rbac.authorization.k8s.io/rolebindings/write', false],
    ['7f6c6a51-bcf8-42ba-9220-52d62157d7db', 'secrets/read', false],
    [owner, 'pods/read', false],
  ])('%s: data %s %s', (definitionId, object, expected) => {
    expect(allowsDataAction(role(definitionId), `Microsoft.ContainerService/managedClusters/${object}`)).toBe(expected);
  });

  test.each([
    ['Owner', owner, true, true],
    ['Contributor', contributor, false, true],
    ['Network Contributor', '4d97b98b-1d4f-4787-a291-c67834d212e7', false, false],
    ['Role Based Access Control Administrator', 'f58310d9-a9f6-439a-9e8d-f62e7b41a168', true, false],
  ])('%s grants roles %s, changes everything %s', (_name, definitionId, grants, changes) => {
    expect([grantsRoles(role(definitionId)), changesEverything(role(definitionId))]).toEqual([grants, changes]);
  });
});

describe('a role that was read', () => {
  test('what one set of permissions leaves out, another may have', () => {
    const custom = definition('x', { actions: ['*'], notActions: ['Microsoft.Network/*'] }, { actions: ['Microsoft.Network/*/read'] });
    const read = azureRole(id('x'), facts(custom));
    expect(read.name).toBe('role x');
    expect(allowsAction(read, 'Microsoft.Network/virtualNetworks/read')).toBe(true);
    expect(allowsAction(read, 'Microsoft.Network/virtualNetworks/write')).toBe(false);
  });

  test('goes before what is known of its name, in whatever scope it is named', () => {
    const narrowed = definition(owner, { actions: ['*/read'] });
    expect(grantsRoles(azureRole(`/providers/Microsoft.Authorization/roleDefinitions/${owner}`, facts(narrowed)))).toBe(false);
  });

  test('nothing is known of another', () => {
    expect(() => role('12121212-0000-0000-0000-000000000000')).toThrow(NotSeen);
    expect(() => role('constructor')).toThrow(NotSeen);
  });
});
