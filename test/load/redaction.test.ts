import { expect, test } from 'vitest';
import { createInterner } from '../../src/load/intern.ts';
import type { KubernetesObject } from '../../src/wire.ts';

const canary = 'canary-3f9a';
const spec = () => ({
  containers: [{ name: 'app', image: 'shop:1', args: ['--token', canary], env: [{ name: 'A', value: canary }] }],
});
const annotations = () => ({ hook: `https://u:${canary}@example.com`, 'kubectl.kubernetes.io/last-applied-configuration': canary });
const object = (apiVersion: string, kind: string, more: object): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web', namespace: 'shop', annotations: annotations() },
  ...more,
});
const template = () => ({ metadata: { annotations: annotations() }, spec: spec() });

test('what users bring is redacted like what is collected, and what was collected is read again', () => {
  const intern = createInterner();
  const pod = intern(object('v1', 'Pod', { spec: spec() }), 'pods');
  const others = [
    intern(object('apps/v1', 'Deployment', { spec: { template: template() } }), 'deployments'),
    intern(object('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template: template() } } } }), 'cronJobs'),
  ];
  expect(JSON.stringify([pod, others])).not.toContain(canary);
  expect(JSON.stringify([pod, others]).match(/"length":11/g)).toHaveLength(6);
  if (!('object' in pod)) throw new Error('a misfit');
  const again = createInterner()(structuredClone(pod.object), 'pods');
  expect(again).toEqual(pod);
});

test('replicas of one template share one spec, redacted once', () => {
  const intern = createInterner();
  const specs = ['a', 'b'].map((name) => {
    const interned = intern({ ...object('v1', 'Pod', { spec: spec() }), metadata: { name } }, 'pods');
    return 'object' in interned ? (interned.object as { spec?: object }).spec : undefined;
  });
  expect(specs[0]).toBe(specs[1]);
  expect(Object.isFrozen(specs[0])).toBe(true);
});

test('an argument that is no text is a misfit still', () => {
  const wrong = object('v1', 'Pod', { spec: { containers: [{ name: 'app', args: [5] }] } });
  expect(createInterner()(wrong, 'pods')).toEqual({ misfit: '/spec/containers/0/args/0' });
});

test('of a Secret only what it is for is kept, of a ConfigMap its keys', () => {
  const intern = createInterner();
  const held = { data: { token: canary }, stringData: { token: canary }, binaryData: { token: canary } };
  const secret = intern(object('v1', 'Secret', { type: 'Opaque', ...held }), 'secrets');
  const configMap = intern(object('v1', 'ConfigMap', held), 'configMaps');
  expect(JSON.stringify([secret, configMap])).not.toContain(canary);
  expect(Object.keys('object' in secret ? secret.object : {})).toEqual(['apiVersion', 'kind', 'metadata', 'type']);
  expect(configMap).toMatchObject({ object: { data: { token: { redacted: { length: 11 } } } } });
});
