import type { PolicyMember, PolicyParameterDefinitions } from '../wire.ts';

/** A built-in policy of Azure Policy for Kubernetes: its GUID, and the constraint template that copies of it use too. */
export interface BuiltInPolicy {
  id: string;
  /** As in https://store.policy.core.windows.net/kubernetes/<template>/. */
  template: string;
  /** In lower case: its effect where nothing else is said. */
  byDefault: string;
}

/** Policies that rules ask for (Azure/azure-policy, built-in-policies/policyDefinitions/Kubernetes, read in November 2026). */
export const builtInPolicies = {
  allowedImages: { id: 'febd0533-8e55-448f-b837-bd0e06f16469', template: 'container-allowed-images', byDefault: 'deny' },
  noPrivilegedContainers: { id: '95edb821-ddaf-4404-9732-666045e056b4', template: 'container-no-privilege', byDefault: 'deny' },
  internalLoadBalancers: { id: '3fc4dc25-5baf-40d8-9b05-7fe74c1bc64e', template: 'load-balancer-no-public-ips', byDefault: 'deny' },
  httpsIngress: { id: '1a5b4dca-0b6f-4cf5-907c-56316bc1bf3d', template: 'ingress-https-only', byDefault: 'deny' },
} as const satisfies Readonly<Record<string, BuiltInPolicy>>;

/** "Temp disks and cache for agent node pools should be encrypted at host": the built-in policy that may deny a node pool. */
export const encryptionAtHost = { id: '41425d9f-d1a5-499a-9932-f8ed8453932c', byDefault: 'audit' } as const;

/** What a built-in initiative holds, as far as rules ask, for where its definition was not read. */
export interface KnownInitiative {
  properties: { policyDefinitions: readonly PolicyMember[]; parameters: PolicyParameterDefinitions };
}

const definition = (id: string): string => `/providers/Microsoft.Authorization/policyDefinitions/${id}`;
/** @param takes a policy's parameter, and the initiative's that it takes its value from */
const member = (id: string, reference: string, takes: Readonly<Record<string, string>>): PolicyMember => ({
  policyDefinitionId: definition(id),
  policyDefinitionReferenceId: reference,
  parameters: Object.fromEntries(Object.entries(takes).map(([name, from]) => [name, { value: `[parameters('${from}')]` }])),
});

const alike = { effect: 'effect', excludedNamespaces: 'excludedNamespaces', namespaces: 'namespaces' } as const;
const auditing = { effect: { defaultValue: 'Audit' } } as const;
const podSecurity: KnownInitiative = {
  properties: {
    parameters: auditing,
    policyDefinitions: [member(builtInPolicies.noPrivilegedContainers.id, 'NoPrivilegedContainers', alike)],
  },
};

/** By GUID: the initiatives that are most assigned to clusters (Azure/azure-policy, read in November 2026). */
export const knownInitiatives: ReadonlyMap<string, KnownInitiative> = new Map<string, KnownInitiative>([
  ['a8640138-9b0a-4a28-b8cb-1666c838647d', podSecurity], // pod security baseline
  ['42b8ef37-b724-4e24-bbc8-7a7708edfe00', podSecurity], // pod security restricted
  [
    'c047ea8e-9c78-49b2-958b-37e56d291a44', // deployment safeguards
    {
      properties: {
        parameters: auditing,
        policyDefinitions: [
          member(builtInPolicies.allowedImages.id, 'ensureAllowedContainerImagesInKubernetesCluster', {
            effect: 'effect',
            excludedNamespaces: 'excludedNamespaces',
            allowedContainerImagesRegex: 'allowedContainerImagesRegex',
          }),
        ],
      },
    },
  ],
  [
    '1f3afdf9-d0c9-4c3d-847f-89da613e70a8', // Microsoft cloud security benchmark
    {
      properties: {
        parameters: {
          allowedContainerImagesInKubernetesClusterEffect: { defaultValue: 'Audit' },
          allowedContainerImagesInKubernetesClusterRegex: { defaultValue: '^(.+){0}$' },
          privilegedContainersShouldBeAvoidedEffect: { defaultValue: 'Audit' },
          kubernetesClustersShouldBeAccessibleOnlyOverHTTPSMonitoringEffect: { defaultValue: 'Audit' },
        },
        policyDefinitions: [
          member(builtInPolicies.allowedImages.id, 'ensureAllowedContainerImagesInKubernetesCluster', {
            effect: 'allowedContainerImagesInKubernetesClusterEffect',
            excludedNamespaces: 'allowedContainerImagesNamespaceExclusion',
            labelSelector: 'allowedContainerImagesLabelSelector',
            allowedContainerImagesRegex: 'allowedContainerImagesInKubernetesClusterRegex',
          }),
          member(builtInPolicies.noPrivilegedContainers.id, 'privilegedContainersShouldBeAvoided', {
            effect: 'privilegedContainersShouldBeAvoidedEffect',
            excludedNamespaces: 'privilegedContainerNamespaceExclusion',
            labelSelector: 'privilegedContainerLabelSelector',
          }),
          member(builtInPolicies.httpsIngress.id, 'kubernetesClustersShouldBeAccessibleOnlyOverHTTPSMonitoringEffect', {
            effect: 'kubernetesClustersShouldBeAccessibleOnlyOverHTTPSMonitoringEffect',
          }),
        ],
      },
    },
  ],
]);
