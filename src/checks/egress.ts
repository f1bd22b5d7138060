import { check, computed, fail, ifSeen, pass, see, type Sight, texts, undecided } from '../check.ts';
import { managedNetwork, nodeSubnets } from '../model/clusterSubnets.ts';
import { clusterExits, type EgressFacts, egressKeys, type Exit, exitsOf, outboundType } from '../model/egress.ts';
import { type FirewallFacts, firewallKeys, firewallRules } from '../model/firewallRules.ts';
import type { Hop } from '../model/nextHops.ts';
import { once } from '../model/once.ts';
import { contains, parseAddress, parseRange } from '../model/ranges.ts';
import { routesOf } from '../model/routes.ts';
import { admitsPublic, deniesInternet } from '../model/securityRules.ts';
import { isLoadBalancer, isOfOtherClass, publicAddresses } from '../model/services.ts';
import { gather, type PlacedSubnet, subnetOf } from '../model/subnets.ts';
import { any, type Seen, seen } from '../seen.ts';
import type { AgentPool, Firewall, NetworkSecurityGroup, PublicIPAddress, Service } from '../wire.ts';

interface WayFacts extends EgressFacts {
  networkSecurityGroups: Seen<NetworkSecurityGroup>;
  publicIPAddresses: Seen<PublicIPAddress>;
  services: Seen<Service>;
}
/** What one way out means: closed ends where it is looked at or dropped, and unclear is read and does not tell. */
interface Way {
  is: 'open' | 'closed' | 'unclear';
  says: string;
  evidence: readonly Sight[];
}

/** Where traffic of a subnet really goes: the outbound type says what was meant when the cluster was made. */
export const effectivePath = check({
  needs: [...egressKeys, 'networkSecurityGroups', 'publicIPAddresses', 'services'],
  params: { allowedInternetPrefixes: texts() },
  subjects: ({ cluster, agentPools }) => nodeSubnets(cluster, agentPools),
  none: managedNetwork,
  judge: ({ resource, pools }, { allowedInternetPrefixes }, facts) => {
    const placed = subnetOf(facts.virtualNetworks, resource.id);
    const { subnet } = placed;
    const exits = exitsOf(placed, facts);
    const ways = gather(exits.items.map((exit) => () => wayOf(exit, placed, pools, allowedInternetPrefixes, facts)));
    const at = see(subnet, '/properties/routeTable/id', ...(subnet.properties.routeTable?.id ? [] : ['a route table']));
    const evidence = (some: readonly Way[]) => [at, ...some.flatMap((way) => way.evidence)];
    const open = ways.items.filter(({ is }) => is === 'open');
    const note = subnet.properties.natGateway?.id ? 'The NAT gateway of the subnet takes what no route does.' : undefined;
    if (open[0] !== undefined) return fail(open[0].says, evidence(open), note === undefined ? {} : { note });
    exits.all();
    const unclear = ways.all().find(({ is }) => is === 'unclear');
    if (unclear !== undefined) return undecided(unclear.says, evidence([unclear]));
    return pass(ways.items[0]?.says ?? 'Nothing leads to the internet.', evidence(ways.items), note);
  },
});

function wayOf(exit: Exit, placed: PlacedSubnet, pools: readonly AgentPool[], allowed: readonly string[], facts: WayFacts): Way {
  if (exit.kind === 'unrouted') return unrouted(exit, placed, pools, facts);
  const { table, route } = exit;
  const evidence = [see(table, `${route.pointer}/addressPrefix`), see(table, `${route.pointer}/nextHopType`)];
  if (exit.kind === 'appliance') return appliance(exit.hop, exit.address, [...evidence, see(table, `${route.pointer}/nextHopIpAddress`)]);
  if (exit.to === 'nowhere') return { is: 'closed', says: 'Its traffic to the internet is dropped.', evidence };
  if (exit.to === 'tunnel') return { is: 'closed', says: 'Its traffic to the internet goes to a virtual network gateway.', evidence };
  return isAllowed(route.prefix, allowed) || isOwnAddress(route.prefix, facts)
    ? { is: 'closed', says: `Route ${route.name} leads to what the cluster may reach directly.`, evidence }
    : { is: 'open', says: `Route ${route.name} sends ${route.prefix} straight to the internet.`, evidence };
}

/** Service tags of what AKS itself depends on. */
const platformTags =
  /^(?:AzureCloud|AzureContainerRegistry|MicrosoftContainerRegistry|AzureFrontDoor\.FirstParty|AzureMonitor|AzureActiveDirectory|AzureKeyVault|AzureResourceManager)(?:\.\w+)?$/i;

