import { type Seen, seen } from '../seen.ts';
import type { ApplicationGateway, ArmResource, DiagnosticSetting, Firewall, ManagedCluster, Registry, Vault } from '../wire.ts';
import { type GatewayFacts, gatewayKeys, servingGateways } from './appGateways.ts';
import { clusterExits, type EgressFacts, egressKeys, firewallsOf } from './egress.ts';
import { type RegistryFacts, registriesInUse, registryKeys } from './registries.ts';
import { below, ofGroup } from './servicesInUse.ts';
import { gather } from './subnets.ts';
import { type VaultFacts, vaultKeys, vaultsInUse } from './vaults.ts';

export const dependencyKeys = [...new Set([...registryKeys, ...vaultKeys, ...egressKeys, ...gatewayKeys] as const)] as const;
export type DependencyFacts = RegistryFacts & VaultFacts & EgressFacts & GatewayFacts;
export type Dependency = Registry | Vault | Firewall | ApplicationGateway;

/** The gateways that lead into the cluster, and those that stand in its resource group. */
function gateways(facts: DependencyFacts): Seen<ApplicationGateway> {
  const { cluster, appGateways } = facts;
  // Which lead in may not be told; the others stand.
  const told = gather([() => servingGateways(facts)]);
  const serving = told.items.reduce((all, some) => all.concat(some), seen<ApplicationGateway>([], told.gaps));
  const beside = appGateways.filter((gateway) => ofGroup(gateway, cluster).length > 0 && !serving.items.includes(gateway));
  return serving.concat(beside);
}

/** The firewalls that the nodes' traffic leaves by; a way out that was not read is a gap. */
function firewalls(facts: DependencyFacts): Seen<Firewall> {
  const found = clusterExits(facts).flatMap(({ exits }) => [exits]);
  const each = found.items.map(firewallsOf);
  const distinct = new Map(each.flatMap(({ items }) => items).map((firewall) => [firewall.id.toLowerCase(), firewall]));
  return seen([...distinct.values()], [...found.gaps, ...each.flatMap(({ gaps }) => gaps)]);
}

/** What the cluster cannot do without, of the kinds that keep a log. */
export const dependencies = (facts: DependencyFacts): Seen<Dependency> =>
  seen<Dependency>([])
    .concat(registriesInUse(facts).map(({ resource }) => resource))
    .concat(vaultsInUse(facts).map(({ resource }) => resource))
    .concat(firewalls(facts))
    .concat(gateways(facts));

/** The diagnostic settings of a resource. Of one elsewhere, of which none was seen, it is not sure that there are none. */
export const settingsOf = (resource: ArmResource, settings: Seen<DiagnosticSetting>, cluster: ManagedCluster): Seen<DiagnosticSetting> =>
  below(settings, resource, subscriptionOf(resource.id) === subscriptionOf(cluster.id));
const subscriptionOf = (id: string): string | undefined => id.toLowerCase().split('/')[2];

/** JSON pointer of a log that a setting sends to a workspace; undefined when it sends none there. */
export function loggedAt({ properties }: DiagnosticSetting): string | undefined {
  const at = properties.workspaceId ? (properties.logs ?? []).findIndex(({ enabled }) => enabled === true) : -1;
  return at < 0 ? undefined : `/properties/logs/${at}/enabled`;
}

/** Categories of a firewall that Azure replaced by structured logs. */
export const hasOldCategories = ({ properties }: DiagnosticSetting): boolean =>
  (properties.logs ?? []).some(
    ({ category, enabled }) => enabled === true && /^AzureFirewall(Application|Network)Rule$|^AzureFirewallDnsProxy$/i.test(category ?? ''),
  );
