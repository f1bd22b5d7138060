import type * as wire from './wire.ts';

/** Every kind of state the tool knows, and its shape. One line here is one new thing to collect. */
export interface State {
  // Azure, of one cluster
  cluster: wire.ManagedCluster;
  agentPools: wire.AgentPool[];
  maintenanceConfigurations: wire.MaintenanceConfiguration[];
  managedNamespaces: wire.ManagedNamespace[];
  deploymentSafeguards: wire.DeploymentSafeguards[];
  dataCollectionRuleAssociations: wire.DataCollectionRuleAssociation[];
  extensions: wire.ClusterExtension[];
  fluxConfigurations: wire.FluxConfiguration[];
  policyAssignments: wire.PolicyAssignment[];
  policyExemptions: wire.PolicyExemption[];
  policyStates: wire.PolicyState[];
  eventSubscriptions: wire.EventSubscription[];
  diagnosticSettings: wire.DiagnosticSetting[];
  roleAssignments: wire.RoleAssignment[];
  trustedAccessRoleBindings: wire.TrustedAccessRoleBinding[];
  identityBindings: wire.IdentityBinding[];
  // Azure, shared by several clusters
  roleDefinitions: wire.RoleDefinition[];
  userAssignedIdentities: wire.UserAssignedIdentity[];
  federatedIdentityCredentials: wire.FederatedIdentityCredential[];
  policySetDefinitions: wire.PolicySetDefinition[];
  policyDefinitions: wire.PolicyDefinition[];
  kubernetesVersions: wire.KubernetesVersions[];
  vmSkus: wire.VmSku[];
  computeUsages: wire.ComputeUsage[];
  features: wire.Feature[];
  securityPricings: wire.SecurityPricing[];
  securityAssessments: wire.SecurityAssessment[];
  imageVulnerabilities: wire.ImageVulnerability[];
  advisorRecommendations: wire.AdvisorRecommendation[];
  eventGridSystemTopics: wire.EventGridSystemTopic[];
  systemTopicSubscriptions: wire.EventSubscription[];
  virtualNetworks: wire.VirtualNetwork[];
  routeTables: wire.RouteTable[];
  networkSecurityGroups: wire.NetworkSecurityGroup[];
  firewalls: wire.Firewall[];
  firewallPolicies: wire.FirewallPolicy[];
  firewallPolicyRuleCollectionGroups: wire.FirewallPolicyRuleCollectionGroup[];
  ipGroups: wire.IpGroup[];
  natGateways: wire.NatGateway[];
  loadBalancers: wire.LoadBalancer[];
  publicIPAddresses: wire.PublicIPAddress[];
  networkInterfaces: wire.NetworkInterface[];
  bastionHosts: wire.BastionHost[];
  virtualNetworkGateways: wire.VirtualNetworkGateway[];
  gatewayConnections: wire.GatewayConnection[];
  appGateways: wire.ApplicationGateway[];
  wafPolicies: wire.WafPolicy[];
  trafficControllers: wire.TrafficController[];
  trafficControllerPolicies: wire.TrafficControllerPolicy[];
  frontDoors: wire.FrontDoor[];
  frontDoorEndpoints: wire.FrontDoorEndpoint[];
  frontDoorOriginGroups: wire.FrontDoorOriginGroup[];
  frontDoorOrigins: wire.FrontDoorOrigin[];
  frontDoorSecurityPolicies: wire.FrontDoorSecurityPolicy[];
  frontDoorWafPolicies: wire.FrontDoorWafPolicy[];
  trafficManagerProfiles: wire.TrafficManagerProfile[];
  fleetMembers: wire.FleetMember[];
  workspaces: wire.Workspace[];
  workspaceTables: wire.WorkspaceTable[];
  dataCollectionRules: wire.DataCollectionRule[];
  grafana: wire.Grafana[];
  flowLogs: wire.FlowLog[];
  metricAlerts: wire.MetricAlert[];
  scheduledQueryRules: wire.ScheduledQueryRule[];
  prometheusRuleGroups: wire.PrometheusRuleGroup[];
  activityLogAlerts: wire.ActivityLogAlert[];
  actionGroups: wire.ActionGroup[];
  alertProcessingRules: wire.AlertProcessingRule[];
  budgets: wire.Budget[];
  backupInstances: wire.BackupInstance[];
  backupJobs: wire.BackupJob[];
  backupVaults: wire.BackupVault[];
  neighbours: wire.Neighbour[];
  registries: wire.Registry[];
  registryReplications: wire.RegistryReplication[];
  vaults: wire.Vault[];
  resourceDiagnosticSettings: wire.DiagnosticSetting[];
  storageAccounts: wire.StorageAccount[];
  sqlServers: wire.SqlServer[];
  sqlDatabases: wire.SqlDatabase[];
  sqlBackupRetentions: wire.SqlBackupRetention[];
  blobServices: wire.BlobService[];
  cosmosAccounts: wire.CosmosAccount[];
  postgresServers: wire.FlexibleServer[];
  mysqlServers: wire.FlexibleServer[];
  dataCollectionEndpoints: wire.DataCollectionEndpoint[];
  privateLinkScopes: wire.PrivateLinkScope[];
  privateEndpoints: wire.PrivateEndpoint[];
  privateDnsZoneGroups: wire.PrivateDnsZoneGroup[];
  privateDnsZones: wire.PrivateDnsZone[];
  privateDnsZoneLinks: wire.PrivateDnsZoneLink[];
  privateDnsRecords: wire.PrivateDnsRecord[];
  // Kubernetes
  namespaces: wire.Namespace[];
  nodes: wire.Node[];
  pods: wire.Pod[];
  deployments: wire.Deployment[];
  statefulSets: wire.StatefulSet[];
  daemonSets: wire.DaemonSet[];
  replicaSets: wire.ReplicaSet[];
  replicationControllers: wire.ReplicationController[];
  jobs: wire.Job[];
  cronJobs: wire.CronJob[];
  horizontalPodAutoscalers: wire.HorizontalPodAutoscaler[];
  scaledObjects: wire.ScaledObject[];
  scaledJobs: wire.ScaledObject[];
  verticalPodAutoscalers: wire.VerticalPodAutoscaler[];
  podDisruptionBudgets: wire.PodDisruptionBudget[];
  services: wire.Service[];
  serviceAccounts: wire.ServiceAccount[];
  configMaps: wire.ConfigMap[];
  secrets: wire.Secret[];
  certificates: wire.Certificate[];
  ingresses: wire.Ingress[];
  ingressClasses: wire.IngressClass[];
  ingressRoutes: wire.TraefikRoute[];
  traefikMiddlewares: wire.TraefikMiddleware[];
  istioGateways: wire.IstioGateway[];
  gateways: wire.Gateway[];
  httpRoutes: wire.HttpRoute[];
  networkPolicies: wire.NetworkPolicy[];
  ciliumNetworkPolicies: wire.CiliumNetworkPolicy[];
  ciliumClusterwideNetworkPolicies: wire.CiliumNetworkPolicy[];
  calicoNetworkPolicies: wire.CalicoNetworkPolicy[];
  calicoGlobalNetworkPolicies: wire.CalicoNetworkPolicy[];
  adminNetworkPolicies: wire.AdminNetworkPolicy[];
  baselineAdminNetworkPolicies: wire.AdminNetworkPolicy[];
  clusterNetworkPolicies: wire.AdminNetworkPolicy[];
  limitRanges: wire.LimitRange[];
  resourceQuotas: wire.ResourceQuota[];
  persistentVolumes: wire.PersistentVolume[];
  persistentVolumeClaims: wire.PersistentVolumeClaim[];
  storageClasses: wire.StorageClass[];
  nodeMetrics: wire.NodeMetrics[];
  podMetrics: wire.PodMetrics[];
  clusterRoles: wire.ClusterRole[];
  clusterRoleBindings: wire.ClusterRoleBinding[];
  roleBindings: wire.RoleBinding[];
  roles: wire.Role[];
  serviceCIDRs: wire.ServiceCIDR[];
  karpenterNodePools: wire.KarpenterNodePool[];
  aksNodeClasses: wire.CustomObject[];
  prometheusRules: wire.PrometheusRuleObject[];
  veleroSchedules: wire.VeleroSchedule[];
  veleroBackups: wire.VeleroBackup[];
  backupStorageLocations: wire.BackupStorageLocation[];
  azureIdentities: wire.CustomObject[];
  ratifyConstraints: wire.RatifyConstraint[];
  kyvernoPolicies: wire.KyvernoClusterPolicy[];
  imageValidatingPolicies: wire.KyvernoImagePolicy[];
  clusterImagePolicies: wire.SigstorePolicy[];
  secretProviderClasses: wire.SecretProviderClass[];
  secretStores: wire.SecretStore[];
  clusterSecretStores: wire.SecretStore[];
  kustomizations: wire.FluxObject[];
  helmReleases: wire.FluxObject[];
  gitRepositories: wire.GitRepository[];
  argoApplications: wire.ArgoApplication[];
  instrumentations: wire.Instrumentation[];
  constraintTemplates: wire.CustomObject[];
}
export type StateKey = keyof State;

