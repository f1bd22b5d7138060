import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adminEffect } from '../../src/model/isolationAdmin.ts';
import { calicoEffect, governs as calicoGoverns } from '../../src/model/isolationCalico.ts';
import { ciliumEffects, deniesByDefault } from '../../src/model/isolationCilium.ts';
import type { Direction, Effect, NamespaceView } from '../../src/model/isolationEffect.ts';
import { governs, kubernetesEffect } from '../../src/model/isolationKubernetes.ts';
import { countIsolated, isolationNeeds, type IsolationFacts, isolationOf, namespacesWithPods } from '../../src/model/isolation.ts';
import { scope } from '../../src/model/namespaces.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type {
  AdminNetworkPolicy,
  CalicoNetworkPolicy,
  CalicoRule,
  CiliumNetworkPolicy,
  CiliumRule,
  ManagedCluster,
  NetworkPolicy,
  Pod,
} from '../../src/wire.ts';

const shop: NamespaceView = { name: 'shop', label: (key) => ({ 'kubernetes.io/metadata.name': 'shop', team: 'red' })[key] };
const blind: NamespaceView = {
  name: 'shop',
  label(key) {
    if (key === 'kubernetes.io/metadata.name') return 'shop';
    throw new NotSeen([]);
  },
};
const summary = (effect: Effect | undefined): string =>
  effect === undefined ? 'none' : `${effect.pods === undefined ? 'all' : 'some'} ${effect.allows}`;

const policy = (spec: NetworkPolicy['spec']): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'p', namespace: 'shop' },
  spec,
});

describe('NetworkPolicy', () => {
  test.each([
    [{}, 'ingress', true],
    [{}, 'egress', false],
    [{ egress: [] }, 'egress', false],
    [{ egress: [{}] }, 'egress', true],
    [{ egress: [{}] }, 'ingress', true],
    [{ policyTypes: [] }, 'ingress', true],
    [{ policyTypes: ['Egress'] }, 'ingress', false],
    [{ policyTypes: ['Egress'] }, 'egress', true],
    [{ policyTypes: ['Ingress'], egress: [{}] }, 'egress', false],
  ] as const)('%j governs %s: %s', (spec, direction, expected) => {
    expect(governs(structuredClone(spec) as Parameters<typeof governs>[0], direction)).toBe(expected);
  });

  test.each([
    ['no rules', [], 'all narrow'],
    ['an empty rule', [{}], 'all blanket'],
    ['an empty list of peers', [{ from: [] }], 'all blanket'],
    ['every pod of every namespace', [{ from: [{ namespaceSelector: {} }] }], 'all blanket'],
    [
      'every namespace by the label all have',
      [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'Exists' }] } }] }],
      'all blanket',
    ],
    [
      'some pods of every namespace',
      [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'ingress' } } }] }],
      'all narrow',
    ],
    ['every address', [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }], 'all blanket'],
    ['half of all addresses', [{ from: [{ ipBlock: { cidr: '128.0.0.0/1' } }] }], 'all blanket'],
    ['every address but some', [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] }], 'all narrow'],
    ['every address on a port', [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443 }] }], 'all narrow'],
    ['every port of TCP', [{ ports: [{ protocol: 'TCP' }] }], 'all blanket'],
    ['every port of UDP', [{ ports: [{ protocol: 'UDP' }] }], 'all narrow'],
    ['the own namespace', [{ from: [{ podSelector: {} }] }], 'all own-namespace'],
    ['the own namespace by a label', [{ from: [{ namespaceSelector: { matchLabels: { team: 'red' } } }] }], 'all own-namespace'],
    ['another namespace', [{ from: [{ namespaceSelector: { matchLabels: { team: 'blue' } } }] }], 'all narrow'],
    [
      'the widest of several',
      [{ from: [{ podSelector: { matchLabels: { app: 'a' } } }, { podSelector: {} }] }, { ports: [{ port: 53 }] }],
      'all own-namespace',
    ],
  ])('%s', (_name, ingress, expected) => {
    expect(summary(kubernetesEffect(policy({ podSelector: {}, ingress }), shop, 'ingress'))).toBe(expected);
  });

  test('a label of a namespace that was not seen is not guessed', () => {
    const named = (labels: Record<string, string>) => policy({ ingress: [{ from: [{ namespaceSelector: { matchLabels: labels } }] }] });
    expect(() => kubernetesEffect(named({ team: 'red' }), blind, 'ingress')).toThrow(NotSeen);
    expect(summary(kubernetesEffect(named({ 'kubernetes.io/metadata.name': 'shop' }), blind, 'ingress'))).toBe('all own-namespace');
  });
});

