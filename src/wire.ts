/** The shapes that the APIs send: JSON as ARM and Kubernetes write it. Types only, but for the one table of renames. */
import type * as aks from '@azure/arm-containerservice';
import type * as network from '@azure/arm-network';
import type * as k8s from '@kubernetes/client-node';

export type * from './wireAccess.ts';
export type * from './wireAddons.ts';
export type * from './wireTraffic.ts';
export type * from './wireCompute.ts';
export type * from './wireEdge.ts';
export type * from './wireGovernance.ts';
export type * from './wireMonitor.ts';
export type * from './wireNetwork.ts';
export type * from './wireServices.ts';
export type * from './wireVerifiers.ts';

/** Names of the SDK's models that are not those on the wire (from the SDK's serializers; tested against them). */
export const wireNames = {
  azurePortalFqdn: 'azurePortalFQDN',
  balanceSimilarNodeGroups: 'balance-similar-node-groups',
  daemonsetEvictionForEmptyNodes: 'daemonset-eviction-for-empty-nodes',
  daemonsetEvictionForOccupiedNodes: 'daemonset-eviction-for-occupied-nodes',
  enableAzureRbac: 'enableAzureRBAC',
  enableFips: 'enableFIPS',
  enablePrivateClusterPublicFqdn: 'enablePrivateClusterPublicFQDN',
  enableRbac: 'enableRBAC',
  enableVtpm: 'enableVTPM',
  ignoreDaemonsetsUtilization: 'ignore-daemonsets-utilization',
  maxEmptyBulkDelete: 'max-empty-bulk-delete',
  maxGracefulTerminationSec: 'max-graceful-termination-sec',
  maxNodeProvisionTime: 'max-node-provision-time',
  maxTotalUnreadyPercentage: 'max-total-unready-percentage',
  newPodScaleUpDelay: 'new-pod-scale-up-delay',
  okTotalUnreadyCount: 'ok-total-unready-count',
  privateFqdn: 'privateFQDN',
  scaleDownDelayAfterAdd: 'scale-down-delay-after-add',
  scaleDownDelayAfterDelete: 'scale-down-delay-after-delete',
  scaleDownDelayAfterFailure: 'scale-down-delay-after-failure',
  scaleDownUnneededTime: 'scale-down-unneeded-time',
  scaleDownUnreadyTime: 'scale-down-unready-time',
  scaleDownUtilizationThreshold: 'scale-down-utilization-threshold',
  scanInterval: 'scan-interval',
  skipNodesWithLocalStorage: 'skip-nodes-with-local-storage',
  skipNodesWithSystemPods: 'skip-nodes-with-system-pods',
  typePropertiesType: 'type',
} as const;

type WireName<K> = K extends keyof typeof wireNames ? (typeof wireNames)[K] : K extends `_${infer Rest}` ? Rest : K;
/** A model of an SDK as it stands on the wire: dates are strings, renamed fields have their own names, nothing is promised to be there. */
export type Wire<T> = T extends Date
  ? string
  : T extends (infer U)[]
    ? Wire<U>[]
    : T extends object
      ? { -readonly [K in keyof T as WireName<K>]?: Wire<T[K]> }
      : T;

/** What every ARM resource carries; `properties` holds the rest. */
export interface ArmResource {
  id: string;
  name: string;
  type: string;
  location?: string;
  tags?: Record<string, string>;
  /** Of what is placed in zones. */
  zones?: string[];
  sku?: { name?: string; tier?: string };
}
interface Arm<P> extends ArmResource {
  properties: P;
}

