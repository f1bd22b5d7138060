/**
 * Writes a synthetic cluster as exported files, for benchmarks: `node scripts/generateCluster.ts <pods> <folder>`. Its ARM
 * side is that of fixtures/base; its pods are those of scripts/generate.ts, ten a workload and forty a node, with
 * the workloads, nodes, namespaces, services and budgets around them. Every third workload has faults.
 */
import { closeSync, cpSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pods, randomFrom, type Template, templateSpec, templates } from './generate.ts';

const base = fileURLToPath(new URL('../fixtures/base/', import.meta.url));
/** That of the base cluster, by which its nodes are known. */
const nodeGroup = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/MC_rg-base_base_westeurope';
const podsOfWorkload = 10;
const podsOfNode = 40;
const zones = ['westeurope-1', 'westeurope-2', 'westeurope-3'];

export interface Size {
  pods: number;
  workloads: number;
  nodes: number;
}

/** @returns how many of each there are */
export function generateCluster(count: number, folder: string, seed = 1): Size {
  mkdirSync(folder, { recursive: true });
  for (const azure of [
    join(base, 'shared/azure'),
    ...readdirSync(join(base, 'clusters')).map((each) => join(base, 'clusters', each, 'azure')),
  ])
    cpSync(azure, folder, { recursive: true });
  for (const cluster of readdirSync(join(base, 'clusters')))
    cpSync(join(base, 'clusters', cluster, 'cluster.json'), join(folder, 'cluster.json'));
  rmSync(join(folder, 'neighbours.json'), { force: true });

  const all = [...templates(count, randomFrom(seed), podsOfWorkload)];
  const nodes = Array.from(
    { length: Math.max(3, Math.ceil(count / podsOfNode)) },
    (_, at) => `aks-apps-12345678-vmss${at.toString(36).padStart(6, '0')}`,
  );
  write(folder, 'nodes', nodes.map(node));
  write(folder, 'namespaces', [...new Set(all.map(({ namespace }) => namespace))].map(namespaceOf));
  write(folder, 'replicaSets', all.filter(({ owner }) => owner.kind === 'ReplicaSet').map(replicaSet));
  write(
    folder,
    'deployments',
    all.filter(({ owner }) => owner.kind === 'ReplicaSet').map((each) => workload('Deployment', each)),
  );
  write(
    folder,
    'statefulSets',
    all.filter(({ owner }) => owner.kind === 'StatefulSet').map((each) => workload('StatefulSet', each)),
  );
  write(
    folder,
    'daemonSets',
    all.filter(({ owner }) => owner.kind === 'DaemonSet').map((each) => workload('DaemonSet', each)),
  );
  write(folder, 'podDisruptionBudgets', all.filter((_, at) => at % 3 !== 0).map(budget));
  write(folder, 'horizontalPodAutoscalers', all.filter(({ owner }) => owner.kind === 'ReplicaSet').map(autoscaler));
  write(folder, 'services', all.map(service));
  write(folder, 'pods', withFaults(pods(count, randomFrom(seed), { all, nodes })));
  return { pods: count, workloads: all.length, nodes: nodes.length };
}

const object = (apiVersion: string, kind: string, name: string, namespace: string | undefined, rest: object): object => ({
  apiVersion,
  kind,
  metadata: {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    managedFields: [{ manager: 'argocd-controller', apiVersion, time: '2026-05-04T08:00:00Z' }],
  },
  ...rest,
});

function node(name: string, at: number): object {
  const zone = zones[at % zones.length];
  const room = { cpu: '15820m', memory: '60000Mi', pods: '110', 'ephemeral-storage': '119703055367' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      creationTimestamp: '2026-05-04T08:00:00Z',
      labels: {
        agentpool: 'apps',
        'kubernetes.azure.com/agentpool': 'apps',
        'kubernetes.azure.com/mode': 'user',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/region': 'westeurope',
        'topology.kubernetes.io/zone': zone,
      },
    },
    spec: {
      providerID: `azure://${nodeGroup}/providers/Microsoft.Compute/virtualMachineScaleSets/aks-apps-12345678-vmss/virtualMachines/${at}`,
    },
    status: {
      allocatable: room,
      capacity: room,
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
      nodeInfo: { kubeletVersion: 'v1.34.2', operatingSystem: 'linux', osImage: 'Ubuntu 24.04 LTS' },
    },
  };
}

