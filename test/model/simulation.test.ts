import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { disruptedNodes, drains, paceOf } from '../../src/model/drain.ts';
import { arrivals, type Missing, place } from '../../src/model/fit.ts';
import { type Host, landscape } from '../../src/model/landscape.ts';
import { placedWorkloads } from '../../src/model/placed.ts';
import { obstacleOf } from '../../src/model/workloadDrain.ts';
import { nodesInZones, worstZone, zoneLosses, zonesOfWorkload } from '../../src/model/zoneFailure.ts';
import type { AgentPool, KarpenterNodePool, Node, Pod, PodSpec } from '../../src/wire.ts';
import { disk, factsOf, node, pod } from '../support/landscape.ts';

const poolOf = (upgradeSettings: object, more: object = {}): AgentPool => ({
  id: '/apps',
  name: 'apps',
  type: 'x/agentPools',
  properties: { upgradeSettings, ...more },
});
const karpenter = (budgets: object[] | undefined) =>
  ({ spec: { disruption: budgets === undefined ? {} : { budgets } } }) as KarpenterNodePool;

describe('how many nodes of a pool are drained at a time', () => {
  test.each<[string, object, number, string]>([
    ['nothing is set, of 3: a tenth, at least 1', {}, 3, '1 after a surge'],
    ['nothing is set, of 25: 2.5 rounds up to 3', {}, 25, '3 after a surge'],
    ['33% of 3: 0.99 rounds up to 1', { maxSurge: '33%' }, 3, '1 after a surge'],
    ['33% of 10: 3.3 rounds up to 4', { maxSurge: '33%' }, 10, '4 after a surge'],
    ['5 of 3: no more than there are', { maxSurge: '5' }, 3, '3 after a surge'],
    ['100% of 3', { maxSurge: '100%' }, 3, '3 after a surge'],
    ['no surge, and 2 unavailable', { maxSurge: '0', maxUnavailable: '2' }, 5, '2'],
    ['no surge, and 50% of 5: 2.5 rounds up to 3', { maxSurge: '0%', maxUnavailable: '50%' }, 5, '3'],
    ['no surge, and nothing said: 1', { maxSurge: '0' }, 5, '1'],
    ['both: the surge comes first', { maxSurge: '1', maxUnavailable: '3' }, 5, '1 after a surge'],
  ])('%s', (_name, settings, count, expected) => {
    const { nodes, surge } = paceOf(poolOf(settings), count);
    expect(`${nodes}${surge ? ' after a surge' : ''}`).toBe(expected);
  });
  test.each<[string, object[] | undefined, number, number]>([
    ['no budgets, of 25: 10% is 2.5, which rounds up to 3', undefined, 25, 3],
    ['the least of two: min(20% of 10 = 2, 5) = 2', [{ nodes: '20%' }, { nodes: '5' }], 10, 2],
    ['none at all: 0', [{ nodes: '0' }], 10, 0],
    ['a budget for other reasons does not count: 10', [{ nodes: '1', reasons: ['Empty'] }], 10, 10],
    ['a scheduled one leaves the rest of the day free: 10', [{ nodes: '0', schedule: '@daily', duration: '8h' }], 10, 10],
  ])('Karpenter: %s', (_name, budgets, count, expected) => expect(disruptedNodes(karpenter(budgets), count)).toBe(expected));
});

describe('nodes in the zones of a pool', () => {
  test('2 and 1, and none in the third that it names', () => {
    const land = landscape(factsOf({ nodes: [node('a'), node('b'), node('c', { zone: 2 })] }));
    expect(Object.fromEntries(nodesInZones(poolOf({}, { availabilityZones: ['1', '2', '3'] }), [...land.hosts.values()]))).toEqual({
      'r-1': 2,
      'r-2': 1,
      'r-3': 0,
    });
  });
});

describe('the worst zone of a workload', () => {
  test.each<[string, Record<string, number>, number, string]>([
    ['2 1 1: 4 - 2 = 2', { a: 2, b: 1, c: 1 }, 0, 'a 2 2'],
    ['1 1: 2 - 1 = 1, the first by name', { b: 1, a: 1 }, 0, 'a 1 1'],
    ['3 in one: none', { a: 3 }, 0, 'a 3 0'],
    ['3 in one and 1 outside: 1', { a: 3 }, 1, 'a 3 1'],
  ])('%s', (_name, byZone, outside, expected) => {
    const { zone, lost, left } = worstZone({ byZone: new Map(Object.entries(byZone)), outside });
    expect(`${zone} ${lost} ${left}`).toBe(expected);
  });
});

const outcome = (missing: readonly Missing[]): string =>
  missing.map(({ count, why, certain }) => `${count} ${why}${certain ? '' : ' perhaps'}`).join(', ') || 'fits';