/** What was not seen: `scope` is the ARM id, subscription or namespace it concerns; without it, all of the key. */
export type Gap = { key: StateKey; scope?: string } & (
  | { why: 'not-collected'; export?: string }
  | { why: 'forbidden'; permission: string }
  | { why: 'unreachable' | 'failed' | 'cluster-stopped'; message: string }
);

/** What one source brought back. `gaps` beside `value`: some of it is missing. */
export type Gathered<T> = { value: T; gaps?: readonly Gap[] } | { value?: never; gaps: readonly [Gap, ...Gap[]] };

/** The cluster that a snapshot is of: its ARM id in lower case, else `kubernetes:<uid of kube-system>`, else `files:<folder>`. */
export interface Target {
  id: string;
  name: string;
}

/** Where a resource was read: bytes `start` to `end` of `file` hold JSON or YAML in which `pointer` leads to it. */
export interface Origin {
  file: string;
  start: number;
  end: number;
  pointer: string;
}

export interface Snapshot {
  schema: 'aks-audit/snapshot/1';
  /** ISO 8601 in UTC; null when an export does not say when it was taken. */
  takenAt: string | null;
  target: Target;
  state: { [K in StateKey]?: Gathered<State[K]> };
  /** By the resource's own object; a resource without an entry has no file. */
  origins: ReadonlyMap<object, Origin>;
  /** SHA-256 of the manifest, when the snapshot is a folder of ours. */
  digest?: string;
  /** `--complete` was given: the input holds every Kubernetes object there is. */
  complete?: boolean;
}

