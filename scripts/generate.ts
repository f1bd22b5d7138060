/**
 * Writes synthetic clusters for benchmarks: `node scripts/generate.ts <pods> [--list] [--pretty] [--seed <n>] > pods.ndjson`.
 * Pods of about 8 kB come from templates, as in a real cluster: with managedFields, status, env, owner references,
 * random suffixes and node names. The same seed gives the same bytes.
 */
import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';

export type Random = () => number;

/** Mulberry32: uniform numbers from 0 to 1, the same for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const letters = 'bcdfghjklmnpqrstvwxz2456789';
const hexadecimal = '0123456789abcdef';
const pick = (random: Random, from: string, length: number): string =>
  Array.from({ length }, () => from[Math.floor(random() * from.length)]).join('');
const uid = (random: Random): string => [8, 4, 4, 4, 12].map((length) => pick(random, hexadecimal, length)).join('-');

export interface Template {
  app: string;
  namespace: string;
  owner: { kind: 'ReplicaSet' | 'StatefulSet' | 'DaemonSet'; name: string; uid: string };
  hash: string;
  replicas: number;
}

/** Templates of one to four times `mean` pods each; they are drawn once, and pods then follow them in order. */
export function* templates(pods: number, random: Random, mean = 15): Generator<Template> {
  for (let index = 0, left = pods; left > 0; index++) {
    const replicas = Math.min(left, 1 + Math.floor(random() ** 3 * 4 * mean));
    left -= replicas;
    const app = `service-${index}`;
    const hash = pick(random, letters, 10);
    const kind = index % 20 === 7 ? 'StatefulSet' : index % 20 === 13 ? 'DaemonSet' : 'ReplicaSet';
    yield {
      app,
      namespace: `team-${index % 40}`,
      hash,
      replicas,
      owner: { kind, name: kind === 'ReplicaSet' ? `${app}-${hash}` : app, uid: uid(random) },
    };
  }
}

/** @param of what and where: templates drawn before, and names of nodes */
export function* pods(count: number, random: Random, of: { all?: Iterable<Template>; nodes?: readonly string[] } = {}): Generator<object> {
  const {
    nodes = Array.from(
      { length: Math.max(3, Math.ceil(count / 50)) },
      (_, index) => `aks-user-${pick(random, '0123456789', 8)}-vmss${index.toString(36).padStart(6, '0')}`,
    ),
    all = templates(count, random),
  } = of;
  for (const template of all) {
    for (let index = 0; index < template.replicas; index++)
      yield pod(template, index, nodes[Math.floor(random() * nodes.length)] as string, random);
  }
}

const time = '2026-05-04T08:15:30Z';

function pod(template: Template, index: number, node: string, random: Random): object {
  const { app, namespace, owner, hash } = template;
  const name = owner.kind === 'StatefulSet' ? `${app}-${index}` : `${owner.name}-${pick(random, letters, 5)}`;
  const access = `kube-api-access-${pick(random, letters, 5)}`;
  const address = `10.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      annotations: { 'checksum/config': hash.repeat(6), 'prometheus.io/port': '9090', 'prometheus.io/scrape': 'true' },
      creationTimestamp: time,
      generateName: `${owner.name}-`,
      labels: {
        app,
        'app.kubernetes.io/name': app,
        'app.kubernetes.io/part-of': namespace,
        'app.kubernetes.io/version': '1.4.2',
        'pod-template-hash': hash,
      },
      managedFields: managedFields(app, owner.uid),
      name,
      namespace,
      ownerReferences: [
        { apiVersion: 'apps/v1', blockOwnerDeletion: true, controller: true, kind: owner.kind, name: owner.name, uid: owner.uid },
      ],
      resourceVersion: pick(random, '0123456789', 9),
      uid: uid(random),
    },
    spec: {
      ...(owner.kind === 'DaemonSet' ? { affinity: onNode(node) } : {}),
      ...templateSpec(
        template,
        [{ mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', name: access, readOnly: true }],
        [{ name: access, projected: projected() }],
      ),
      enableServiceLinks: true,
      ...(owner.kind === 'StatefulSet' ? { hostname: name, subdomain: app } : {}),
      nodeName: node,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      tolerations: ['not-ready', 'unreachable'].map((state) => ({
        effect: 'NoExecute',
        key: `node.kubernetes.io/${state}`,
        operator: 'Exists',
        tolerationSeconds: 300,
      })),
    },
    status: {
      conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
        lastProbeTime: null,
        lastTransitionTime: time,
        status: 'True',
        type,
      })),
      containerStatuses: ['app', 'metrics'].map((each) => containerStatus(app, each, random)),
      hostIP: '10.224.0.17',
      hostIPs: [{ ip: '10.224.0.17' }],
      initContainerStatuses: [containerStatus(app, 'migrate', random)],
      phase: 'Running',
      podIP: address,
      podIPs: [{ ip: address }],
      qosClass: 'Burstable',
      startTime: time,
    },
  };
}

/** The spec that a workload's template and its pods have in common. @param mounts, volumes of the pod alone */
export function templateSpec({ app }: Template, mounts: readonly object[] = [], volumes: readonly object[] = []): object {
  const all = [{ mountPath: '/tmp', name: 'scratch' }, { mountPath: '/etc/app', name: 'settings', readOnly: true }, ...mounts];
  return {
    containers: [container(app, 'app', all, 5), container(app, 'metrics', all, 2)],
    dnsPolicy: 'ClusterFirst',
    initContainers: [container(app, 'migrate', all, 1)],
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: { fsGroup: 2000, runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    serviceAccount: app,
    serviceAccountName: app,
    terminationGracePeriodSeconds: 30,
    topologySpreadConstraints: [
      {
        labelSelector: { matchLabels: { app } },
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'ScheduleAnyway',
      },
    ],
    volumes: [
      { emptyDir: {}, name: 'scratch' },
      { configMap: { defaultMode: 420, name: `${app}-settings` }, name: 'settings' },
      ...volumes,
    ],
  };
}

/** What the DaemonSet controller adds to a pod of its. */
const onNode = (node: string): object => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
    },
  },
});

function container(app: string, name: string, volumeMounts: readonly object[], variables: number): object {
  const probe = {
    failureThreshold: 3,
    httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
  };
  return {
    env: [
      { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector.tracing:4317' },
      ...Array.from({ length: variables }, (_, index) => ({ name: `SETTING_${index}`, value: `http://${app}.internal/${name}/${index}` })),
    ],
    image: `acrshop.azurecr.io/${app}/${name}:1.4.2`,
    imagePullPolicy: 'IfNotPresent',
    ...(name === 'migrate' ? {} : { livenessProbe: probe, readinessProbe: probe }),
    name,
    resources: { limits: { cpu: '200m', memory: '256Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    volumeMounts,
  };
}