describe('Cilium', () => {
  test.each([
    [{ ingress: [] }, false],
    [{ ingress: [{}] }, true],
    [{ ingressDeny: [{}] }, true],
    [{ egress: [{}] }, false],
    [{ ingress: [{}], enableDefaultDeny: { ingress: false } }, false],
    [{ ingress: [{}], enableDefaultDeny: { egress: false } }, true],
    [{ enableDefaultDeny: { ingress: true } }, true],
  ] as const)('%j denies ingress by default: %s', (rule, expected) => {
    expect(deniesByDefault(structuredClone(rule) as CiliumRule, 'ingress')).toBe(expected);
  });

  const effects = (kind: string, rule: CiliumRule, view = shop): string =>
    ciliumEffects({ apiVersion: 'cilium.io/v2', kind, metadata: { name: 'p' }, spec: rule }, view, 'ingress')
      .map(summary)
      .join() || 'none';

  test.each([
    ['an empty rule allows nothing', { endpointSelector: {}, ingress: [{}] }, 'all narrow', 'all narrow'],
    ['every endpoint', { endpointSelector: {}, ingress: [{ fromEndpoints: [{}] }] }, 'all own-namespace', 'all blanket'],
    [
      'every endpoint on a port',
      { endpointSelector: {}, ingress: [{ fromEndpoints: [{}], toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }] }] }] },
      'all narrow',
      'all narrow',
    ],
    [
      'every port',
      { endpointSelector: {}, ingress: [{ toPorts: [{ ports: [{ port: '0', protocol: 'ANY' }] }] }] },
      'all blanket',
      'all blanket',
    ],
    ['the entity all', { endpointSelector: {}, ingress: [{ fromEntities: ['all'] }] }, 'all blanket', 'all blanket'],
    ['the node', { endpointSelector: {}, ingress: [{ fromEntities: ['host', 'remote-node'] }] }, 'all narrow', 'all narrow'],
    [
      'every namespace',
      {
        endpointSelector: {},
        ingress: [{ fromEndpoints: [{ matchExpressions: [{ key: 'k8s:io.kubernetes.pod.namespace', operator: 'Exists' }] }] }],
      },
      'all blanket',
      'all blanket',
    ],
    [
      'the own namespace by name',
      { endpointSelector: {}, ingress: [{ fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'shop' } }] }] },
      'all own-namespace',
      'all own-namespace',
    ],
    ['some pods', { endpointSelector: { matchLabels: { 'any:app': 'web' } }, ingress: [{}] }, 'some narrow', 'some narrow'],
    [
      'another namespace',
      { endpointSelector: { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'other' } }, ingress: [{}] },
      'none',
      'none',
    ],
    [
      'a label of the namespace',
      { endpointSelector: { matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.team': 'red' } }, ingress: [{}] },
      'all narrow',
      'all narrow',
    ],
    ['nodes', { nodeSelector: {}, ingress: [{}] }, 'none', 'none'],
    ['no selector', { ingress: [{}] }, 'none', 'none'],
  ] satisfies [string, CiliumRule, string, string][])('%s', (_name, rule, namespaced, clusterwide) => {
    expect(effects('CiliumNetworkPolicy', rule)).toBe(namespaced);
    expect(effects('CiliumClusterwideNetworkPolicy', rule)).toBe(clusterwide);
  });

  test('a policy without default deny isolates nothing', () => {
    const told = (rule: CiliumRule) =>
      ciliumEffects({ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'p' }, spec: rule }, shop, 'egress');
    const enableDefaultDeny = { egress: false };
    expect(told({ endpointSelector: {}, enableDefaultDeny, egressDeny: [{ toCIDR: ['192.0.2.1/32'] }] })).toMatchObject([
      { isolates: false },
    ]);
    expect(told({ endpointSelector: {}, egressDeny: [{ toCIDR: ['192.0.2.1/32'] }] })[0]).not.toHaveProperty('isolates');
    expect(told({ endpointSelector: {}, enableDefaultDeny, ingress: [{}] })).toEqual([]);
  });

  test('a policy selects pods by labels without their source', () => {
    const [effect] = ciliumEffects(
      {
        apiVersion: 'cilium.io/v2',
        kind: 'CiliumNetworkPolicy',
        metadata: { name: 'p' },
        spec: { endpointSelector: { matchLabels: { 'k8s:app': 'web' } }, ingress: [{}] },
      },
      shop,
      'ingress',
    );
    expect([effect?.pods?.({ app: 'web' }), effect?.pods?.({ app: 'db' })]).toEqual([true, false]);
  });
});