/** A preview that the SDK does not know: encryption of Kubernetes objects by keys of the platform. */
interface ObjectEncryption {
  securityProfile?: { kubernetesResourceObjectEncryptionProfile?: { infrastructureEncryption?: string } };
}
/** Another: `None` keeps pods from the metadata service of their node, `IMDS` does not. */
interface LinkLocalAccess {
  networkProfile?: { podLinkLocalAccess?: string };
}
export interface ManagedCluster extends Arm<Wire<aks.ManagedClusterProperties> & ObjectEncryption & LinkLocalAccess> {
  kind?: string;
  sku?: { name?: string; tier?: string };
  identity?: {
    type?: string;
    principalId?: string;
    tenantId?: string;
    userAssignedIdentities?: Record<string, { principalId?: string; clientId?: string } | null>;
  };
}
export type AgentPool = Arm<Wire<aks.ManagedClusterAgentPoolProfileProperties>>;
export type MaintenanceConfiguration = Arm<Wire<aks.MaintenanceConfigurationProperties>>;
export type ManagedNamespace = Arm<Wire<aks.NamespaceProperties>>;
/** Not in the SDK: as a recorded response shows it. */
export type DeploymentSafeguards = Arm<{
  level?: string;
  podSecurityStandardsLevel?: string;
  excludedNamespaces?: string[];
  systemExcludedNamespaces?: string[];
  provisioningState?: string;
}>;
export type DataCollectionRuleAssociation = Arm<{ dataCollectionRuleId?: string; dataCollectionEndpointId?: string }>;
/** Microsoft.KubernetesConfiguration/extensions, 2023-05-01. */
export type ClusterExtension = Arm<{
  extensionType?: string;
  currentVersion?: string;
  provisioningState?: string;
  scope?: { cluster?: { releaseNamespace?: string }; namespace?: { targetNamespace?: string } };
  configurationSettings?: Record<string, string>;
}>;
/** Microsoft.KubernetesConfiguration/fluxConfigurations, 2023-05-01. */
export type FluxConfiguration = Arm<{
  namespace?: string;
  scope?: string;
  sourceKind?: string;
  suspend?: boolean;
  complianceState?: string;
  provisioningState?: string;
  gitRepository?: { url?: string; httpsUser?: string; localAuthRef?: string; sshKnownHosts?: string; provider?: string };
  kustomizations?: Record<string, { path?: string }>;
  statuses?: { name?: string; kind?: string; complianceState?: string }[];
}>;

/** A part of a resource, with an id and properties of its own. */
export interface Part<P> {
  id?: string;
  name?: string;
  properties?: P;
}
type GatewayParts = {
  sslCertificates: Part<Wire<network.ApplicationGatewaySslCertificatePropertiesFormat>>;
  frontendIPConfigurations: Part<Wire<network.ApplicationGatewayFrontendIPConfigurationPropertiesFormat>>;
  backendAddressPools: Part<{ backendAddresses?: { fqdn?: string; ipAddress?: string }[] }>;
  backendHttpSettingsCollection: Part<Wire<network.ApplicationGatewayBackendHttpSettingsPropertiesFormat>>;
  httpListeners: Part<Wire<network.ApplicationGatewayHttpListenerPropertiesFormat>>;
  sslProfiles: Part<Wire<network.ApplicationGatewaySslProfilePropertiesFormat>>;
  urlPathMaps: Part<
    Omit<Wire<network.ApplicationGatewayUrlPathMapPropertiesFormat>, 'pathRules'> & {
      pathRules?: Part<Wire<network.ApplicationGatewayPathRulePropertiesFormat>>[];
    }
  >;
  requestRoutingRules: Part<Wire<network.ApplicationGatewayRequestRoutingRulePropertiesFormat>>;
  redirectConfigurations: Part<{ redirectType?: string; targetUrl?: string; targetListener?: { id?: string } }>;
};
export type ApplicationGateway = Arm<
  Omit<Wire<network.ApplicationGatewayPropertiesFormat>, keyof GatewayParts> & { [K in keyof GatewayParts]?: GatewayParts[K][] }
> & { identity?: { type?: string; userAssignedIdentities?: Record<string, unknown> } };
/** A web application firewall's rules, for Application Gateways. */
export type WafPolicy = Arm<
  Pick<Wire<network.WebApplicationFirewallPolicyPropertiesFormat>, 'policySettings' | 'managedRules' | 'provisioningState'>
>;
/** A pool of another cluster that was seen in this run, for what clusters share: a subnet. */
export interface Neighbour {
  id: string;
  cluster: ManagedCluster;
  pools: AgentPool[];
}

