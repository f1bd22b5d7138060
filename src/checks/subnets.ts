import { check, fail, flag, type Param, pass, see } from '../check.ts';
import { managedNetwork, type NodeSubnet, nodeSubnets } from '../model/clusterSubnets.ts';
import { type Occupant, occupants, purposeOf, strangers } from '../model/occupants.ts';
import { parseRange } from '../model/ranges.ts';
import { allPorts, type Opening, openings } from '../model/securityRules.ts';
import { poolMode } from '../model/nodePools.ts';
import { gather, networkIdOf, subnetOf } from '../model/subnets.ts';
import { normalId, type Seen, seen } from '../seen.ts';
import type { AgentPool, ManagedCluster, Subnet, VirtualNetwork } from '../wire.ts';

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
function servingSubnets(own: readonly NodeSubnet[], networks: Seen<VirtualNetwork>): Seen<NodeSubnet & { resource: Subnet }> {
  const ids = new Map(own.map(({ resource }) => [networkIdOf(resource.id).toLowerCase(), networkIdOf(resource.id)]));
  const serves = ['loadBalancer', 'applicationGateway', 'containerGateway', 'privateEndpoint', 'apiServer'];
  return gather([...ids.values()].map((id) => () => networks.get(id)))
    .flatMap(({ properties }) => properties.subnets ?? [])
    .filter(({ id }) => !own.some(({ resource }) => normalId(resource.id) === normalId(id)))
    .filter((subnet) => occupants(subnet).some(({ kind }) => serves.includes(kind)))
    .map((resource) => ({ resource, pools: [], forNodes: false }));
}

/** Subnets of nodes, of gateways and of the API server, each with nothing in it but what it is for. */
export const segmentation = check({
  needs: ['cluster', 'agentPools', 'virtualNetworks'],
  params: { requireSeparatePoolSubnets: flag(false) },
  subjects: ({ cluster, agentPools, virtualNetworks }) => {
    const own = nodeSubnets(cluster, agentPools);
    const api = own.items.length === 0 ? [] : apiServerSubnet(cluster).filter((one) => !own.items.some((each) => isSame(each, one)));
    const beside = servingSubnets([...own.items, ...api], virtualNetworks).filter(
      ({ resource }) => purposeOf(resource, { forNodes: false, forApiServer: false }) === 'gateway',
    );
    return own.concat(seen(api)).concat(beside);
  },
  none: managedNetwork,
  judge: (subject, { requireSeparatePoolSubnets }, { cluster, virtualNetworks }) => {
    const { subnet } = subnetOf(virtualNetworks, subject.resource.id);
    const forApiServer = apiServerSubnet(cluster).some((one) => isSame(one, subject));
    const purpose = purposeOf(subnet, { ...subject, forApiServer });
    const shared = see(cluster, '/properties/apiServerAccessProfile/subnetId', 'a subnet of its own');
    if (subject.forNodes && forApiServer) return fail('The API server is in a subnet of nodes.', shared);
    const found = strangers(subnet, purpose);
    const sights = found.slice(0, 10).map(({ pointer }) => see(subnet, pointer, `a subnet beside that of ${purposes[purpose]}`));
    if (found.length > 0) return fail(`The subnet of ${purposes[purpose]} also holds ${kindsOf(found)}.`, sights);
    const delegations = see(subnet, '/properties/delegations', apiServerDelegation);
    if (purpose === 'apiServer' && !isDelegated(subnet)) return fail('The subnet of the API server is not delegated to AKS.', delegations);
    const mixed = requireSeparatePoolSubnets ? mixedPools(subject.pools) : [];
    if (mixed.length > 0)
      return fail(
        'System and user pools share the subnet.',
        mixed.map((pool) => see(pool, '/properties/mode')),
      );
    return pass(`The subnet holds nothing but ${purposes[purpose]}.`, see(subnet, '/properties/ipConfigurations'));
  },
});

const apiServerDelegation = 'Microsoft.ContainerService/managedClusters';
const purposes = { nodes: 'nodes', apiServer: 'the API server', gateway: 'a gateway', other: 'others' } as const;
const shownKinds: Readonly<Record<Occupant['kind'], string>> = {
  node: 'nodes',
  machine: 'machines',
  apiServer: 'the API server',
  privateEndpoint: 'private endpoints',
  loadBalancer: 'front ends of load balancers',
  applicationGateway: 'an application gateway',
  containerGateway: 'an application gateway for containers',
  other: 'others',
};
const kindsOf = (found: readonly Occupant[]): string => [...new Set(found.map(({ kind }) => shownKinds[kind]))].join(' and ');

const isDelegated = ({ properties }: Subnet): boolean =>
  (properties.delegations ?? []).some((each) => each.properties?.serviceName?.toLowerCase() === apiServerDelegation.toLowerCase());
const isSame = (one: { resource: { id: string } }, other: { resource: { id: string } }): boolean =>
  normalId(one.resource.id) === normalId(other.resource.id);

/** The subnet into which an API server is integrated; `subnetId` is empty where there is none. */
function apiServerSubnet({ properties }: ManagedCluster): NodeSubnet[] {
  const { enableVnetIntegration, subnetId } = properties.apiServerAccessProfile ?? {};
  if (enableVnetIntegration !== true || !subnetId) return [];
  const resource = { id: subnetId, name: subnetId.split('/').at(-1) ?? subnetId, type: 'Microsoft.Network/virtualNetworks/subnets' };
  return [{ resource, pools: [], forNodes: false }];
}

/** The pools of a subnet when there are both kinds of them. */
function mixedPools(pools: readonly AgentPool[]): readonly AgentPool[] {
  const modes = new Set(pools.map(poolMode));
  return modes.has('system') && modes.has('user') ? pools : [];
}