describe('Calico', () => {
  test.each([
    [{}, 'ingress', true],
    [{}, 'egress', false],
    [{ egress: [{ action: 'Deny' }] }, 'ingress', false],
    [{ egress: [{ action: 'Deny' }] }, 'egress', true],
    [{ ingress: [{ action: 'Deny' }], egress: [{ action: 'Deny' }] }, 'ingress', true],
    [{ types: ['Egress'] }, 'egress', true],
  ] as const)('%j governs %s: %s', (spec, direction, expected) => {
    expect(calicoGoverns(structuredClone(spec) as Parameters<typeof calicoGoverns>[0], direction)).toBe(expected);
  });

  const effect = (kind: string, spec: NonNullable<CalicoNetworkPolicy['spec']>): string =>
    summary(
      calicoEffect(
        { apiVersion: 'crd.projectcalico.org/v1', kind, metadata: { name: 'p' }, spec: { types: ['Ingress'], ...spec } },
        shop,
        'ingress',
      ),
    );

  test.each([
    ['all()', undefined, 'all narrow'],
    ['', "has(projectcalico.org/name) && projectcalico.org/name not in {'kube-system'}", 'all narrow'],
    ['', "projectcalico.org/name == 'other'", 'none'],
    ['', 'global()', 'none'],
    ["projectcalico.org/namespace == 'shop'", undefined, 'all narrow'],
    ["projectcalico.org/namespace in {'other'} && app == 'x'", undefined, 'none'],
    ["app == 'web'", undefined, 'some narrow'],
    ["pcns.team == 'red'", undefined, 'all narrow'],
    ['app === web', undefined, 'none'],
  ])('a global policy of %j in %j', (selector, namespaceSelector, expected) => {
    expect(effect('GlobalNetworkPolicy', { selector, ...(namespaceSelector === undefined ? {} : { namespaceSelector }) })).toBe(expected);
  });

  test('a policy of some service accounts isolates no pod for certain', () => {
    expect(effect('NetworkPolicy', { selector: 'all()', serviceAccountSelector: "role == 'x'" })).toBe('some narrow');
  });

  test.each([
    ['nothing', [], 'narrow', 'narrow'],
    ['all', [{ action: 'Allow' }], 'blanket', 'blanket'],
    ['pass on', [{ action: 'Pass' }], 'blanket', 'blanket'],
    ['all of TCP', [{ action: 'Allow', protocol: 'TCP' }], 'blanket', 'blanket'],
    ['a port', [{ action: 'Allow', protocol: 'TCP', destination: { ports: [443] } }], 'narrow', 'narrow'],
    ['deny before allow', [{ action: 'Deny' }, { action: 'Allow' }], 'narrow', 'narrow'],
    ['log before allow', [{ action: 'Log' }, { action: 'Allow' }], 'blanket', 'blanket'],
    ['every pod', [{ action: 'Allow', source: { selector: 'all()' } }], 'own-namespace', 'blanket'],
    ['every namespace', [{ action: 'Allow', source: { namespaceSelector: 'all()' } }], 'blanket', 'blanket'],
    [
      'the own namespace',
      [{ action: 'Allow', source: { namespaceSelector: "projectcalico.org/name == 'shop'" } }],
      'own-namespace',
      'own-namespace',
    ],
    [
      'the own namespace, then all',
      [{ action: 'Allow', source: { namespaceSelector: "projectcalico.org/name == 'shop'" } }, { action: 'Allow' }],
      'blanket',
      'blanket',
    ],
    ['some pods', [{ action: 'Allow', source: { selector: "app == 'web'" } }], 'narrow', 'narrow'],
    ['every address', [{ action: 'Allow', source: { nets: ['0.0.0.0/0'] } }], 'blanket', 'blanket'],
    ['every address but some', [{ action: 'Allow', source: { nets: ['0.0.0.0/0'], notNets: ['10.0.0.0/8'] } }], 'narrow', 'narrow'],
  ] satisfies [string, CalicoRule[], string, string][])('allows %s', (_name, ingress, namespaced, global) => {
    expect(effect('NetworkPolicy', { selector: 'all()', ingress })).toBe(`all ${namespaced}`);
    expect(effect('GlobalNetworkPolicy', { selector: 'all()', ingress })).toBe(`all ${global}`);
  });
});

