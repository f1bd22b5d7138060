/** The shapes of what spreads requests over regions and clusters: what rules read of them. Types only. */
import type { ArmResource } from './wire.ts';

interface Arm<P> extends ArmResource {
  properties: P;
}

/** Microsoft.ServiceNetworking/trafficControllers 2025-01-01: Application Gateway for Containers. */
export type TrafficController = Arm<{ provisioningState?: string }>;
/** Microsoft.ServiceNetworking/trafficControllers/securityPolicies 2025-01-01. */
export type TrafficControllerPolicy = Arm<{ policyType?: string; wafPolicy?: { id?: string } }>;

/** Microsoft.Cdn/profiles 2024-02-01, of Front Door Standard and Premium. */
export type FrontDoor = Arm<{ provisioningState?: string }> & { sku?: { name?: string } };
/** Microsoft.Cdn/profiles/afdEndpoints 2024-02-01. */
export type FrontDoorEndpoint = Arm<{ hostName?: string; enabledState?: string }>;
/** Microsoft.Cdn/profiles/originGroups 2024-02-01. */
export type FrontDoorOriginGroup = Arm<{ healthProbeSettings?: { probePath?: string } }>;
/** Microsoft.Cdn/profiles/originGroups/origins 2024-02-01. */
export type FrontDoorOrigin = Arm<{
  hostName?: string;
  enabledState?: string;
  sharedPrivateLinkResource?: { privateLink?: { id?: string }; privateLinkLocation?: string };
}>;
/** Microsoft.Cdn/profiles/securityPolicies 2024-02-01. */
export type FrontDoorSecurityPolicy = Arm<{
  parameters?: { type?: string; wafPolicy?: { id?: string }; associations?: { domains?: { id?: string }[] }[] };
}>;
/** Microsoft.Network/FrontDoorWebApplicationFirewallPolicies 2024-02-01. */
export type FrontDoorWafPolicy = Arm<{
  policySettings?: { enabledState?: string; mode?: string };
  managedRules?: { managedRuleSets?: { ruleSetType?: string; ruleSetVersion?: string }[] };
}>;
/** Microsoft.Network/trafficManagerProfiles 2022-04-01. */
export type TrafficManagerProfile = Arm<{
  profileStatus?: string;
  trafficRoutingMethod?: string;
  monitorConfig?: { path?: string };
  endpoints?: {
    name?: string;
    type?: string;
    properties?: { target?: string; targetResourceId?: string; endpointStatus?: string; endpointLocation?: string };
  }[];
}>;

/** Microsoft.ContainerService/fleets/members 2025-03-01. */
export type FleetMember = Arm<{ clusterResourceId?: string }>;
