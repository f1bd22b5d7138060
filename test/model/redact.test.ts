import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectors, harmlessKind, looksLike } from '../../src/model/credentials.ts';
import { isRedacted, redactObject, redactPodSpec } from '../../src/model/redact.ts';

// Drawn here and put together here, so that no scanner of this repository finds a credential.
const base64 = (length: number): string => {
  let [state, out] = [17, ''];
  for (let index = 0; index < length; index++) {
    state = (state * 16807) % 2147483647;
    out += 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'[state % 62];
  }
  return out;
};
const key = `${base64(86)}==`;
const jwt = ['eyJhbGciOiJub25lIn0', 'eyJzdWIiOiJjYW5hcnkifQ', 'c2ln'].join('.');

const examples: Record<string, { yes: string[]; no: string[] }> = {
  'private-key': {
    yes: [`-----BEGIN ${'RSA '}PRIVATE KEY-----\nMIIE`, `-----BEGIN ${''}PRIVATE KEY-----`, `-----BEGIN OPENSSH ${''}PRIVATE KEY-----`],
    no: ['-----BEGIN CERTIFICATE-----\nMIIE', '-----BEGIN PUBLIC KEY-----'],
  },
  'azure-connection-string': {
    yes: [
      `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${key};EndpointSuffix=core.windows.net`,
      `Endpoint=sb://a/;SharedAccessKeyName=r;SharedAccessKey=${base64(43)}=`,
    ],
    no: ['Endpoint=sb://a/;SharedAccessKeyName=RootManageSharedAccessKey', 'AccountKey='],
  },
  'azure-sas': {
    yes: [`https://a.blob.core.windows.net/b?sv=2024-01-01&sp=r&sig=${base64(40)}%3D`],
    no: ['design=AAAAAAAAAAAAAAAAAAAAAAAA', '?sig=short'],
  },
  'azure-storage-key': { yes: [key, `x ${key}`], no: [base64(86), `${base64(60)}==`] },
  'azure-client-secret': { yes: [`abc8Q~${base64(34)}`], no: ['abc8Q~short', 'freeQ~text'] },
  jwt: { yes: [jwt, `Bearer ${jwt}`], no: ['eyJhbGciOiJub25lIn0', 'a.b.c'] },
  'github-token': { yes: [`ghp_${base64(36)}`, `github_pat_${base64(40)}`], no: ['ghp_short', 'github_pat_'] },
  'gitlab-token': { yes: [`glpat-${base64(20)}`], no: ['glpat-x'] },
  'slack-token': {
    yes: [`xoxb-${base64(20)}`, `https://hooks.slack.com/services/T${base64(9)}/B${base64(9)}/${base64(24)}`],
    no: ['xoxb-', 'https://hooks.slack.com/'],
  },
  'aws-access-key': { yes: [`AKIA${'A1B2'.repeat(4)}`], no: ['AKIAshort', `XAKIA${'A1B2'.repeat(4)}`] },
  'google-api-key': { yes: [`AIza${base64(35)}`], no: [`AIza${base64(34)}`] },
  'api-key': {
    yes: [`sk-${base64(24)}`, `sk_live_${base64(24)}`, `npm_${base64(36)}`],
    no: ['task-scheduler-of-the-night-shift', 'sk-short'],
  },
  'registry-credential': { yes: ['{"auths": {"a.azurecr.io": {}}}', '{"auth":"dXNlcjpwYXNz"}'], no: ['{"author": "x"}', '{"auth":""}'] },
  'url-password': {
    yes: ['amqp://user:hunter2@mq:5672', 'postgres://u:p%40ss@db/x', 'redis://:hunter2@cache:6379'],
    no: ['https://user@host/path', 'https://host:8080/a@b', 'postgres://u:$(PASSWORD)@db/x', 'a:b@c'],
  },
  password: {
    yes: ['Server=db;User Id=sa;Password=hunter2;', '--password=hunter2', 'db password: hunter2', '{"client_secret": "hunter2"}'],
    no: ['Server=db;Authentication=Active Directory', 'password=', 'passwordPolicy=strict', 'Password=$(DB_PASSWORD)'],
  },
  'bearer-token': {
    yes: [`Bearer ${base64(20)}`, `authorization: Basic ${base64(20)}`],
    no: ['Basic authentication', 'the bearer of news'],
  },
  'high-entropy': {
    yes: [base64(32), `x=${base64(40)}`],
    no: [
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '6dae42f8-4368-4678-94ff-3960e28e3630',
      'MyVeryLongApplicationServiceName2WithNumbers',
      '/var/run/secrets/kubernetes.io/serviceaccount/v1',
      'com.example.Orders.OrderProcessingService1',
      'shop.azurecr.io/team/orders:2026.11.20-rc1',
      'A'.repeat(200),
    ],
  },
};