describe('the admin tier', () => {
  const effect = (spec: NonNullable<AdminNetworkPolicy['spec']>, direction: Direction = 'ingress'): string =>
    summary(
      adminEffect(
        { apiVersion: 'policy.networking.k8s.io/v1alpha2', kind: 'ClusterNetworkPolicy', metadata: { name: 'p' }, spec },
        shop,
        direction,
      ),
    );
  const deny = [{ action: 'Deny', from: [{ namespaces: {} }] }];

  test.each([
    [{ subject: { namespaces: {} }, ingress: deny }, 'all narrow'],
    [{ subject: { namespaces: { matchLabels: { team: 'blue' } } }, ingress: deny }, 'none'],
    [{ subject: { pods: { namespaceSelector: {}, podSelector: {} } }, ingress: deny }, 'all narrow'],
    [{ subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'web' } } } }, ingress: deny }, 'some narrow'],
    [{ subject: { namespaces: {} }, ingress: [{ action: 'Accept', from: [{ namespaces: {} }] }, ...deny] }, 'none'],
    [
      { subject: { namespaces: {} }, ingress: [{ action: 'Accept', from: [{ namespaces: { matchLabels: { team: 'red' } } }] }, ...deny] },
      'all narrow',
    ],
    [
      { subject: { namespaces: {} }, ingress: [{ action: 'Deny', from: [{ namespaces: {} }], ports: [{ portNumber: { port: 22 } }] }] },
      'none',
    ],
    [{ ingress: deny }, 'none'],
    // As the first versions of the API put it.
    [{ subject: { namespaces: {} }, ingress: [{ action: 'Deny', from: [{ namespaces: { namespaceSelector: {} } }] }] }, 'all narrow'],
    [
      {
        subject: { namespaces: {} },
        ingress: [{ action: 'Deny', from: [{ namespaces: { namespaceSelector: { matchLabels: { team: 'red' } } } }] }],
      },
      'none',
    ],
    [{ subject: { namespaces: {} }, ingress: [{ action: 'Deny', from: [{ namespaces: { notSameLabels: ['team'] } }] }] }, 'none'],
  ] satisfies [NonNullable<AdminNetworkPolicy['spec']>, string][])('%j', (spec, expected) => expect(effect(spec)).toBe(expected));

  test('egress to the pods of the cluster is not all egress', () => {
    expect(effect({ subject: { namespaces: {} }, egress: [{ action: 'Deny', to: [{ namespaces: {} }] }] }, 'egress')).toBe('none');
    expect(effect({ subject: { namespaces: {} }, egress: [{ action: 'Deny', to: [{ networks: ['0.0.0.0/0'] }] }] }, 'egress')).toBe(
      'all narrow',
    );
  });
});

/** Facts of a cluster with this engine and these lists; all else is there and empty. */
function facts(
  lists: { networkPolicies?: readonly NetworkPolicy[]; ciliumNetworkPolicies?: readonly CiliumNetworkPolicy[]; pods?: readonly Pod[] },
  networkPolicy = 'cilium',
): IsolationFacts {
  const cluster = {
    id: '/c',
    name: 'c',
    type: 'Microsoft.ContainerService/managedClusters',
    properties: { networkProfile: { networkPolicy } },
  } satisfies ManagedCluster;
  const empty = Object.fromEntries(isolationNeeds.map((need) => [need, seen([])]));
  const given = Object.fromEntries(Object.entries(lists).map(([key, items]) => [key, seen<unknown>(items)]));
  return { ...empty, ...given, cluster, inScope: scope([]), at: new Date(0), snapshot: {} } as unknown as IsolationFacts; // of lists of the right types
}
const pod = (labels: Record<string, string>, namespace = 'shop'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace, labels },
  spec: {},
  status: { phase: 'Running' },
});

