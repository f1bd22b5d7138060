import { check, computed, count, fail, pass, see, type Sight, undecided, type Verdict } from '../check.ts';
import { nodeSubnets, placedSubnets } from '../model/clusterSubnets.ts';
import { clusterExits, type EgressFacts, egressKeys, firewallsOf, outboundType } from '../model/egress.ts';
import { poolSize } from '../model/nodePools.ts';
import { addedNodes, clusterAddresses, defaultPorts, firewallAddresses, nodesAtMost, portsPerAddress } from '../model/snat.ts';
import { gather, subnetOf } from '../model/subnets.ts';
import { counted } from '../model/words.ts';
import { normalId, type Seen, seen } from '../seen.ts';
import type { AgentPool, ArmResource, Firewall, KarpenterNodePool, ManagedCluster, NatGateway } from '../wire.ts';

interface SnatFacts extends EgressFacts {
  natGateways: Seen<NatGateway>;
  karpenterNodePools: Seen<KarpenterNodePool>;
}
/** What lends its public addresses to the connections of these pools; a NAT gateway is looked up when it is judged. */
interface Lender {
  resource: ArmResource;
  by: 'loadBalancer' | 'managedNat' | 'natGateway' | 'firewall';
  pools: readonly AgentPool[];
}

/** Ports for outgoing connections, for all nodes there may be: at the largest size of their pools, and in the middle of an upgrade. */
export const snatCapacity = check({
  needs: [...egressKeys, 'natGateways', 'karpenterNodePools'],
  params: { minPortsPerNode: count(1024, 1), firewallNodesPerIp: count(100, 1) },
  subjects: (facts) => lendersOf(facts),
  none: 'No load balancer, NAT gateway or firewall of Azure lends addresses to its connections.',
  judge: (lender, params, facts) => {
    const { cluster } = facts;
    const fixed = nodesAtMost(cluster, lender.pools);
    const evidence = lender.pools.map((pool) => see(pool, poolSize(pool).maxPointer));
    const atLeast = judgeLender(lender, fixed ?? 0, params, evidence, facts);
    if (atLeast.status === 'fail') return atLeast;
    facts.agentPools.all();
    if (fixed === undefined) return undecided('The size of a pool is not known, as it is stopped or does not say it.', evidence);
    const added = addedNodes(cluster, facts.karpenterNodePools);
    if (added === undefined) return undecided('Node auto-provisioning may add nodes without limit.', evidence);
    return judgeLender(lender, fixed + added, params, evidence, facts);
  },
});

interface Limits {
  minPortsPerNode: number;
  firewallNodesPerIp: number;
}

function judgeLender(lender: Lender, nodes: number, limits: Limits, pools: readonly Sight[], facts: SnatFacts): Verdict {
  const { cluster } = facts;
  if (lender.by === 'loadBalancer') return byLoadBalancer(cluster, nodes, limits, pools);
  if (lender.by === 'managedNat') {
    const { addresses = 1, pointer } = clusterAddresses(cluster);
    return byNat(nodes, addresses, limits, [...pools, see(cluster, pointer)]);
  }
  if (lender.by === 'natGateway') return byGateway(facts.natGateways.get(lender.resource.id), nodes, limits, pools);
  return byFirewall(facts.firewalls.get(lender.resource.id), nodes, limits, pools, facts);
}

function byLoadBalancer(cluster: ManagedCluster, nodes: number, { minPortsPerNode }: Limits, pools: readonly Sight[]): Verdict {
  const profile = '/properties/networkProfile/loadBalancerProfile';
  const { allocatedOutboundPorts, idleTimeoutInMinutes } = cluster.properties.networkProfile?.loadBalancerProfile ?? {};
  const { addresses, pointer } = clusterAddresses(cluster);
  const own = (allocatedOutboundPorts ?? 0) > 0;
  const ports = own ? Number(allocatedOutboundPorts) : defaultPorts(nodes);
  const evidence = [
    see(cluster, `${profile}/allocatedOutboundPorts`),
    see(cluster, pointer),
    see(cluster, `${profile}/idleTimeoutInMinutes`),
    ...pools,
  ];
  const note = `An idle connection holds its port for ${idleTimeoutInMinutes ?? 30} minutes.`;
  const need = `${counted(nodes, 'node')} with ${ports} ports each`;
  if (!own && ports < minPortsPerNode)
    return fail(`At ${nodes} nodes each has ${ports} ports, fewer than ${minPortsPerNode}.`, evidence, { note });
  if (addresses === undefined && nodes * ports > portsPerAddress.loadBalancer)
    return undecided(`It needs ports for ${need}, of a prefix whose size the cluster does not say.`, evidence);
  const room = (addresses ?? 1) * portsPerAddress.loadBalancer;
  return nodes * ports > room
    ? fail(`It needs ${nodes * ports} ports for ${need}, and its addresses give ${room}.`, evidence, { note })
    : pass(`Its addresses give ${room} ports, for ${need}.`, evidence);
}

