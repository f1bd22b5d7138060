import { expect, test } from 'vitest';
import { inConfigMap, inWorkload, secretNamed } from '../../src/model/plainCredentials.ts';
import type { Workload } from '../../src/model/workloads.ts';
import type { ConfigMap, KubernetesObject, PodSpec } from '../../src/wire.ts';

const isSecret = secretNamed(['*password', '*api-key', '*connection-string']);

test.each([
  ['DB_PASSWORD', true],
  ['spring.datasource.password', true],
  ['ConnectionStrings__Default', false],
  ['STORAGE_CONNECTIONSTRING', true],
  ['ApiKey', true],
  ['API_KEY_NAME', false],
  ['PASSWORD_FILE', false],
  ['', false],
])('%s is named like a secret: %s', (name, expected) => {
  expect(isSecret(name)).toBe(expected);
});

const marker = (length: number, looksLike?: string) => ({ redacted: { length, ...(looksLike === undefined ? {} : { looksLike }) } });
const workload = (spec: object, annotations: Record<string, unknown> = {}): Workload => {
  const source = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', annotations } } as KubernetesObject; // with markers among the annotations
  const { metadata } = source;
  return {
    resource: source,
    kind: 'Pod',
    name: 'p',
    namespace: 'shop',
    shapes: [{ source, pointer: '/spec', metadata, spec: spec as PodSpec }],
  };
};
const env = (name: string, value: unknown): Workload => workload({ containers: [{ name: 'a', env: [{ name, value }] }] });
const configMap = (data: Record<string, unknown>): ConfigMap => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data });
const found = (subject: Workload | ConfigMap): string[] =>
  (('shapes' in subject ? inWorkload(subject, isSecret) : inConfigMap(subject, isSecret))?.all ?? []).map(
    ({ pointer, looks }) => `${pointer} ${looks ? 'looks' : 'may be'}`,
  );

test.each<[string, Workload | ConfigMap, string[]]>([
  ['a kind of credential', env('A', marker(9, 'jwt')), ['/spec/containers/0/env/0/value looks']],
  ['a name alone', env('DB_PASSWORD', marker(9)), ['/spec/containers/0/env/0/value may be']],
  ['neither', env('A', marker(9)), []],
  ['a literal that says nothing', env('DB_PASSWORD', 'true'), []],
  ['a path under a name', env('DB_PASSWORD', marker(20, 'file-path')), []],
  ['chance without a name', env('A', marker(32, 'high-entropy')), ['/spec/containers/0/env/0/value may be']],
  ['chance with a name', env('DB_PASSWORD', marker(32, 'high-entropy')), ['/spec/containers/0/env/0/value looks']],
  ['chance in an annotation', workload({}, { checksum: marker(44, 'high-entropy') }), []],
  ['chance in a ConfigMap', configMap({ 'ca.crt': marker(1200, 'high-entropy') }), []],
  ['a password of 200 characters', configMap({ file: marker(200, 'password') }), ['/data/file looks']],
  ['a password somewhere in 201 characters', configMap({ file: marker(201, 'password') }), ['/data/file may be']],
  ['a key with a slash', configMap({ 'a/b': marker(9, 'jwt') }), ['/data/a~1b looks']],
  ['an annotation, once', workload({}, { hook: marker(9, 'url-password') }), ['/metadata/annotations/hook looks']],
  ['a kind that another version knows', env('A', marker(9, 'quantum-key')), ['/spec/containers/0/env/0/value looks']],
])('%s', (_name, subject, expected) => {
  expect(found(subject)).toEqual(expected);
});
