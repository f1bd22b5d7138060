import type { AgentPool, Feature, ManagedCluster } from '../wire.ts';

/** Values that the generally available API (2026-06-01) knows; others come from preview APIs. In lower case. */
const available = {
  outboundType: ['loadbalancer', 'userdefinedrouting', 'managednatgateway', 'userassignednatgateway', 'none'],
  workloadRuntime: ['ocicontainer', 'katavmisolation'],
  osSKU: [
    ...['ubuntu', 'ubuntu2204', 'ubuntu2404', 'azurelinux', 'azurelinux3', 'cblmariner', 'azurecontainerlinux'],
    ...['windows2019', 'windows2022', 'windows2025'],
  ],
} as const;

/** A value of a preview in use, and the JSON pointer of it. */
export interface PreviewInUse {
  value: string;
  pointer: string;
}
const outside = (known: readonly string[], value: string | null | undefined, pointer: string): PreviewInUse[] =>
  !value || known.includes(value.toLowerCase()) ? [] : [{ value, pointer }];

export const clusterPreviews = ({ properties }: ManagedCluster): PreviewInUse[] =>
  outside(available.outboundType, properties.networkProfile?.outboundType, '/properties/networkProfile/outboundType');

export const poolPreviews = ({ properties }: AgentPool): PreviewInUse[] => [
  ...outside(available.workloadRuntime, properties.workloadRuntime, '/properties/workloadRuntime'),
  ...outside(available.osSKU, properties.osSKU, '/properties/osSKU'),
];

/** Features that kept the name of their preview and are generally available (AKS' release notes, as of November 2026): registered, they change nothing. */
const grownUp: ReadonlySet<string> = new Set(
  [
    'AKSARM64Preview',
    'AKS-KedaPreview',
    'AKS-PrometheusAddonPreview',
    'AKS-VPAPreview',
    'AKSWindows2022Preview',
    'AKSWindows2025Preview',
    'ArtifactStreamingPreview',
    'AutomaticSKUPreview',
    'AutoUpgradePreview',
    'AzureLinuxV3Preview',
    'AzureMonitorAppMonitoringPreview',
    'AzureOverlayDualStackPreview',
    'AzureOverlayPreview',
    'AzureServiceMeshPreview',
    'CiliumDataplanePreview',
    'CustomKubeletIdentityPreview',
    'CustomNodeConfigPreview',
    'DisableLocalAccountsPreview',
    'DisableSSHPreview',
    'EnableAPIServerVnetIntegrationPreview',
    'EnableAzureRBACPreview',
    'EnableImageCleanerPreview',
    'EnableOIDCIssuerPreview',
    'EnableWorkloadIdentityPreview',
    'EventgridPreview',
    'FIPSImagePreview',
    'FleetResourcePreview',
    'HTTPProxyConfigPreview',
    'KataVMIsolationPreview',
    'MaintenanceWindowPreview',
    'ManagedNamespacePreview',
    'MigrateToMSIClusterPreview',
    'MultiAgentpoolPreview',
    'NetworkIsolatedClusterPreview',
    'NodeAutoProvisioningPreview',
    'NodeOsUpgradeChannelPreview',
    'NRGLockdownPreview',
    'PodSubnetPreview',
    'RunCommandPreview',
    'SafeguardsPreview',
    'SnapshotPreview',
    'SpotPoolPreview',
    'TrustedAccessPreview',
    'TrustedLaunchPreview',
    'Ubuntu2404Preview',
    'UserAssignedIdentityPreview',
    'VMSSPreview',
    'WindowsPreview',
  ].map((name) => name.toLowerCase()),
);

/** Whether a preview is registered in the subscription, as its name says, and none that has become generally available. */
export function isRegisteredPreview({ name, properties }: Feature): boolean {
  const own = name.toLowerCase();
  return properties.state?.toLowerCase() === 'registered' && own.endsWith('preview') && !grownUp.has(own);
}