/** The kinds of state whose value is one resource, not a list. */
export type SingleKey = { [K in StateKey]: State[K] extends readonly unknown[] ? never : K }[StateKey];

/**
 * Where collect writes what it reads: a page in, a page out. A file is renamed into place when it is complete, which is
 * what resuming and an interruption rely on. Implemented in load/snapshotFolder.ts and wired in audit.ts.
 */
export interface Sink {
  /** Whether an earlier run completed this key of this target, so that it need not be read again. */
  has(target: Target | undefined, key: StateKey): boolean;
  /** What an earlier run completed. */
  read<K extends StateKey>(target: Target | undefined, key: K): Promise<State[K] | undefined>;
  /** @param target undefined for what several clusters share */
  open(target: Target | undefined, key: StateKey): SinkFile;
  /** What was not seen; replaces a gap of the same key and scope. */
  gap(target: Target | undefined, gap: Gap): void;
  /** Writes the manifest: the snapshot is whole. */
  finish(info: { takenAt: string; targets: readonly Target[]; asked: readonly StateKey[]; unread?: readonly Unread[] }): Promise<void>;
}
/** A cluster, or a subscription or group of clusters, that was asked for and of which nothing could be read. */
export interface Unread {
  /** ARM id, or what was asked for. */
  target: string;
  reason: string;
}
export interface SinkFile {
  write(items: readonly object[]): Promise<void>;
  /** Renames the file into place. */
  done(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}
