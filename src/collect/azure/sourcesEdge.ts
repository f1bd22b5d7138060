import { gatewaysOfAddon, wafPolicyIds } from '../../model/appGateways.ts';
import type { Source } from '../source.ts';
import { inSubscriptionAnd, linked } from './reading.ts';

/** What stands between users and clusters: gateways, Front Door, Traffic Manager, and their firewalls. */
export const edgeSources: readonly Source[] = [
  inSubscriptionAnd('appGateways', [], ({ cluster }) => gatewaysOfAddon(cluster)),
  linked('wafPolicies', ['appGateways'], (_, { appGateways = [] }) => appGateways.flatMap(wafPolicyIds)),
];
