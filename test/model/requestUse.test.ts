import { expect, test } from 'vitest';
import { overRequesters, shareOf, usedBy, useOf } from '../../src/model/requestUse.ts';
import { workloadPods } from '../../src/model/workloadPods.ts';
import type { PodMetrics } from '../../src/wire.ts';
import { factsOf, pod } from '../support/landscape.ts';

const measured = (name: string, cpu: string, memory: string): PodMetrics => ({
  apiVersion: 'metrics.k8s.io/v1beta1',
  kind: 'PodMetrics',
  metadata: { name, namespace: 'shop' },
  containers: [{ name: 'app', usage: { cpu, memory } }],
});
const pods = [
  pod('a', 'n', { cpu: 1, memory: 1 }),
  pod('b', 'n', { cpu: 3, memory: 1, owner: 'db' }),
  pod('c', 'n', { cpu: 9, owner: 'unmeasured' }),
];
const used = usedBy([measured('a', '500m', '256Mi'), measured('b', '500000000n', '256Mi')]);

test('0.5 of 1 and 0.5 of 3 cores: 1000 of 4000 thousandths, a quarter; one that was not measured does not count', () => {
  const { cpu, memory } = useOf(pods, used);
  expect(cpu).toEqual({ requested: 4000, used: 1000 });
  expect([shareOf(cpu), shareOf(memory)]).toEqual([0.25, 0.25]);
});
test('nothing asked for is no share', () => expect(shareOf({ requested: 0, used: 5 })).toBeUndefined());
test('3 - 0.5 cores come before 1 - 0.5', () => {
  const names = overRequesters(workloadPods(factsOf({ pods })).values(), used, 10).map(({ workload }) => workload.name);
  expect(names).toEqual(['db', 'web']);
});
