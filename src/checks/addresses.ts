import { check, computed, count, fail, notApplicable, pass, ratio, see, type Sight, texts, undecided, type Verdict } from '../check.ts';
import { type AddressPlan, addressPlan, type ClusterPools, nodeGroupOf, overflowsAt, unseenClusters } from '../model/addressPlan.ts';
import {
  type NamedRange,
  ipv4PodRanges,
  overlapOf,
  podRanges,
  podsAreApart,
  rangesAround,
  serviceRanges,
  showRange,
} from '../model/clusterRanges.ts';
import { autoProvisions, largestSize, poolMode, poolSize } from '../model/nodePools.ts';
import { type ProvisioningFacts, provisionedAddresses, provisionedNodes } from '../model/provisioning.ts';
import { includesAddress, isPrivate, parseAddress } from '../model/ranges.ts';
import { type PlacedSubnet, subnetOf, usableAddresses } from '../model/subnets.ts';
import { normalId, type Seen, seen } from '../seen.ts';
import type { AgentPool, ManagedCluster, Neighbour } from '../wire.ts';

/** Addresses that each subnet must give when all pools in it are at their largest and in the middle of an upgrade (AKS, "IP address planning"). */
export const subnetIpCapacity = check({
  needs: ['cluster', 'agentPools', 'virtualNetworks', 'neighbours', 'karpenterNodePools', 'aksNodeClasses'],
  params: { reservedPerSubnet: count(5), utilisationWarn: ratio(0.8), scaleHeadroomFactor: ratio(1, 1, 100) },
  subjects: ({ cluster, agentPools }) => {
    const uses = subnetsOf(cluster, agentPools);
    if (!uses.some(() => true)) return notApplicable('AKS makes and sizes the virtual network.');
    return uses;
  },
  none: 'AKS makes and sizes the virtual network.',
  judge: ({ resource, forNodes }, { reservedPerSubnet, utilisationWarn, scaleHeadroomFactor }, facts) => {
    const placed = subnetOf(facts.virtualNetworks, resource.id);
    const usable = usableAddresses(placed.subnet, reservedPerSubnet);
    if (usable === undefined) return undecided('The subnet shows no IPv4 prefix.', prefixOf(placed));
    if (!forNodes) return apiServerSubnet(placed, usable + reservedPerSubnet);
    const others = facts.neighbours.items.filter(({ cluster }) => normalId(cluster.id) !== normalId(facts.cluster.id));
    const clusters = [{ cluster: facts.cluster, pools: facts.agentPools.items }, ...others];
    const plan = addressPlan(placed.subnet, clusters, scaleHeadroomFactor);
    const evidence = planEvidence(placed, plan, usable);
    if (plan.demand > usable)
      return fail(`Its pools at their largest need ${plan.demand} addresses of ${usable}.`, evidence, overflowNote(plan, usable));
    const open = openQuestion(placed, plan, usable, clusters, facts);
    if (open !== undefined) return undecided(open, evidence);
    const full = plan.demand > usable * utilisationWarn ? `That is more than ${Math.round(utilisationWarn * 100)} % of it.` : undefined;
    return pass(`Its pools at their largest need ${plan.demand} addresses of ${usable}.`, evidence, full);
  },
});

interface SubnetUse {
  resource: { id: string; name: string; type: string };
  /** false: it is of the API server alone. */
  forNodes: boolean;
}

/** The subnets that the cluster's nodes, pods and API server are in. */
function subnetsOf({ properties }: ManagedCluster, agentPools: Seen<AgentPool>): Seen<SubnetUse> {
  const uses = new Map<string, SubnetUse>();
  const add = (id: string | null | undefined, forNodes: boolean) => {
    if (!id || uses.has(normalId(id))) return;
    uses.set(normalId(id), {
      resource: { id, name: id.replace(/\/+$/, '').split('/').at(-1) ?? id, type: 'Microsoft.Network/virtualNetworks/subnets' },
      forNodes,
    });
  };
  for (const { properties: pool } of agentPools.items) {
    add(pool.vnetSubnetID, true);
    add(pool.podSubnetID, true);
  }
  add(properties.hostedSystemProfile?.nodeSubnetID, true);
  add(properties.apiServerAccessProfile?.subnetId, false);
  return seen([...uses.values()], agentPools.gaps);
}

