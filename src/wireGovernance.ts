/** The shapes of Azure Policy, and of what runs and secures a subscription: what rules read of them. Types only. */
import type * as aks from '@azure/arm-containerservice';
import type { ArmResource, Wire } from './wire.ts';

interface Arm<P> extends ArmResource {
  properties: P;
}

/** Of assignments, overrides and exemptions (Azure Policy's assignment structure). */
export interface PolicySelector {
  kind?: string;
  in?: string[];
  notIn?: string[];
}
export interface PolicyResourceSelector {
  name?: string;
  selectors?: PolicySelector[];
}
export type PolicyParameters = Record<string, { value?: unknown } | null>;
export type PolicyAssignment = Arm<{
  displayName?: string;
  policyDefinitionId?: string;
  scope?: string;
  notScopes?: string[];
  enforcementMode?: string;
  parameters?: PolicyParameters;
  overrides?: { kind?: string; value?: string; selectors?: PolicySelector[] }[];
  resourceSelectors?: PolicyResourceSelector[];
}>;
export type PolicyParameterDefinitions = Record<string, { defaultValue?: unknown } | null>;
/** Microsoft.Authorization/policySetDefinitions 2023-04-01. */
export type PolicySetDefinition = Arm<{
  displayName?: string;
  policyDefinitions?: PolicyMember[];
  parameters?: PolicyParameterDefinitions;
}>;
export interface PolicyMember {
  policyDefinitionId?: string;
  policyDefinitionReferenceId?: string;
  parameters?: PolicyParameters;
}
/** Microsoft.Authorization/policyDefinitions 2023-04-01. */
export type PolicyDefinition = Arm<{
  displayName?: string;
  mode?: string;
  parameters?: PolicyParameterDefinitions;
  policyRule?: {
    if?: unknown;
    then?: { effect?: string; details?: { templateInfo?: { url?: string }; constraintTemplate?: string } };
  };
}>;
/** Microsoft.Authorization/policyExemptions 2022-07-01-preview. */
export type PolicyExemption = Arm<{
  displayName?: string;
  policyAssignmentId?: string;
  policyDefinitionReferenceIds?: string[];
  exemptionCategory?: string;
  expiresOn?: string;
  resourceSelectors?: PolicyResourceSelector[];
}>;
/** Microsoft.PolicyInsights/policyStates, a row of Resource Graph's table policyresources. */
export type PolicyState = Arm<{
  resourceId?: string;
  complianceState?: string;
  policyAssignmentId?: string;
  policyAssignmentName?: string;
  policyDefinitionId?: string;
  policyDefinitionName?: string;
  policyDefinitionReferenceId?: string;
  policyDefinitionAction?: string;
  timestamp?: string;
}>;
/** The versions of Kubernetes that AKS offers in a region: the one answer of its API, which has no id of its own. */
export type KubernetesVersions = Arm<Wire<aks.KubernetesVersionListResult>>;
/** Of a subscription: a feature of a resource provider that may be registered (Microsoft.Features 2021-07-01). */
export type Feature = Arm<{ state?: string }>;
/** Microsoft.Security/pricings 2024-01-01: a plan of Defender for Cloud. */
export type SecurityPricing = Arm<{
  pricingTier?: string;
  subPlan?: string;
  /** `isEnabled` is a string, `True` or `False`. */
  extensions?: { name?: string; isEnabled?: string }[];
}>;
/** Microsoft.Advisor/recommendations 2023-01-01. */
export type AdvisorRecommendation = Arm<{
  category?: string;
  impact?: string;
  impactedField?: string;
  impactedValue?: string;
  lastUpdated?: string;
  recommendationTypeId?: string;
  shortDescription?: { problem?: string; solution?: string };
  resourceMetadata?: { resourceId?: string; source?: string };
  suppressionIds?: string[];
}>;
/** Microsoft.EventGrid/systemTopics 2022-06-15. */
export type EventGridSystemTopic = Arm<{ source?: string; topicType?: string }>;
/** Microsoft.EventGrid/eventSubscriptions 2022-06-15, of a resource or a system topic. */
export type EventSubscription = Arm<{
  topic?: string;
  provisioningState?: string;
  expirationTimeUtc?: string;
  destination?: { endpointType?: string };
  deliveryWithResourceIdentity?: { destination?: { endpointType?: string } };
  filter?: { includedEventTypes?: string[] };
}>;
/** Microsoft.Security/assessments 2021-06-01, a row of Resource Graph's table securityresources: whether images of a registry were read. */
export type SecurityAssessment = Arm<{ displayName?: string; status?: { code?: string } }>;
/** Microsoft.Security/assessments/subAssessments 2019-01-01-preview, of images: a vulnerability in one (Defender's REST reference for containers). */
export type ImageVulnerability = Arm<{
  status?: { code?: string; severity?: string };
  additionalData?: {
    artifactDetails?: { registryHost?: string; repositoryName?: string; digest?: string };
    softwareDetails?: { packageName?: string; fixedVersion?: string; fixStatus?: string };
    vulnerabilityDetails?: { cveId?: string; severity?: string; publishedDate?: string };
  };
}>;
