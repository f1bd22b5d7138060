import { isRedacted } from '../model/redact.ts';
import type { StateKey } from '../snapshot.ts';
import type { KubernetesObject } from '../wire.ts';

/**
 * What a value must be where rules reach into it. Anything may be missing or null; other members may be anything. The
 * member `*` is all of them, and `[]` a list of anything. A symbol fits everywhere: what only the deployment of a
 * template knows.
 */
export type Shape = 'string' | 'text' | 'number' | 'boolean' | readonly [] | readonly [Shape] | { readonly [member: string]: Shape };

const strings: Shape = ['string'];
const objects: Shape = [{}];
const words: Shape = { '*': 'string' };
const texts: Shape = ['text'];
const selector: Shape = { matchLabels: words, matchExpressions: [{ key: 'string', values: strings }] };
const securityContext: Shape = {
  capabilities: { add: strings, drop: strings },
  seccompProfile: {},
  appArmorProfile: {},
  seLinuxOptions: {},
  windowsOptions: {},
  sysctls: [{ name: 'string' }],
};
const container: Shape = {
  name: 'string',
  image: 'string',
  args: texts,
  command: texts,
  env: objects,
  envFrom: objects,
  ports: objects,
  volumeMounts: objects,
  resources: { limits: {}, requests: {} },
  securityContext,
  livenessProbe: {},
  readinessProbe: {},
  startupProbe: {},
};
const containers: Shape = [container];

const nodeRequirements: Shape = [{ key: 'string', operator: 'string', values: strings }];
const nodeTerm: Shape = { matchExpressions: nodeRequirements, matchFields: nodeRequirements };
const podTerms: Shape = {
  requiredDuringSchedulingIgnoredDuringExecution: [
    { labelSelector: selector, topologyKey: 'string', namespaces: strings, matchLabelKeys: strings },
  ],
};

export const podSpecShape: Shape = {
  containers,
  initContainers: containers,
  ephemeralContainers: containers,
  volumes: [{ name: 'string', projected: { sources: objects }, persistentVolumeClaim: { claimName: 'string' }, ephemeral: {} }],
  securityContext,
  tolerations: objects,
  topologySpreadConstraints: [
    { labelSelector: selector, topologyKey: 'string', matchLabelKeys: strings, maxSkew: 'number', minDomains: 'number' },
  ],
  terminationGracePeriodSeconds: 'number',
  resources: { requests: {} },
  imagePullSecrets: objects,
  nodeSelector: words,
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [nodeTerm] },
      preferredDuringSchedulingIgnoredDuringExecution: [{ preference: nodeTerm }],
    },
    podAffinity: podTerms,
    podAntiAffinity: podTerms,
  },
};
export const metadataShape: Shape = {
  name: 'string',
  namespace: 'string',
  uid: 'string',
  labels: words,
  annotations: { '*': 'text' },
  ownerReferences: [{ kind: 'string', name: 'string', apiVersion: 'string' }],
  managedFields: [{ manager: 'string', apiVersion: 'string' }],
};

const policyPeers: Shape = [{ namespaceSelector: selector, podSelector: selector, ipBlock: { cidr: 'string', except: strings } }];
const rules: Shape = {
  rules: [{ verbs: strings, resources: strings, apiGroups: strings, nonResourceURLs: strings, resourceNames: strings }],
  aggregationRule: { clusterRoleSelectors: [selector] },
};
const bindings: Shape = {
  subjects: [{ kind: 'string', name: 'string', namespace: 'string' }],
  roleRef: { kind: 'string', name: 'string' },
};
const templated: Shape = { spec: { selector, template: { metadata: metadataShape, spec: {} } } };

const reference: Shape = { apiVersion: 'string', kind: 'string', name: 'string', namespace: 'string' };
const conditions: Shape = [{ type: 'string', status: 'string', reason: 'string', lastTransitionTime: 'string' }];
const scaled: Shape = {
  spec: { scaleTargetRef: reference, minReplicaCount: 'number', triggers: [{ type: 'string', metadata: { '*': 'text' } }] },
  status: { conditions },
};
const flux: Shape = {
  spec: { suspend: 'boolean', targetNamespace: 'string', sourceRef: reference },
  status: { conditions, inventory: { entries: [{ id: 'string' }] } },
};

const veleroBackup: Shape = { includedNamespaces: strings, excludedNamespaces: strings, snapshotVolumes: 'boolean' };

const secretStore: Shape = { spec: { provider: { azurekv: { vaultUrl: 'string' } } } };

