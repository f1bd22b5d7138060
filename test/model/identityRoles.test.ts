import { expect, test } from 'vitest';
import type { AzureRole } from '../../src/model/azureRoles.ts';
import { isTooMuch, isTooMuchForWorkload } from '../../src/model/identityRoles.ts';
import { doesMore, pulls } from '../../src/model/pullRoles.ts';
import type { Registry, RoleAssignment, RolePermission } from '../../src/wire.ts';

const role = (permission: RolePermission): AzureRole => ({ name: 'r', permissions: [permission] });
const owner = role({ actions: ['*'] });
const contributor = role({ actions: ['*'], notActions: ['Microsoft.Authorization/*/Write'] });
const network = role({ actions: ['Microsoft.Network/*'] });
const reader = role({ actions: ['*/read'] });
const vaultAdministrator = role({ dataActions: ['Microsoft.KeyVault/vaults/*'] });
const secretsOfficer = role({ dataActions: ['Microsoft.KeyVault/vaults/secrets/*'] });

const subscription = '/subscriptions/1';
const group = `${subscription}/resourcegroups/rg`;
const nodeGroup = `${subscription}/resourcegroups/mc_rg`;
const vault = `${group}/providers/microsoft.keyvault/vaults/v`;
const assigned = (each: AzureRole, scope: string) => ({ assignment: {} as RoleAssignment, role: each, scope }); // scope and role decide

test.each([
  ['Owner of one resource', owner, vault, true],
  ['Contributor of one resource', contributor, vault, false],
  ['Contributor of a group', contributor, group, true],
  ['Contributor of the node group', contributor, nodeGroup, false],
  ['Contributor of a subscription', contributor, subscription, true],
  ['networks of a group', network, group, false],
  ['networks of a subscription', network, subscription, true],
  ['networks of everything', network, '', true],
  ['reader of a subscription', reader, subscription, false],
] as const)('too much for a cluster: %s', (_name, each, scope, expected) => {
  expect(isTooMuch(assigned(each, scope), `${subscription}/resourceGroups/MC_rg`)).toBe(expected);
});

test.each([
  ['Contributor of one resource', contributor, vault, true],
  ['reader of a subscription', reader, subscription, true],
  ['reader of a group', reader, group, false],
  ['administrator of a vault', vaultAdministrator, vault, true],
  ['officer for secrets of a vault', secretsOfficer, vault, false],
] as const)('too much for a workload: %s', (_name, each, scope, expected) => {
  expect(isTooMuchForWorkload(assigned(each, scope))).toBe(expected);
});

const registry = (roleAssignmentMode?: string): Registry => ({
  id: 'r',
  name: 'r',
  type: 'Microsoft.ContainerRegistry/registries',
  properties: roleAssignmentMode === undefined ? {} : { roleAssignmentMode },
});
const acrPull = role({ actions: ['Microsoft.ContainerRegistry/registries/pull/read'] });
const acrPush = role({
  actions: ['Microsoft.ContainerRegistry/registries/pull/read', 'Microsoft.ContainerRegistry/registries/push/write'],
});
const repositoryReader = role({ dataActions: ['Microsoft.ContainerRegistry/registries/repositories/content/read'] });
test.each([
  ['AcrPull', acrPull, true, false, false],
  ['AcrPush', acrPush, true, false, true],
  ['Repository Reader', repositoryReader, false, true, false],
  ['Contributor', contributor, true, false, true],
  ['Reader', reader, true, false, false],
] as const)('%s pulls by registry %s, by repository %s, does more %s', (_name, each, byRegistry, byRepository, more) => {
  expect([pulls(registry(), each), pulls(registry('abacRepositoryPermissions'), each), doesMore(each)]).toEqual([
    byRegistry,
    byRepository,
    more,
  ]);
});
