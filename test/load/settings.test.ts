import { expect, test } from 'vitest';
import { createInterner } from '../../src/load/intern.ts';
import { redactObject } from '../../src/model/redact.ts';
import type { StateKey } from '../../src/snapshot.ts';
import type { KubernetesObject } from '../../src/wire.ts';

const object = (apiVersion: string, kind: string, spec: object, status: object = {}) =>
  ({ apiVersion, kind, metadata: { name: 'x', namespace: 'shop' }, spec, status }) as KubernetesObject & { spec: object };
const loaded = (key: StateKey, given: KubernetesObject) => createInterner()(structuredClone(given), key);

const release = object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', {
  suspend: true,
  chart: { spec: { chart: 'web' } },
  values: { replicas: 3, on: true, greeting: 'hunter2', nested: [{ password: 'hunter2' }] },
});
const application = object(
  'argoproj.io/v1alpha1',
  'Application',
  {
    destination: { namespace: 'shop' },
    source: {
      repoURL: 'https://git.example.com/apps',
      helm: { parameters: [{ name: 'db.password', value: 'hunter2' }], values: 'password: hunter2' },
    },
  },
  { sync: { status: 'Synced' }, health: { status: 'Healthy' }, history: [{ source: { helm: { values: 'password: hunter2' } } }] },
);
const scaler = object('keda.sh/v1alpha1', 'ScaledObject', {
  triggers: [{ type: 'rabbitmq', metadata: { host: 'amqp://user:hunter2@mq:5672', queueLength: '5', passwordFromEnv: 'MQ_PASSWORD' } }],
});
const repository = object('source.toolkit.fluxcd.io/v1', 'GitRepository', { url: 'https://deploy:hunter2@git.example.com/apps' });

test.each([
  ['a release', release],
  ['an application', application],
  ['a scaler', scaler],
  ['a repository', repository],
])('collect keeps no password of %s', (_name, given) => {
  expect(JSON.stringify(redactObject(given))).not.toContain('hunter2');
});

test('what says nothing stays on disk', () => {
  expect(redactObject(release).spec).toMatchObject({ suspend: true, chart: { spec: { chart: 'web' } }, values: { replicas: 3, on: true } });
  expect(redactObject(application).spec).toMatchObject({ source: { repoURL: 'https://git.example.com/apps' } });
  expect(redactObject(scaler).spec).toMatchObject({ triggers: [{ type: 'rabbitmq', metadata: { queueLength: '5' } }] });
});

test('load keeps what rules read of them, and redacts that', () => {
  expect(loaded('helmReleases', release)).toMatchObject({ object: { spec: { suspend: true } } });
  expect(loaded('argoApplications', application)).toEqual({
    object: {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'x', namespace: 'shop' },
      spec: { destination: { namespace: 'shop' }, source: { repoURL: 'https://git.example.com/apps' } },
      status: { sync: { status: 'Synced' }, health: { status: 'Healthy' } },
    },
  });
  const kept = [loaded('helmReleases', release), loaded('scaledObjects', scaler), loaded('gitRepositories', repository)];
  expect(JSON.stringify(kept)).not.toContain('hunter2');
  expect(JSON.stringify(kept)).not.toContain('values');
});

test('what is not of the shape is a misfit, also where little is kept', () => {
  expect(loaded('argoApplications', object('argoproj.io/v1alpha1', 'Application', { source: 'x' }))).toEqual({ misfit: '/spec/source' });
  expect(loaded('scaledObjects', object('keda.sh/v1alpha1', 'ScaledObject', { triggers: [null] }))).toEqual({ misfit: '/spec/triggers/0' });
});