const containerStatus: Shape = [
  {
    name: 'string',
    imageID: 'string',
    restartCount: 'number',
    state: { waiting: { reason: 'string' } },
    lastState: { terminated: { reason: 'string', finishedAt: 'string' } },
  },
];

const shapes: { readonly [K in StateKey]?: Shape } = {
  nodes: {
    spec: { taints: objects, providerID: 'string' },
    status: { addresses: [{ type: 'string', address: 'string' }], conditions: objects, nodeInfo: {}, allocatable: {}, capacity: {} },
  },
  pods: { status: { phase: 'string', conditions: objects, containerStatuses: containerStatus, initContainerStatuses: containerStatus } },
  deployments: templated,
  statefulSets: templated,
  daemonSets: templated,
  replicaSets: templated,
  replicationControllers: { spec: { selector: {}, template: { metadata: metadataShape, spec: {} } } },
  jobs: { spec: { template: { metadata: metadataShape, spec: {} } }, status: { conditions: objects } },
  cronJobs: { spec: { jobTemplate: { spec: { template: { metadata: metadataShape, spec: {} } } } } },
  horizontalPodAutoscalers: {
    spec: { scaleTargetRef: { kind: 'string', name: 'string' }, metrics: objects },
    status: { conditions: objects },
  },
  podDisruptionBudgets: { spec: { selector }, status: { conditions: objects } },
  services: {
    spec: { selector: {}, ports: objects, externalIPs: strings, loadBalancerSourceRanges: strings },
    status: { loadBalancer: { ingress: objects } },
  },
  ingresses: {
    spec: { ingressClassName: 'string', tls: [{ hosts: strings, secretName: 'string' }], rules: [{ host: 'string' }], defaultBackend: {} },
  },
  ingressClasses: { spec: { controller: 'string' } },
  ingressRoutes: { spec: { entryPoints: strings, routes: [{ middlewares: [{ name: 'string' }] }] } },
  traefikMiddlewares: { spec: { ipAllowList: { sourceRange: strings }, ipWhiteList: { sourceRange: strings } } },
  istioGateways: { spec: { selector: words, servers: [{ hosts: strings, port: { protocol: 'string', name: 'string' }, tls: {} }] } },
  gateways: { spec: { gatewayClassName: 'string', listeners: [{ name: 'string', protocol: 'string', hostname: 'string', tls: {} }] } },
  httpRoutes: {
    spec: {
      parentRefs: [{ group: 'string', kind: 'string', namespace: 'string', name: 'string', sectionName: 'string' }],
      rules: [{ filters: [{ type: 'string', requestRedirect: { scheme: 'string' } }] }],
    },
  },
  scaledObjects: scaled,
  prometheusRules: { spec: { groups: [{ rules: [{ alert: 'string' }] }] } },
  veleroSchedules: { spec: { paused: 'boolean', template: veleroBackup } },
  veleroBackups: { spec: veleroBackup, status: { phase: 'string', completionTimestamp: 'string' } },
  backupStorageLocations: { status: { phase: 'string' } },
  scaledJobs: scaled,
  verticalPodAutoscalers: {
    spec: {
      targetRef: reference,
      updatePolicy: { updateMode: 'string' },
      resourcePolicy: { containerPolicies: [{ mode: 'string', controlledResources: strings }] },
    },
  },
  kustomizations: flux,
  helmReleases: flux,
  gitRepositories: { spec: { url: 'text', suspend: 'boolean', secretRef: reference, provider: 'string' }, status: { conditions } },
  constraintTemplates: {},
  instrumentations: { spec: { settings: { autoInstrumentationPlatforms: strings } } },
  argoApplications: {
    spec: { destination: { ...reference, server: 'string' }, source: { repoURL: 'text' }, sources: [{ repoURL: 'text' }] },
    status: { sync: { status: 'string' }, health: { status: 'string' } },
  },
  networkPolicies: {
    spec: {
      podSelector: selector,
      policyTypes: strings,
      ingress: [{ from: policyPeers, ports: objects }],
      egress: [{ to: policyPeers, ports: objects }],
    },
  },
  configMaps: { data: { '*': 'text' } },
  secrets: { type: 'string' },
  serviceAccounts: { automountServiceAccountToken: 'boolean', imagePullSecrets: [{ name: 'string' }], secrets: objects },
  certificates: {
    spec: { secretName: 'string', issuerRef: { name: 'string', kind: 'string' } },
    status: { notAfter: 'string', conditions: [{ type: 'string', status: 'string' }] },
  },
  limitRanges: { spec: { limits: objects } },
  persistentVolumes: {
    spec: {
      claimRef: { namespace: 'string', name: 'string' },
      nodeAffinity: { required: { nodeSelectorTerms: [nodeTerm] } },
      csi: { driver: 'string', volumeAttributes: { '*': 'text' }, volumeHandle: 'string' },
      storageClassName: 'string',
      persistentVolumeReclaimPolicy: 'string',
    },
    status: { phase: 'string' },
  },
  persistentVolumeClaims: { spec: { storageClassName: 'string', volumeName: 'string' }, status: { phase: 'string' } },
  ratifyConstraints: {
    spec: { enforcementAction: 'string', match: { namespaces: strings, excludedNamespaces: strings, namespaceSelector: selector } },
  },
  kyvernoPolicies: {
    spec: { validationFailureAction: 'string', rules: [{ name: 'string', verifyImages: [{ failureAction: 'string' }] }] },
  },
  imageValidatingPolicies: { spec: { validationActions: strings } },
  clusterImagePolicies: { spec: { mode: 'string' } },
  secretProviderClasses: {
    spec: { provider: 'string', parameters: { keyvaultName: 'string' }, secretObjects: [{ secretName: 'string' }] },
  },
  secretStores: secretStore,
  clusterSecretStores: secretStore,
  storageClasses: { provisioner: 'string', parameters: words, volumeBindingMode: 'string' },
  nodeMetrics: { usage: {} },
  podMetrics: { containers: [{ name: 'string', usage: {} }] },
  karpenterNodePools: { spec: { disruption: { budgets: objects } } },
  resourceQuotas: { spec: { hard: {}, scopes: strings, scopeSelector: { matchExpressions: objects } }, status: { hard: {}, used: {} } },
  clusterRoles: rules,
  roles: rules,
  clusterRoleBindings: bindings,
  roleBindings: bindings,
};

