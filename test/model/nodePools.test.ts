import { describe, expect, test } from 'vitest';
import { nodeNameOf, poolMode, poolSize, repelsApplications, surgeOf } from '../../src/model/nodePools.ts';
import { isStopped } from '../../src/model/power.ts';
import { parseVersion, supportedSkew } from '../../src/model/versions.ts';
import type { AgentPool, Pod } from '../../src/wire.ts';

type Properties = AgentPool['properties'];
const pool = (properties: Properties): AgentPool => ({ id: '/pools/p', name: 'p', type: 'x/agentPools', properties });

describe('the size of a pool', () => {
  test.each<[string, Properties, [number | undefined, number | undefined, number | undefined], string]>([
    ['fixed: count is both bounds', { count: 3 }, [3, 3, 3], '/properties/count'],
    [
      'autoscaled: the bounds, not the nodes of the moment',
      { count: 7, enableAutoScaling: true, minCount: 2, maxCount: 9 },
      [2, 9, 7],
      '/properties/minCount',
    ],
    [
      'bounds that are left over from autoscaling do not count',
      { count: 1, enableAutoScaling: false, minCount: 2, maxCount: 9 },
      [1, 1, 1],
      '/properties/count',
    ],
    ['no count at all', {}, [undefined, undefined, undefined], '/properties/count'],
    [
      'machines by hand: 2 + 1 = 3',
      { virtualMachinesProfile: { scale: { manual: [{ count: 2 }, { count: 1 }] } } },
      [3, 3, undefined],
      '/properties/virtualMachinesProfile/scale/manual',
    ],
    [
      'machines autoscaled: 1 + 2 = 3 to 4 + 5 = 9, at 2 + 2 = 4',
      {
        virtualMachinesProfile: {
          scale: {
            autoscale: [
              { minCount: 1, maxCount: 4 },
              { minCount: 2, maxCount: 5 },
            ],
          },
        },
        virtualMachineNodesStatus: [{ count: 2 }, { count: 2 }],
      },
      [3, 9, 4],
      '/properties/virtualMachinesProfile/scale/autoscale',
    ],
    [
      'machines with one profile that says no minimum',
      { virtualMachinesProfile: { scale: { autoscale: [{ maxCount: 4 }] } } },
      [undefined, 4, undefined],
      '/properties/virtualMachinesProfile/scale/autoscale',
    ],
  ])('%s', (_name, properties, [min, max, current], minPointer) => {
    expect(poolSize(pool(properties))).toMatchObject({ min, max, current, minPointer });
  });

  test('the one autoscale profile that older API versions send by itself', () => {
    const sent: unknown = { virtualMachinesProfile: { scale: { autoscale: { size: 'Standard_D2s_v3', minCount: 1, maxCount: 3 } } } };
    expect(poolSize(pool(sent as Properties))).toMatchObject({ autoscaled: true, min: 1, max: 3 }); // not the shape of the SDK
  });
});

describe('surge', () => {
  test.each<[string, string | undefined, number, number]>([
    ['33 % of 10 is 3.3, so 4', '33%', 10, 4],
    ['33 % of 6 is 1.98, so 2', '33%', 6, 2],
    ['7 % of 100 is 7', '7%', 100, 7],
    ['100 % of 5 is 5', '100%', 5, 5],
    ['five, whatever the size', '5', 3, 5],
    ['none', '0', 10, 0],
    ['0 % is none', '0%', 10, 0],
    ['absent: 10 % of 25 is 2.5, so 3', undefined, 25, 3],
    ['absent: one node of 5, as 10 % is less', undefined, 5, 1],
    ['absent: one node of none', undefined, 0, 1],
    ['what is no number is the default', 'all', 20, 2],
  ])('%s', (_name, maxSurge, nodes, surge) => {
    expect(surgeOf(pool(maxSurge === undefined ? {} : { upgradeSettings: { maxSurge } }), nodes)).toBe(surge);
  });
});

describe('the taint that repels applications', () => {
  test.each<[string, boolean]>([
    ['CriticalAddonsOnly=true:NoSchedule', true],
    ['CriticalAddonsOnly=true:NoExecute', true],
    ['CriticalAddonsOnly=TRUE:noschedule', true],
    [' CriticalAddonsOnly=true:NoSchedule ', true],
    ['CriticalAddonsOnly=true:PreferNoSchedule', false],
    ['CriticalAddonsOnly=false:NoSchedule', false],
    ['CriticalAddonsOnly:NoSchedule', false],
    ['criticaladdonsonly=true:NoSchedule', false],
    ['CriticalAddonsOnly=true', false],
    ['', false],
  ])('%j %s', (taint, repels) => {
    expect(repelsApplications(pool({ nodeTaints: [taint] }))).toBe(repels);
  });
});

test('a mode is User when older API versions leave it out', () => {
  expect(poolMode(pool({}))).toBe('user');
  expect(poolMode(pool({ mode: 'System' }))).toBe('system');
});

test('power is off only when it says so', () => {
  expect(isStopped(pool({}))).toBe(false);
  expect(isStopped(pool({ powerState: { code: 'Running' } }))).toBe(false);
  expect(isStopped(pool({ powerState: { code: 'stopped' } }))).toBe(true);
});

test('a pod says where it runs inside its spec or beside it', () => {
  const base: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } };
  expect(nodeNameOf({ ...base, spec: { nodeName: 'a' } })).toBe('a');
  expect(nodeNameOf({ ...base, nodeName: 'b' })).toBe('b');
  expect(nodeNameOf(base)).toBeUndefined();
});

describe('versions', () => {
  test.each<[unknown, unknown]>([
    ['1.34.4', { major: 1, minor: 34, patch: 4 }],
    ['v1.34.4', { major: 1, minor: 34, patch: 4 }],
    ['1.34', { major: 1, minor: 34 }],
    ['v1.33.2-lts', { major: 1, minor: 33, patch: 2 }],
    ['v1.33.2+abc', { major: 1, minor: 33, patch: 2 }],
    ['1', undefined],
    ['latest', undefined],
    ['', undefined],
    [undefined, undefined],
    [1.34, undefined],
  ])('%j', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  test('three behind from 1.28, two before', () => {
    expect([27, 28, 34].map((minor) => supportedSkew({ major: 1, minor }))).toEqual([2, 3, 3]);
  });
});
