import { describe, expect, test } from 'vitest';
import { allows, allowsEverything, clusterRole, grantsOf, namesEverything, type PolicyRule, roleOf } from '../../src/model/rbac.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { Gap } from '../../src/snapshot.ts';
import type { ClusterRole, RoleBinding } from '../../src/wire.ts';

const rule = (group: string, resources: string, verbs: string): PolicyRule => ({
  apiGroups: [group],
  resources: resources.split(' '),
  verbs: verbs.split(' '),
});

describe('what a rule allows, as kube-apiserver has it', () => {
  test.each([
    [rule('', 'pods', 'get'), 'get', '', 'pods', true],
    [rule('', 'pods', 'get'), 'list', '', 'pods', false],
    [rule('', 'pods', '*'), 'list', '', 'pods', true],
    [rule('', '*', 'list'), 'list', '', 'pods', true],
    [rule('apps', '*', 'list'), 'list', '', 'pods', false],
    [rule('*', 'pods', 'list'), 'list', '', 'pods', true],
    [rule('', 'pods', 'create'), 'create', '', 'pods/exec', false],
    [rule('', 'pods/exec', 'create'), 'create', '', 'pods/exec', true],
    [rule('', 'pods/exec', 'create'), 'create', '', 'pods', false],
    [rule('', 'pods/*', 'create'), 'create', '', 'pods/exec', false],
    [rule('', '*/exec', 'create'), 'create', '', 'pods/exec', true],
    [rule('', '*/exec', 'create'), 'create', '', 'pods/attach', false],
    [rule('', '*', 'create'), 'create', '', 'pods/exec', true],
    [{ verbs: ['get'], nonResourceURLs: ['*'] }, 'get', '', 'pods', false],
  ] satisfies [PolicyRule, string, string, string, boolean][])('%j: %s %s/%s %s', (given, verb, group, resource, expected) => {
    expect(allows(given, { verb, group, resource })).toBe(expected);
  });

  test.each([
    [rule('*', 'pods', 'get'), true],
    [rule('apps', '*', 'get list'), false],
    [rule('apps', '*', 'get patch'), true],
    [rule('apps', '*', '*'), true],
    [rule('apps', '*/scale', 'update'), false],
    [rule('apps', 'deployments', '*'), false],
  ])('%j names everything: %s', (given, expected) => expect(namesEverything(given)).toBe(expected));
});

describe('the rules of a role', () => {
  const role = (name: string, more: Partial<ClusterRole> & { labels?: Record<string, string> }): ClusterRole => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name, ...(more.labels ? { labels: more.labels } : {}) },
    ...(more.rules ? { rules: more.rules } : {}),
    ...(more.aggregationRule ? { aggregationRule: more.aggregationRule } : {}),
  });
  const gathers = (label: string) => ({ clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] });
  const roles = [
    role('outer', { aggregationRule: gathers('to-outer') }),
    role('inner', { aggregationRule: gathers('to-inner'), labels: { 'to-outer': 'true', 'to-inner': 'true' } }),
    role('part', { rules: [rule('', 'secrets', 'list')], labels: { 'to-inner': 'true' } }),
    role('filled', { aggregationRule: gathers('to-inner'), rules: [rule('', 'pods', 'get')] }),
    role('plain', { rules: [rule('', 'pods', 'get')] }),
  ];
  const gap: Gap = { key: 'clusterRoles', why: 'failed', message: 'for this test' };
  const facts = (gaps: readonly Gap[] = []) => ({
    clusterRoles: seen(roles, gaps),
    roles: seen([{ ...role('plain', {}), kind: 'Role', metadata: { name: 'plain', namespace: 'shop' } }], gaps),
    inScope: () => true,
    at: new Date(0),
    snapshot: {},
  });
  const say = (name: string, gaps: readonly Gap[] = []): string[] => {
    const given = facts(gaps);
    return grantsOf(clusterRole(name, given), given)
      .all()
      .map(({ role: from, index, rule: { verbs, resources } }) => `${from.metadata.name}/${index}: ${verbs} ${resources}`);
  };

  test.each([
    ['plain', ['plain/0: get pods']],
    ['an aggregate of an aggregate that is of itself, as manifests', ['part/0: list secrets'], 'outer'],
    ['filled', ['filled/0: get pods']],
    ['gone', []],
  ])('%s', (name, expected, of = name) => expect(say(of)).toEqual(expected));

  test('an aggregate without rules, and a role that is not there, are as whole as the list', () => {
    expect(say('filled', [gap])).toHaveLength(1);
    expect(() => say('outer', [gap])).toThrow(NotSeen);
    expect(() => say('gone', [gap])).toThrow(NotSeen);
  });

  test('a RoleBinding names a Role of its namespace, or a ClusterRole', () => {
    const binding = (kind: string, namespace: string): RoleBinding => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'b', namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: 'plain' },
    });
    const kindOf = (each: RoleBinding) => roleOf(each, facts()).items.map(({ kind }) => kind);
    expect([binding('Role', 'shop'), binding('Role', 'other'), binding('ClusterRole', 'shop')].map(kindOf)).toEqual([
      ['Role'],
      [],
      ['ClusterRole'],
    ]);
  });

  test('everything takes seven verbs, from any rules, without names', () => {
    const all = (verbs: string, more: Partial<PolicyRule> = {}) => ({
      rule: { ...rule('*', '*', verbs), ...more },
      role: roles[0] as ClusterRole,
      index: 0,
    });
    expect(allowsEverything([all('*')])).toBe(true);
    expect(allowsEverything([all('get list watch'), all('create update patch delete')])).toBe(true);
    expect(allowsEverything([all('get list watch create update patch')])).toBe(false);
    expect(allowsEverything([all('*', { resourceNames: ['one'] })])).toBe(false);
  });
});
