import type { VirtualNetwork } from '../wire.ts';
import { glob } from './namespaces.ts';
import { holders } from './subnets.ts';

/** What may stand in a cluster's virtual network beside its nodes, by what it is for. */
export type SpokeRole = 'privateEndpoint' | 'applicationGateway' | 'loadBalancer' | 'bastion' | 'buildAgent';
/** Something in a virtual network that is no node of AKS; `machine` is one whose name says nothing of administration. */
export interface Tenant {
  role: SpokeRole | 'machine' | 'other';
  /** JSON pointer, inside the network, of the id it was told by. */
  pointer: string;
}

/** Subnets that Azure wants by this name, and that make a network a hub: it routes for others. */
const hubSubnets = new Set(['azurefirewallsubnet', 'azurefirewallmanagementsubnet', 'gatewaysubnet', 'routeserversubnet']);
/** JSON pointers of the subnets that make this network a hub. */
export const hubSigns = ({ properties }: VirtualNetwork): string[] =>
  (properties.subnets ?? []).flatMap(({ name }, index) =>
    hubSubnets.has(name.toLowerCase()) ? [`/properties/subnets/${index}/name`] : [],
  );

const resourceRoles: readonly (readonly [RegExp, SpokeRole])[] = [
  [/\/applicationgateways\//, 'applicationGateway'],
  [/\/loadbalancers\//, 'loadBalancer'],
  [/\/bastionhosts\//, 'bastion'],
];

/** What stands in a network beside nodes of AKS, read from the ids of the addresses that are held. @param managementNames of subnets or machines for administration */
export function tenants(network: VirtualNetwork, managementNames: readonly string[]): Tenant[] {
  const administers = managementNames.map((name) => glob(name.toLowerCase()));
  return (network.properties.subnets ?? []).flatMap((subnet, place) => {
    const ids = (subnet.properties.ipConfigurations ?? []).map(({ id = '' }) => id.toLowerCase());
    return holders(subnet).flatMap(({ aks, node, privateEndpoint }, index): Tenant[] => {
      const id = ids[index] ?? '';
      const pointer = `/properties/subnets/${place}/properties/ipConfigurations/${index}/id`;
      if (privateEndpoint) return [{ role: 'privateEndpoint', pointer }];
      if (!node) return [{ role: resourceRoles.find(([kind]) => kind.test(id))?.[1] ?? 'other', pointer }];
      if (aks) return [];
      const names = [subnet.name.toLowerCase(), /\/(?:virtualmachinescalesets|networkinterfaces)\/([^/]+)/.exec(id)?.[1] ?? ''];
      const manages = names.some((name) => administers.some((matches) => matches(name)));
      return [{ role: manages ? 'buildAgent' : 'machine', pointer }];
    });
  });
}
