import { describe, expect, test } from 'vitest';
import { createInterner } from '../../src/load/intern.ts';
import { readKubernetes, readKubernetesEnd, readKubernetesItem, readKubernetesText } from '../../src/load/kubernetes.ts';
import { emptyKubernetes, type KubernetesHarvest } from '../../src/load/kubernetesHarvest.ts';
import { type KubernetesState, marksOf, stateOfKubernetes } from '../../src/load/kubernetesState.ts';
import type { Origin, StateKey } from '../../src/snapshot.ts';

const at = (file: string): Origin => ({ file, start: 0, end: 1, pointer: '' });
type Content = unknown;

/** Reads values as the content of files. */
function harvest(files: Readonly<Record<string, Content>>): KubernetesHarvest {
  const into = emptyKubernetes(createInterner());
  for (const [file, content] of Object.entries(files)) {
    const taken = typeof content === 'string' ? readKubernetesText(content, at(file), into) : readKubernetes(content, at(file), into);
    expect(taken, file).toBe(true);
  }
  return into;
}
const state = (files: Readonly<Record<string, Content>>): KubernetesState => stateOfKubernetes([harvest(files)]);
const keys = ({ state: known }: KubernetesState): string[] => Object.keys(known);

const object = (apiVersion: string, kind: string, name: string, more: object = {}, metadata: object = {}): object => ({
  apiVersion,
  kind,
  metadata: { name, ...metadata },
  ...more,
});
const pod = (name: string, metadata: object = {}, more: object = {}): object =>
  object('v1', 'Pod', name, more, { namespace: 'shop', ...metadata });
const list = (...items: object[]): object => ({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } });
const budgets = (items: unknown): object => ({ kind: 'PodDisruptionBudgetList', apiVersion: 'policy/v1', metadata: {}, items });

describe('what is recognised', () => {
  test('objects by group and kind, whatever the version', () => {
    const known = state({
      'all.json': list(
        object('policy/v1beta1', 'PodDisruptionBudget', 'a'),
        object('extensions/v1beta1', 'Deployment', 'b'),
        object('apps/v1', 'Deployment', 'c'),
        object('projectcalico.org/v3', 'NetworkPolicy', 'd'),
        object('networking.k8s.io/v1', 'NetworkPolicy', 'e'),
      ),
    });
    expect(new Set(keys(known))).toEqual(new Set(['deployments', 'podDisruptionBudgets', 'networkPolicies', 'calicoNetworkPolicies']));
    expect(known.state.deployments?.value?.map(({ metadata }) => metadata.name)).toEqual(['b', 'c']);
  });

  test('typed lists give their items apiVersion and kind', () => {
    const known = state({ 'x.json': budgets([{ metadata: { name: 'a', namespace: 'shop' } }]) });
    expect(known.state.podDisruptionBudgets?.value).toMatchObject([
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'a' } },
    ]);
    expect(known.origins.get(known.state.podDisruptionBudgets?.value?.[0] as object)).toMatchObject({
      file: 'x.json',
      pointer: '/items/0',
    });
  });

  test.each([[[]], [null], [undefined]])('a typed list of no items is a kind that is empty: %j', (items) => {
    expect(state({ 'x.json': budgets(items) }).state).toEqual({ podDisruptionBudgets: { value: [] } });
  });

  test('a kind of which nothing was read is not there', () => {
    expect(keys(state({ 'x.json': list(pod('a')) }))).toEqual(['pods']);
  });

  test("an empty List is what its file's name says, else it says nothing", () => {
    for (const file of ['podDisruptionBudgets.json', 'out/poddisruptionbudgets.policy.yaml', 'PodDisruptionBudgets.json.gz']) {
      expect(state({ [file]: list() }).state, file).toEqual({ podDisruptionBudgets: { value: [] } });
    }
    expect(state({ 'export.json': list() })).toMatchObject({
      state: {},
      warnings: [{ where: 'export.json', what: 'an empty List does not say of what kind.' }],
    });
    expect(state({ 'pods.txt': 'No resources found\n' }).state).toEqual({ pods: { value: [] } });
  });

  test('kinds that no rule reads are counted, not an error', () => {
    const into = harvest({
      'x.json': list(object('v1', 'PodTemplate', 'a'), object('example.com/v1', 'Thing', 'b'), object('example.com/v2', 'Thing', 'c')),
    });
    expect([...into.others]).toEqual([
      ['/PodTemplate', 1],
      ['example.com/Thing', 2],
    ]);
    expect(stateOfKubernetes([into])).toMatchObject({ state: {}, problems: [], warnings: [] });
  });

  test.each([
    [{ name: 'x', version: '1.0.0' }],
    [[]],
    [null],
    ['text'],
    [{ apiVersion: '2026-06-01', kind: 'Base', type: 'Microsoft.Example/things', name: 'a' }],
    [{ value: [] }],
  ])('other things are not: %j', (value) => {
    expect(readKubernetes(value, at('x'), emptyKubernetes(createInterner()))).toBe(false);
  });

  test('an array of objects', () => {
    expect(state({ 'x.json': [pod('b'), pod('a')] }).state.pods?.value?.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  });
});

