import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/errors.ts';
import { assignGroups, type KubernetesGroup } from '../../src/load/clusters.ts';
import type { Placed } from '../../src/load/merge.ts';

const subscription = (at: number) => `${at}1111111-1111-1111-1111-111111111111`;

function cluster(file: string, name: string, nodeResourceGroup?: string, at = 1): Placed {
  const id = `/subscriptions/${subscription(at)}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/${name}`;
  const properties = nodeResourceGroup === undefined ? {} : { nodeResourceGroup };
  return { resource: { id, name, type: '', properties }, origin: { file, start: 0, end: 1, pointer: '' }, listed: true };
}

function group(
  file: string,
  more: { uids?: string[]; nodes?: [resourceGroup: string, at?: number][]; named?: string } = {},
): KubernetesGroup {
  const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  return {
    folder,
    files: [{ name: file, root: '.' }],
    uids: new Set(more.uids ?? []),
    nodes: (more.nodes ?? []).map(([resourceGroup, at = 1]) => ({ subscription: subscription(at), resourceGroup })),
    seen: true,
    ...(more.named === undefined ? {} : { named: { name: more.named, prefix: folder } }),
  };
}

/** Files of Kubernetes objects by the id or name of the cluster that they went to. */
function assigned(clusters: Placed[], groups: KubernetesGroup[]): Record<string, string[]> {
  const problems: Problem[] = [];
  const owners = assignGroups(groups, clusters, problems);
  if (problems.length > 0) throw new Error(problems.map(({ where, what }) => `${where}: ${what}`).join('\n'));
  return Object.fromEntries(
    owners.map(({ arm, target, groups: own }) => [
      arm ? arm.resource.name : target.id,
      own.flatMap(({ files }) => files.map(({ name }) => name)),
    ]),
  );
}

describe('objects go', () => {
  test.each<[string, Placed[], KubernetesGroup[], Record<string, string[]>]>([
    ['to the only cluster, wherever it lies', [cluster('arm/a.json', 'a')], [group('k8s/all.json')], { a: ['k8s/all.json'] }],
    [
      'by subscription, where two node resource groups have one name',
      [cluster('a.json', 'a', 'MC', 1), cluster('b.json', 'b', 'mc', 2)],
      [group('all.json', { nodes: [['mc', 2]] })],
      { a: [], b: ['all.json'] },
    ],
    [
      'by the nodes, though another cluster is nearer',
      [cluster('x/a.json', 'a', 'MC_a'), cluster('y/b.json', 'b', 'MC_b')],
      [group('x/all.json', { nodes: [['mc_b']] })],
      { a: [], b: ['x/all.json'] },
    ],
    [
      'to the nearest folder above that holds one',
      [cluster('x/a.json', 'a'), cluster('y/b.json', 'b')],
      [group('x/deep/er/all.json')],
      { a: ['x/deep/er/all.json'], b: [] },
    ],
    [
      'to the cluster under the path that is named otherwise',
      [cluster('x/a.json', 'a'), cluster('y/b.json', 'b')],
      [group('y/all.json', { named: 'prod' })],
      { a: [], b: ['y/all.json'] },
    ],
    [
      'together, when one has the uid and another the nodes',
      [],
      [group('a/ns.json', { uids: ['u'] }), group('b/nodes.json', { nodes: [['mc']] })],
      { 'kubernetes:u': ['a/ns.json', 'b/nodes.json'] },
    ],
    [
      'apart, by their nodes alone',
      [],
      [group('a/n.json', { nodes: [['mc_a']] }), group('b/n.json', { nodes: [['mc_b']] }), group('b/x/pods.json')],
      { 'files:a': ['a/n.json'], 'files:b': ['b/n.json', 'b/x/pods.json'] },
    ],
  ])('%s', (_, clusters, groups, expected) => {
    expect(assigned(clusters, groups)).toEqual(expected);
  });

  test.each<[string, Placed[], KubernetesGroup[], RegExp]>([
    [
      'of several clusters in one file',
      [cluster('a.json', 'a', 'MC_a'), cluster('b.json', 'b', 'MC_b')],
      [group('all.json', { nodes: [['mc_a'], ['mc_b']] })],
      /^all\.json: holds the nodes of several/,
    ],
    ['of another cluster', [cluster('a.json', 'a', 'MC_a')], [group('all.json', { nodes: [['mc_b']] })], /nodes of another cluster than a/],
    [
      'with two uids',
      [cluster('a.json', 'a')],
      [group('x/n.json', { uids: ['1'] }), group('y/n.json', { uids: ['2'] })],
      /^x\/n\.json, y\/n\.json: hold objects of two clusters/,
    ],
    ['of which nothing tells', [cluster('a.json', 'a'), cluster('b.json', 'b')], [group('all.json')], /nothing tells whose/],
    [
      'of two clusters in folders of one name',
      [],
      [group('x/prod/n.json', { nodes: [['mc_a']] }), group('y/prod/n.json', { nodes: [['mc_b']] })],
      /second cluster in a folder of one name/,
    ],
    [
      'between two clusters without ARM',
      [],
      [group('a/n.json', { uids: ['1'] }), group('b/n.json', { uids: ['2'] }), group('p.json')],
      /^p\.json: .*nothing tells whose/,
    ],
  ])('nowhere when they are %s', (_, clusters, groups, message) => {
    expect(() => assigned(clusters, groups)).toThrow(message);
  });
});
