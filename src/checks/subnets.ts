import { check, fail, type Param, pass, see } from '../check.ts';
import { managedNetwork, type NodeSubnet, nodeSubnets } from '../model/clusterSubnets.ts';
import { occupants } from '../model/occupants.ts';
import { parseRange } from '../model/ranges.ts';
import { allPorts, type Opening, openings } from '../model/securityRules.ts';
import { gather, networkIdOf, subnetOf } from '../model/subnets.ts';
import { normalId, type Seen } from '../seen.ts';
import type { Subnet, VirtualNetwork } from '../wire.ts';

const portNumbers = (...byDefault: readonly number[]): Param<readonly number[]> => ({
  default: byDefault,
  schema: { type: 'array', items: { type: 'integer', minimum: 1, maximum: 65535 } },
});

/** The security group of each subnet that the cluster uses, and what the group lets in to those of nodes and pods. */
export const securityGroups = check({
  needs: ['cluster', 'agentPools', 'virtualNetworks', 'networkSecurityGroups'],
  params: { closedPorts: portNumbers(22, 3389, 10250) },
  subjects: ({ cluster, agentPools, virtualNetworks }) => {
    const own = nodeSubnets(cluster, agentPools);
    return own.concat(servingSubnets(own.items, virtualNetworks));
  },
  none: managedNetwork,
  judge: (subject, { closedPorts }, { virtualNetworks, networkSecurityGroups }) => {
    const { subnet } = subnetOf(virtualNetworks, subject.resource.id);
    const at = see(subnet, '/properties/networkSecurityGroup/id', 'a network security group');
    const id = subnet.properties.networkSecurityGroup?.id;
    if (!id) return fail('The subnet has no network security group.', at);
    const group = networkSecurityGroups.get(id);
    if (!subject.forNodes) return pass('The subnet has a network security group.', at);
    const probed = [allPorts, ...closedPorts.map((port) => ({ first: port, last: port }))];
    const open = openings(group, target(subnet, subject), probed);
    const rules = new Map(open.flatMap((each) => each.rules).map((rule) => [rule.pointer, rule]));
    const evidence = [at, ...[...rules.keys()].map((pointer) => see(group, `${pointer}/properties`))];
    if (open.length === 0) return pass('Its security group keeps the internet from its nodes.', evidence);
    const names = [...rules.values()].map(({ name }) => name);
    return fail(`The internet reaches ${shownPorts(open)} of its nodes by ${names.join(' and ')} of ${group.name}.`, evidence);
  },
});

const shownPorts = (open: readonly Opening[]): string =>
  open.some(({ ports }) => ports === allPorts) ? 'all ports' : `port ${open.map(({ ports }) => ports.first).join(', ')}`;

const target = ({ properties }: Subnet, { pools }: NodeSubnet) => ({
  ranges: [properties.addressPrefix, ...(properties.addressPrefixes ?? [])].flatMap((text) => parseRange(text) ?? []),
  groups: new Set(pools.flatMap((pool) => (pool.properties.networkProfile?.applicationSecurityGroups ?? []).map((id) => id.toLowerCase()))),
});

/** The subnets beside those of nodes that hold what serves the cluster: load balancers, gateways, private endpoints. */
function servingSubnets(own: readonly NodeSubnet[], networks: Seen<VirtualNetwork>): Seen<NodeSubnet> {
  const ids = new Map(own.map(({ resource }) => [networkIdOf(resource.id).toLowerCase(), networkIdOf(resource.id)]));
  const serves = ['loadBalancer', 'applicationGateway', 'containerGateway', 'privateEndpoint', 'apiServer'];
  return gather([...ids.values()].map((id) => () => networks.get(id)))
    .flatMap(({ properties }) => properties.subnets ?? [])
    .filter(({ id }) => !own.some(({ resource }) => normalId(resource.id) === normalId(id)))
    .filter((subnet) => occupants(subnet).some(({ kind }) => serves.includes(kind)))
    .map((resource) => ({ resource, pools: [], forNodes: false }));
}