describe('what looks like a credential', () => {
  test('every detector has examples', () => {
    expect(Object.keys(examples)).toEqual(detectors.map(({ name }) => name));
  });

  test.each(detectors)('$name', ({ name, matches }) => {
    const { yes = [], no = [] } = examples[name] ?? {};
    expect(yes.filter((text) => !matches(text))).toEqual([]);
    expect(no.filter((text) => matches(text))).toEqual([]);
    expect(no.filter((text) => looksLike(text) === name)).toEqual([]);
  });

  test('takes time in proportion to the text', () => {
    const pieces = [
      'eyJ',
      'eyJaaaaaaaa.',
      '://',
      'a://a:',
      'a',
      'A1b2',
      'password',
      'password ',
      '-----BEGIN ',
      'sig=',
      '"auths" ',
      'AccountKey',
      'xoxb-',
      '=',
      'Bearer ',
      ' ',
      'sk-',
      'ghp_',
      '8Q~',
    ];
    for (const piece of pieces) {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      const started = performance.now();
      looksLike(text);
      expect(performance.now() - started, piece).toBeLessThan(1500);
    }
  });
});

test.each([
  ['https://vault.example.com/secrets/db', 'plain-url'],
  ['https://u:p@example.com', undefined],
  ['https://example.com/?key=1', undefined],
  ['/mnt/secrets/token', 'file-path'],
  ['/Qx7', undefined],
  ['InstrumentationKey=6dae42f8-4368-4678-94ff-3960e28e3630;IngestionEndpoint=https://a.example.com/', 'application-insights'],
  ['hunter2', undefined],
])('%s is mostly no credential: %s', (text, kind) => {
  expect(harmlessKind(text)).toBe(kind);
});

test('of what is named like a secret its kind is kept, and that it is on or off', () => {
  const values = { TOKEN: '/run/token', SECRET: 'https://a.example.com/x', USE_TOKEN: 'true', PASSWORD: '1234', HOME: '/home/app' };
  const env = Object.entries(values).map(([name, value]) => ({ name, value }));
  expect(redactPodSpec({ containers: [{ env }] }).containers[0]?.env.map(({ value }) => value)).toEqual([
    marker(10, 'file-path'),
    marker(23, 'plain-url'),
    'true',
    marker(4),
    marker(9),
  ]);
});

