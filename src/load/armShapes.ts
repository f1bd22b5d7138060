import { kinds } from '../kinds.ts';
import type { Gap, StateKey } from '../snapshot.ts';
import type { ArmFound, ArmHarvest } from './armHarvest.ts';
import { accessShapes } from './armShapesAccess.ts';
import { edgeShapes } from './armShapesEdge.ts';
import { governanceShapes } from './armShapesGovernance.ts';
import { monitorShapes } from './armShapesMonitor.ts';
import { networkShapes } from './armShapesNetwork.ts';
import { problemAt } from './problemLines.ts';
import { serviceShapes } from './armShapesServices.ts';
import { findMisfit, type Shape } from './shapes.ts';

const strings: Shape = ['string'];
const objects: Shape = [{}];
const enabled: Shape = { enabled: 'boolean' };

const pool: Shape = {
  name: 'string',
  mode: 'string',
  count: 'number',
  minCount: 'number',
  maxCount: 'number',
  maxPods: 'number',
  enableAutoScaling: 'boolean',
  enableNodePublicIP: 'boolean',
  osType: 'string',
  osSKU: 'string',
  vmSize: 'string',
  type: 'string',
  scaleSetPriority: 'string',
  vnetSubnetID: 'string',
  podSubnetID: 'string',
  podIPAllocationMode: 'string',
  orchestratorVersion: 'string',
  currentOrchestratorVersion: 'string',
  nodeTaints: strings,
  nodeLabels: {},
  nodeImageVersion: 'string',
  workloadRuntime: 'string',
  securityProfile: { sshAccess: 'string' },
  gpuProfile: { driver: 'string' },
  // Templates write zones as numbers, too.
  availabilityZones: [],
  upgradeSettings: {},
  networkProfile: { applicationSecurityGroups: strings },
  powerState: { code: 'string' },
  virtualMachinesProfile: { scale: { manual: [{ count: 'number' }] } },
  virtualMachineNodesStatus: [{ count: 'number' }],
};

const cluster: Shape = {
  agentPoolProfiles: [pool],
  kubernetesVersion: 'string',
  currentKubernetesVersion: 'string',
  nodeResourceGroup: 'string',
  enableRBAC: 'boolean',
  disableLocalAccounts: 'boolean',
  powerState: { code: 'string' },
  supportPlan: 'string',
  servicePrincipalProfile: { clientId: 'string' },
  identityProfile: { '*': { resourceId: 'string', objectId: 'string' } },
  autoScalerProfile: {},
  aadProfile: { managed: 'boolean', enableAzureRBAC: 'boolean', adminGroupObjectIDs: strings },
  apiServerAccessProfile: {
    authorizedIPRanges: strings,
    enablePrivateCluster: 'boolean',
    enableVnetIntegration: 'boolean',
    subnetId: 'string',
    privateDNSZone: 'string',
  },
  networkProfile: {
    networkPlugin: 'string',
    networkPluginMode: 'string',
    networkPolicy: 'string',
    networkDataplane: 'string',
    networkMode: 'string',
    outboundType: 'string',
    podLinkLocalAccess: 'string',
    loadBalancerSku: 'string',
    podCidr: 'string',
    podCidrs: strings,
    serviceCidr: 'string',
    serviceCidrs: strings,
    dnsServiceIP: 'string',
    loadBalancerProfile: {},
    advancedNetworking: { security: enabled },
  },
  addonProfiles: { '*': { enabled: 'boolean', config: {}, identity: { resourceId: 'string', objectId: 'string' } } },
  ingressProfile: { webAppRouting: { identity: { resourceId: 'string', objectId: 'string' } } },
  autoUpgradeProfile: { upgradeChannel: 'string', nodeOSUpgradeChannel: 'string' },
  securityProfile: {
    workloadIdentity: enabled,
    defender: { securityMonitoring: enabled },
    imageCleaner: {},
    azureKeyVaultKms: { keyVaultNetworkAccess: 'string' },
    kubernetesResourceObjectEncryptionProfile: { infrastructureEncryption: 'string' },
  },
  oidcIssuerProfile: { enabled: 'boolean', issuerURL: 'string' },
  podIdentityProfile: enabled,
  azureMonitorProfile: { metrics: enabled, containerInsights: enabled },
  nodeProvisioningProfile: { mode: 'string' },
  hostedSystemProfile: { enabled: 'boolean', nodeSubnetID: 'string' },
};

