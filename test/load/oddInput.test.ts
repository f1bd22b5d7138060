import { describe, expect, test } from 'vitest';
import type { Snapshot, StateKey } from '../../src/snapshot.ts';
import { clusterBody, clusterId, loadFiles, networkId, profile } from './files.ts';

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const nothing = { apiVersion: 'v1', kind: 'List', items: [], metadata: { resourceVersion: '' } };
const why = (snapshot: Snapshot | undefined, key: StateKey): string => {
  const { value, gaps } = snapshot?.state[key] ?? {};
  return gaps?.[0]?.why ?? (Array.isArray(value) ? `${value.length} read` : 'read');
};
const whys = async (files: Readonly<Record<string, unknown>>, ...keys: StateKey[]) => {
  const { snapshots } = await loadFiles({ 'namespace.json': namespace, ...files }, { keepGoing: true });
  return keys.map((key) => why(snapshots[0], key)).join(', ');
};

describe('the name of a file that holds an empty list says of what kind it is', () => {
  const cases: [file: string, key: StateKey, seen: string][] = [
    ['pods.json', 'pods', '0 read'],
    ['pods.prod.json', 'pods', '0 read'],
    ['deployments.apps.json', 'deployments', '0 read'],
    ['deployments.v1.apps.json', 'deployments', '0 read'],
    ['networkpolicies.networking.k8s.io.json', 'networkPolicies', '0 read'],
    ['networkpolicies.crd.projectcalico.org.json', 'calicoNetworkPolicies', '0 read'],
    ['networkpolicies.crd.projectcalico.org.json', 'networkPolicies', 'not-collected'],
    ['networkpolicies.projectcalico.org.yaml', 'calicoNetworkPolicies', '0 read'],
    ['nodepools.karpenter.sh.json', 'karpenterNodePools', '0 read'],
    ['pods.metrics.k8s.io.json', 'pods', 'not-collected'],
    ['services.serving.knative.dev.json', 'services', 'not-collected'],
    ['jobs.batch.volcano.sh.json', 'jobs', 'not-collected'],
  ];
  test.each(cases)('%s: %s', async (file, key, seen) => {
    expect(await whys({ [file]: nothing }, key)).toBe(seen);
  });
});

describe('discovery proves nothing when it is not whole', () => {
  const groups = (...names: string[]) => ({
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: names.map((name) => ({ name, versions: [{ groupVersion: `${name}/v1`, version: 'v1' }] })),
  });
  const table = [
    'NAME         SHORTNAMES   APIVERSION   NAMESPACED   KIND',
    'namespaces   ns           v1           false        Namespace',
    'nodes        no           v1           false        Node',
    'pods         po           v1           true         Pod',
    'deployments  deploy       apps/v1      true         Deployment',
    '',
  ].join('\n');
  const failed =
    'error: unable to retrieve the complete list of server APIs: cilium.io/v2: the server is currently unable to handle the request\n';

  test('groups', async () => {
    const whole = groups('apps', 'batch', 'policy', 'rbac.authorization.k8s.io');
    expect(await whys({ 'apis.json': whole }, 'ciliumNetworkPolicies', 'deployments')).toBe('0 read, not-collected');
    expect(await whys({ 'apis.json': groups() }, 'ciliumNetworkPolicies', 'deployments')).toBe('not-collected, not-collected');
    expect(await whys({ 'apis.json': groups('batch') }, 'ciliumNetworkPolicies')).toBe('not-collected');
  });

  test('the table of kubectl api-resources', async () => {
    expect(await whys({ 'api-resources.txt': table }, 'ciliumNetworkPolicies')).toBe('0 read');
    expect(await whys({ 'api-resources.txt': table + failed }, 'ciliumNetworkPolicies')).toBe('not-collected');
    expect(await whys({ 'api-resources.txt': failed + table }, 'ciliumNetworkPolicies')).toBe('not-collected');
  });
});

describe('what az printed or saved in place of a resource is a gap with its reason', () => {
  const refusal = (action: string) =>
    `(AuthorizationFailed) The client 'x' does not have authorization to perform action '${action}' over scope '${clusterId('a')}'.`;
  const body = (action: string) => ({ error: { code: 'AuthorizationFailed', message: refusal(action).slice(22) } });
  const maintenance = 'Microsoft.ContainerService/managedClusters/maintenanceConfigurations/read';
  const files = { 'cluster.json': clusterBody('a') };

  test.each([
    ['az', `ERROR: ${refusal(maintenance)}\nCode: AuthorizationFailed\n`],
    ['az rest', `ERROR: Forbidden(${JSON.stringify(body(maintenance))})\n`],
    ['REST', body(maintenance)],
  ])('a refusal of %s', async (_, content) => {
    expect(await whys({ ...files, 'maintenanceConfigurations.json': content }, 'maintenanceConfigurations')).toBe('forbidden');
    expect(await whys({ ...files, 'x.json': content }, 'maintenanceConfigurations')).toBe('forbidden');
  });

  test('any other error', async () => {
    expect(await whys({ ...files, 'agentPools.json': "ERROR: Please run 'az login' to setup account.\n" }, 'agentPools')).toBe('failed');
    expect(await whys({ ...files, 'agentPools.json': 'ERROR: Bad Request({"error":{"code":"X"}})\n' }, 'agentPools')).toBe('failed');
  });

  test('of the cluster itself, with the Kubernetes objects of the one cluster there is', async () => {
    const refused = body('Microsoft.ContainerService/managedClusters/read');
    expect(await whys({ 'cluster.json': refused }, 'cluster', 'agentPools')).toBe('forbidden, not-collected');
    await expect(loadFiles({ 'cluster.json': refused })).rejects.toThrow(/cluster\.json: holds an error of Azure \(AuthorizationFailed\)/);
  });
});

