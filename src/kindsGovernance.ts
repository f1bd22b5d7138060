import { type ArmKind, arm, cluster, rest } from './kindOf.ts';
import type { StateKey } from './snapshot.ts';

/** Rows of the cluster alone: a subscription may hold thousands. @param id as ARM writes it */
export const policyStatesOf = (id: string): string =>
  `policyresources | where type =~ 'microsoft.policyinsights/policystates' | where tostring(properties.resourceId) =~ '${id}'`;

/** What Defender for Cloud says of images in registries, over all subscriptions that the caller may read; of what it found, what is grave. */
export const imageQueries = {
  securityAssessments:
    "securityresources | where type =~ 'microsoft.security/assessments' | where name in~ ('c0b7cfc6-3172-465a-b378-53c7ff2cc0d5', '33422d8f-ab1e-42be-bc9a-38685bb567b9') | project id, name, type, properties = pack('displayName', properties.displayName, 'status', properties.status)",
  imageVulnerabilities:
    "securityresources | where type =~ 'microsoft.security/assessments/subassessments' | where tostring(properties.additionalData.assessedResourceType) =~ 'AzureContainerRegistryVulnerability' | where tostring(properties.status.code) =~ 'Unhealthy' | where tostring(properties.additionalData.vulnerabilityDetails.severity) in~ ('Critical', 'High') | project id, name, type, properties = pack('status', properties.status, 'additionalData', properties.additionalData)",
} as const;
const ofImages = (type: string, version: string, key: keyof typeof imageQueries): ArmKind =>
  arm(type, version, `az graph query --first 1000 -q "${imageQueries[key]}" -o json > ${key}.json`, { listed: true });

/** Azure Policy, and what runs and secures a subscription. */
export const governanceKinds = {
  policyAssignments: arm(
    'Microsoft.Authorization/policyAssignments',
    '2023-04-01',
    rest(`${cluster}/providers/Microsoft.Authorization/policyAssignments?$filter=atScope()&api-version=2023-04-01`, 'policyAssignments'),
  ),
  policyExemptions: arm(
    'Microsoft.Authorization/policyExemptions',
    '2022-07-01-preview',
    rest(
      `${cluster}/providers/Microsoft.Authorization/policyExemptions?$filter=atScope()&api-version=2022-07-01-preview`,
      'policyExemptions',
    ),
  ),
  policyStates: arm(
    'Microsoft.PolicyInsights/policyStates',
    '2024-04-01',
    `az graph query --first 1000 -q "${policyStatesOf(cluster)}" -o json > policyStates.json`,
    { permission: 'Microsoft.PolicyInsights/policyStates/queryResults/read' },
  ),
  policySetDefinitions: arm(
    'Microsoft.Authorization/policySetDefinitions',
    '2023-04-01',
    'az policy set-definition list -o json > policySetDefinitions.json',
    { shared: true },
  ),
  policyDefinitions: arm(
    'Microsoft.Authorization/policyDefinitions',
    '2023-04-01',
    `az policy definition list --query "[?policyType=='Custom']" -o json > policyDefinitions.json`,
    { shared: true },
  ),
  kubernetesVersions: arm(
    'Microsoft.ContainerService/locations/kubernetesVersions',
    '2026-06-01',
    'az aks get-versions -l <region> -o json > kubernetesVersions.<region>.json',
    { shared: true },
  ),
  // Its type, as its id tells it: the provider whose feature it is stands last.
  features: arm(
    'Microsoft.ContainerService/features',
    '2021-07-01',
    'az feature list --namespace Microsoft.ContainerService -o json > features.json',
    { listed: true, permission: 'Microsoft.Features/providers/features/read' },
  ),
  securityPricings: arm('Microsoft.Security/pricings', '2024-01-01', 'az security pricing list -o json > securityPricings.json', {
    listed: true,
  }),
  securityAssessments: ofImages('Microsoft.Security/assessments', '2021-06-01', 'securityAssessments'),
  imageVulnerabilities: ofImages('Microsoft.Security/assessments/subAssessments', '2019-01-01-preview', 'imageVulnerabilities'),
  advisorRecommendations: arm(
    'Microsoft.Advisor/recommendations',
    '2023-01-01',
    'az advisor recommendation list --category Cost -o json > advisorRecommendations.json',
    { listed: true },
  ),
  eventGridSystemTopics: arm(
    'Microsoft.EventGrid/systemTopics',
    '2022-06-15',
    'az eventgrid system-topic list -o json > eventGridSystemTopics.json',
    { listed: true },
  ),
  systemTopicSubscriptions: arm(
    'Microsoft.EventGrid/systemTopics/eventSubscriptions',
    '2022-06-15',
    'az eventgrid system-topic event-subscription list -g <resource-group> --system-topic-name <topic> -o json > systemTopicSubscriptions.json',
    { listed: true },
  ),
  eventSubscriptions: arm(
    'Microsoft.EventGrid/eventSubscriptions',
    '2022-06-15',
    rest(`${cluster}/providers/Microsoft.EventGrid/eventSubscriptions?api-version=2022-06-15`, 'eventSubscriptions'),
  ),
} satisfies Partial<Record<StateKey, ArmKind>>;