const namespaceOf = (name: string): object => object('v1', 'Namespace', name, undefined, { status: { phase: 'Active' } });

function templateOf(each: Template): object {
  const spec = { ...templateSpec(each), automountServiceAccountToken: false } as unknown as Spec;
  return { metadata: { labels: { app: each.app, 'pod-template-hash': each.hash } }, spec: isFaulty(each.app) ? faulty(spec) : spec };
}

const selectorOf = ({ app }: Template): object => ({ matchLabels: { app } });

const workload = (kind: string, each: Template): object =>
  object('apps/v1', kind, each.app, each.namespace, {
    spec: { ...(kind === 'DaemonSet' ? {} : { replicas: each.replicas }), selector: selectorOf(each), template: templateOf(each) },
    status: { replicas: each.replicas, readyReplicas: each.replicas },
  });

function replicaSet(each: Template): object {
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: each.app, controller: true, uid: each.owner.uid };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: each.owner.name, namespace: each.namespace, uid: each.owner.uid, ownerReferences: [owner] },
    spec: { replicas: each.replicas, selector: selectorOf(each), template: templateOf(each) },
  };
}

const budget = (each: Template): object =>
  object('policy/v1', 'PodDisruptionBudget', each.app, each.namespace, {
    spec: { minAvailable: 1, selector: selectorOf(each) },
    status: { currentHealthy: each.replicas, desiredHealthy: 1, disruptionsAllowed: each.replicas - 1, expectedPods: each.replicas },
  });

const autoscaler = (each: Template): object =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', each.app, each.namespace, {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: each.app },
      minReplicas: Math.max(2, each.replicas),
      maxReplicas: 2 * Math.max(2, each.replicas),
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
    },
    status: { currentReplicas: each.replicas, desiredReplicas: each.replicas },
  });

const service = (each: Template): object =>
  object('v1', 'Service', each.app, each.namespace, {
    spec: { type: 'ClusterIP', selector: { app: each.app }, ports: [{ port: 80, targetPort: 8080 }] },
  });

interface Spec {
  containers: Record<string, unknown>[];
  [member: string]: unknown;
}
interface Pod {
  metadata: { labels: { app: string } };
  spec: Spec;
}

/** Every third workload. */
const isFaulty = (app: string): boolean => Number(app.split('-')[1]) % 3 === 0;

/** A moving tag, no probe, no limit, privileged, on the host's network. */
function faulty(spec: Spec): Spec {
  const [first = {}, ...rest] = spec.containers;
  const { livenessProbe: _liveness, readinessProbe: _readiness, resources: _resources, ...bare } = first;
  const containers = [{ ...bare, image: 'registry.example.com/app:latest', securityContext: { privileged: true } }, ...rest];
  return { ...spec, containers, hostNetwork: true };
}

function* withFaults(all: Iterable<object>): Generator<object> {
  for (const each of all as Iterable<Pod>) {
    const spec = withoutToken(each.spec);
    yield { ...each, spec: isFaulty(each.metadata.labels.app) ? faulty(spec) : spec };
  }
}

/** As of a template that says automountServiceAccountToken: false. */
function withoutToken(spec: Spec): Spec {
  const isAccess = ({ name }: { name?: unknown }) => typeof name === 'string' && name.startsWith('kube-api-access-');
  const containers = (of: unknown) =>
    (of as { volumeMounts: { name: string }[] }[]).map((each) => ({
      ...each,
      volumeMounts: each.volumeMounts.filter((mount) => !isAccess(mount)),
    }));
  return {
    ...spec,
    automountServiceAccountToken: false,
    containers: containers(spec.containers),
    initContainers: containers(spec.initContainers),
    volumes: (spec.volumes as { name: string }[]).filter((volume) => !isAccess(volume)),
  };
}

function write(folder: string, key: string, items: Iterable<object>): void {
  const file = openSync(join(folder, `${key}.ndjson`), 'w');
  let held = '';
  for (const item of items) {
    held += `${JSON.stringify(item)}\n`;
    if (held.length < 1_000_000) continue;
    writeSync(file, held);
    held = '';
  }
  writeSync(file, held);
  closeSync(file);
}

if (import.meta.main) {
  const [count = '1000', folder = 'generated'] = process.argv.slice(2);
  console.log(generateCluster(Number(count), folder));
}
