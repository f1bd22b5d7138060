import type { ApplicationGateway } from '../wire.ts';

/** Firewall policies that a gateway names: its own, and those of listeners and paths. */
export function wafPolicyIds({ properties }: ApplicationGateway): string[] {
  const paths = (properties.urlPathMaps ?? []).flatMap((map) => map.properties?.pathRules ?? []);
  const parts = [...(properties.httpListeners ?? []), ...paths].map((part) => part.properties?.firewallPolicy?.id);
  return [properties.firewallPolicy?.id, ...parts].flatMap((id) => id ?? []);
}
