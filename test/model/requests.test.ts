import { describe, expect, test } from 'vitest';
import { podRequests } from '../../src/model/requests.ts';
import type { PodSpec } from '../../src/wire.ts';

const asks = (cpu: string, more: object = {}) => ({ resources: { requests: { cpu } }, ...more });
const sidecar = { restartPolicy: 'Always' };
const cases: [name: string, spec: object, milli: number][] = [
  ['one container: 100m', { containers: [asks('100m')] }, 100],
  ['0.1 and 0.2 of a core: 100 + 200 = 300', { containers: [asks('0.1'), asks('0.2')] }, 300],
  ['1.1 cores are 1100, not 1101', { containers: [asks('1.1')] }, 1100],
  ['a part of a thousandth is a whole one: 1', { containers: [asks('100u')] }, 1],
  ['a small init container: max(300, 200) = 300', { containers: [asks('300m')], initContainers: [asks('200m')] }, 300],
  ['a large init container: max(300, 500) = 500', { containers: [asks('300m')], initContainers: [asks('500m')] }, 500],
  [
    'init containers run in turn: max(100, 200, 300) = 300',
    { containers: [asks('100m')], initContainers: [asks('200m'), asks('300m')] },
    300,
  ],
  ['a sidecar runs beside: 300 + 100 = 400', { containers: [asks('300m')], initContainers: [asks('100m', sidecar)] }, 400],
  [
    'an init container after a sidecar: max(100 + 100, 100 + 500) = 600',
    { containers: [asks('100m')], initContainers: [asks('100m', sidecar), asks('500m')] },
    600,
  ],
  [
    'an init container before a sidecar: max(100 + 100, 500) = 500',
    { containers: [asks('100m')], initContainers: [asks('500m'), asks('100m', sidecar)] },
    500,
  ],
  ['a limit alone is the request: 250', { containers: [{ resources: { limits: { cpu: '250m' } } }] }, 250],
  ['a request under its limit: 100', { containers: [{ resources: { requests: { cpu: '100m' }, limits: { cpu: '250m' } } }] }, 100],
  ['overhead on top: 100 + 50 = 150', { containers: [asks('100m')], overhead: { cpu: '50m' } }, 150],
  ['of the pod as a whole: 700, not 100', { containers: [asks('100m')], resources: { requests: { cpu: '700m' } } }, 700],
  [
    'of the pod as a whole, and overhead: 700 + 50 = 750',
    { containers: [asks('100m')], resources: { requests: { cpu: '700m' } }, overhead: { cpu: '50m' } },
    750,
  ],
  ['what no API server takes is none: 0', { containers: [asks('lots')] }, 0],
];

describe('what the scheduler sets aside, in thousandths of a core', () => {
  test.each(cases)('%s', (_name, spec, milli) => expect(podRequests(spec as PodSpec).get('cpu') ?? 0).toBe(milli));
  test('a pod is one pod', () => expect(podRequests({ containers: [] }).get('pods')).toBe(1));
  test('other resources are counted alike: 1 + 1 = 2', () =>
    expect(
      podRequests({
        containers: [
          { name: 'a', resources: { limits: { 'nvidia.com/gpu': '1' } } },
          { name: 'b', resources: { limits: { 'nvidia.com/gpu': '1' } } },
        ],
      }).get('nvidia.com/gpu'),
    ).toBe(2));
});
