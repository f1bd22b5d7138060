import { describe, expect, test } from 'vitest';
import { arrivals, place } from '../../src/model/fit.ts';
import { type Host, landscape } from '../../src/model/landscape.ts';
import type { Node, Pod, PodSpec } from '../../src/wire.ts';
import { disk, factsOf, node, pod } from '../support/landscape.ts';

interface Case {
  nodes: Node[];
  pods: Pod[];
  /** Names of the nodes that leave. */
  leave: string[];
  /** Nodes that are added, like the first that leaves. */
  arrive?: number;
  zone?: string;
  volumes?: object[];
}
function missing({ nodes, pods, leave, arrive = 0, zone, volumes = [] }: Case): string {
  const land = landscape(factsOf({ nodes, pods, persistentVolumes: volumes }));
  const leaving = leave.map((name) => land.hosts.get(name) as Host);
  const added = arrive === 0 ? [] : [arrivals(land, leaving[0] as Host, arrive, 0, zone)];
  const found = place(land, leaving, added);
  return found.length === 0 ? 'fits' : found.map(({ count, why, certain }) => `${count} ${why}${certain ? '' : ' perhaps'}`).join(', ');
}

const apart = (key: string): PodSpec => ({
  containers: [{ name: 'app', resources: { requests: { cpu: '1' } } }],
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: key, labelSelector: { matchLabels: { app: 'web' } } }],
    },
  },
});
const spread = (key: string, more: object = {}): PodSpec => ({
  containers: [{ name: 'app', resources: { requests: { cpu: '1' } } }],
  topologySpreadConstraints: [
    { topologyKey: key, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } }, ...more },
  ],
});
const host = 'kubernetes.io/hostname';
const zoneKey = 'topology.kubernetes.io/zone';
const three = [node('a'), node('b', { zone: 2 }), node('c', { zone: 3 })];
const oneEach = (spec: PodSpec) => ['a', 'b', 'c'].map((name) => pod(`web-${name}`, name, { spec }));
const gpu = { containers: [{ name: 'app', resources: { limits: { 'nvidia.com/gpu': '1' } } }] };
const selecting = (label: string): PodSpec => ({ containers: [], nodeSelector: { disk: label } });
const dedicated = { key: 'team', value: 'a', effect: 'NoSchedule' };

