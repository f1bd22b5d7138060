import { edgeQueries, fleetQuery } from '../../kindsEdge.ts';
import { gatewaysOfAddon, wafPolicyIds } from '../../model/appGateways.ts';
import type { Source } from '../source.ts';
import { inReach, inSubscription, inSubscriptionAnd, linked, listAt, listsAt, readBefore, source } from './reading.ts';

/** What stands between users and clusters: gateways, Front Door, Traffic Manager, their firewalls, and fleets. */
export const edgeSources: readonly Source[] = [
  inSubscriptionAnd('appGateways', [], ({ cluster }) => gatewaysOfAddon(cluster)),
  inSubscription('trafficControllers'),
  listsAt('trafficControllerPolicies', ['trafficControllers'], (_, known) =>
    readBefore(known, 'trafficControllers').map(({ id }) => `${id}/securityPolicies`),
  ),
  linked('wafPolicies', ['appGateways', 'trafficControllerPolicies'], (_, { appGateways = [], trafficControllerPolicies = [] }) => [
    ...appGateways.flatMap(wafPolicyIds),
    ...trafficControllerPolicies.flatMap(({ properties }) => properties?.wafPolicy?.id ?? []),
  ]),
  inReach('frontDoors', edgeQueries.frontDoors),
  listsAt('frontDoorEndpoints', ['frontDoors'], (_, known) => readBefore(known, 'frontDoors').map(({ id }) => `${id}/afdEndpoints`)),
  listsAt('frontDoorOriginGroups', ['frontDoors'], (_, known) => readBefore(known, 'frontDoors').map(({ id }) => `${id}/originGroups`)),
  listsAt('frontDoorOrigins', ['frontDoorOriginGroups'], (_, known) =>
    readBefore(known, 'frontDoorOriginGroups').map(({ id }) => `${id}/origins`),
  ),
  listsAt('frontDoorSecurityPolicies', ['frontDoors'], (_, known) =>
    readBefore(known, 'frontDoors').map(({ id }) => `${id}/securityPolicies`),
  ),
  linked('frontDoorWafPolicies', ['frontDoorSecurityPolicies'], (_, { frontDoorSecurityPolicies = [] }) =>
    frontDoorSecurityPolicies.flatMap(({ properties }) => properties?.parameters?.wafPolicy?.id ?? []),
  ),
  inReach('trafficManagerProfiles', edgeQueries.trafficManagerProfiles),
  source('fleetMembers', async function* (_, from) {
    yield { items: [] };
    for (const fleet of await from.azure.found(fleetQuery, '')) if ('id' in fleet) yield listAt(`${fleet.id}/members`, from, false);
  }),
];
