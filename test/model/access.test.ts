import { describe, expect, test } from 'vitest';
import { bindsAdministrators, isBroad, isDefaultGrant, standingOf } from '../../src/model/access.ts';
import type { BindingSubject } from '../../src/model/rbac.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { ClusterRole, ClusterRoleBinding } from '../../src/wire.ts';

const binding = (role: string, name = 'b'): ClusterRoleBinding => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { kind: 'ClusterRole', name: role },
});
const role = (name: string, rules: ClusterRole['rules']): ClusterRole => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
  ...(rules ? { rules } : {}),
});

describe('who may be an administrator', () => {
  const group = 'AAAAAAAA-0000-1111-2222-bbbbbbbbbbbb';
  test.each([
    [{ kind: 'Group', name: group }, 'group'],
    [{ kind: 'User', name: group }, undefined],
    [{ kind: 'Group', name: 'admins' }, undefined],
    [{ kind: 'Group', name: 'system:masters' }, 'platform'],
    [{ kind: 'User', name: 'system:kube-controller-manager' }, 'platform'],
    [{ kind: 'Group', name: 'system:authenticated' }, undefined],
    [{ kind: 'Group', name: 'system:serviceaccounts:kube-system' }, undefined],
    [{ kind: 'User', name: 'system:anonymous' }, undefined],
    [{ kind: 'User', name: 'clusterAdmin' }, undefined],
    [{ kind: 'User', name: 'aks-support' }, 'platform'],
    [{ kind: 'Group', name: 'aks-support' }, undefined],
    [{ kind: 'ServiceAccount', name: 'x', namespace: 'azure-arc' }, 'platform'],
    [{ kind: 'ServiceAccount', name: 'default', namespace: 'kube-system' }, undefined],
    [{ kind: 'ServiceAccount', name: 'tiller', namespace: 'kube-system' }, undefined],
    [{ kind: 'ServiceAccount', name: 'system:masters', namespace: 'shop' }, undefined],
    [{ kind: 'ServiceAccount', name: 'x' }, undefined],
    [{ kind: 'User', name: 'system:serviceaccount:shop:x' }, undefined],
    [{ kind: 'User', name: 'system:serviceaccount:kube-system:cloud-provider' }, 'platform'],
    [{ kind: 'ServiceAccount', name: 'sync', namespace: 'gitops' }, 'platform'],
    [{ kind: 'Group', name: 'gitops/sync' }, 'platform'],
  ] satisfies [BindingSubject, string | undefined][])('%j: %s', (subject, expected) => {
    expect(standingOf(subject, binding('cluster-admin'), ['gitops/*'])).toBe(expected);
  });

  test('the local users of AKS count in the binding of AKS alone', () => {
    const user = { kind: 'User', name: 'clusterUser' };
    expect(standingOf(user, binding('cluster-admin', 'aks-cluster-admin-binding'), [])).toBe('platform');
    expect(standingOf(user, binding('cluster-admin', 'aks-cluster-admin-binding-2'), [])).toBeUndefined();
  });
});

describe('bindings of administrators', () => {
  const all = ['*'];
  const roles = [
    role('god', [{ apiGroups: all, resources: all, verbs: all }]),
    role('reader', [{ apiGroups: all, resources: all, verbs: ['get'] }]),
    role('urls', [{ nonResourceURLs: all, verbs: all }]),
    role('split', [
      { apiGroups: all, resources: all, verbs: ['get'] },
      { apiGroups: [''], resources: all, verbs: all },
    ]),
    role('none', undefined),
    role('verb by verb', [{ apiGroups: all, resources: all, verbs: ['list', 'get', 'watch', 'patch', 'create', 'update', 'delete'] }]),
    role('rule by rule', [
      { apiGroups: all, resources: all, verbs: ['get', 'list', 'watch'] },
      { apiGroups: all, resources: all, verbs: ['create', 'update', 'patch', 'delete'] },
    ]),
    role('without delete', [{ apiGroups: all, resources: all, verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'] }]),
    role('of names', [{ apiGroups: all, resources: all, verbs: all, resourceNames: ['one'] }]),
  ];
  const facts = (gaps: Parameters<typeof seen>[1] = []) => ({
    clusterRoles: seen(roles, gaps),
    inScope: () => true,
    at: new Date(0),
    snapshot: {},
  });

  test.each([
    ['cluster-admin', true],
    ['god', true],
    ['reader', false],
    ['urls', false],
    ['split', false],
    ['none', false],
    ['verb by verb', true],
    ['rule by rule', true],
    ['without delete', false],
    ['of names', false],
    ['gone', false],
  ])('%s: %s', (name, expected) => expect(bindsAdministrators(binding(name), facts())).toBe(expected));

  test('a role that may be among those not seen is not judged', () => {
    const partial = facts([{ key: 'clusterRoles', why: 'failed', message: 'for this test' }]);
    expect(bindsAdministrators(binding('god'), partial)).toBe(true);
    expect(() => bindsAdministrators(binding('gone'), partial)).toThrow(NotSeen);
  });
});

test('everybody is known by name, but not a service account of that name', () => {
  expect(
    ['system:anonymous', 'system:unauthenticated', 'system:authenticated', 'system:serviceaccounts'].every((name) =>
      isBroad({ kind: 'Group', name }),
    ),
  ).toBe(true);
  expect(isBroad({ kind: 'Group', name: 'system:serviceaccounts:shop' })).toBe(false);
  expect(isBroad({ kind: 'ServiceAccount', name: 'system:authenticated', namespace: 'shop' })).toBe(false);
});

test('a name like those of every object is no default role', () => {
  expect(isDefaultGrant(binding('constructor'), { kind: 'Group', name: 'system:authenticated' })).toBe(false);
});