function byGateway(gateway: NatGateway, nodes: number, limits: Limits, pools: readonly Sight[]): Verdict {
  const { publicIpAddresses = [], publicIpPrefixes = [] } = gateway.properties;
  const evidence = [see(gateway, '/properties/publicIpAddresses'), see(gateway, '/properties/publicIpPrefixes'), ...pools];
  const verdict = byNat(nodes, publicIpAddresses.length + publicIpPrefixes.length, limits, evidence);
  return verdict.status === 'fail' && publicIpPrefixes.length > 0
    ? undecided('Its addresses are of a prefix whose size the gateway does not say.', evidence)
    : verdict;
}

function byNat(nodes: number, addresses: number, { minPortsPerNode }: Limits, evidence: readonly Sight[]): Verdict {
  const [need, room] = [nodes * minPortsPerNode, addresses * portsPerAddress.natGateway];
  const wanted = `${need} ports for ${counted(nodes, 'node')}`;
  return need > room
    ? fail(`Its addresses give ${room} ports, fewer than ${wanted}.`, evidence)
    : pass(`Its addresses give ${room} ports, at least ${wanted}.`, evidence);
}

function byFirewall(firewall: Firewall, nodes: number, limits: Limits, pools: readonly Sight[], facts: SnatFacts): Verdict {
  const { addresses, pointer } = firewallAddresses(firewall);
  const shown = computed(firewall, pointer, { addresses, ports: addresses * portsPerAddress.firewall });
  const message = `${counted(nodes, 'node')} share ${addresses === 1 ? 'one public address' : `${addresses} public addresses`} of the firewall`;
  if (nodes <= addresses * limits.firewallNodesPerIp) return pass(`${message}.`, [shown, ...pools]);
  // A NAT gateway of the firewall's subnet lends its addresses instead.
  for (const { properties } of firewall.properties.ipConfigurations ?? []) {
    const { subnet } = subnetOf(facts.virtualNetworks, properties?.subnet?.id ?? '');
    if (subnet.properties.natGateway?.id) return byGateway(facts.natGateways.get(subnet.properties.natGateway.id), nodes, limits, pools);
  }
  return fail(`${message}, more than ${limits.firewallNodesPerIp} each.`, [shown, ...pools]);
}

function lendersOf(facts: SnatFacts): Seen<Lender> {
  const { cluster, agentPools } = facts;
  switch (outboundType(cluster)) {
    case 'loadbalancer':
      return seen([{ resource: cluster, by: 'loadBalancer', pools: agentPools.items }]);
    case 'managednatgateway':
    case 'managednatgatewayv2':
      return seen([{ resource: cluster, by: 'managedNat', pools: agentPools.items }]);
    case 'userassignednatgateway': {
      const subnets = nodeSubnets(cluster, agentPools);
      const placed = gather(subnets.items.map((each) => () => placedSubnets([each], facts.virtualNetworks)));
      const gateways = placed.items.flat().flatMap(({ subnet, pools }) => {
        const id = subnet.properties.natGateway?.id;
        return id ? [{ resource: stub(id), pools }] : [];
      });
      return seen(merged(gateways, 'natGateway'), [...subnets.gaps, ...placed.gaps]);
    }
    case 'userdefinedrouting': {
      const subnets = clusterExits(facts);
      const firewalls = subnets.items.flatMap(({ exits, pools }) => firewallsOf(exits).items.map((resource) => ({ resource, pools })));
      return seen(merged(firewalls, 'firewall'), [...subnets.gaps, ...subnets.items.flatMap(({ exits }) => exits.gaps)]);
    }
    default:
      return seen<Lender>([]);
  }
}

const stub = (id: string): ArmResource => ({ id, name: id.split('/').at(-1) ?? id, type: 'Microsoft.Network/natGateways' });

/** One of each, with the pools of all subnets that lead there. */
function merged(found: readonly { resource: ArmResource; pools: readonly AgentPool[] }[], by: Lender['by']): Lender[] {
  const byId = new Map<string, Lender>();
  for (const { resource, pools } of found) {
    const before = byId.get(normalId(resource.id));
    byId.set(normalId(resource.id), { resource, by, pools: [...new Set([...(before?.pools ?? []), ...pools])] });
  }
  return [...byId.values()];
}
