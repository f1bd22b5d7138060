import { expect, test } from 'vitest';
import { containersOf, isSidecar, longRunningContainers } from '../../src/model/podSpecs.ts';
import type { PodSpec } from '../../src/wire.ts';

const spec: PodSpec = {
  containers: [{ name: 'app' }, { name: 'proxy', restartPolicy: 'Always' }],
  initContainers: [{ name: 'migrate' }, { name: 'logs', restartPolicy: 'Always' }, { name: 'again', restartPolicy: 'OnFailure' }],
  ephemeralContainers: [{ name: 'debug' }],
};

test('containers of every kind, with where they stand', () => {
  expect(containersOf(spec).map(({ container, kind, index, pointer }) => [container.name, kind, index, pointer])).toEqual([
    ['app', 'containers', 0, '/spec/containers/0'],
    ['proxy', 'containers', 1, '/spec/containers/1'],
    ['migrate', 'initContainers', 0, '/spec/initContainers/0'],
    ['logs', 'initContainers', 1, '/spec/initContainers/1'],
    ['again', 'initContainers', 2, '/spec/initContainers/2'],
    ['debug', 'ephemeralContainers', 0, '/spec/ephemeralContainers/0'],
  ]);
});

test('pointers of a template', () => {
  expect(containersOf(spec, '/spec/template/spec')[0]?.pointer).toBe('/spec/template/spec/containers/0');
});

test('an index counts what is null too', () => {
  const holed = { containers: [null, { name: 'app' }], initContainers: null } as unknown as PodSpec; // as YAML may have it
  expect(containersOf(holed).map(({ pointer }) => pointer)).toEqual(['/spec/containers/1']);
});

test.each([undefined, null, {}])('nothing in %j', (nothing) => {
  expect(containersOf(nothing)).toEqual([]);
});

test('sidecars are init containers that are always restarted', () => {
  expect(
    containersOf(spec)
      .filter(isSidecar)
      .map(({ container }) => container.name),
  ).toEqual(['logs']);
});

test('long-running are containers and sidecars', () => {
  expect(longRunningContainers(spec).map(({ container }) => container.name)).toEqual(['app', 'proxy', 'logs']);
});