describe('a list that is handed on item by item', () => {
  type Part = { form: 'item'; value: unknown; head: Record<string, unknown> } | { form: 'end'; envelope: Record<string, unknown> | [] };
  const read = (documents: readonly Part[]): KubernetesState => {
    const into = emptyKubernetes(createInterner());
    for (const each of documents) {
      const origin = at('large.json');
      expect(
        each.form === 'item' ? readKubernetesItem(each.value, each.head, origin, into) : readKubernetesEnd(each.envelope, origin, into),
      ).toBe(true);
    }
    return stateOfKubernetes([into]);
  };
  const bare = { metadata: { name: 'a' } };

  test.each([
    ['before its items', { apiVersion: 'v1', kind: 'PodList' }, {}],
    ['behind its items', {}, { apiVersion: 'v1', kind: 'PodList' }],
  ])('may have its kind %s', (_name, head, tail) => {
    const known = read([
      { form: 'item', value: structuredClone(bare), head },
      { form: 'end', envelope: { ...head, ...tail, items: [] } },
    ]);
    expect(known.state.pods?.value).toMatchObject([{ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a' } }]);
  });

  test('without any kind is a problem', () => {
    expect(
      read([
        { form: 'item', value: structuredClone(bare), head: {} },
        { form: 'end', envelope: { items: [] } },
      ]).problems,
    ).toHaveLength(1);
  });

  test('is not taken when it is of Azure', () => {
    const into = emptyKubernetes(createInterner());
    expect(readKubernetesItem({ type: 'Microsoft.Example/things', name: 'a', properties: {} }, {}, at('x'), into)).toBe(false);
    expect(readKubernetesEnd({ value: [], nextLink: null }, at('x'), into)).toBe(false);
  });
});

describe('the same object twice', () => {
  test('counts once', () => {
    const both = pod('a', { uid: '1', resourceVersion: '5' });
    expect(state({ 'one.json': list(structuredClone(both)), 'two.json': structuredClone(both) })).toMatchObject({
      state: { pods: { value: [{}] } },
      problems: [],
      warnings: [],
    });
  });
  test.each([
    ['99', '100'],
    ['100', '99'],
  ])('in two states counts in the later, whichever is read first: %s %s', (one, other) => {
    const phase = (version: string): object => pod('a', { uid: '1', resourceVersion: version }, { status: { phase: `at ${version}` } });
    const known = state({ 'one.json': phase(one), 'two.json': phase(other) });
    expect(known.state.pods?.value?.map(({ status }) => status?.phase)).toEqual(['at 100']);
    expect(known.origins.size).toBe(1);
  });
  test('as a manifest and as it lives, alike, counts once', () => {
    const spec = { containers: [{ name: 'app', image: 'x' }] };
    expect(state({ 'm.yaml': pod('a', {}, { spec }), 'live.json': pod('a', { uid: '1' }, { spec }) })).toMatchObject({
      problems: [],
      warnings: [],
    });
  });
  test('with two uids is a problem that asks for --cluster', () => {
    const { problems } = state({
      'one.json': list(pod('a', { uid: '1' }), pod('b', { uid: '2' })),
      'two.json': list(pod('a', { uid: '3' }), pod('b', { uid: '4' })),
    });
    expect(problems).toMatchObject([
      {
        where: 'one.json, two.json',
        what: expect.stringContaining('two objects of pods with one name and different uids, and 1 more such'),
        todo: expect.stringContaining('--cluster'),
      },
    ]);
  });
  test('unlike and without uids is a warning, and a gap: one of them is not judged', () => {
    const known = state({ 'one.yaml': pod('a', {}, { spec: { hostPID: true } }), 'two.yaml': pod('a', {}, { spec: {} }) });
    expect(known).toMatchObject({ problems: [], warnings: [{ where: 'one.yaml, two.yaml' }] });
    expect(known.state.pods).toMatchObject({ value: [{ spec: { hostPID: true } }], gaps: [{ key: 'pods', why: 'failed' }] });
  });
  test('in two groups of one cluster is seen too', () => {
    expect(
      stateOfKubernetes([harvest({ 'a/one.json': pod('a', { uid: '1' }) }), harvest({ 'b/two.json': pod('a', { uid: '2' }) })]).problems,
    ).toHaveLength(1);
  });
});

describe('errors in place of a list', () => {
  const forbidden = (resource: string, group = '', where = 'at the cluster scope'): string =>
    `Error from server (Forbidden): ${resource} is forbidden: User "someone@example.com" cannot list resource "${resource}" in API group "${group}" ${where}\n`;
  const cases: Record<string, [file: string, content: unknown, expected: unknown]> = {
    forbidden: [
      'x.json',
      forbidden('poddisruptionbudgets', 'policy'),
      {
        podDisruptionBudgets: { gaps: [{ key: 'podDisruptionBudgets', why: 'forbidden', permission: 'list poddisruptionbudgets.policy' }] },
      },
    ],
    'forbidden in a namespace': [
      'x.json',
      forbidden('pods', '', 'in the namespace "shop"'),
      { pods: { gaps: [{ key: 'pods', scope: 'shop', why: 'forbidden', permission: 'list pods' }] } },
    ],
    several: [
      'x.json',
      `Warning: old\n${forbidden('pods')}${forbidden('nodes')}`,
      { nodes: { gaps: [{ why: 'forbidden' }] }, pods: { gaps: [{ why: 'forbidden' }] } },
    ],
    'of a kind that no rule reads': ['x.json', forbidden('podtemplates'), {}],
    'a Status': [
      'x.json',
      {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        message: 'nodes is forbidden',
        reason: 'Forbidden',
        details: { kind: 'nodes' },
        code: 403,
      },
      { nodes: { gaps: [{ key: 'nodes', why: 'forbidden', permission: 'list nodes' }] } },
    ],
    'a Status of failure': [
      'pods.json',
      { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'etcd', reason: 'InternalError', code: 500 },
      { pods: { gaps: [{ key: 'pods', why: 'failed', message: 'kubectl got an error (InternalError) in place of the list.' }] } },
    ],
    'unreachable, by the name of the file': [
      'pods.json',
      'Unable to connect to the server: dial tcp: lookup x on 1.1.1.1:53: no such host\n',
      { pods: { gaps: [{ key: 'pods', why: 'unreachable' }] } },
    ],
    'not logged in': [
      'pods.json',
      'error: You must be logged in to the server (Unauthorized)\n',
      { pods: { gaps: [{ key: 'pods', why: 'failed' }] } },
    ],
    'no such type': [
      'x.json',
      'error: the server doesn\'t have a resource type "ciliumnetworkpolicies"\n',
      { ciliumNetworkPolicies: { value: [] } },
    ],
    'no such type, with its group': [
      'x.json',
      'error: the server doesn\'t have a resource type "ciliumnetworkpolicies.cilium.io"\n',
      { ciliumNetworkPolicies: { value: [] } },
    ],
  };
  test.each(Object.entries(cases))('%s', (_name, [file, content, expected]) => {
    const known = state({ [file]: content });
    expect(known.state).toMatchObject(expected as object);
    expect(keys(known)).toEqual(Object.keys(expected as object));
    expect(JSON.stringify([known.state, known.warnings, known.problems])).not.toContain('someone');
  });
  test('an error that does not say of what is a warning', () => {
    expect(state({ 'x.json': 'error: You must be logged in to the server (Unauthorized)\n' })).toMatchObject({
      state: {},
      warnings: [{ where: 'x.json' }],
    });
  });
  test('objects that were seen stand beside the gap', () => {
    expect(state({ 'shop.json': list(pod('a')), 'x.json': forbidden('pods', '', 'in the namespace "other"') }).state.pods).toMatchObject({
      value: [{}],
      gaps: [{ scope: 'other' }],
    });
  });
  test('a page that is not the last leaves a gap', () => {
    const page = { apiVersion: 'v1', kind: 'PodList', metadata: { continue: 'token' }, items: [{ metadata: { name: 'a' } }] };
    expect(state({ 'x.json': page }).state.pods).toMatchObject({ value: [{}], gaps: [{ key: 'pods', why: 'failed' }] });
  });
  test('errors of az are left to whom they concern', () => {
    expect(
      readKubernetesText(
        "ERROR: (AuthorizationFailed) The client does not have authorization to perform action 'Microsoft.Network/virtualNetworks/read'\n",
        at('x'),
        emptyKubernetes(createInterner()),
      ),
    ).toBe(false);
  });
});

describe('kinds that the cluster does not serve are empty', () => {
  const served = [
    'deployments deploy apps/v1 true Deployment',
    'namespaces ns v1 false Namespace',
    'nodes no v1 false Node',
    'pods po v1 true Pod',
    'limitranges limits v1 true LimitRange',
    'networkpolicies  networking.k8s.io/v1 true NetworkPolicy',
  ];
  const columns = (line: string): string =>
    line
      .split(' ')
      .map((word) => word.padEnd(24))
      .join('');
  const table = (head: string, lines = served, tail = ''): string => [head, ...lines].map((line) => columns(line) + tail).join('\n');
  const optional = ['ciliumNetworkPolicies', 'calicoNetworkPolicies', 'serviceCIDRs'] as const;
  const emptied = (known: KubernetesState): boolean[] => optional.map((key) => known.state[key]?.value?.length === 0);

  test('by the table of kubectl api-resources', () => {
    const known = state({ 'api-resources.txt': table('NAME SHORTNAMES APIVERSION NAMESPACED KIND') });
    expect(emptied(known)).toEqual([true, true, true]);
    expect(known.state.pods).toBeUndefined();
    expect(known.state.networkPolicies).toBeUndefined();
  });
  test('by the wide table', () => {
    const known = state({
      'api-resources.txt': table(
        'NAME SHORTNAMES APIVERSION NAMESPACED KIND VERBS CATEGORIES',
        [...served, 'ciliumnetworkpolicies cnp,ciliumnp cilium.io/v2 true CiliumNetworkPolicy'],
        'create,delete,get,list all',
      ),
    });
    expect(emptied(known)).toEqual([false, true, true]);
  });
  test('but not by a table that is filtered', () => {
    const known = state({ 'api-resources.txt': table('NAME SHORTNAMES APIVERSION NAMESPACED KIND', served.slice(0, 1)) });
    expect(known).toMatchObject({ state: {}, warnings: [{ where: 'api-resources.txt' }] });
  });

  const groups = (...names: string[]): object => ({
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: names.map((name) => ({ name, versions: [{ groupVersion: `${name}/v1`, version: 'v1' }], preferredVersion: {} })),
  });
  test('by the groups of kubectl get --raw /apis', () => {
    const known = state({
      'apis.json': groups(
        'apps',
        'networking.k8s.io',
        'cilium.io',
        'policy',
        'batch',
        'autoscaling',
        'rbac.authorization.k8s.io',
        'extensions',
      ),
    });
    expect(emptied(known)).toEqual([false, true, false]);
    expect(known.state.deployments).toBeUndefined();
  });
  test('by the resources of all versions of a group', () => {
    const resources = {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: 'networking.k8s.io/v1',
      resources: [
        { name: 'networkpolicies', kind: 'NetworkPolicy' },
        { name: 'servicecidrs/status', kind: 'ServiceCIDR' },
      ],
    };
    expect(emptied(state({ 'a.json': resources }))).toEqual([false, false, false]);
    expect(emptied(state({ 'a.json': resources, 'apis.json': groups('networking.k8s.io', 'cilium.io', 'crd.projectcalico.org') }))).toEqual(
      [false, false, true],
    );
  });
  test('by aggregated discovery', () => {
    const item = {
      metadata: { name: 'networking.k8s.io' },
      versions: [{ version: 'v1', resources: [{ resource: 'networkpolicies', responseKind: { kind: 'NetworkPolicy' } }] }],
    };
    const others = ['apps', 'batch', 'rbac.authorization.k8s.io'].map((name) => ({ metadata: { name }, versions: [] }));
    const served = (...items: object[]) =>
      emptied(state({ 'apis.json': { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', items } }));
    expect(served(item, ...others)).toEqual([true, true, true]);
    expect(served(item)).toEqual([false, false, true]);
  });

  const definition = (group: string, kind: string, metadata: object = { uid: '1' }): object =>
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `${kind}.${group}`, { spec: { group, names: { kind } } }, metadata);
  test('by the list of CRDs, for custom kinds', () => {
    expect(
      emptied(state({ 'crds.json': list(definition('cilium.io', 'CiliumNetworkPolicy'), definition('example.com', 'Thing')) })),
    ).toEqual([false, true, false]);
    expect(
      emptied(state({ 'crds.json': { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinitionList', items: [] } })),
    ).toEqual([true, true, false]);
  });
  test('but not by a single CRD, nor by manifests of CRDs', () => {
    expect(state({ 'crd.json': definition('example.com', 'Thing') }).state).toEqual({});
    expect(state({ 'crds.yaml': list(definition('example.com', 'Thing', {})) }).state).toEqual({});
    expect(state({ 'x.json': list(definition('example.com', 'Thing'), pod('a')) }).state.ciliumNetworkPolicies).toBeUndefined();
  });
});

describe('what the API server would not accept is a problem with its place', () => {
  const cases: Record<string, [value: object, where: string]> = {
    'no name': [list(pod('a'), { apiVersion: 'v1', kind: 'Pod', metadata: {} }), 'x.json#/items/1'],
    'no metadata': [{ apiVersion: 'v1', kind: 'Pod' }, 'x.json'],
    'a spec that is a string': [pod('a', {}, { spec: 'secret' }), 'x.json#/spec'],
    'labels that are a list': [pod('a', { labels: ['secret'] }), 'x.json#/metadata/labels'],
    'a label that is a number': [pod('a', { labels: { a: 1 } }), 'x.json#/metadata/labels/a'],
    'containers that are an object': [pod('a', {}, { spec: { containers: { name: 'secret' } } }), 'x.json#/spec/containers'],
    'a container that is null': [pod('a', {}, { spec: { containers: [null] } }), 'x.json#/spec/containers/0'],
    'a template': [
      object('apps/v1', 'Deployment', 'a', { spec: { template: { spec: { containers: [{ name: 'a', image: 1 }] } } } }),
      'x.json#/spec/template/spec/containers/0/image',
    ],
    'addresses of a node': [object('v1', 'Node', 'a', { status: { addresses: {} } }), 'x.json#/status/addresses'],
    'an item that is a number': [{ apiVersion: 'v1', kind: 'List', items: [1] }, 'x.json#/items/0'],
  };
  test.each(Object.entries(cases))('%s', (_name, [value, where]) => {
    const { problems } = state({ 'x.json': value });
    expect(problems).toMatchObject([{ where }]);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });
  test('a name to be generated is a name', () => {
    expect(
      state({ 'x.yaml': { apiVersion: 'batch/v1', kind: 'Job', metadata: { generateName: 'run-' } } }).state.jobs?.value,
    ).toMatchObject([{ metadata: { name: 'run-' } }]);
  });
});

test('a cluster is known by kube-system and by where its nodes are', () => {
  const node = (name: string, id: string): object => object('v1', 'Node', name, { spec: { providerID: id } });
  const marks = marksOf(
    harvest({
      'x.json': list(
        object('v1', 'Namespace', 'kube-system', {}, { uid: 'u1' }),
        node('a', 'azure:///subscriptions/S1/resourceGroups/MC_x/providers/Microsoft.Compute/virtualMachineScaleSets/p/virtualMachines/0'),
        node('b', 'kind://docker/x'),
      ),
    }),
  );
  expect([...marks.uids]).toEqual(['u1']);
  expect(marks.nodes).toEqual([{ subscription: 's1', resourceGroup: 'mc_x' }]);
});

test('lists are sorted by namespace and name, in code units, whatever the order of reading', () => {
  const names = ['b', 'a', 'B', 'ä', 'a-b'];
  const sorted = (order: readonly string[]): unknown =>
    state({ 'x.json': list(...order.map((name) => pod(name)), pod('z', { namespace: 'a' })) }).state['pods' satisfies StateKey]?.value?.map(
      ({ metadata }) => metadata.name,
    );
  expect(sorted(names)).toEqual(['z', 'B', 'a', 'a-b', 'b', 'ä']);
  expect(sorted(names.toReversed())).toEqual(sorted(names));
});