function isAllowed(prefix: string, allowed: readonly string[]): boolean {
  const range = parseRange(prefix);
  if (range === undefined) return platformTags.test(prefix) || allowed.some((each) => each.toLowerCase() === prefix.toLowerCase());
  return allowed.some((each) => {
    const outer = parseRange(each);
    return outer !== undefined && contains(outer, range);
  });
}

/** One address, of the firewall itself or of a load balancer of the cluster: what came in by it goes back by it. */
function isOwnAddress(prefix: string, { firewalls, publicIPAddresses, services }: WayFacts): boolean {
  const [address = '', length] = prefix.split('/');
  if (parseAddress(address) === undefined || (length ?? '32') !== '32') return false;
  return any(
    () => services.some((service) => publicAddresses(service).includes(address)),
    () => firewalls.some((firewall) => publicIds(firewall).some((id) => publicIPAddresses.get(id).properties.ipAddress === address)),
  );
}

const publicIds = ({ properties }: Firewall): string[] =>
  (properties.ipConfigurations ?? []).flatMap((each) => each.properties?.publicIPAddress?.id ?? []);

/** As Azure has it: by a load balancer, a NAT gateway or an address that Azure lends; or not at all. */
function unrouted(exit: Extract<Exit, { kind: 'unrouted' }>, { subnet }: PlacedSubnet, pools: readonly AgentPool[], facts: WayFacts): Way {
  const { defaultOutboundAccess, natGateway, networkSecurityGroup } = subnet.properties;
  const type = see(facts.cluster, '/properties/networkProfile/outboundType');
  const shown = [type, ...(exit.table === undefined ? [] : [see(exit.table, '/properties/routes', '0.0.0.0/0')])];
  if (['none', 'block'].includes(outboundType(facts.cluster))) {
    const evidence = [type, see(subnet, '/properties/defaultOutboundAccess', 'false'), see(subnet, '/properties/natGateway/id', 'none')];
    if (defaultOutboundAccess === false && !natGateway?.id && !pools.some(({ properties }) => properties.enableNodePublicIP === true))
      return { is: 'closed', says: 'The subnet is private, and nothing leads from it to the internet.', evidence };
    const group = networkSecurityGroup?.id ? facts.networkSecurityGroups.get(networkSecurityGroup.id) : undefined;
    const denial = group && deniesInternet(group);
    if (group && denial)
      return {
        is: 'closed',
        says: `Rule ${denial.name} of ${group.name} denies the internet.`,
        evidence: [type, see(group, `${denial.pointer}/properties`)],
      };
  }
  if (exit.learned)
    return {
      is: 'unclear',
      says: 'A gateway or a hub of Virtual WAN may give the subnet its way out, which no resource shows.',
      evidence: shown,
    };
  const part = (exit.table?.properties.routes ?? []).length > 0 ? 'Some traffic' : 'Traffic';
  return { is: 'open', says: `${part} to the internet has no route but Azure's own.`, evidence: shown };
}

function appliance(hop: Hop, address: string, evidence: readonly Sight[]): Way {
  const open = (says: string, ...more: Sight[]): Way => ({ is: 'open', says, evidence: [...evidence, ...more] });
  const closed = (says: string, ...more: Sight[]): Way => ({ is: 'closed', says, evidence: [...evidence, ...more] });
  switch (hop.kind) {
    case 'nothing':
      return open(`Its route leads to ${address}, which nothing has.`);
    case 'firewall': {
      const state = hop.firewall.properties.provisioningState;
      const shown = [see(hop.firewall, hop.pointer), see(hop.firewall, '/properties/provisioningState', 'Succeeded')];
      return ['succeeded', 'updating', undefined].includes(state?.toLowerCase())
        ? closed(`Its traffic to the internet goes through firewall ${hop.firewall.name}.`, ...shown)
        : open(`Its traffic goes to firewall ${hop.firewall.name}, which is in state ${state}.`, ...shown);
    }
    case 'interface':
      return hop.card.properties.enableIPForwarding === true
        ? closed(`Its traffic to the internet goes through the appliance of ${hop.card.name}.`, forwarding(hop.card))
        : open(`Its route leads to ${hop.card.name}, which does not forward.`, forwarding(hop.card));
    case 'balancer': {
      const idle = hop.cards.filter(({ properties }) => properties.enableIPForwarding !== true);
      const shown = [see(hop.balancer, hop.pointer), ...(idle.length > 0 ? idle : hop.cards).map(forwarding)];
      if (idle[0] !== undefined) return open(`Behind load balancer ${hop.balancer.name}, ${idle[0].name} does not forward.`, ...shown);
      return hop.cards.length > 0
        ? closed(`Its traffic to the internet goes through appliances behind load balancer ${hop.balancer.name}.`, ...shown)
        : {
            is: 'unclear',
            says: `What stands behind load balancer ${hop.balancer.name} does not say whether it forwards.`,
            evidence: [...evidence, ...shown],
          };
    }
    case 'scaleSet':
      return { is: 'unclear', says: `Its route leads to ${address}, among the addresses of a scale set.`, evidence };
  }
}