/** What every Kubernetes object carries; `load` fills in apiVersion and kind for the items of a typed list. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}
export type ObjectMeta = Wire<k8s.V1ObjectMeta> & { name: string };
type Kubernetes<T> = KubernetesObject & Omit<Wire<T>, 'apiVersion' | 'kind' | 'metadata'>;

export type Namespace = Kubernetes<k8s.V1Namespace>;
export type Node = Kubernetes<k8s.V1Node>;
/** `nodeName` is lifted out of `spec` by load, so that pods of one template share one spec. */
export type Pod = Kubernetes<k8s.V1Pod> & { nodeName?: string };
export type PodSpec = Wire<k8s.V1PodSpec>;
export type PodTemplate = { metadata?: Wire<k8s.V1ObjectMeta>; spec?: PodSpec };
/** A container, an init container or an ephemeral container. */
export type Container = Wire<k8s.V1Container>;
export type Probe = Wire<k8s.V1Probe>;
export type LabelSelector = Wire<k8s.V1LabelSelector>;
export type Deployment = Kubernetes<k8s.V1Deployment>;
export type StatefulSet = Kubernetes<k8s.V1StatefulSet>;
export type DaemonSet = Kubernetes<k8s.V1DaemonSet>;
export type ReplicaSet = Kubernetes<k8s.V1ReplicaSet>;
export type ReplicationController = Kubernetes<k8s.V1ReplicationController>;
export type Job = Kubernetes<k8s.V1Job>;
export type CronJob = Kubernetes<k8s.V1CronJob>;
export type HorizontalPodAutoscaler = Kubernetes<k8s.V2HorizontalPodAutoscaler>;
export type PodDisruptionBudget = Kubernetes<k8s.V1PodDisruptionBudget>;
export type Service = Kubernetes<k8s.V1Service>;
export type Ingress = Kubernetes<k8s.V1Ingress>;
export type IngressClass = Kubernetes<k8s.V1IngressClass>;
export type NetworkPolicy = Kubernetes<k8s.V1NetworkPolicy>;
/** Values are markers, but for what says nothing. */
export type ConfigMap = KubernetesObject & { data?: Record<string, unknown>; immutable?: boolean };
/** No value, and no key: what a Secret is called and what it is for. */
export type Secret = KubernetesObject & { type?: string };
export type ServiceAccount = Kubernetes<k8s.V1ServiceAccount>;
export type LimitRange = Kubernetes<k8s.V1LimitRange>;
export type ResourceQuota = Kubernetes<k8s.V1ResourceQuota>;
export type PersistentVolume = Kubernetes<k8s.V1PersistentVolume>;
export type PersistentVolumeClaim = Kubernetes<k8s.V1PersistentVolumeClaim>;
export type StorageClass = Kubernetes<k8s.V1StorageClass>;
/** metrics.k8s.io/v1beta1: what was used over a short time before it was asked. */
export interface NodeMetrics extends KubernetesObject {
  usage?: Record<string, string>;
}
export interface PodMetrics extends KubernetesObject {
  containers?: { name?: string; usage?: Record<string, string> }[];
}
export type ClusterRole = Kubernetes<k8s.V1ClusterRole>;
export type ClusterRoleBinding = Kubernetes<k8s.V1ClusterRoleBinding>;
export type RoleBinding = Kubernetes<k8s.V1RoleBinding>;
export type Role = Kubernetes<k8s.V1Role>;
export type ServiceCIDR = Kubernetes<k8s.V1ServiceCIDR>;

/** An object of a custom resource of which nothing but its being there is read. */
export interface CustomObject extends KubernetesObject {
  spec?: Record<string, unknown>;
}
/** cert-manager.io/v1 (its API reference); times are RFC 3339. */
export interface Certificate extends KubernetesObject {
  spec?: { secretName?: string; dnsNames?: string[]; renewBefore?: string; issuerRef?: { name?: string; kind?: string; group?: string } };
  status?: {
    notAfter?: string;
    renewalTime?: string;
    conditions?: { type?: string; status?: string; reason?: string; message?: string }[];
  };
}
export interface KarpenterNodePool extends KubernetesObject {
  spec?: {
    limits?: Record<string, string>;
    disruption?: { budgets?: { nodes?: string; reasons?: string[]; schedule?: string; duration?: string }[] };
    template?: { spec?: { nodeClassRef?: { name?: string }; requirements?: { key?: string; operator?: string; values?: string[] }[] } };
  };
}
