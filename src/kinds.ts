import { arm, cluster, type Kind, type KubernetesKind, kubernetes, rest } from './kindOf.ts';
import { accessKinds } from './kindsAccess.ts';
import { computeKinds } from './kindsCompute.ts';
import { edgeKinds } from './kindsEdge.ts';
import { governanceKinds } from './kindsGovernance.ts';
import { monitorKinds } from './kindsMonitor.ts';
import { networkKinds } from './kindsNetwork.ts';
import { serviceKinds } from './kindsServices.ts';
import type { Gap, SingleKey, StateKey } from './snapshot.ts';

export type { ArmKind, Kind, KubernetesKind } from './kindOf.ts';

/** The one table of kinds: what collect reads, what load recognises, and the export that a gap asks for. */
export const kinds: { readonly [K in StateKey]: Kind } = {
  cluster: arm(
    'Microsoft.ContainerService/managedClusters',
    '2026-06-01',
    'az aks show -g <resource-group> -n <cluster> -o json > cluster.json',
  ),
  agentPools: arm(
    'Microsoft.ContainerService/managedClusters/agentPools',
    '2026-06-01',
    'az aks nodepool list -g <resource-group> --cluster-name <cluster> -o json > agentPools.json',
  ),
  maintenanceConfigurations: arm(
    'Microsoft.ContainerService/managedClusters/maintenanceConfigurations',
    '2026-06-01',
    rest(`${cluster}/maintenanceConfigurations?api-version=2026-06-01`, 'maintenanceConfigurations'),
  ),
  managedNamespaces: arm(
    'Microsoft.ContainerService/managedClusters/managedNamespaces',
    '2026-06-01',
    rest(`${cluster}/managedNamespaces?api-version=2026-06-01`, 'managedNamespaces'),
  ),
  deploymentSafeguards: arm(
    'Microsoft.ContainerService/deploymentSafeguards',
    '2025-07-01',
    rest(`${cluster}/providers/Microsoft.ContainerService/deploymentSafeguards?api-version=2025-07-01`, 'deploymentSafeguards'),
  ),
  dataCollectionRuleAssociations: arm(
    'Microsoft.Insights/dataCollectionRuleAssociations',
    '2023-03-11',
    rest(`${cluster}/providers/Microsoft.Insights/dataCollectionRuleAssociations?api-version=2023-03-11`, 'dataCollectionRuleAssociations'),
  ),
  extensions: arm(
    'Microsoft.KubernetesConfiguration/extensions',
    '2023-05-01',
    rest(`${cluster}/providers/Microsoft.KubernetesConfiguration/extensions?api-version=2023-05-01`, 'extensions'),
  ),
  fluxConfigurations: arm(
    'Microsoft.KubernetesConfiguration/fluxConfigurations',
    '2023-05-01',
    rest(`${cluster}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations?api-version=2023-05-01`, 'fluxConfigurations'),
  ),
  ...governanceKinds,
  ...computeKinds,
  virtualNetworks: arm('Microsoft.Network/virtualNetworks', '2026-01-01', 'az network vnet list -o json > virtualNetworks.json', {
    shared: true,
  }),
  ...edgeKinds,
  ...accessKinds,
  ...monitorKinds,
  ...networkKinds,
  neighbours: {
    plane: 'azure',
    apiVersion: '2026-06-01',
    shared: true,
    listed: false,
    export: 'az aks list -o json > clusters.json',
    permission: 'Microsoft.ContainerService/managedClusters/read',
  },

  ...serviceKinds,

  namespaces: kubernetes('v1', 'Namespace', 'namespaces', { cluster: true }),
  nodes: kubernetes('v1', 'Node', 'nodes', { cluster: true }),
  pods: kubernetes('v1', 'Pod', 'pods'),
  deployments: kubernetes('apps/v1', 'Deployment', 'deployments', { alsoGroups: ['extensions'] }),
  statefulSets: kubernetes('apps/v1', 'StatefulSet', 'statefulsets'),
  daemonSets: kubernetes('apps/v1', 'DaemonSet', 'daemonsets', { alsoGroups: ['extensions'] }),
  replicaSets: kubernetes('apps/v1', 'ReplicaSet', 'replicasets', { alsoGroups: ['extensions'] }),
  replicationControllers: kubernetes('v1', 'ReplicationController', 'replicationcontrollers'),
  jobs: kubernetes('batch/v1', 'Job', 'jobs'),
  cronJobs: kubernetes('batch/v1', 'CronJob', 'cronjobs'),
  horizontalPodAutoscalers: kubernetes('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  scaledObjects: kubernetes('keda.sh/v1alpha1', 'ScaledObject', 'scaledobjects', { optional: true }),
  scaledJobs: kubernetes('keda.sh/v1alpha1', 'ScaledJob', 'scaledjobs', { optional: true }),
  verticalPodAutoscalers: kubernetes('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', 'verticalpodautoscalers', { optional: true }),
  podDisruptionBudgets: kubernetes('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  services: kubernetes('v1', 'Service', 'services'),
  serviceAccounts: kubernetes('v1', 'ServiceAccount', 'serviceaccounts'),
  configMaps: kubernetes('v1', 'ConfigMap', 'configmaps', { live: 'asked' }),
  secrets: kubernetes('v1', 'Secret', 'secrets', { live: 'metadata' }),
  certificates: kubernetes('cert-manager.io/v1', 'Certificate', 'certificates', { optional: true }),
  ingresses: kubernetes('networking.k8s.io/v1', 'Ingress', 'ingresses', { alsoGroups: ['extensions'] }),
  ingressClasses: kubernetes('networking.k8s.io/v1', 'IngressClass', 'ingressclasses', { cluster: true }),
  ingressRoutes: kubernetes('traefik.io/v1alpha1', 'IngressRoute', 'ingressroutes', {
    optional: true,
    alsoGroups: ['traefik.containo.us'],
  }),
  traefikMiddlewares: kubernetes('traefik.io/v1alpha1', 'Middleware', 'middlewares', {
    optional: true,
    alsoGroups: ['traefik.containo.us'],
  }),
  gateways: kubernetes('gateway.networking.k8s.io/v1', 'Gateway', 'gateways', { optional: true }),
  istioGateways: kubernetes('networking.istio.io/v1', 'Gateway', 'gateways', { optional: true }),
  httpRoutes: kubernetes('gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes', { optional: true }),
  networkPolicies: kubernetes('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', { alsoGroups: ['extensions'] }),
  ciliumNetworkPolicies: kubernetes('cilium.io/v2', 'CiliumNetworkPolicy', 'ciliumnetworkpolicies', { optional: true }),
  ciliumClusterwideNetworkPolicies: kubernetes('cilium.io/v2', 'CiliumClusterwideNetworkPolicy', 'ciliumclusterwidenetworkpolicies', {
    optional: true,
    cluster: true,
  }),
  calicoNetworkPolicies: kubernetes('crd.projectcalico.org/v1', 'NetworkPolicy', 'networkpolicies', {
    optional: true,
    alsoGroups: ['projectcalico.org'],
  }),
  calicoGlobalNetworkPolicies: kubernetes('crd.projectcalico.org/v1', 'GlobalNetworkPolicy', 'globalnetworkpolicies', {
    optional: true,
    cluster: true,
    alsoGroups: ['projectcalico.org'],
  }),
  adminNetworkPolicies: kubernetes('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', 'adminnetworkpolicies', {
    optional: true,
    cluster: true,
  }),
  baselineAdminNetworkPolicies: kubernetes(
    'policy.networking.k8s.io/v1alpha1',
    'BaselineAdminNetworkPolicy',
    'baselineadminnetworkpolicies',
    { optional: true, cluster: true },
  ),
  clusterNetworkPolicies: kubernetes('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', 'clusternetworkpolicies', {
    optional: true,
    cluster: true,
  }),
  limitRanges: kubernetes('v1', 'LimitRange', 'limitranges'),
  resourceQuotas: kubernetes('v1', 'ResourceQuota', 'resourcequotas'),
  persistentVolumes: kubernetes('v1', 'PersistentVolume', 'persistentvolumes', { cluster: true }),
  persistentVolumeClaims: kubernetes('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  storageClasses: kubernetes('storage.k8s.io/v1', 'StorageClass', 'storageclasses', { cluster: true }),
  nodeMetrics: kubernetes('metrics.k8s.io/v1beta1', 'NodeMetrics', 'nodes', { cluster: true, optional: true }),
  podMetrics: kubernetes('metrics.k8s.io/v1beta1', 'PodMetrics', 'pods', { optional: true }),
  clusterRoles: kubernetes('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', { cluster: true }),
  clusterRoleBindings: kubernetes('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', { cluster: true }),
  roleBindings: kubernetes('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  roles: kubernetes('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  serviceCIDRs: kubernetes('networking.k8s.io/v1', 'ServiceCIDR', 'servicecidrs', { optional: true, cluster: true }),
  karpenterNodePools: kubernetes('karpenter.sh/v1', 'NodePool', 'nodepools', { optional: true, cluster: true }),
  aksNodeClasses: kubernetes('karpenter.azure.com/v1beta1', 'AKSNodeClass', 'aksnodeclasses', { optional: true, cluster: true }),
  prometheusRules: kubernetes('monitoring.coreos.com/v1', 'PrometheusRule', 'prometheusrules', { optional: true }),
  veleroSchedules: kubernetes('velero.io/v1', 'Schedule', 'schedules', { optional: true }),
  veleroBackups: kubernetes('velero.io/v1', 'Backup', 'backups', { optional: true }),
  backupStorageLocations: kubernetes('velero.io/v1', 'BackupStorageLocation', 'backupstoragelocations', { optional: true }),
  azureIdentities: kubernetes('aadpodidentity.k8s.io/v1', 'AzureIdentity', 'azureidentities', { optional: true }),
  ratifyConstraints: kubernetes('constraints.gatekeeper.sh/v1beta1', 'RatifyVerification', 'ratifyverification', {
    optional: true,
    cluster: true,
  }),
  kyvernoPolicies: kubernetes('kyverno.io/v1', 'ClusterPolicy', 'clusterpolicies', { optional: true, cluster: true }),
  imageValidatingPolicies: kubernetes('policies.kyverno.io/v1', 'ImageValidatingPolicy', 'imagevalidatingpolicies', {
    optional: true,
    cluster: true,
  }),
  clusterImagePolicies: kubernetes('policy.sigstore.dev/v1beta1', 'ClusterImagePolicy', 'clusterimagepolicies', {
    optional: true,
    cluster: true,
  }),
  secretProviderClasses: kubernetes('secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass', 'secretproviderclasses', { optional: true }),
  secretStores: kubernetes('external-secrets.io/v1', 'SecretStore', 'secretstores', { optional: true }),
  clusterSecretStores: kubernetes('external-secrets.io/v1', 'ClusterSecretStore', 'clustersecretstores', { optional: true, cluster: true }),
  kustomizations: kubernetes('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'kustomizations', { optional: true }),
  helmReleases: kubernetes('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'helmreleases', { optional: true }),
  gitRepositories: kubernetes('source.toolkit.fluxcd.io/v1', 'GitRepository', 'gitrepositories', { optional: true }),
  argoApplications: kubernetes('argoproj.io/v1alpha1', 'Application', 'applications', { optional: true }),
  instrumentations: kubernetes('monitor.azure.com/v1', 'Instrumentation', 'instrumentations', {
    optional: true,
    alsoGroups: ['opentelemetry.io'],
  }),
  constraintTemplates: kubernetes('templates.gatekeeper.sh/v1', 'ConstraintTemplate', 'constrainttemplates', {
    optional: true,
    cluster: true,
  }),
};

export const stateKeys = Object.keys(kinds) as readonly StateKey[];
export const kubernetesKeys = stateKeys.filter((key) => kinds[key].plane === 'kubernetes');
export const armKeys = stateKeys.filter((key) => kinds[key].plane === 'azure');
/** The kinds whose value is one resource, not a list. */
export const singleKeys: readonly SingleKey[] = ['cluster'];

/** The resource name that kubectl takes for a kind, with its group where it has one. */
export function kubectlName(kind: KubernetesKind): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** What keeps the values of Secrets out of a file. */
const withoutValues = `jq 'del(.items[].data, .items[].metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"])'`;

/** The command whose output settles a gap of this key. */
export function exportCommand(key: StateKey): string {
  const kind = kinds[key];
  if (kind.plane === 'azure') return kind.export;
  const get = `kubectl get ${kubectlName(kind)}${kind.namespaced ? ' -A' : ''} -o json`;
  return `${get}${kind.live === 'metadata' ? ` | ${withoutValues}` : ''} > ${key}.json${kind.live === 'asked' ? `  # or: aks-audit collect --scan-configmaps` : ''}`;
}

/** The commands that export these kinds: a file a kind, as an empty List says of its kind by the file's name only. */
export function kubectlCommands(keys: readonly StateKey[]): string[] {
  const alike = keys.flatMap((key) => {
    const kind = kinds[key];
    return kind.plane === 'kubernetes' && kind.live === undefined ? [{ key, name: kubectlName(kind) }] : [];
  });
  const others = keys.filter((key) => !alike.some((each) => each.key === key)).map(exportCommand);
  if (alike.length < 2) return [...alike.map(({ key }) => exportCommand(key)), ...others];
  return [`for kind in ${alike.map(({ name }) => name).join(' ')}; do kubectl get $kind -A -o json > $kind.json; done`, ...others];
}

/** The permission that a denied read of this key lacks: an ARM action, or a Kubernetes verb and resource. */
export function permission(key: StateKey): string {
  const kind = kinds[key];
  return kind.plane === 'azure' ? kind.permission : `list ${kubectlName(kind)}`;
}

export function notCollected(key: StateKey, scope?: string): Gap {
  return { key, ...(scope === undefined ? {} : { scope }), why: 'not-collected', export: exportCommand(key) };
}
