import { nodeSubnets } from '../../model/clusterSubnets.ts';
import { classicRules, rulesOfGroup } from '../../model/firewallRules.ts';
import { cardsBehind, heldBy, placeOf, remoteNetworkIds } from '../../model/nextHops.ts';
import { routesOf } from '../../model/routes.ts';
import { networkIdOf } from '../../model/subnets.ts';
import { normalId, seen } from '../../seen.ts';
import type { AgentPool, FirewallPolicy, Subnet, VirtualNetwork } from '../../wire.ts';
import { gapOf, type Known, type LiveTarget, type Page, ReadFault, type Source } from '../source.ts';
import { byId, type From, linked, listsAt, source } from './reading.ts';
import { armKind } from './subscriptions.ts';

const idsOf = (...references: readonly ({ id?: string } | undefined | null)[]): string[] => references.flatMap((each) => each?.id ?? []);
const subnetsIn = ({ virtualNetworks = [] }: Known): Subnet[] => virtualNetworks.flatMap(({ properties }) => properties.subnets ?? []);

/** The subnets of nodes and pods; `all`: and those beside them in the same networks. */
function ownSubnets({ cluster }: LiveTarget, known: Known, all = false): Subnet[] {
  const pools = known.agentPools ?? (cluster.properties.agentPoolProfiles ?? []).map((properties) => ({ properties }) as AgentPool); // no more is read of them
  const ids = nodeSubnets(cluster, seen(pools)).items.map(({ resource }) => normalId(resource.id));
  const networks = new Set(ids.map((id) => normalId(networkIdOf(id))));
  return subnetsIn(known).filter(({ id }) => (all ? networks.has(normalId(networkIdOf(id))) : ids.includes(normalId(id))));
}

/** The subnets that hold the addresses to which routes of the nodes lead. */
const hopSubnets = ({ virtualNetworks = [], routeTables = [] }: Known): Subnet[] =>
  routeTables.flatMap(routesOf).flatMap(({ addresses }) => addresses.flatMap((address) => placeOf(address, virtualNetworks)?.subnet ?? []));

/** What the networks of clusters are made of, beyond the cluster's own subscription as far as ids lead. */
export const networkSources: readonly Source[] = [
  source('virtualNetworks', virtualNetworks, ['agentPools']),
  linked('routeTables', ['agentPools', 'virtualNetworks'], (target, known) =>
    idsOf(...ownSubnets(target, known).map(({ properties }) => properties.routeTable)),
  ),
  linked('networkSecurityGroups', ['agentPools', 'virtualNetworks'], (target, known) =>
    idsOf(...ownSubnets(target, known, true).map(({ properties }) => properties.networkSecurityGroup)),
  ),
  linked('natGateways', ['agentPools', 'virtualNetworks'], (target, known) => {
    const firewallSubnets = subnetsIn(known).filter(({ name }) => name.toLowerCase() === 'azurefirewallsubnet');
    return idsOf(...[...ownSubnets(target, known), ...firewallSubnets].map(({ properties }) => properties.natGateway));
  }),
  // To firewalls of hubs of Virtual WAN and to Bastion of the Developer SKU no id leads.
  listedOrNamed('firewalls', 'azureFirewalls'),
  source('firewallPolicies', firewallPolicies, ['firewalls']),
  listsAt('firewallPolicyRuleCollectionGroups', ['firewallPolicies'], (_, { firewallPolicies: policies = [] }) =>
    policies.map(({ id }) => `${id}/ruleCollectionGroups`),
  ),
  linked(
    'ipGroups',
    ['firewalls', 'firewallPolicyRuleCollectionGroups'],
    (_, { firewalls = [], firewallPolicyRuleCollectionGroups: groups = [] }) =>
      [...groups.flatMap(rulesOfGroup), ...firewalls.flatMap(classicRules)].flatMap(({ rule }) => [
        ...(rule.sourceIpGroups ?? []),
        ...(rule.destinationIpGroups ?? []),
      ]),
  ),
  linked('publicIPAddresses', ['firewalls', 'appGateways'], (_, { firewalls = [], appGateways = [] }) =>
    idsOf(
      ...firewalls.flatMap(({ properties }) => properties.ipConfigurations ?? []).map((each) => each.properties?.publicIPAddress),
      ...appGateways.flatMap(({ properties }) => properties.frontendIPConfigurations ?? []).map((each) => each.properties?.publicIPAddress),
    ),
  ),
  linked('loadBalancers', ['virtualNetworks', 'routeTables'], (_, known) =>
    hopSubnets(known).flatMap((subnet) => heldBy(subnet, 'loadBalancers')),
  ),
  linked('networkInterfaces', ['virtualNetworks', 'routeTables', 'loadBalancers'], (_, known) => [
    ...hopSubnets(known).flatMap((subnet) => heldBy(subnet, 'networkInterfaces')),
    ...(known.loadBalancers ?? []).flatMap(cardsBehind),
  ]),
  listedOrNamed('bastionHosts', 'bastionHosts'),
  source(
    'virtualNetworkGateways',
    (_, from) =>
      withoutKeys(
        byId(
          subnetsIn(from.known).flatMap((subnet) => heldBy(subnet, 'virtualNetworkGateways')),
          from,
        ),
      ),
    ['virtualNetworks'],
  ),
  source('gatewayConnections', gatewayConnections, ['virtualNetworkGateways']),
];