const subnet: Shape = {
  addressPrefix: 'string',
  addressPrefixes: strings,
  ipConfigurations: [{ id: 'string' }],
  privateEndpoints: [{ id: 'string' }],
  routeTable: { id: 'string' },
  networkSecurityGroup: { id: 'string' },
  natGateway: { id: 'string' },
  applicationGatewayIPConfigurations: [{ id: 'string' }],
  delegations: [{ properties: { serviceName: 'string' } }],
  defaultOutboundAccess: 'boolean',
};
const peering: Shape = {
  peeringState: 'string',
  peeringSyncLevel: 'string',
  remoteVirtualNetwork: { id: 'string' },
  remoteAddressSpace: { addressPrefixes: strings },
  remoteVirtualNetworkAddressSpace: { addressPrefixes: strings },
};

/** What the properties of each kind must be where rules reach into them; as `shapes` of Kubernetes objects. */
const bodies: { readonly [K in NonNullable<ArmFound['key']>]?: Shape } = {
  cluster,
  agentPools: pool,
  maintenanceConfigurations: {
    maintenanceWindow: { durationHours: 'number', schedule: {}, notAllowedDates: objects },
    timeInWeek: objects,
    notAllowedTime: objects,
  },
  managedNamespaces: { defaultResourceQuota: {}, defaultNetworkPolicy: { ingress: 'string', egress: 'string' } },
  deploymentSafeguards: {
    level: 'string',
    podSecurityStandardsLevel: 'string',
    excludedNamespaces: strings,
    systemExcludedNamespaces: strings,
  },
  dataCollectionRuleAssociations: { dataCollectionRuleId: 'string', dataCollectionEndpointId: 'string' },
  extensions: { extensionType: 'string', provisioningState: 'string' },
  fluxConfigurations: {
    namespace: 'string',
    scope: 'string',
    suspend: 'boolean',
    provisioningState: 'string',
    sourceKind: 'string',
    complianceState: 'string',
    gitRepository: { url: 'string', httpsUser: 'string', localAuthRef: 'string', provider: 'string' },
    kustomizations: {},
  },
  ...accessShapes,
  ...governanceShapes,
  vmSkus: {
    family: 'string',
    capabilities: [{ name: 'string', value: 'string' }],
    restrictions: [{ restrictionInfo: { locations: strings, zones: strings } }],
  },
  computeUsages: {},
  virtualNetworks: {
    addressSpace: { addressPrefixes: strings },
    dhcpOptions: { dnsServers: strings },
    subnets: [{ id: 'string', name: 'string', properties: subnet }],
    virtualNetworkPeerings: [{ id: 'string', name: 'string', properties: peering }],
  },
  ...monitorShapes,
  ...networkShapes,
  subnets: subnet,
  virtualNetworkPeerings: peering,
  ...serviceShapes,
  ...edgeShapes,
};
const common = {
  location: 'string',
  tags: {},
  kind: 'string',
  sku: { name: 'string', tier: 'string' },
  identity: { type: 'string', principalId: 'string', userAssignedIdentities: { '*': { principalId: 'string' } } },
} as const;

/** Takes up a resource. One that is not what the API sends is a problem, and where a run goes on without it, a gap. */
export function addFound(found: ArmFound, into: ArmHarvest): void {
  const misfit = found.key === undefined ? undefined : findMisfit(found.resource, { ...common, properties: bodies[found.key] ?? {} }, '');
  if (misfit === undefined) {
    into.found.push(found);
    return;
  }
  const { origin, resource } = found;
  const key: StateKey =
    found.key === 'subnets' || found.key === 'virtualNetworkPeerings' || found.key === undefined ? 'virtualNetworks' : found.key;
  const place = { ...origin, pointer: origin.pointer + misfit };
  into.problems.push(problemAt(place, `does not hold what the API of ${resource.type.split('/').at(-1)} says.`));
  const { plane } = kinds[key];
  const scope = plane === 'azure' && key === 'virtualNetworks' ? { scope: resource.id } : {};
  const gap: Gap = { key, ...scope, why: 'failed', message: 'A resource in the export could not be read.' };
  into.statements.push({ key, file: origin.file, gap, about: resource.id });
}
