import { any, normalId, type Seen } from '../seen.ts';
import type { AgentPool, ApplicationGateway, ManagedCluster, Part, Service, VirtualNetwork } from '../wire.ts';
import { addon, addonSetting } from './addons.ts';
import { includesAddress, parseAddress } from './ranges.ts';
import { isLoadBalancer, loadBalancerAddresses } from './services.ts';
import { ipv4Prefixes, subnetOf } from './subnets.ts';

/** Firewall policies that a gateway names: its own, and those of listeners and paths. */
export function wafPolicyIds({ properties }: ApplicationGateway): string[] {
  const paths = (properties.urlPathMaps ?? []).flatMap((map) => map.properties?.pathRules ?? []);
  const parts = [...(properties.httpListeners ?? []), ...paths].map((part) => part.properties?.firewallPolicy?.id);
  return [properties.firewallPolicy?.id, ...parts].flatMap((id) => id ?? []);
}

/** The gateways that the add-on of the ingress controller works with. */
export function gatewaysOfAddon(cluster: ManagedCluster): string[] {
  const controller = addon(cluster, 'ingressApplicationGateway');
  if (!controller.enabled) return [];
  return ['effectiveApplicationGatewayId', 'applicationGatewayId'].flatMap((name) => addonSetting(controller, name).value ?? []);
}

export const gatewayKeys = ['cluster', 'appGateways', 'agentPools', 'services', 'virtualNetworks'] as const;
export interface GatewayFacts {
  readonly cluster: ManagedCluster;
  readonly appGateways: Seen<ApplicationGateway>;
  readonly agentPools: Seen<AgentPool>;
  readonly services: Seen<Service>;
  readonly virtualNetworks: Seen<VirtualNetwork>;
}

/**
 * The gateways that lead into the cluster: those of the add-on, and those with a backend at a load balancer of the cluster
 * or in a subnet of its nodes and pods. A backend by name is not resolved. Throws NotSeen where an address may be the cluster's.
 */
export const servingGateways = (facts: GatewayFacts): Seen<ApplicationGateway> =>
  facts.appGateways.filter((gateway) => {
    const backends = (gateway.properties.backendAddressPools ?? []).flatMap((pool) => pool.properties?.backendAddresses ?? []);
    const addresses = backends.flatMap(({ ipAddress, fqdn }) => parseAddress(ipAddress ?? fqdn) ?? []);
    const written = new Set(backends.flatMap(({ ipAddress, fqdn }) => ipAddress ?? fqdn ?? []));
    return any(
      () => gatewaysOfAddon(facts.cluster).some((id) => normalId(id) === normalId(gateway.id)),
      () =>
        addresses.length > 0 &&
        facts.services.some((each) => isLoadBalancer(each) && loadBalancerAddresses(each).some((address) => written.has(address))),
      () =>
        addresses.length > 0 &&
        subnetIds(facts.agentPools).some((id) => {
          const prefixes = ipv4Prefixes(subnetOf(facts.virtualNetworks, id).subnet);
          return addresses.some((address) => prefixes.some((prefix) => includesAddress(prefix, address)));
        }),
    );
  });

const subnetIds = (pools: Seen<AgentPool>): string[] => [
  ...new Set(pools.all().flatMap(({ properties }) => [properties.vnetSubnetID ?? [], properties.podSubnetID ?? []].flat())),
];

/** The part that another names by its id, and its place in the list. */
export function partOf<P>(
  parts: readonly Part<P>[] | null | undefined,
  id: string | null | undefined,
): { part: Part<P>; index: number } | undefined {
  if (!id) return undefined;
  const index = (parts ?? []).findIndex((each) => normalId(each.id ?? '') === normalId(id));
  const part = parts?.[index];
  return part && { part, index };
}

/** Where a listener's requests go: each a set of settings for backends, or a redirect. */
export interface Leg {
  settingsId: string | undefined;
  redirectId: string | undefined;
  /** Of the path that leads there. */
  firewallPolicyId: string | undefined;
}
/** By the id of the listener, in lower case. A listener without a rule serves nothing. */
export function legsByListener({ properties }: ApplicationGateway): Map<string, Leg[]> {
  const legs = new Map<string, Leg[]>();
  for (const { properties: rule } of properties.requestRoutingRules ?? []) {
    const listener = normalId(rule?.httpListener?.id ?? '');
    const map = partOf(properties.urlPathMaps, rule?.urlPathMap?.id)?.part.properties;
    const straight = leg(rule?.backendHttpSettings, rule?.redirectConfiguration);
    const byPath = [
      leg(map?.defaultBackendHttpSettings, map?.defaultRedirectConfiguration),
      ...(map?.pathRules ?? []).map(({ properties: path }) =>
        leg(path?.backendHttpSettings, path?.redirectConfiguration, path?.firewallPolicy),
      ),
    ];
    legs.set(listener, [...(legs.get(listener) ?? []), ...(map === undefined ? [straight] : byPath)]);
  }
  return legs;
}
type Named = { id?: string } | null | undefined;
const leg = (settings: Named, redirect: Named, policy?: Named): Leg => ({
  settingsId: settings?.id,
  redirectId: redirect?.id,
  firewallPolicyId: policy?.id,
});