/** Kinds whose objects hold much that no rule reads, and what may be secret in it. */
const bulky: ReadonlySet<StateKey> = new Set([
  'argoApplications',
  'constraintTemplates',
  'gitRepositories',
  'helmReleases',
  'instrumentations',
  'kustomizations',
  'scaledJobs',
  'scaledObjects',
]);
/** An object of such a kind with only what rules reach into. */
export function withoutBulk(key: StateKey, object: KubernetesObject): KubernetesObject {
  const shape = shapes[key];
  if (!bulky.has(key) || shape === undefined) return object;
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, metadata, ...(pruned(object, shape) as object) };
}

function pruned(value: unknown, shape: Shape): unknown {
  if (typeof shape === 'string' || typeof value !== 'object' || value === null) return value;
  if (isList(shape)) return Array.isArray(value) && shape[0] !== undefined ? value.map((each) => pruned(each, shape[0] as Shape)) : value;
  if (Array.isArray(value) || '*' in shape) return value;
  const entries = Object.keys(shape).filter((member) => Object.hasOwn(value, member));
  return Object.fromEntries(
    entries.map((member) => [
      member,
      pruned((value as Record<string, unknown>)[member], (shape as Record<string, Shape>)[member] as Shape),
    ]),
  );
}

/** JSON pointer of the first place where an object is not what rules will take it for. */
export function misshapen(key: StateKey, object: object): string | undefined {
  return findMisfit(object, { metadata: metadataShape, spec: {}, status: {} }, '') ?? findMisfit(object, shapes[key] ?? {}, '');
}

export function findMisfit(value: unknown, shape: Shape, pointer: string): string | undefined {
  if (value === null || value === undefined || typeof value === 'symbol') return undefined;
  if (shape === 'text') return typeof value === 'string' || isRedacted(value) ? undefined : pointer;
  if (typeof shape === 'string') return typeof value === shape ? undefined : pointer;
  if (isList(shape)) {
    if (!Array.isArray(value)) return pointer;
    const [of] = shape;
    if (of === undefined) return undefined;
    for (const [index, item] of value.entries()) {
      const misfit = item === null ? `${pointer}/${index}` : findMisfit(item, of, `${pointer}/${index}`);
      if (misfit !== undefined) return misfit;
    }
    return undefined;
  }
  if (typeof value !== 'object' || Array.isArray(value)) return pointer;
  for (const member of '*' in shape ? Object.keys(value) : Object.keys(shape)) {
    const own = (value as Record<string, unknown>)[member];
    const misfit = findMisfit(own, (shape['*'] ?? shape[member]) as Shape, `${pointer}/${member}`);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

const isList = (shape: Shape): shape is readonly [] | readonly [Shape] => Array.isArray(shape);