const forwarding = (card: object) => see(card, '/properties/enableIPForwarding', 'true');

/** Services that clients reach past the firewall, which then sees only the answers. Where egress takes no appliance, none is. */
export const symmetricRouting = check({
  needs: [...egressKeys, 'services', 'networkSecurityGroups', ...firewallKeys],
  subjects: (facts) => {
    const services = facts.services.filter(
      (service) => isLoadBalancer(service) && !isOfOtherClass(service) && publicAddresses(service).length > 0,
    );
    if (services.items.length === 0) return services;
    const detours = detoursOf(facts);
    return detours.items.length === 0 ? seen([], detours.gaps) : services;
  },
  none: 'No service has a public load balancer, or egress takes no firewall or appliance.',
  judge: (service, _params, facts) => {
    const detours = detoursOf(facts);
    const back = detours.items.find((detour) => !answersThere(service, detour, facts));
    const addresses = publicAddresses(service);
    const shown = computed(service, '/status/loadBalancer/ingress', addresses, 'a private address');
    if (back === undefined) {
      detours.all();
      return pass('The firewall leads to it, and its answers go back there.', shown);
    }
    const { table, route, address, subnet } = back;
    const evidence = [shown, see(subnet, '/properties/routeTable/id'), see(table, `${route.pointer}/nextHopIpAddress`)];
    const closed = ifSeen(() => !letsIn(service, back, facts)) === true;
    return fail(
      `Requests come in by ${addresses[0]}, and answers leave ${subnet.name} by ${address}.`,
      evidence,
      closed ? { severity: 'medium', note: 'The security group of the subnet lets nobody in to its ports.' } : {},
    );
  },
});

type Detour = PlacedSubnet & Extract<Exit, { kind: 'appliance' }>;
type DetourFacts = EgressFacts & FirewallFacts & { networkSecurityGroups: Seen<NetworkSecurityGroup> };

/** The ways of subnets to an appliance by which answers to any client go. */
const detoursOf = once((facts: EgressFacts & { readonly snapshot: object }): Seen<Detour> => {
  const subnets = clusterExits(facts);
  const found = subnets.items.flatMap((subnet) =>
    subnet.exits.items.flatMap((exit) =>
      exit.kind === 'appliance' && (exit.route.range?.prefix ?? 32) <= 1 ? [{ ...subnet, ...exit }] : [],
    ),
  );
  return seen(found, [...subnets.gaps, ...subnets.items.flatMap(({ exits }) => exits.gaps)]);
});

/** A DNAT rule leads to the service, and a route of its own leads answers back to the address that clients asked (Azure Firewall, "Integrate with Load Balancer"). */
function answersThere(service: Service, { table, hop }: Detour, facts: DetourFacts): boolean {
  const hosts = routesOf(table).flatMap(({ hop: to, prefix }) =>
    to === 'internet' && prefix.endsWith('/32') ? [prefix.slice(0, -3)] : [],
  );
  if (hop.kind !== 'firewall' || hosts.length === 0) return false;
  const addresses = publicAddresses(service);
  return firewallRules(hop.firewall, facts).some(
    ({ kind, rule }) =>
      kind === 'nat' &&
      addresses.includes(rule.translatedAddress ?? '') &&
      (rule.destinationAddresses ?? []).length > 0 &&
      (rule.destinationAddresses ?? []).every((address) => hosts.includes(address)),
  );
}

/** Whether the subnet's security group lets public clients in to any port of the service; without a group nothing is let in by it or kept out. */
function letsIn({ spec }: Service, { subnet }: Detour, { networkSecurityGroups }: DetourFacts): boolean {
  const id = subnet.properties.networkSecurityGroup?.id;
  if (!id) return true;
  const group = networkSecurityGroups.get(id);
  return (spec?.ports ?? []).some(({ port }) => port !== undefined && admitsPublic(group, port));
}