describe('the worst batch of a pool of three nodes with 4 cores each', () => {
  const nodes = ['a', 'b', 'c'].map((name, at) => node(name, { zone: at + 1 }));
  test.each<[string, object, number[], string]>([
    ['one away, 2 + 1 + 1: 2 of the 3 + 3 left', { maxSurge: '0', maxUnavailable: '1' }, [2, 1, 1], 'fits'],
    ['one away, 3 + 3 + 3: 3 of the 1 + 1 left', { maxSurge: '0', maxUnavailable: '1' }, [3, 3, 3], '1 room'],
    ['two away, 2 + 2 + 2: 4 of the 2 left, one has room', { maxSurge: '0', maxUnavailable: '2' }, [2, 2, 2], '1 room'],
    ['all away, 1 + 1 + 1: nothing is left', { maxSurge: '0', maxUnavailable: '3' }, [1, 1, 1], '1 nodes, 1 nodes, 1 nodes'],
    ['one added before, 3 + 3 + 3: 3 of the 4 that came', { maxSurge: '1' }, [3, 3, 3], 'fits'],
    ['three added before, 4 + 4 + 4: 12 of the 12 that came', { maxSurge: '100%' }, [4, 4, 4], 'fits'],
  ])('%s', (_name, settings, cpus, expected) => {
    const pods = cpus.map((cpu, at) => pod(`web-${at}`, nodes[at]?.metadata.name, { cpu }));
    const [drained] = drains(factsOf({ nodes, pods, agentPools: [poolOf(settings)] }));
    expect(outcome(drained?.worst.missing ?? [])).toBe(expected);
  });
});

describe('the loss of a zone, of three with a node of 4 cores each', () => {
  const nodes = ['a', 'b', 'c'].map((name, at) => node(name, { zone: at + 1 }));
  const autoscaled = (maxCount: number) => [poolOf({}, { enableAutoScaling: true, minCount: 3, maxCount, count: 3 })];
  test.each<[string, number[], AgentPool[], string[]]>([
    ['2 + 2 + 2: 2 of the 2 + 2 left', [2, 2, 2], [], ['fits', 'fits', 'fits']],
    ['3 + 2 + 2: 3 of the 2 + 2 left, of which no node has 3; 2 of the 1 + 2', [3, 2, 2], [], ['1 room', 'fits', 'fits']],
    ['3 + 3 + 3: 3 of the 1 + 1 left', [3, 3, 3], [], ['1 room', '1 room', '1 room']],
    ['3 + 3 + 3, and a node of 4 may be added', [3, 3, 3], autoscaled(4), ['fits', 'fits', 'fits']],
    ['3 + 3 + 3, and the pool is at its maximum of 3', [3, 3, 3], autoscaled(3), ['1 room', '1 room', '1 room']],
  ])('%s', (_name, cpus, agentPools, expected) => {
    const pods = cpus.map((cpu, at) => pod(`web-${at}`, nodes[at]?.metadata.name, { cpu }));
    expect(zoneLosses(factsOf({ nodes, pods, agentPools })).map(({ missing }) => outcome(missing))).toEqual(expected);
  });
  test('a disk of the lost zone binds its workload, whatever room there is', () => {
    const pods = [pod('db-0', 'a', { owner: 'db', claim: 'data' })];
    const losses = zoneLosses(factsOf({ nodes, pods, persistentVolumes: [disk('data', 1)] }));
    expect(losses.map(({ zone, bound }) => [zone, [...bound].map(({ name }) => name)])).toEqual([
      ['r-1', ['db']],
      ['r-2', []],
      ['r-3', []],
    ]);
  });
});

/** Small clusters: nodes of 2 to 8 cores in three zones, pods of up to 4 cores on them, some with a rule. */
const rules: (PodSpec | undefined)[] = [
  undefined,
  undefined,
  {
    containers: [],
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'w2' } } },
        ],
      },
    },
  },
  {
    containers: [],
    topologySpreadConstraints: [
      {
        topologyKey: 'topology.kubernetes.io/zone',
        maxSkew: 1,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'w3' } },
      },
    ],
  },
];
const aCluster = fc
  .record({
    sizes: fc.array(fc.integer({ min: 2, max: 8 }), { minLength: 2, maxLength: 6 }),
    pods: fc.array(fc.record({ at: fc.nat(5), cpu: fc.integer({ min: 1, max: 4 }), workload: fc.nat(3) }), { maxLength: 12 }),
    leaving: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ sizes, pods, leaving }) => {
    const nodes = sizes.map((cpu, at) => node(`n${at}`, { cpu, zone: (at % 3) + 1 }));
    const running = pods.map(({ at, cpu, workload }, index) => {
      const made = pod(`p${index}`, `n${at % sizes.length}`, { owner: `w${workload}`, cpu });
      return { ...made, spec: { ...made.spec, ...rules[workload], containers: made.spec?.containers ?? [] } } as Pod;
    });
    return { nodes, pods: running, leaving: nodes.slice(0, leaving).map(({ metadata }) => metadata.name) };
  });

