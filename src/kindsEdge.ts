import { type ArmKind, arm, rest } from './kindOf.ts';
import type { StateKey } from './snapshot.ts';

/** Queries of Resource Graph, over all subscriptions that the caller may read: what is global stands beside no cluster. */
export const edgeQueries = {
  frontDoors: "resources | where type =~ 'microsoft.cdn/profiles' | where tostring(sku.name) endswith '_AzureFrontDoor'",
  trafficManagerProfiles: "resources | where type =~ 'microsoft.network/trafficmanagerprofiles'",
} as const;
/** Of the fleets, whose members are listed one by one. */
export const fleetQuery = "resources | where type =~ 'microsoft.containerservice/fleets' | project id";
const inGraph = (type: string, version: string, key: keyof typeof edgeQueries): ArmKind =>
  arm(type, version, `az graph query --first 1000 -q "${edgeQueries[key]}" -o json > ${key}.json`, { listed: true });
const below = (type: string, version: string, parent: string, list: string, file: string): ArmKind =>
  arm(type, version, rest(`<${parent}>/${list}?api-version=${version}`, file), { listed: true });

/** What stands between users and clusters. */
export const edgeKinds = {
  appGateways: arm(
    'Microsoft.Network/applicationGateways',
    '2026-01-01',
    'az network application-gateway list -o json > appGateways.json',
    { listed: true },
  ),
  trafficControllers: arm(
    'Microsoft.ServiceNetworking/trafficControllers',
    '2025-01-01',
    'az network alb list -o json > trafficControllers.json',
    { listed: true },
  ),
  trafficControllerPolicies: below(
    'Microsoft.ServiceNetworking/trafficControllers/securityPolicies',
    '2025-01-01',
    'traffic-controller-id',
    'securityPolicies',
    'trafficControllerPolicies',
  ),
  wafPolicies: arm(
    'Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies',
    '2026-01-01',
    'az network application-gateway waf-policy list -o json > wafPolicies.json',
    { shared: true },
  ),
  frontDoors: inGraph('Microsoft.Cdn/profiles', '2024-02-01', 'frontDoors'),
  frontDoorEndpoints: below('Microsoft.Cdn/profiles/afdEndpoints', '2024-02-01', 'profile-id', 'afdEndpoints', 'frontDoorEndpoints'),
  frontDoorOriginGroups: below('Microsoft.Cdn/profiles/originGroups', '2024-02-01', 'profile-id', 'originGroups', 'frontDoorOriginGroups'),
  frontDoorOrigins: below('Microsoft.Cdn/profiles/originGroups/origins', '2024-02-01', 'origin-group-id', 'origins', 'frontDoorOrigins'),
  frontDoorSecurityPolicies: below(
    'Microsoft.Cdn/profiles/securityPolicies',
    '2024-02-01',
    'profile-id',
    'securityPolicies',
    'frontDoorSecurityPolicies',
  ),
  frontDoorWafPolicies: arm(
    'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies',
    '2024-02-01',
    'az network front-door waf-policy list -g <resource-group> -o json > frontDoorWafPolicies.json',
    { shared: true },
  ),
  trafficManagerProfiles: inGraph('Microsoft.Network/trafficManagerProfiles', '2022-04-01', 'trafficManagerProfiles'),
  fleetMembers: below('Microsoft.ContainerService/fleets/members', '2025-03-01', 'fleet-id', 'members', 'fleetMembers'),
} satisfies Partial<Record<StateKey, ArmKind>>;
