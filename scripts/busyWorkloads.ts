import { createHash } from 'node:crypto';
import { delivered, type Json, type Objects, put, ready } from './busyObjects.ts';
import type { Template } from './busyTables.ts';

/** Names of nodes, one after another and so in one zone after another. */
export type NextNode = () => string;

export interface PodTemplate {
  metadata: { labels: Json };
  spec: Json;
}

const registry = 'registry.example.azurecr.io';

/** A sound workload with all that belongs to it. */
export function addWorkload(objects: Objects, next: NextNode, key: string, template: Template): void {
  const { kind, serves, ingress, scaler } = template;
  if (kind === 'CronJob') {
    addCronJob(objects, key, template);
    return;
  }
  if (kind === 'StatefulSet') addStatefulSet(objects, next, key, template);
  else addDeployment(objects, next, key, template);
  put(objects, 'podDisruptionBudgets', key, { metadata: delivered, spec: { maxUnavailable: 1, selector: selectorOf(key) } });
  if (serves) addService(objects, key, template);
  if (ingress) addIngress(objects, key);
  if (scaler !== undefined) addScaler(objects, key, template);
}

const nameIn = (key: string): string => key.slice(key.indexOf('/') + 1);
const labelsOf = (key: string): Json => ({ app: nameIn(key) });
const selectorOf = (key: string): Json => ({ matchLabels: labelsOf(key) });

function addCronJob(objects: Objects, key: string, template: Template): void {
  const pod = podTemplate(key, template);
  put(objects, 'cronJobs', key, {
    metadata: { labels: labelsOf(key), ...delivered },
    spec: { schedule: '20 3 * * *', jobTemplate: { spec: { template: { ...pod, spec: { ...pod.spec, restartPolicy: 'Never' } } } } },
  });
}

function addDeployment(objects: Objects, next: NextNode, key: string, template: Template): void {
  const { replicas } = template;
  const pod = podTemplate(key, template);
  const hash = hashOf(key);
  const status = { replicas, readyReplicas: replicas };
  put(objects, 'deployments', key, {
    metadata: { labels: labelsOf(key), ...delivered },
    spec: { replicas, selector: selectorOf(key), template: pod },
    status,
  });
  const labels = { ...labelsOf(key), 'pod-template-hash': hash };
  const hashed = { ...pod, metadata: { labels } };
  put(objects, 'replicaSets', `${key}-${hash}`, {
    metadata: { labels, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: nameIn(key), controller: true }] },
    spec: { replicas, selector: { matchLabels: labels }, template: hashed },
    status,
  });
  const names = Array.from({ length: replicas }, (_, at) => `${key}-${hash}-${hashOf(`${key}/${at}`).slice(0, 5)}`);
  addPods(objects, next, names, { kind: 'ReplicaSet', name: `${nameIn(key)}-${hash}` }, hashed);
}

function addStatefulSet(objects: Objects, next: NextNode, key: string, template: Template): void {
  const { replicas, disk } = template;
  const pod = podTemplate(key, template);
  const claims = disk === undefined ? {} : { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimOf(disk) }] };
  put(objects, 'statefulSets', key, {
    metadata: { labels: labelsOf(key), ...delivered },
    spec: { replicas, serviceName: nameIn(key), selector: selectorOf(key), template: pod, ...claims },
    status: { replicas, readyReplicas: replicas },
  });
  const names = Array.from({ length: replicas }, (_, at) => `${key}-${at}`);
  addPods(objects, next, names, { kind: 'StatefulSet', name: nameIn(key) }, pod, disk !== undefined);
  const namespace = key.slice(0, key.indexOf('/'));
  if (disk !== undefined) for (const each of names) addVolume(objects, namespace, `data-${nameIn(each)}`, disk);
}