function placed(nodes: readonly Node[], pods: readonly Pod[], leaving: readonly string[], add = 0): readonly Missing[] {
  const land = landscape(factsOf({ nodes, pods }));
  const hosts = leaving.map((name) => land.hosts.get(name) as Host);
  return place(land, hosts, add === 0 ? [] : [arrivals(land, hosts[0] as Host, add, 0, hosts[0]?.zone)]);
}
const isShort = (missing: readonly Missing[]) => missing.some(({ certain }) => certain);

describe('a simulation never gets worse by', () => {
  test('a node more: what was not surely short does not become so', () => {
    fc.assert(
      fc.property(aCluster, fc.integer({ min: 2, max: 8 }), ({ nodes, pods, leaving }, cpu) => {
        const after = placed([...nodes, node('m', { cpu, zone: 2 })], pods, leaving);
        expect(isShort(after) && !isShort(placed(nodes, pods, leaving))).toBe(false);
      }),
    );
  });
  test('a node more, where pods are of one size and keep no rules: what fits still fits, and no more are left over', () => {
    const count = (missing: readonly Missing[]) => missing.reduce((sum, each) => sum + each.count, 0);
    fc.assert(
      fc.property(aCluster, fc.integer({ min: 2, max: 8 }), ({ nodes, pods, leaving }, cpu) => {
        const alike = pods.map((each, at) => pod(`p${at}`, each.nodeName, { owner: 'w0', cpu: 2 }));
        expect(count(placed([...nodes, node('m', { cpu })], alike, leaving))).toBeLessThanOrEqual(count(placed(nodes, alike, leaving)));
      }),
    );
  });
  test('a pod less to place', () => {
    fc.assert(
      fc.property(aCluster, ({ nodes, pods, leaving }) => {
        expect(isShort(placed(nodes, pods.slice(1), leaving)) && !isShort(placed(nodes, pods, leaving))).toBe(false);
      }),
    );
  });
  test('as many nodes added as leave: what fitted those fits these, but for what rules say', () => {
    fc.assert(
      fc.property(aCluster, ({ nodes, pods, leaving }) => {
        const alike = nodes.map((each) => node(each.metadata.name, { cpu: 48, memory: 99 }));
        expect(placed(alike, pods, leaving, leaving.length).filter(({ why }) => why !== 'rules')).toEqual([]);
      }),
    );
  });
});

describe('a workload never fares worse by', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const nodes = names.map((name, at) => node(name, { zone: (at % 3) + 1, cpu: 99, memory: 999 }));
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
  };
  const stateful = (replicas: number) => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { replicas },
  });
  const run = (at: readonly number[], surge: string, budgeted: boolean) => {
    const facts = factsOf({
      nodes,
      pods: at.map((index, replica) => pod(`web-${replica}`, names[index], {})),
      agentPools: [poolOf({ maxSurge: surge })],
      statefulSets: [stateful(at.length)],
      podDisruptionBudgets: budgeted ? [budget] : [],
    });
    const [workload] = placedWorkloads(facts).all();
    if (workload === undefined) throw new Error('there is a workload');
    return { drained: obstacleOf(workload, facts) === undefined, inZones: zonesOfWorkload(workload, facts).byZone.size, facts };
  };
  const places = fc.array(fc.nat(5), { minLength: 1, maxLength: 5 });
  const surges = fc.constantFrom('1', '2', '50%', '100%');
  test('a replica more, wherever it is: in a drain', () => {
    fc.assert(
      fc.property(places, fc.nat(5), surges, fc.boolean(), (at, more, surge, budgeted) => {
        expect(run(at, surge, budgeted).drained && !run([...at, more], surge, budgeted).drained).toBe(false);
      }),
    );
  });
  test('a replica more, wherever it is: in the loss of a zone', () => {
    fc.assert(
      fc.property(places, fc.nat(5), (at, more) => {
        expect(run([...at, more], '1', false).inZones).toBeGreaterThanOrEqual(run(at, '1', false).inZones);
      }),
    );
  });
  test('nodes drained one at a time and not all at once', () => {
    fc.assert(
      fc.property(places, fc.boolean(), (at, budgeted) => {
        expect(run(at, '100%', budgeted).drained && !run(at, '1', budgeted).drained).toBe(false);
      }),
    );
  });
  test('the order in which it was read', () => {
    fc.assert(
      fc.property(aCluster, ({ nodes: some, pods }) => {
        const told = (one: readonly Node[], other: readonly Pod[]) => {
          const facts = factsOf({
            nodes: one,
            pods: other,
            agentPools: [poolOf({ maxSurge: '0', maxUnavailable: '1' })],
          });
          const worst = drains(facts).map(({ worst }) => [
            worst.batch.map(({ name }) => name),
            worst.missing.reduce((sum, { count }) => sum + count, 0),
          ]);
          return JSON.stringify([
            worst,
            zoneLosses(facts).map(({ zone, missing }) => [zone, missing.reduce((sum, { count }) => sum + count, 0)]),
          ]);
        };
        expect(told([...some].reverse(), pods)).toBe(told(some, pods));
      }),
    );
  });
});