/** API Server VNet Integration asks for a subnet of its own of /28 at least. */
function apiServerSubnet(placed: PlacedSubnet, addresses: number): Verdict {
  if (addresses < 16) return fail('The subnet of the API server is smaller than /28.', prefixOf(placed, '/28 or larger'));
  return pass('The subnet of the API server has /28 or more.', prefixOf(placed, '/28 or larger'));
}

function prefixOf({ network, subnet, pointer }: PlacedSubnet, expected?: string): Sight {
  return see(network, `${pointer}/properties/${subnet.properties.addressPrefix == null ? 'addressPrefixes' : 'addressPrefix'}`, expected);
}

function planEvidence(placed: PlacedSubnet, plan: AddressPlan, usable: number): Sight[] {
  const use = { usable, needed: plan.demand, othersThanPools: plan.others, freeNow: Math.max(0, usable - plan.held) };
  const pools = plan.pools.map(({ cluster, pool, nodes, surge, addressesPerNode, addresses }) =>
    computed(pool, poolSize(pool).maxPointer, {
      cluster: cluster.name,
      pool: pool.name,
      nodes: nodes ?? 'not known',
      surge,
      addressesPerNode,
      addresses,
    }),
  );
  return [
    prefixOf(placed),
    computed(placed.network, `${placed.pointer}/properties/ipConfigurations`, use, `at most ${usable} needed`),
    ...pools,
  ];
}

function overflowNote(plan: AddressPlan, usable: number): { note?: string } {
  const first = overflowsAt(plan, usable);
  return first === undefined ? {} : { note: `It overflows from ${first.nodes} nodes of pool ${first.claim.pool.name} on.` };
}

type CapacityFacts = ProvisioningFacts & { neighbours: Seen<Neighbour> };

/** What keeps the plan from being the whole demand: pools whose size is not known, clusters not seen, nodes without limit. */
function openQuestion(
  { subnet }: PlacedSubnet,
  plan: AddressPlan,
  usable: number,
  clusters: readonly ClusterPools[],
  facts: CapacityFacts,
): string | undefined {
  facts.agentPools.all();
  const unsaid = plan.pools.find(({ cluster }) => cluster.properties.networkProfile?.networkPlugin == null);
  if (unsaid !== undefined) return `Cluster ${unsaid.cluster.name} does not say its network plugin.`;
  const unsized = plan.pools.find(({ nodes }) => nodes === undefined);
  if (unsized !== undefined) return `The size of pool ${unsized.pool.name} is not known, as it is stopped or does not say it.`;
  const [unseen] = unseenClusters(
    subnet,
    clusters.map(({ cluster }) => cluster),
  );
  if (unseen !== undefined) {
    facts.neighbours.find(({ cluster }) => nodeGroupOf(cluster) === unseen); // not among the seen: NotSeen when others were not
    return `Nodes of ${unseen.split('/').at(-1)} are in it too, and that cluster is not part of this audit.`;
  }
  const unbounded = 'Node auto-provisioning may add nodes to it without limit.';
  if (plan.pools.some(({ cluster }) => cluster !== facts.cluster && autoProvisions(cluster))) return unbounded;
  if (!autoProvisions(facts.cluster)) return undefined;
  const more = provisionedAddresses(facts, subnet.id);
  if (more === undefined) return unbounded;
  return plan.demand + more > usable ? `Node auto-provisioning may take ${more} addresses more, which would not fit.` : undefined;
}

/** Ranges of services, pods and connected networks; what overlaps is unreachable from the cluster, without an error. */
export const disjointRanges = check({
  needs: ['cluster', 'agentPools', 'virtualNetworks', 'serviceCIDRs'],
  params: { onPremPrefixes: texts() },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { onPremPrefixes }, facts) => {
    const ranges = rangesAround(facts, onPremPrefixes);
    const fault = serviceFault(cluster);
    if (fault !== undefined) return fault;
    const overlap = overlapOf(ranges.items);
    if (overlap !== undefined) return fail(`${overlap.map(showRange).join(' overlaps ')}.`, overlap.map(sight));
    const unread = ranges.all().find(({ range }) => range === undefined);
    if (unread !== undefined) return undecided(`${showRange(unread)} is no address range.`, sight(unread));
    if (serviceRanges(cluster).length === 0)
      return undecided('The cluster does not say its service range.', see(cluster, '/properties/networkProfile/serviceCidr'));
    const pods = podRanges(cluster);
    const publicPods = pods.some(({ range }) => range !== undefined && !isPrivate(range));
    const evidence = [...serviceRanges(cluster), ...pods].map(sight);
    return pass('No range overlaps another.', evidence, publicPods ? 'The pod range is public, which AKS does not support.' : undefined);
  },
});