/** A pod on each of these nodes. */
export function addDaemonSet(objects: Objects, nodes: readonly string[], key: string, pod: PodTemplate): void {
  const count = nodes.length;
  put(objects, 'daemonSets', key, {
    metadata: { labels: pod.metadata.labels, ...delivered },
    spec: { selector: selectorOf(key), template: pod },
    status: { desiredNumberScheduled: count, currentNumberScheduled: count, numberReady: count, numberAvailable: count },
  });
  const at = nodes[Symbol.iterator]();
  const names = nodes.map((node) => `${key}-${hashOf(`${key}/${node}`).slice(0, 5)}`);
  addPods(objects, () => at.next().value ?? '', names, { kind: 'DaemonSet', name: nameIn(key) }, pod);
}

export function podTemplate(key: string, { kind, cpu, memory, disk }: Template): PodTemplate {
  const probe = (path: string) => ({ httpGet: { path, port: 'http' } });
  const runs = kind !== 'CronJob';
  return {
    metadata: { labels: labelsOf(key) },
    spec: {
      serviceAccountName: 'app',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      ...(runs && kind !== 'DaemonSet' ? { topologySpreadConstraints: [spreadOf(key)] } : {}),
      containers: [
        {
          name: 'app',
          image: `${registry}/${key}:2.7.1`,
          ...(runs
            ? { ports: [{ name: 'http', containerPort: 8080 }], readinessProbe: probe('/ready'), livenessProbe: probe('/live') }
            : {}),
          resources: { requests: { cpu, memory }, limits: { cpu: `${Number.parseInt(cpu, 10) * 2}m`, memory } },
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          // Azure Monitor instruments Deployments alone.
          ...(kind === 'StatefulSet' ? { env: [{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://traces.audit:4317' }] } : {}),
          ...(disk === undefined ? {} : { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
        },
      ],
    },
  };
}

const spreadOf = (key: string): Json => ({
  maxSkew: 1,
  topologyKey: 'topology.kubernetes.io/zone',
  whenUnsatisfiable: 'DoNotSchedule',
  labelSelector: selectorOf(key),
});

export function addPods(
  objects: Objects,
  next: NextNode,
  names: readonly string[],
  owner: { kind: string; name: string },
  { metadata, spec }: PodTemplate,
  mounts = false,
): void {
  const [container] = spec.containers as { name: string; image: string; resources?: { requests: { cpu: string; memory: string } } }[];
  const imageID = `${container?.image.split(':')[0]}@sha256:${digestOf(container?.image ?? '')}`;
  for (const each of names) {
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: `data-${nameIn(each)}` } }];
    put(objects, 'pods', each, {
      metadata: { ...metadata, ownerReferences: [{ apiVersion: 'apps/v1', ...owner, controller: true }] },
      spec: { ...spec, ...(mounts ? { volumes } : {}), nodeName: next() },
      status: {
        phase: 'Running',
        containerStatuses: [{ name: container?.name, imageID, ready: true, restartCount: 0 }],
      },
    });
    if (container?.resources === undefined) continue;
    const { cpu, memory } = container.resources.requests;
    const usage = { cpu: `${Number.parseInt(cpu, 10) / 4}m`, memory: `${Math.floor(Number.parseInt(memory, 10) * 0.6)}Mi` };
    put(objects, 'podMetrics', each, { timestamp: '2026-11-20T07:59:40Z', window: '17.2s', containers: [{ name: container.name, usage }] });
  }
}

const claimOf = (storage: string): Json => ({ storageClassName: 'managed-csi-premium', resources: { requests: { storage } } });

/** A zone-redundant disk and the claim that it is bound to. */
function addVolume(objects: Objects, namespace: string, claim: string, size: string): void {
  const volume = `pvc-${namespace}-${claim}`;
  const zones = ['westeurope-1', 'westeurope-2', 'westeurope-3'];
  put(objects, 'persistentVolumeClaims', `${namespace}/${claim}`, {
    spec: { ...claimOf(size), volumeName: volume },
    status: { phase: 'Bound' },
  });
  put(objects, 'persistentVolumes', volume, {
    spec: {
      claimRef: { namespace, name: claim },
      storageClassName: 'managed-csi-premium',
      persistentVolumeReclaimPolicy: 'Delete',
      csi: { driver: 'disk.csi.azure.com', volumeAttributes: { skuname: 'Premium_ZRS' } },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.disk.csi.azure.com/zone', operator: 'In', values: zones }] }],
        },
      },
    },
  });
}

function addService(objects: Objects, key: string, { kind }: Template): void {
  const ports = [{ name: 'http', port: 80, targetPort: 'http' }];
  const headless = kind === 'StatefulSet' ? { clusterIP: 'None' } : {};
  put(objects, 'services', key, { spec: { type: 'ClusterIP', ...headless, selector: labelsOf(key), ports } });
}

/** By application routing, with a certificate that cert-manager renews. */
function addIngress(objects: Objects, key: string): void {
  const [namespace, name] = key.split('/');
  const host = `${namespace}.example.com`;
  const secretName = `${name}-tls`;
  put(objects, 'ingresses', key, {
    metadata: delivered,
    spec: {
      ingressClassName: 'webapprouting.kubernetes.azure.com',
      tls: [{ hosts: [host], secretName }],
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }] } }],
    },
  });
  put(objects, 'certificates', `${namespace}/${secretName}`, {
    spec: { secretName, dnsNames: [host], issuerRef: { kind: 'ClusterIssuer', name: 'public' } },
    status: { conditions: [{ type: 'Ready', status: 'True' }], notAfter: '2027-01-25T08:00:00Z', renewalTime: '2026-12-26T08:00:00Z' },
  });
  put(objects, 'secrets', `${namespace}/${secretName}`, {
    metadata: { annotations: { 'cert-manager.io/certificate-name': secretName } },
    type: 'kubernetes.io/tls',
  });
}

