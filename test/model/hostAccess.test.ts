import { expect, test } from 'vitest';
import { hostAccess, ownsNode } from '../../src/model/hostAccess.ts';
import type { Shape } from '../../src/model/workloads.ts';
import type { PodSpec } from '../../src/wire.ts';

const shape = (spec: PodSpec): Shape => ({
  source: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } },
  pointer: '/spec',
  metadata: {},
  spec,
});
const logs = (path: string, readOnly?: boolean): PodSpec => ({
  volumes: [{ name: 'logs', hostPath: { path } }],
  containers: [{ name: 'a', volumeMounts: [{ name: 'logs', mountPath: '/logs', ...(readOnly === undefined ? {} : { readOnly }) }] }],
});

test.each<[string, PodSpec, readonly string[], string[]]>([
  ['nothing', { containers: [{ name: 'a' }] }, [], []],
  ['each namespace', { hostNetwork: true, hostPID: true, hostIPC: true }, [], ['/spec/hostNetwork', '/spec/hostPID', '/spec/hostIPC']],
  [
    'a port of an init container',
    { initContainers: [{ name: 'i', ports: [{ hostPort: 53 }] }] },
    [],
    ['/spec/initContainers/0/ports/0/hostPort'],
  ],
  [
    'ports on the network of the host',
    { hostNetwork: true, containers: [{ name: 'a', ports: [{ hostPort: 53 }] }] },
    [],
    ['/spec/hostNetwork'],
  ],
  ['an allowed path, read-only', logs('/var/log/pods/', true), ['/var/log/'], []],
  ['an allowed path, written to', logs('/var/log/pods', false), ['/var/log'], ['/spec/volumes/0/hostPath/path']],
  ['an allowed path, not said to be read-only', logs('/var/log/pods'), ['/var/log'], ['/spec/volumes/0/hostPath/path']],
  ['everything is allowed, but not a socket', logs('/run/containerd/containerd.sock', true), ['/'], ['/spec/volumes/0/hostPath/path']],
  ['nulls, as YAML may have them', { volumes: null, containers: null } as unknown as PodSpec, [], []],
])('%s', (_name, spec, allowed, expected) => {
  expect(hostAccess(shape(spec), allowed).map(({ pointer }) => pointer)).toEqual(expected);
});

test.each([
  ['/', true],
  ['/run', true],
  ['//var/./run/', true],
  ['/run/containerd/containerd.sock', true],
  ['/var/run/docker.sock', true],
  ['/run/secrets', false],
  ['/runtime', false],
  ['/var/log', false],
])('whoever has %s owns the node: %s', (path, expected) => {
  expect(ownsNode(path)).toBe(expected);
});
