import type { ManagedCluster } from '../wire.ts';
import { addon } from './addons.ts';
import { dayOf, daysSince } from './supportedVersions.ts';

/** The last day of support, by the name of a product (Kubernetes' and AKS' retirement notices, read in August 2026). */
const ends: Readonly<Record<string, string>> = {
  'HTTP application routing': '2025-03-03',
  'Community ingress-nginx': '2026-03-31',
  'Application routing NGINX': '2026-11-30',
};

/** Of what is or will be without support. `near`: it ends within the days of warning, or has. */
export interface SupportEnd {
  ended: boolean;
  near: boolean;
  on: string;
}
export function supportEnd(product: string, at: Date, warnDays: number): SupportEnd | undefined {
  const on = ends[product];
  return on === undefined ? undefined : { ended: dayOf(at) > on, near: -daysSince(on, at) <= warnDays, on };
}

const routingAt = '/properties/ingressProfile/webAppRouting';

/** The ingress that the cluster's own settings switch on and that has an end, with the JSON pointer of the setting. */
export function clusterIngress(cluster: ManagedCluster): { name: string; pointer: string }[] {
  const old = addon(cluster, 'httpApplicationRouting');
  const routing = cluster.properties.ingressProfile?.webAppRouting;
  const type = routing?.nginx?.defaultIngressControllerType;
  // Where nothing is said of NGINX it is on, unless application routing was enabled for the Gateway API.
  const gatewayOnly = type == null && routing?.gatewayAPIImplementations?.appRoutingIstio?.mode?.toLowerCase() === 'enabled';
  const nginx = routing?.enabled === true && type?.toLowerCase() !== 'none' && !gatewayOnly;
  return [
    ...(old.enabled ? [{ name: 'HTTP application routing', pointer: `/properties/addonProfiles/${old.key}/enabled` }] : []),
    ...(nginx
      ? [{ name: 'Application routing NGINX', pointer: `${routingAt}${type == null ? '/enabled' : '/nginx/defaultIngressControllerType'}` }]
      : []),
  ];
}
