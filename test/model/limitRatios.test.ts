import { expect, test } from 'vitest';
import { highLimits } from '../../src/model/limitRatios.ts';
import type { PodSpec } from '../../src/wire.ts';

const most = { cpu: 2, memory: 1.5 };
const said = (resources: object, spec: object = {}) =>
  highLimits({ containers: [{ name: 'app', resources }], ...spec } as PodSpec, '/spec', most).map(({ of, what }) => `${of}: ${what}`);

test.each<[string, object, string[]]>([
  ['500m over 250m is 2', { requests: { cpu: '250m' }, limits: { cpu: '500m' } }, []],
  ['1 over 100m is 10', { requests: { cpu: '100m' }, limits: { cpu: 1 } }, ['app: cpu 10 times']],
  ['0.3 over 0.1 is 3, and allowed 2', { requests: { cpu: '0.1' }, limits: { cpu: '0.3' } }, ['app: cpu 3 times']],
  ['201m over 100m is 2.01', { requests: { cpu: '100m' }, limits: { cpu: '201m' } }, ['app: cpu 2.01 times']],
  ['1.5Gi over 1Gi', { requests: { memory: '1Gi' }, limits: { memory: '1.5Gi' } }, []],
  ['2Gi over 1e9 is 2.147', { requests: { memory: '1e9' }, limits: { memory: '2Gi' } }, ['app: memory 2.15 times']],
  ['300M over 200M is 1.5', { requests: { memory: '200M' }, limits: { memory: '300M' } }, []],
  ['a limit alone is its own request', { limits: { cpu: '4' } }, []],
  ['a request alone', { requests: { cpu: '4' } }, []],
  ['a request of nothing', { requests: { cpu: 0 }, limits: { cpu: '1' } }, ['app: cpu over a request of 0']],
  ['a malformed quantity', { requests: { cpu: '1 core' }, limits: { cpu: '9' } }, []],
])('%s', (_name, resources, expected) => {
  expect(said(resources)).toEqual(expected);
});

test('the pod as a whole', () => {
  expect(said({}, { resources: { requests: { cpu: '1' }, limits: { cpu: '3' } } })).toEqual(['pod: cpu 3 times']);
});