describe('an ARM resource that is not what the API sends is named with its place, and a gap where a run goes on', () => {
  const cases: [what: string, file: unknown, at: string][] = [
    ['a list of names', clusterBody('a', { agentPoolProfiles: ['x'] }), '"x"'],
    ['a text for a truth', clusterBody('a', { enableRBAC: 'true' }), '"enableRBAC"'],
    ['a number for a text', { value: [clusterBody('a', { networkProfile: { networkPlugin: 5 } })] }, '"networkPlugin"'],
    ['a text for a number', clusterBody('a', { agentPoolProfiles: [profile('p', { count: '3' })] }), '"count"'],
    ['flattened', { id: clusterId('a'), networkProfile: [] }, '"networkProfile"'],
    ['a network', { id: networkId, properties: { addressSpace: { addressPrefixes: '10.0.0.0/8' } } }, '"addressPrefixes"'],
    ['a template', template("[parameters('x')]", 5), '"networkPlugin"'],
  ];
  test.each(cases)('%s', async (_, content, at) => {
    const files = { 'x.json': content, 'b.json': clusterBody('b', { agentPoolProfiles: [profile('p')] }) };
    const place = `x.json:1:${JSON.stringify(content).indexOf(at) + 1}: does not hold what the API of `;
    await expect(loadFiles(files)).rejects.toThrow(place);
    const { skipped, snapshots } = await loadFiles(files, { keepGoing: true });
    expect(skipped).toHaveLength(1);
    expect(snapshots.map(({ target }) => target.name)).toEqual(['b']);
  });

  test('nulls, tags of any kind, and what only a deployment knows are no misfits', async () => {
    const odd = { ...clusterBody('a', { networkProfile: null, agentPoolProfiles: null }), tags: { a: 1, b: null } };
    expect((await loadFiles({ 'x.json': odd })).snapshots).toHaveLength(1);
    expect((await loadFiles({ 'x.json': template("[parameters('x')]", "[parameters('x')]") })).snapshots).toHaveLength(1);
  });

  test('a pool list', async () => {
    const pool = { id: `${clusterId('a')}/agentPools/p`, name: 'p', properties: { mode: 7 } };
    expect(await whys({ 'cluster.json': clusterBody('a'), 'agentPools.json': [pool] }, 'agentPools')).toBe('failed');
  });

  function template(version: string, networkPlugin: unknown) {
    return {
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      contentVersion: '1.0.0.0',
      parameters: { x: { type: 'string' } },
      resources: [
        {
          type: 'Microsoft.ContainerService/managedClusters',
          apiVersion: '2024-01-01',
          name: 'c',
          properties: { kubernetesVersion: version, networkProfile: { networkPlugin } },
        },
      ],
    };
  }
});

describe('encodings', () => {
  const text = JSON.stringify(namespace);
  test.each([
    ['UTF-16 LE without a mark', Buffer.from(text, 'utf16le')],
    ['UTF-16 BE without a mark', Buffer.from(text, 'utf16le').swap16()],
    ['UTF-16 LE', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ])('%s', async (_, content) => {
    expect((await loadFiles({ 'x.json': content })).snapshots[0]?.state.namespaces?.value).toHaveLength(1);
  });
});

describe('sources are named with what makes an input of them', () => {
  test.each([
    ['x/main.bicep', "resource a 'x@1' = {}\n", /main\.bicep: .*az bicep build/],
    ['main.tf', 'resource "x" "y" {}\n', /main\.tf: .*az aks show/],
    ['templates/a.yaml', 'kind: Pod\n{{- if .Values.x }}\nmetadata: {}\n{{- end }}\n', /a\.yaml:.*helm template/],
  ])('%s', async (name, content, message) => {
    await expect(loadFiles({ [name]: content })).rejects.toThrow(message);
  });

  test('beside exports they are a warning', async () => {
    const { warnings } = await loadFiles({ 'n.json': namespace, 'main.bicep': 'x', 'modules/aks.bicep': 'x', 'main.tf': 'x' });
    expect(warnings.map((warning) => warning.replace(/:.*/, ''))).toEqual(['main.bicep', 'main.tf', 'modules/aks.bicep']);
  });
});

describe('an object that no API server would send is named with its line', () => {
  const pods = (labels: string) => `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: a
- apiVersion: v1
  kind: Pod
  metadata:
    name: b
    labels: ${labels}
    annotations:
      filler: ${'x'.repeat(700)}
`;
  const large = (yaml: string) =>
    yaml.replace('items:\n', `items:\n${pods('{}').slice(pods('{}').indexOf('- api')).replaceAll('name: ', 'name: z').repeat(1500)}`);
  const linesBefore = (yaml: string) => yaml.slice(0, yaml.indexOf('labels: [')).split('\n').length;

  test.each([
    ['in YAML', pods('[1]')],
    ['in YAML that is read in pieces', large(pods('[1]'))],
    ['after a mark, with CRLF', `\uFEFF${pods('[1]').replaceAll('\n', '\r\n')}`],
  ])('%s', async (_, yaml) => {
    await expect(loadFiles({ 'x.yaml': yaml })).rejects.toThrow(`x.yaml:${linesBefore(yaml)}:5: does not hold what the API of Pod says.`);
  });
});

test('a part of a list that breaks off leaves a gap of the kind that its name begins with', async () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'shop' }, spec: { containers: [] } };
  const files = {
    'pods-1.json': { apiVersion: 'v1', kind: 'List', items: [pod] },
    'pods-2.json': '{"apiVersion": "v1", "kind": "List", "items": [{',
  };
  expect(await whys(files, 'pods')).toBe('failed');
});
