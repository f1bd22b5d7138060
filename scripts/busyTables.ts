/** The sizes of the busy cluster: its pools, its teams, and the templates that their sound workloads are made by. */

export interface Pool {
  nodes: number;
  zones: readonly number[];
  vmSize: string;
  kubelet: string;
  /** Of the first node; the others follow. */
  address: readonly [network: string, host: number];
  room: Readonly<Record<string, string>>;
  labels?: Readonly<Record<string, string>>;
  taint?: Readonly<Record<string, string>>;
}
const fourCores = {
  vmSize: 'Standard_D4ds_v5',
  room: { cpu: '3860m', memory: '13601628Ki', pods: '110' },
};
const twoCores = {
  vmSize: 'Standard_D2ds_v5',
  room: { cpu: '1900m', memory: '5634868Ki', pods: '110' },
};
/** What is planted in a whole pool shows in its nodes, too: the size and the zones of one, the version of another. */
export const pools: Readonly<Record<string, Pool>> = {
  system: {
    nodes: 6,
    zones: [1, 2],
    kubelet: 'v1.34.4',
    address: ['10.10.0', 4],
    ...twoCores,
    taint: { key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' },
  },
  apps: { nodes: 48, zones: [1, 2, 3], kubelet: 'v1.34.4', address: ['10.10.0', 10], ...fourCores },
  spot: {
    nodes: 6,
    zones: [1, 2, 3],
    kubelet: 'v1.33.8',
    address: ['10.10.1', 4],
    ...fourCores,
    labels: { 'kubernetes.azure.com/scalesetpriority': 'spot', workload: 'batch' },
    taint: { key: 'kubernetes.azure.com/scalesetpriority', value: 'spot', effect: 'NoSchedule' },
  },
};

export interface Template {
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'CronJob';
  replicas: number;
  cpu: string;
  memory: string;
  scaler?: 'hpa' | 'keda';
  serves?: boolean;
  ingress?: boolean;
  disk?: string;
}
export const templates: Readonly<Record<string, Template>> = {
  web: { kind: 'Deployment', replicas: 5, cpu: '80m', memory: '128Mi', scaler: 'hpa', serves: true, ingress: true },
  api: { kind: 'Deployment', replicas: 5, cpu: '100m', memory: '192Mi', scaler: 'hpa', serves: true },
  admin: { kind: 'Deployment', replicas: 3, cpu: '50m', memory: '128Mi', scaler: 'hpa', serves: true },
  worker: { kind: 'Deployment', replicas: 6, cpu: '100m', memory: '256Mi', scaler: 'keda' },
  mailer: { kind: 'Deployment', replicas: 5, cpu: '50m', memory: '96Mi', scaler: 'keda' },
  store: { kind: 'StatefulSet', replicas: 3, cpu: '150m', memory: '512Mi', serves: true, disk: '64Gi' },
  queue: { kind: 'StatefulSet', replicas: 3, cpu: '100m', memory: '256Mi', serves: true, disk: '32Gi' },
  cache: { kind: 'StatefulSet', replicas: 3, cpu: '50m', memory: '256Mi', serves: true },
  off: { kind: 'Deployment', replicas: 0, cpu: '50m', memory: '96Mi' },
  single: { kind: 'Deployment', replicas: 1, cpu: '50m', memory: '96Mi' },
  shipper: { kind: 'DaemonSet', replicas: 0, cpu: '20m', memory: '64Mi' },
  report: { kind: 'CronJob', replicas: 0, cpu: '200m', memory: '256Mi' },
  cleanup: { kind: 'CronJob', replicas: 0, cpu: '50m', memory: '96Mi' },
};

const shop = ['web', 'api', 'admin', 'worker', 'store', 'cache', 'report'];
const ledger = ['api', 'admin', 'worker', 'mailer', 'store', 'queue', 'report', 'cleanup'];
const portal = ['web', 'api', 'admin', 'mailer', 'worker', 'queue', 'cache', 'cleanup'];
/** Each team has a namespace of its name; the fortieth is the base cluster's `shop`. */
const names: readonly (readonly [set: readonly string[], teams: string])[] = [
  [shop, 'accounts basket catalogue checkout coupons delivery gifts loyalty orders pricing returns reviews search stock'],
  [ledger, 'audit billing cards claims contracts fraud invoices ledger payments payroll refunds settlement tax'],
  [portal, 'bookings calendar chat documents feedback files forms helpdesk maps media news profiles'],
];
export const teams: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  names.flatMap(([set, list]) => list.split(' ').map((team) => [team, team === 'audit' ? [...set, 'shipper'] : set])),
);

/** What AKS runs on every node, by the name of its DaemonSet in kube-system. */
export const agents: Readonly<Record<string, string>> = {
  'ama-logs': 'mcr.microsoft.com/azuremonitor/containerinsights/ciprod:3.1.30',
  cilium: 'mcr.microsoft.com/oss/v2/cilium/cilium:v1.17.9',
  'csi-azurefile-node': 'mcr.microsoft.com/oss/v2/kubernetes-csi/azurefile-csi:v1.33.5',
  'csi-azuredisk-node': 'mcr.microsoft.com/oss/v2/kubernetes-csi/azuredisk-csi:v1.33.5',
};

/** What runs on the system nodes: the namespace and name, how often, from where, and by which further labels it is known. */
export const platform: readonly (readonly [key: string, replicas: number, image: string, labels?: Readonly<Record<string, string>>])[] = [
  ['kube-system/cilium-operator', 2, 'mcr.microsoft.com/oss/v2/cilium/operator-generic:v1.17.9'],
  ['kube-system/coredns', 5, 'mcr.microsoft.com/oss/v2/kubernetes/coredns:v1.12.1'],
  ['kube-system/keda-operator', 2, 'mcr.microsoft.com/oss/v2/kedacore/keda:v2.18.1'],
  ['kube-system/konnectivity-agent', 2, 'mcr.microsoft.com/oss/v2/kubernetes/apiserver-network-proxy/agent:v0.31.4'],
  ['kube-system/metrics-server', 2, 'mcr.microsoft.com/oss/v2/kubernetes/metrics-server:v0.8.0'],
  [
    'app-routing-system/nginx',
    3,
    'mcr.microsoft.com/oss/v2/kubernetes/ingress/nginx-ingress-controller:v1.13.1',
    { 'app.kubernetes.io/managed-by': 'aks-app-routing-operator' },
  ],
  ['flux-system/fluxconfig-controller', 1, 'mcr.microsoft.com/azurek8sflux/fluxconfig-controller:1.18.2'],
  ['flux-system/kustomize-controller', 1, 'mcr.microsoft.com/oss/fluxcd/kustomize-controller:v1.7.0'],
  ['flux-system/source-controller', 1, 'mcr.microsoft.com/oss/fluxcd/source-controller:v1.7.2'],
  ['velero/velero', 1, 'docker.io/velero/velero:v1.17.0'],
];