const cases: Record<string, [Case, string]> = {
  'room: 4 cores, 2 + 1 are asked': [
    { nodes: [node('a'), node('b')], pods: [pod('x', 'a', { cpu: 2 }), pod('y', 'b', { cpu: 1 })], leave: ['a'] },
    'fits',
  ],
  'room to the last: 4 cores, 1 + 3': [
    { nodes: [node('a'), node('b')], pods: [pod('x', 'a', { cpu: 3 }), pod('y', 'b', { cpu: 1 })], leave: ['a'] },
    'fits',
  ],
  'no room: 4 cores, 1 + 3.5': [
    { nodes: [node('a'), node('b')], pods: [pod('x', 'a', { cpu: 3.5 }), pod('y', 'b', { cpu: 1 })], leave: ['a'] },
    '1 room',
  ],
  'no room: 16 GiB, 10 + 7': [
    { nodes: [node('a'), node('b')], pods: [pod('x', 'a', { memory: 7 }), pod('y', 'b', { memory: 10 })], leave: ['a'] },
    '1 room',
  ],
  'no room: 2 pods a node, and two there': [
    { nodes: [node('a', { pods: 2 }), node('b', { pods: 2 })], pods: [pod('x', 'a'), pod('y', 'b'), pod('z', 'b')], leave: ['a'] },
    '1 room',
  ],
  'a node more of 4 cores: 3.5 fit': [
    { nodes: [node('a'), node('b')], pods: [pod('x', 'a', { cpu: 3.5 }), pod('y', 'b', { cpu: 1 })], leave: ['a'], arrive: 1 },
    'fits',
  ],
  'a DaemonSet takes 1 of the new node, too: 3.5 of 3 do not fit': [
    {
      nodes: [node('a')],
      pods: [pod('x', 'a', { cpu: 3.5 }), pod('ds', 'a', { cpu: 1, kind: 'DaemonSet', owner: 'agent' })],
      leave: ['a'],
      arrive: 1,
    },
    '1 room',
  ],
  'pods of a DaemonSet are not evicted': [
    { nodes: [node('a')], pods: [pod('ds', 'a', { kind: 'DaemonSet', owner: 'agent' })], leave: ['a'] },
    'fits',
  ],
  'three of 3 cores on two nodes of 4: 2 fit': [
    { nodes: [node('a', { cpu: 9 }), node('b'), node('c')], pods: [1, 2, 3].map((n) => pod(`x${n}`, 'a', { cpu: 3 })), leave: ['a'] },
    '1 room',
  ],
  'five of 2 cores on two nodes of 4: 10 of 8': [
    {
      nodes: [node('a', { cpu: 10 }), node('b'), node('c')],
      pods: [1, 2, 3, 4, 5].map((n) => pod(`x${n}`, 'a', { cpu: 2 })),
      leave: ['a'],
    },
    '1 room',
  ],
  'large ones first: 3, 1, 3, 1 on two nodes of 4': [
    {
      nodes: [node('a', { cpu: 8 }), node('b'), node('c')],
      pods: [3, 1, 3, 1].map((cpu, n) => pod(`x${n}`, 'a', { cpu, owner: `w${n}` })),
      leave: ['a'],
    },
    'fits',
  ],
  'a GPU that no other node has': [{ nodes: [node('a'), node('b')], pods: [pod('x', 'a', { spec: gpu })], leave: ['a'] }, '1 room'],
  'a label that another node has': [
    { nodes: [node('a'), node('b', { labels: { disk: 'ssd' } })], pods: [pod('x', 'a', { spec: selecting('ssd') })], leave: ['a'] },
    'fits',
  ],
  'a label that no node has': [
    { nodes: [node('a'), node('b', { labels: { disk: 'hdd' } })], pods: [pod('x', 'a', { spec: selecting('ssd') })], leave: ['a'] },
    '1 nodes',
  ],
  'a label that the new node will have': [
    {
      nodes: [node('a', { labels: { disk: 'ssd' } }), node('b')],
      pods: [pod('x', 'a', { spec: selecting('ssd') })],
      leave: ['a'],
      arrive: 1,
    },
    'fits',
  ],
  'a taint': [{ nodes: [node('a'), node('b', { taints: [dedicated] })], pods: [pod('x', 'a')], leave: ['a'] }, '1 nodes'],
  'a taint that is tolerated': [
    {
      nodes: [node('a'), node('b', { taints: [dedicated] })],
      pods: [pod('x', 'a', { spec: { containers: [], tolerations: [{ key: 'team', operator: 'Exists' }] } })],
      leave: ['a'],
    },
    'fits',
  ],
  'a taint that is merely preferred': [
    { nodes: [node('a'), node('b', { taints: [{ ...dedicated, effect: 'PreferNoSchedule' }] })], pods: [pod('x', 'a')], leave: ['a'] },
    'fits',
  ],
  'the name of a node that leaves': [
    {
      nodes: [node('a'), node('b')],
      pods: [pod('x', 'a', { spec: { containers: [], nodeSelector: { [host]: 'a' } } })],
      leave: ['a'],
      arrive: 1,
    },
    '1 nodes',
  ],
  'a disk of zone 1, and a node there': [
    { nodes: [...three, node('d')], pods: [pod('x', 'a', { claim: 'data' })], leave: ['a'], volumes: [disk('data', 1)] },
    'fits',
  ],
  'a disk of zone 1, which is gone': [
    { nodes: three, pods: [pod('x', 'a', { claim: 'data' })], leave: ['a'], volumes: [disk('data', 1)] },
    '1 volumes',
  ],
  'a disk of zone 1, and a node that comes in no one knows which': [
    { nodes: three, pods: [pod('x', 'a', { claim: 'data' })], leave: ['a'], volumes: [disk('data', 1)], arrive: 1 },
    '1 volumes',
  ],
  'a disk of zone 1, and a node that comes there': [
    { nodes: three, pods: [pod('x', 'a', { claim: 'data' })], leave: ['a'], volumes: [disk('data', 1)], arrive: 1, zone: 'r-1' },
    'fits',
  ],
  'apart by node, 3 on 3: no node is free': [{ nodes: three, pods: oneEach(apart(host)), leave: ['a'] }, '1 rules perhaps'],
  'apart by node, 3 on 3 and one more': [{ nodes: three, pods: oneEach(apart(host)), leave: ['a'], arrive: 1 }, 'fits'],
  'apart by zone, and the new one is in its zone': [
    { nodes: three, pods: oneEach(apart(zoneKey)), leave: ['a'], arrive: 1, zone: 'r-1' },
    'fits',
  ],
  'kept away by what another pod says': [
    {
      nodes: [node('a'), node('b')],
      pods: [pod('x', 'a', { owner: 'web' }), pod('y', 'b', { owner: 'loner', spec: apart(host) })],
      leave: ['a'],
    },
    '1 rules perhaps',
  ],
  'spread over zones by 1: 0 1 1, and 2 - 0 is more': [{ nodes: three, pods: oneEach(spread(zoneKey)), leave: ['a'] }, '1 rules perhaps'],
  'spread over zones by 2: 0 1 1, and 2 - 0 is not': [
    { nodes: three, pods: oneEach(spread(zoneKey, { maxSkew: 2 })), leave: ['a'] },
    'fits',
  ],
  'spread over zones, with a second node there': [{ nodes: [...three, node('d')], pods: oneEach(spread(zoneKey)), leave: ['a'] }, 'fits'],
  'spread over nodes by 1: 0 1 1, and the new one has 0': [{ nodes: three, pods: oneEach(spread(host)), leave: ['a'], arrive: 1 }, 'fits'],
  'spread that is merely preferred': [
    { nodes: three, pods: oneEach(spread(zoneKey, { whenUnsatisfiable: 'ScheduleAnyway' })), leave: ['a'] },
    'fits',
  ],
  'a spread of other pods is none of its': [
    { nodes: three, pods: oneEach(spread(zoneKey, { labelSelector: { matchLabels: { app: 'other' } } })), leave: ['a'] },
    'fits',
  ],
};

describe('where evicted pods go', () => {
  test.each(Object.entries(cases))('%s', (_name, [given, expected]) => expect(missing(given)).toBe(expected));
});
