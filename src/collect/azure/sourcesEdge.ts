import { addon, addonSetting } from '../../model/addons.ts';
import { wafPolicyIds } from '../../model/appGateways.ts';
import type { Source } from '../source.ts';
import { inSubscriptionAnd, linked } from './reading.ts';

/** What stands between users and clusters: gateways, Front Door, Traffic Manager, and their firewalls. */
export const edgeSources: readonly Source[] = [
  inSubscriptionAnd('appGateways', [], ({ cluster }) => {
    const controller = addon(cluster, 'ingressApplicationGateway');
    return ['effectiveApplicationGatewayId', 'applicationGatewayId'].flatMap((name) => addonSetting(controller, name).value ?? []);
  }),
  linked('wafPolicies', ['appGateways'], (_, { appGateways = [] }) => appGateways.flatMap(wafPolicyIds)),
];
