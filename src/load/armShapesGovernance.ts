import type { Shape } from './shapes.ts';

const strings: Shape = ['string'];
const selectors: Shape = [{ kind: 'string', in: strings, notIn: strings }];
const resourceSelectors: Shape = [{ selectors }];
const parameters: Shape = { '*': {} };

const eventSubscription: Shape = { provisioningState: 'string', expirationTimeUtc: 'string', filter: { includedEventTypes: strings } };

/** What the properties of Azure Policy, and of what runs and secures a subscription, must be where rules reach into them. */
export const governanceShapes = {
  policyAssignments: {
    displayName: 'string',
    policyDefinitionId: 'string',
    scope: 'string',
    notScopes: strings,
    enforcementMode: 'string',
    parameters,
    overrides: [{ kind: 'string', value: 'string', selectors }],
    resourceSelectors,
  },
  policyExemptions: {
    displayName: 'string',
    policyAssignmentId: 'string',
    policyDefinitionReferenceIds: strings,
    exemptionCategory: 'string',
    expiresOn: 'string',
    resourceSelectors,
  },
  policyStates: {
    resourceId: 'string',
    complianceState: 'string',
    policyAssignmentId: 'string',
    policyAssignmentName: 'string',
    policyDefinitionId: 'string',
    policyDefinitionName: 'string',
    policyDefinitionReferenceId: 'string',
    timestamp: 'string',
  },
  policySetDefinitions: {
    displayName: 'string',
    policyDefinitions: [{ policyDefinitionId: 'string', policyDefinitionReferenceId: 'string', parameters }],
    parameters,
  },
  policyDefinitions: {
    displayName: 'string',
    mode: 'string',
    parameters,
    policyRule: {},
  },
  kubernetesVersions: {
    values: [{ version: 'string', isPreview: 'boolean', capabilities: { supportPlan: strings }, patchVersions: {} }],
  },
  features: { state: 'string' },
  securityPricings: { pricingTier: 'string', extensions: [{ name: 'string', isEnabled: 'string' }] },
  securityAssessments: { displayName: 'string', status: { code: 'string' } },
  imageVulnerabilities: {
    status: { code: 'string', severity: 'string' },
    additionalData: {
      artifactDetails: { registryHost: 'string', repositoryName: 'string', digest: 'string' },
      softwareDetails: { packageName: 'string', fixedVersion: 'string', fixStatus: 'string' },
      vulnerabilityDetails: { cveId: 'string', severity: 'string', publishedDate: 'string' },
    },
  },
  advisorRecommendations: {
    category: 'string',
    impact: 'string',
    impactedField: 'string',
    impactedValue: 'string',
    lastUpdated: 'string',
    shortDescription: { problem: 'string', solution: 'string' },
    resourceMetadata: { resourceId: 'string' },
    suppressionIds: strings,
  },
  eventGridSystemTopics: { source: 'string', topicType: 'string' },
  eventSubscriptions: eventSubscription,
  systemTopicSubscriptions: eventSubscription,
} satisfies Readonly<Record<string, Shape>>;