/** Those of the cluster's subscription in one list, and those elsewhere that subnets name; each that they name where the list is denied. */
function listedOrNamed(key: 'firewalls' | 'bastionHosts', type: 'azureFirewalls' | 'bastionHosts'): Source {
  return source(
    key,
    async function* ({ subscription }, from) {
      const scope = `/subscriptions/${subscription}`;
      let ids = subnetsIn(from.known).flatMap((subnet) => heldBy(subnet, type));
      try {
        yield { items: await from.azure.whole(`${scope}/providers/${armKind(key).type}`, from.apiVersion) };
        ids = ids.filter((id) => !id.toLowerCase().startsWith(`${scope.toLowerCase()}/`));
      } catch (thrown) {
        if (!(thrown instanceof ReadFault)) throw thrown;
        yield { gap: gapOf(key, thrown, `${from.permission} on ${scope}`, scope) };
      }
      yield* byId(ids, from);
    },
    ['virtualNetworks'],
  );
}

/** The networks of nodes, pods and the API server, and those that are peered with them: the hub, in whatever subscription. */
async function* virtualNetworks(target: LiveTarget, from: From): AsyncGenerator<Page, void, void> {
  const own: VirtualNetwork[] = [];
  for await (const page of ownNetworks(target, from)) {
    // Azure sends networks for the paths of networks.
    if ('items' in page) own.push(...(page.items as readonly VirtualNetwork[]));
    yield page;
  }
  const known = new Set(own.map(({ id }) => normalId(id)));
  yield* byId(
    own.flatMap(remoteNetworkIds).filter((id) => !known.has(normalId(id))),
    from,
  );
}

/** Without a subnet of nodes, the network is the one that AKS made. */
async function* ownNetworks({ subscription, cluster }: LiveTarget, from: From): AsyncGenerator<Page, void, void> {
  const { agentPoolProfiles, apiServerAccessProfile, hostedSystemProfile, nodeResourceGroup } = cluster.properties;
  const pools = from.known.agentPools?.map(({ properties }) => properties) ?? agentPoolProfiles ?? [];
  const hosted = [hostedSystemProfile?.nodeSubnetID, hostedSystemProfile?.systemNodeSubnetID];
  const nodeSubnetIds = [...pools.map(({ vnetSubnetID }) => vnetSubnetID), ...hosted].flatMap((id) => id || []);
  const others = [...pools.map(({ podSubnetID }) => podSubnetID), apiServerAccessProfile?.subnetId].flatMap((id) => id || []);
  yield* byId([...nodeSubnetIds, ...others].map(networkIdOf), from);
  if (nodeSubnetIds.length > 0 || nodeResourceGroup == null) return;
  const group = `/subscriptions/${subscription}/resourceGroups/${nodeResourceGroup}`;
  try {
    for await (const items of from.azure.list(`${group}/providers/Microsoft.Network/virtualNetworks`, from.apiVersion)) yield { items };
  } catch (thrown) {
    if (!(thrown instanceof ReadFault)) throw thrown;
    yield { gap: gapOf(from.key, thrown, `${from.permission} on ${group}`, group) };
  }
}

/** The policies of firewalls, and those that they inherit from. */
async function* firewallPolicies(_: LiveTarget, from: From): AsyncGenerator<Page, void, void> {
  const read = new Set<string>();
  let ids = (from.known.firewalls ?? []).flatMap(({ properties }) => idsOf(properties.firewallPolicy));
  while (ids.length > 0) {
    for (const id of ids) read.add(normalId(id));
    const parents: string[] = [];
    for await (const page of byId(ids, from)) {
      // Azure sends policies for the paths of policies.
      if ('items' in page)
        parents.push(...(page.items as readonly FirewallPolicy[]).flatMap(({ properties }) => idsOf(properties.basePolicy)));
      yield page;
    }
    ids = parents.filter((id) => !read.has(normalId(id)));
  }
  yield { items: [] };
}

/** The connections of gateways. A list does not say whether they stand, so each is read. */
async function* gatewayConnections(_: LiveTarget, from: From): AsyncGenerator<Page, void, void> {
  const ids: string[] = [];
  for (const group of new Set(
    (from.known.virtualNetworkGateways ?? []).map(({ id }) => id.slice(0, id.toLowerCase().indexOf('/providers/'))),
  )) {
    try {
      const listed = await from.azure.whole(`${group}/providers/Microsoft.Network/connections`, from.apiVersion);
      ids.push(...idsOf(...listed));
    } catch (thrown) {
      if (!(thrown instanceof ReadFault)) throw thrown;
      yield { gap: gapOf(from.key, thrown, `${from.permission} on ${group}`, group) };
    }
  }
  yield* withoutKeys(byId(ids, from));
}

const keyNames = new Set(['sharedKey', 'authorizationKey', 'radiusServerSecret']);

/** Gateways and connections without the keys of their tunnels and circuits. */
async function* withoutKeys(pages: AsyncIterable<Page>): AsyncGenerator<Page, void, void> {
  const kept = (item: object): object =>
    JSON.parse(JSON.stringify(item, (name, value: unknown) => (keyNames.has(name) ? undefined : value))) as object; // as it was, but for those
  for await (const page of pages) yield 'items' in page ? { items: page.items.map(kept) } : page;
}