const sight = ({ from, pointer, text }: NamedRange): Sight => computed(from, pointer, text);

/** What is wrong with the service range in itself. The address of the DNS service is 10.0.0.10 unless it is set. */
function serviceFault(cluster: ManagedCluster): Verdict | undefined {
  const known = serviceRanges(cluster).flatMap((each) => (each.range === undefined ? [] : [{ ...each, range: each.range }]));
  const large = known.find(({ range }) => range.family === 4 && range.prefix <= 12);
  if (large !== undefined)
    return fail(
      `The service range ${large.text} is not smaller than /12.`,
      computed(cluster, large.pointer, large.text, 'smaller than /12'),
    );
  const dns = parseAddress(cluster.properties.networkProfile?.dnsServiceIP ?? '10.0.0.10');
  if (known.length === 0 || dns === undefined) return undefined;
  const home = known.find(({ range }) => includesAddress(range, dns));
  const evidence = [
    see(cluster, '/properties/networkProfile/dnsServiceIP', 'inside the service range, not its first address'),
    ...known.map(sight),
  ];
  if (home === undefined) return fail('The address of the DNS service is outside the service range.', evidence);
  return dns.value - home.range.first <= 1n
    ? fail('The address of the DNS service is the first of the service range.', evidence)
    : undefined;
}

/** Nodes that kubenet's routes reach. */
const kubenetNodes = 400;

/** The pod range gives each node a /24, however many pods it takes (AKS, "Azure CNI Overlay"). */
export const podRangeCapacity = check({
  needs: ['cluster', 'agentPools', 'karpenterNodePools'],
  subjects: ({ cluster }) => (podsAreApart(cluster) ? [cluster] : []),
  none: 'Pods take addresses of the virtual network.',
  judge: (cluster, _params, { agentPools, karpenterNodePools }) => {
    const { networkProfile } = cluster.properties;
    if (networkProfile == null)
      return undecided('The cluster was exported without its network profile.', see(cluster, '/properties/networkProfile'));
    const ranges = ipv4PodRanges(cluster);
    const evidence = ranges.map(sight);
    const unread = ranges.find(({ range }) => range === undefined);
    if (unread !== undefined) return undecided(`${showRange(unread)} is no address range.`, evidence);
    const blocks = ranges.reduce((sum, { range }) => sum + (range === undefined || range.prefix > 24 ? 0 : 2 ** (24 - range.prefix)), 0);
    const overlay = networkProfile.networkPluginMode?.toLowerCase() === 'overlay';
    const room = overlay ? blocks : Math.min(blocks, kubenetNodes);
    const sizes = agentPools.items
      .filter((pool) => poolMode(pool) !== 'managedsystem')
      .map((pool) => ({ pool, size: largestSize(cluster, pool) }));
    const demand = sizes.reduce((sum, { size }) => sum + (size === undefined ? 0 : size.nodes + size.surge), 0);
    evidence.push(...sizes.map(({ pool, size }) => computed(pool, poolSize(pool).maxPointer, size ?? 'not known')));
    const message = `The pools at their largest have ${demand} nodes, and the pod range has room for ${room}.`;
    if (demand > room) return fail(message, evidence);
    agentPools.all();
    const unsized = sizes.find(({ size }) => size === undefined);
    if (unsized !== undefined)
      return undecided(`The size of pool ${unsized.pool.name} is not known, as it is stopped or does not say it.`, evidence);
    if (!autoProvisions(cluster)) return pass(message, evidence);
    const more = provisionedNodes(karpenterNodePools);
    if (more === undefined) return undecided('Node auto-provisioning may add nodes without limit.', evidence);
    return demand + more > room
      ? undecided(`Node auto-provisioning may add ${more} nodes more, for which there is no room.`, evidence)
      : pass(message, evidence, `Node auto-provisioning may add ${more} more.`);
  },
});
