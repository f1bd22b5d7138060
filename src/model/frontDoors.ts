import { normalId, type Seen } from '../seen.ts';
import type {
  FrontDoor,
  FrontDoorEndpoint,
  FrontDoorOrigin,
  FrontDoorSecurityPolicy,
  FrontDoorWafPolicy,
  ManagedCluster,
} from '../wire.ts';
import { isOfNodes } from './publicWays.ts';
import { parseAddress } from './ranges.ts';
import { policyFlaw } from './webFirewalls.ts';

export const frontDoorKeys = [
  'frontDoors',
  'frontDoorOrigins',
  'frontDoorEndpoints',
  'frontDoorSecurityPolicies',
  'frontDoorWafPolicies',
] as const;
export interface FrontDoorFacts {
  readonly cluster: ManagedCluster;
  readonly frontDoors: Seen<FrontDoor>;
  readonly frontDoorOrigins: Seen<FrontDoorOrigin>;
  readonly frontDoorEndpoints: Seen<FrontDoorEndpoint>;
  readonly frontDoorSecurityPolicies: Seen<FrontDoorSecurityPolicy>;
  readonly frontDoorWafPolicies: Seen<FrontDoorWafPolicy>;
}

export const isOn = (state: string | null | undefined): boolean => state?.toLowerCase() !== 'disabled';

/** Whether an origin leads to one of these names, or over a private link into the node resource group; undefined for a name that nobody resolved. */
export function leadsTo({ properties }: FrontDoorOrigin, names: ReadonlySet<string>, cluster: ManagedCluster): boolean | undefined {
  const link = properties.sharedPrivateLinkResource?.privateLink?.id;
  if (link != null) return names.has(normalId(link)) || isOfNodes(link, cluster);
  const host = normalId(properties.hostName ?? '');
  if (names.has(host)) return true;
  return parseAddress(host) === undefined ? undefined : false;
}

/** The Front Door that leads to one of these names, each of its endpoints behind a firewall that prevents; undefined when none does. */
export function guardingFrontDoor(names: ReadonlySet<string>, facts: FrontDoorFacts): FrontDoor | undefined {
  return facts.frontDoors.find((profile) => {
    const below = ({ id }: { id: string }) => normalId(id).startsWith(`${normalId(profile.id)}/`);
    const leads = facts.frontDoorOrigins.some(
      (origin) => below(origin) && isOn(origin.properties.enabledState) && leadsTo(origin, names, facts.cluster) === true,
    );
    return (
      leads &&
      facts.frontDoorEndpoints.every(
        (endpoint) => !below(endpoint) || !isOn(endpoint.properties.enabledState) || isGuarded(endpoint, facts),
      )
    );
  });
}

const isGuarded = ({ id }: FrontDoorEndpoint, { frontDoorSecurityPolicies, frontDoorWafPolicies }: FrontDoorFacts): boolean =>
  frontDoorSecurityPolicies.some(({ properties: { parameters } }) => {
    const domains = (parameters?.associations ?? []).flatMap((each) => each.domains ?? []);
    const covers = domains.some((domain) => normalId(domain.id ?? '') === normalId(id));
    return covers && parameters?.wafPolicy?.id != null && policyFlaw(frontDoorWafPolicies.get(parameters.wafPolicy.id)) === undefined;
  });

/** An origin whose name was not resolved, so that it may lead anywhere. */
export const unresolvedOrigin = (names: ReadonlySet<string>, { frontDoorOrigins, cluster }: FrontDoorFacts): FrontDoorOrigin | undefined =>
  frontDoorOrigins.find((origin) => isOn(origin.properties.enabledState) && leadsTo(origin, names, cluster) === undefined);