const canary = 'canary-3f9a';
const marker = (length: number, like?: string) => ({ redacted: { length, ...(like === undefined ? {} : { looksLike: like }) } });
const spec = {
  containers: [
    {
      name: 'app',
      image: 'shop:1',
      command: ['/bin/app', '--listen', '8080'],
      args: ['--password', '1234', '--token=canary-3f9a', 'true'],
      env: [
        { name: 'GREETING', value: canary },
        { name: 'DEBUG', value: 'true' },
        { name: 'REPLICAS', value: '3' },
        { name: 'DB_PASSWORD', value: '123456' },
        { name: 'EMPTY', value: '' },
        { name: 'URL', value: 'http://orders.shop.svc:8080/v1' },
        { name: 'DATABASE', value: `postgres://u:${canary}@db/x` },
        { name: 'STORAGE', value: key },
        { name: 'COMPOSED', value: '$(DB_PASSWORD)' },
        { name: 'FROM', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
      ],
      livenessProbe: { exec: { command: ['redis-cli', '-a', canary, 'ping'] } },
      readinessProbe: { httpGet: { path: '/', port: 80, httpHeaders: [{ name: 'Authorization', value: `Basic ${canary}` }] } },
      lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
    },
  ],
  initContainers: [{ name: 'init', image: 'shop:1', env: [{ name: 'A', value: canary }] }],
  volumes: [{ name: 'share', csi: { driver: 'file.csi.azure.com', volumeAttributes: { shareName: 'x', accountKey: canary } } }],
};

describe('redaction', () => {
  test('of a pod spec puts markers in the place of values, and keeps the rest', () => {
    const { containers, volumes } = redactPodSpec(spec);
    expect(containers[0]).toEqual({
      ...spec.containers[0],
      command: [marker(8), marker(8), '8080'],
      args: [marker(10), marker(4), marker(19), 'true'],
      env: [
        { name: 'GREETING', value: marker(11) },
        { name: 'DEBUG', value: 'true' },
        { name: 'REPLICAS', value: '3' },
        { name: 'DB_PASSWORD', value: marker(6) },
        { name: 'EMPTY', value: '' },
        { name: 'URL', value: 'http://orders.shop.svc:8080/v1' },
        { name: 'DATABASE', value: marker(29, 'url-password') },
        { name: 'STORAGE', value: marker(88, 'azure-storage-key') },
        { name: 'COMPOSED', value: '$(DB_PASSWORD)' },
        { name: 'FROM', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
      ],
      livenessProbe: { exec: { command: [marker(9), marker(2), marker(11), marker(4)] } },
      readinessProbe: { httpGet: { path: '/', port: 80, httpHeaders: [{ name: 'Authorization', value: marker(17) }] } },
      lifecycle: { preStop: { exec: { command: [marker(5), '5'] } } },
    });
    expect(volumes).toEqual([
      { name: 'share', csi: { driver: 'file.csi.azure.com', volumeAttributes: { shareName: 'x', accountKey: marker(11) } } },
    ]);
  });

  const metadata = {
    name: 'web',
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec, canary }),
      'kapp.k14s.io/original': canary,
      'example.com/webhook': `https://hook:${canary}@example.com`,
      'checksum/config': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'service.beta.kubernetes.io/azure-load-balancer-internal': 'true',
    },
    managedFields: [{ manager: 'kubectl', operation: 'Apply', apiVersion: 'v1', time: '2026-01-01T00:00:00Z', fieldsV1: { f: canary } }],
  };
  const template = { metadata, spec };
  const objects: Record<string, object> = {
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec,
      status: { phase: 'Running', containerStatuses: [{ name: 'app', lastState: { terminated: { exitCode: 1, message: canary } } }] },
    },
    deployment: { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 2, template } },
    cronJob: { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: { jobTemplate: { spec: { template } } } },
    rollout: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata, spec: { template } },
    secret: { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { a: btoa(canary), n: '1' }, stringData: { b: canary } },
    configMap: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { a: canary, level: 'true', file: `x=${key}` },
      binaryData: { b: btoa(canary) },
    },
  };

  test.each(Object.keys(objects))('leaves no canary in a %s, and its shape', (kind) => {
    const object = objects[kind] ?? {};
    const before = JSON.stringify(object);
    const redacted = redactObject(object);
    const text = JSON.stringify(redacted);
    expect(text).not.toContain(canary);
    expect(text).not.toContain(btoa(canary));
    expect(redactObject(redacted)).toEqual(redacted);
    expect(JSON.stringify(object)).toBe(before);
    expect(redacted).toMatchObject({
      metadata: {
        annotations: {
          'example.com/webhook': marker(36, 'url-password'),
          'checksum/config': expect.stringContaining('e3b0'),
          'service.beta.kubernetes.io/azure-load-balancer-internal': 'true',
        },
        managedFields: [{ manager: 'kubectl', apiVersion: 'v1', time: '2026-01-01T00:00:00Z' }],
      },
    });
    expect(text).not.toContain('last-applied');
    expect(text).not.toContain('fieldsV1');
  });

  test('of a Secret keeps no value at all, of a ConfigMap what says nothing', () => {
    expect(redactObject(objects.secret ?? {})).toMatchObject({ data: { a: marker(16), n: marker(1) }, stringData: { b: marker(11) } });
    expect(redactObject(objects.configMap ?? {})).toMatchObject({
      data: { a: marker(11), level: 'true', file: marker(90, 'azure-storage-key') },
    });
  });

  test('takes a marker only as one: what stands beside it goes', () => {
    expect(isRedacted(marker(4, 'jwt'))).toBe(true);
    const no = [
      { redacted: { length: 1, looksLike: canary } },
      { redacted: { length: 1, more: canary } },
      { redacted: { length: 1 }, more: canary },
      { redacted: canary },
      [],
      canary,
      null,
    ];
    expect(no.filter(isRedacted)).toEqual([]);
    const sent = { containers: no.map((value) => ({ env: [{ name: 'A', value }], args: [value] })) };
    expect(JSON.stringify(redactPodSpec(sent))).not.toContain(canary);
  });

  test('of anything is idempotent, and throws at nothing', () => {
    const odd = fc.jsonValue();
    const container = fc.record(
      { name: odd, env: odd, args: fc.array(odd), command: odd, livenessProbe: odd, lifecycle: odd },
      { requiredKeys: [] },
    );
    const any = fc.record({
      kind: fc.constantFrom('Pod', 'Secret', 'ConfigMap'),
      metadata: odd,
      data: odd,
      status: odd,
      spec: fc.record({ containers: fc.array(container), volumes: odd, template: odd }, { requiredKeys: [] }),
    });
    fc.assert(
      fc.property(any, (object) => {
        const once = redactObject(object);
        expect(JSON.stringify(redactObject(once))).toBe(JSON.stringify(once));
      }),
      { numRuns: 300 },
    );
  });
});
