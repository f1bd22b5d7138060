import { expect, test } from 'vitest';
import { drains } from '../../src/model/drain.ts';
import { landscape } from '../../src/model/landscape.ts';
import { placedWorkloads } from '../../src/model/placed.ts';
import { obstacleOf, type WorkloadDrainFacts } from '../../src/model/workloadDrain.ts';
import { zoneLosses } from '../../src/model/zoneFailure.ts';
import type { AgentPool, Pod } from '../../src/wire.ts';
import { factsOf, node, pod } from '../support/landscape.ts';

// The largest clusters that AKS supports, when it is asked for: SIMULATION_NODES=5000 npx vitest run test/model/simulationScale.test.ts
const nodeCount = Number(process.env.SIMULATION_NODES ?? 500);
const podsOfNode = 40;
const replicas = 10;

/** Ten replicas a workload, each spread over nodes or zones or apart, of a spec that load has made one object. */
function clusterOf(count: number): WorkloadDrainFacts {
  const nodes = Array.from({ length: count }, (_, at) =>
    node(`n${String(at).padStart(5, '0')}`, { cpu: 16, memory: 64, zone: (at % 3) + 1, pool: at % 10 === 0 ? 'tight' : 'apps' }),
  );
  const pods: Pod[] = [];
  for (let at = 0; at < (count * podsOfNode) / replicas; at++) {
    const owner = `w${at}`;
    const labelSelector = { matchLabels: { app: owner } };
    const rules =
      at % 3 === 0
        ? {
            topologySpreadConstraints: [
              { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector },
            ],
          }
        : at % 3 === 1
          ? {
              affinity: {
                podAntiAffinity: {
                  requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector }],
                },
              },
            }
          : {};
    const first = pod(owner, undefined, { owner, cpu: 0.1 + (at % 7) * 0.1, memory: 1, spec: undefined as never });
    const spec = { ...first.spec, ...rules };
    for (let replica = 0; replica < replicas; replica++) {
      const nodeName = nodes[(at * 7 + replica * 11) % count]?.metadata.name ?? '';
      pods.push({ ...first, metadata: { ...first.metadata, name: `${owner}-${replica}` }, spec, nodeName, status: { phase: 'Running' } });
    }
  }
  const pool = (name: string, upgradeSettings: object): AgentPool => ({
    id: `/${name}`,
    name,
    type: 'x/agentPools',
    properties: { upgradeSettings, enableAutoScaling: true, maxCount: count, availabilityZones: ['1', '2', '3'] },
  });
  const agentPools = [pool('apps', { maxSurge: '1' }), pool('tight', { maxSurge: '0', maxUnavailable: '1' })];
  return factsOf({ nodes, pods, agentPools });
}

test(`${nodeCount} nodes with ${nodeCount * podsOfNode} pods are simulated in seconds`, () => {
  const facts = clusterOf(nodeCount);
  const times: Record<string, number> = {};
  const timed = <T>(name: string, run: () => T): T => {
    const start = performance.now();
    const result = run();
    times[name] = Math.round(performance.now() - start);
    return result;
  };
  expect(timed('landscape', () => landscape(facts)).hosts.size).toBe(nodeCount);
  expect(timed('drains', () => drains(facts))).toHaveLength(2);
  expect(timed('zones', () => zoneLosses(facts))).toHaveLength(3);
  const workloads = timed('placed', () => placedWorkloads(facts)).all();
  expect(timed('obstacles', () => workloads.filter((each) => obstacleOf(each, facts) !== undefined))).toEqual([]);
  if (process.env.SIMULATION_NODES !== undefined) console.log(times);
  expect(Object.values(times).reduce((sum, each) => sum + each, 0)).toBeLessThan(nodeCount * 20);
}, 120_000);