const label = fc.constantFrom('a', 'b', 'c');
const labels = fc.dictionary(label, fc.constantFrom('x', 'y'), { maxKeys: 2 });
const rule = fc.constantFrom(
  {},
  { from: [] },
  { from: [{ podSelector: {} }] },
  { from: [{ podSelector: { matchLabels: { a: 'x' } } }] },
  { ports: [{ port: 80 }] },
);
const policies = fc.array(
  fc
    .record({
      podSelector: fc.record({ matchLabels: labels }),
      policyTypes: fc.subarray(['Ingress', 'Egress']),
      ingress: fc.array(rule, { maxLength: 2 }),
    })
    .map((spec) => policy(spec as NetworkPolicy['spec'])), // made of literals
  { maxLength: 5 },
);
const verdict = (networkPolicies: readonly NetworkPolicy[], direction: Direction): boolean =>
  isolationOf(facts({ networkPolicies }), 'shop', direction).isolated;

describe('a namespace', () => {
  test('a policy that selects nothing changes nothing', () => {
    const idle = policy({
      podSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: [] }] },
      policyTypes: ['Ingress', 'Egress'],
    });
    const elsewhere = { ...policy({}), metadata: { name: 'p', namespace: 'other' } };
    fc.assert(
      fc.property(
        policies,
        fc.array(labels.map((each) => pod(each))),
        fc.constantFrom<Direction>('ingress', 'egress'),
        (some, pods, direction) => {
          const before = isolationOf(facts({ networkPolicies: some }), 'shop', direction);
          const after = isolationOf(facts({ networkPolicies: [...some, idle, elsewhere] }), 'shop', direction);
          expect(after.isolated).toBe(before.isolated);
          expect(countIsolated(pods, after.effects)).toBe(countIsolated(pods, before.effects));
        },
      ),
    );
  });

  test('the order of policies does not matter, and one default deny settles it', () => {
    fc.assert(
      fc.property(policies, (some) => {
        expect(verdict([...some].reverse(), 'ingress')).toBe(verdict(some, 'ingress'));
        expect(verdict([...some, policy({ policyTypes: ['Ingress'] })], 'ingress')).toBe(true);
      }),
    );
  });

  test('pods of equal labels count as each of them would', () => {
    fc.assert(
      fc.property(policies, fc.array(labels), (some, all) => {
        const { effects } = isolationOf(facts({ networkPolicies: some }), 'shop', 'ingress');
        const closing = effects.filter(({ allows }) => allows !== 'blanket');
        expect(
          countIsolated(
            all.map((each) => pod(each)),
            effects,
          ),
        ).toBe(all.filter((each) => closing.some(({ pods }) => pods === undefined || pods(each))).length);
      }),
    );
  });

  test('without an engine nothing isolates, and a policy kind counts for its engine alone', () => {
    const deny: CiliumNetworkPolicy = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'p', namespace: 'shop' },
      spec: { endpointSelector: {}, ingress: [{}] },
    };
    const isolated = (engine: string) => isolationOf(facts({ ciliumNetworkPolicies: [deny] }, engine), 'shop', 'ingress').isolated;
    expect(['cilium', 'azure', 'calico', 'none'].map(isolated)).toEqual([true, false, false, false]);
    expect(isolationOf(facts({ networkPolicies: [policy({})] }, 'none'), 'shop', 'ingress')).toMatchObject({
      isolated: false,
      engine: 'none',
    });
  });

  test('policies not seen in one namespace leave the others be', () => {
    const denied = (of?: string) => ({
      ...facts({}),
      networkPolicies: seen<NetworkPolicy>(
        [],
        [{ key: 'networkPolicies', why: 'forbidden', permission: 'list networkpolicies', ...(of === undefined ? {} : { scope: of }) }],
      ),
    });
    expect(isolationOf(denied('other'), 'shop', 'ingress').isolated).toBe(false);
    expect(() => isolationOf(denied('shop'), 'shop', 'ingress')).toThrow(NotSeen);
    expect(() => isolationOf(denied(), 'shop', 'ingress')).toThrow(NotSeen);
  });

  test('only namespaces in scope with pods that policies reach are judged, in the order of their names', () => {
    const host = { ...pod({}, 'host'), spec: { hostNetwork: true } };
    const names = namespacesWithPods(facts({ pods: [pod({}, 'b'), pod({}, 'a'), pod({}, 'kube-system'), host, pod({}, 'b')] })).map(
      ({ metadata }) => metadata.name,
    );
    expect(names).toEqual(['a', 'b']);
  });
});