/** KEDA makes a HorizontalPodAutoscaler of each ScaledObject. */
function addScaler(objects: Objects, key: string, { kind, replicas, scaler }: Template): void {
  const [namespace, name] = key.split('/');
  const scaleTargetRef = { apiVersion: 'apps/v1', kind, name };
  const bounds = { minReplicas: replicas, maxReplicas: replicas * 3 };
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } };
  if (scaler === 'hpa') {
    put(objects, 'horizontalPodAutoscalers', key, { metadata: delivered, spec: { scaleTargetRef, ...bounds, metrics: [cpu] } });
    return;
  }
  put(objects, 'scaledObjects', key, {
    spec: {
      scaleTargetRef,
      minReplicaCount: replicas,
      maxReplicaCount: replicas * 3,
      triggers: [{ type: 'azure-servicebus', metadata: { queueName: name } }],
    },
    status: { conditions: ready },
  });
  const metrics = [
    {
      type: 'External',
      external: { metric: { name: `s0-azure-servicebus-${name}` }, target: { type: 'AverageValue', averageValue: '5' } },
    },
  ];
  put(objects, 'horizontalPodAutoscalers', `${namespace}/keda-hpa-${name}`, {
    metadata: {
      managedFields: [{ manager: 'keda', apiVersion: 'autoscaling/v2' }],
      ownerReferences: [{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name, controller: true }],
    },
    spec: { scaleTargetRef, ...bounds, metrics },
  });
}

/** What AKS or an operator runs for the platform: without more than rules read of it. */
export const ofPlatform = (name: string, image: string, labels: Readonly<Record<string, string>> = {}): PodTemplate => ({
  metadata: { labels: { app: name, 'kubernetes.azure.com/managedby': 'aks', ...labels } },
  spec: { tolerations: [{ operator: 'Exists' }], containers: [{ name: 'app', image }] },
});

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
/** Ten characters that are the same for the same text. */
const hashOf = (text: string): string => digestOf(text).slice(0, 10);