const containerStatus = (app: string, name: string, random: Random): object => ({
  containerID: `containerd://${pick(random, hexadecimal, 64)}`,
  image: `acrshop.azurecr.io/${app}/${name}:1.4.2`,
  imageID: `acrshop.azurecr.io/${app}/${name}@sha256:${'ab12'.repeat(16)}`,
  lastState: {},
  name,
  ready: true,
  restartCount: 0,
  started: true,
  state: { running: { startedAt: time } },
});

const projected = (): object => ({
  defaultMode: 420,
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
    { downwardAPI: { items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }] } },
  ],
});

function managedFields(app: string, ownerUid: string): object[] {
  const fields = (names: readonly string[]): object => Object.fromEntries(names.map((name) => [`f:${name}`, {}]));
  const each = {
    '.': {},
    ...fields(['image', 'imagePullPolicy', 'name', 'terminationMessagePath', 'terminationMessagePolicy']),
    'f:resources': { '.': {}, 'f:requests': { '.': {}, 'f:cpu': {}, 'f:memory': {} } },
  };
  return [
    {
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': {
          'f:generateName': {},
          'f:labels': { '.': {}, 'f:app': {}, 'f:pod-template-hash': {} },
          'f:ownerReferences': { '.': {}, [`k:{"uid":"${ownerUid}"}`]: {} },
        },
        'f:spec': {
          'f:containers': { [`k:{"name":"${app}"}`]: each, 'k:{"name":"metrics"}': each },
          ...fields(['dnsPolicy', 'enableServiceLinks', 'restartPolicy', 'schedulerName', 'terminationGracePeriodSeconds']),
        },
      },
      manager: 'kube-controller-manager',
      operation: 'Update',
      time,
    },
    {
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:status': {
          'f:conditions': Object.fromEntries(
            ['Ready', 'Initialized', 'ContainersReady'].map((type) => [
              `k:{"type":"${type}"}`,
              { '.': {}, ...fields(['lastProbeTime', 'lastTransitionTime', 'status', 'type']) },
            ]),
          ),
          ...fields(['containerStatuses', 'hostIP', 'phase', 'podIP', 'startTime']),
        },
      },
      manager: 'kubelet',
      operation: 'Update',
      subresource: 'status',
      time,
    },
  ];
}

/** Chunks of text: NDJSON, or one List as `kubectl get pods -A -o json` writes it (pretty: its kind after the items). */
export function* write(items: Iterable<object>, options: { list?: boolean; pretty?: boolean } = {}): Generator<string> {
  if (!options.list) {
    for (const item of items) yield `${JSON.stringify(item)}\n`;
    return;
  }
  const { pretty = false } = options;
  yield pretty ? '{\n    "apiVersion": "v1",\n    "items": [' : '{"apiVersion":"v1","items":[';
  let first = true;
  for (const item of items) {
    yield `${first ? '' : ','}${pretty ? `\n        ${JSON.stringify(item, null, 4).replaceAll('\n', '\n        ')}` : JSON.stringify(item)}`;
    first = false;
  }
  yield pretty
    ? '\n    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n'
    : '],"kind":"List","metadata":{"resourceVersion":""}}\n';
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: { type: 'boolean' }, pretty: { type: 'boolean' }, seed: { type: 'string', default: '1' } },
  });
  let held = '';
  const flush = (): void => {
    for (let bytes = Buffer.from(held); bytes.length > 0; ) bytes = bytes.subarray(writeSync(1, bytes));
    held = '';
  };
  for (const chunk of write(pods(Number(positionals[0] ?? 1000), randomFrom(Number(values.seed))), values)) {
    held += chunk;
    if (held.length > 1_000_000) flush();
  }
  flush();
}
