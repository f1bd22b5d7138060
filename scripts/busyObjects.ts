import type { Pool } from './busyTables.ts';

export type Json = Record<string, unknown>;
/** Objects by State key, and there by `namespace/name`, as test/support/patch.ts takes them. */
export type Objects = Record<string, Record<string, Json>>;

const group = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/mc_rg-base_base_westeurope';
export const delivered = { managedFields: [{ manager: 'kustomize-controller', apiVersion: 'v1' }] };
export const ready = [{ type: 'Ready', status: 'True', reason: 'ReconciliationSucceeded' }];

export const put = (objects: Objects, key: string, name: string, value: Json = {}): void => {
  objects[key] ??= {};
  objects[key][name] = value;
};

/** Six digits of base 36, as a scale set numbers its machines. */
export const nodeName = (pool: string, at: number): string => `aks-${pool}-10000000-vmss${at.toString(36).padStart(6, '0')}`;

export function addNode(objects: Objects, pool: string, at: number, { zones, vmSize, kubelet, address, room, labels, taint }: Pool): void {
  const name = nodeName(pool, at);
  put(objects, 'nodes', name, {
    metadata: {
      labels: {
        agentpool: pool,
        'kubernetes.azure.com/agentpool': pool,
        'kubernetes.azure.com/mode': pool === 'system' ? 'system' : 'user',
        'kubernetes.azure.com/cluster': 'MC_rg-base_base_westeurope',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': vmSize,
        'topology.kubernetes.io/region': 'westeurope',
        'topology.kubernetes.io/zone': `westeurope-${zones[at % zones.length]}`,
        ...labels,
      },
    },
    spec: {
      providerID: `azure://${group}/providers/Microsoft.Compute/virtualMachineScaleSets/aks-${pool}-10000000-vmss/virtualMachines/${at}`,
      ...(taint === undefined ? {} : { taints: [taint] }),
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: `${address[0]}.${address[1] + at}` },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: { kubeletVersion: kubelet, osImage: 'Microsoft Azure Linux 3.0' },
      capacity: room,
      allocatable: room,
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  });
}

/** What a team has before its first workload. */
export function addNamespace(objects: Objects, name: string): void {
  put(objects, 'namespaces', name, {
    metadata: { labels: { 'kubernetes.io/metadata.name': name, 'pod-security.kubernetes.io/enforce': 'restricted' } },
  });
  put(objects, 'serviceAccounts', `${name}/default`, { automountServiceAccountToken: false });
  put(objects, 'serviceAccounts', `${name}/app`, { automountServiceAccountToken: false });
  put(objects, 'resourceQuotas', `${name}/${name}`, {
    spec: { hard: { 'requests.cpu': '16', 'requests.memory': '32Gi', 'limits.cpu': '32', 'limits.memory': '64Gi' } },
  });
  put(objects, 'limitRanges', `${name}/defaults`, {
    spec: { limits: [{ type: 'Container', default: { cpu: '200m', memory: '256Mi' }, defaultRequest: { cpu: '100m', memory: '128Mi' } }] },
  });
  put(objects, 'networkPolicies', `${name}/default-deny`, {
    metadata: delivered,
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  });
  put(objects, 'ciliumNetworkPolicies', `${name}/names`, {
    spec: {
      endpointSelector: {},
      egress: [
        {
          toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s:k8s-app': 'kube-dns' } }],
          toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }] }],
        },
      ],
    },
  });
  put(objects, 'configMaps', `${name}/settings`, { data: { LOG_LEVEL: { redacted: { length: 4 } } } });
  put(objects, 'roles', `${name}/members`, {
    metadata: delivered,
    rules: [{ apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['get', 'list', 'watch', 'patch'] }],
  });
  put(objects, 'roleBindings', `${name}/members`, {
    metadata: delivered,
    roleRef: { kind: 'Role', name: 'members' },
    subjects: [{ kind: 'Group', name: 'f1000000-0000-0000-0000-000000000003' }],
  });
  put(objects, 'instrumentations', `${name}/default`, { spec: { settings: { autoInstrumentationPlatforms: ['NodeJs'] } } });
  put(objects, 'kustomizations', `flux-system/apps-${name}`, {
    spec: { interval: '10m0s', path: `./${name}`, prune: true, sourceRef: { kind: 'GitRepository', name: 'apps' } },
    status: { conditions: ready, inventory: { entries: [{ id: `_${name}__Namespace`, v: 'v1' }] } },
  });
}
