import type { Subnet } from '../wire.ts';
import { holders } from './subnets.ts';

/** What holds an address of a subnet, or stands in it without one. */
export interface Occupant {
  /** `machine`: one that AKS did not make. */
  kind: 'node' | 'machine' | 'apiServer' | 'privateEndpoint' | 'loadBalancer' | 'applicationGateway' | 'containerGateway' | 'other';
  /** JSON pointer, inside the subnet, of what it was told by. */
  pointer: string;
  /** Its ARM id, or that of its front end. */
  id: string;
}

/** What stands in a subnet, read from the ids that it lists. */
export function occupants(subnet: Subnet): Occupant[] {
  const { ipConfigurations = [], privateEndpoints = [], applicationGatewayIPConfigurations = [], delegations = [] } = subnet.properties;
  const held = holders(subnet).map(({ privateEndpoint, node, aks }, index): Occupant => {
    const id = ipConfigurations[index]?.id ?? '';
    return {
      kind: privateEndpoint ? endpointKind(id) : node ? (aks ? 'node' : 'machine') : kindOf(id),
      pointer: `/properties/ipConfigurations/${index}/id`,
      id,
    };
  });
  // A private endpoint is listed by its own id, too, where its network card may be hidden.
  const listed = privateEndpoints.map(
    ({ id = '' }, index): Occupant => ({ kind: endpointKind(id), pointer: `/properties/privateEndpoints/${index}/id`, id }),
  );
  const gateways = applicationGatewayIPConfigurations.map(
    ({ id = '' }, index): Occupant => ({
      kind: 'applicationGateway',
      pointer: `/properties/applicationGatewayIPConfigurations/${index}/id`,
      id,
    }),
  );
  const delegated = delegations.flatMap(({ properties }, index): Occupant[] =>
    properties?.serviceName?.toLowerCase() === 'microsoft.servicenetworking/trafficcontrollers'
      ? [{ kind: 'containerGateway', pointer: `/properties/delegations/${index}/properties/serviceName`, id: '' }]
      : [],
  );
  return [...held, ...listed, ...gateways, ...delegated];
}

/** The endpoint of a private cluster's API server, which AKS puts in the subnet of the first pool. */
const endpointKind = (id: string): Occupant['kind'] =>
  /\/(?:networkinterfaces|privateendpoints)\/kube-apiserver/i.test(id) ? 'apiServer' : 'privateEndpoint';

/** The API server of a cluster that is integrated with the network stands behind a load balancer of that name. */
const kindOf = (id: string): Occupant['kind'] =>
  /\/loadbalancers\/kube-apiserver\//i.test(id)
    ? 'apiServer'
    : /\/loadbalancers\//i.test(id)
      ? 'loadBalancer'
      : /\/applicationgateways\//i.test(id)
        ? 'applicationGateway'
        : 'other';

const gateways: readonly Occupant['kind'][] = ['applicationGateway', 'containerGateway'];
/** What a subnet is for: that of the API server is told by the cluster, that of a gateway by what is in it. */
export const purposeOf = (
  subnet: Subnet,
  use: { forNodes: boolean; forApiServer: boolean },
): 'nodes' | 'apiServer' | 'gateway' | 'other' => {
  if (use.forNodes) return 'nodes';
  if (use.forApiServer) return 'apiServer';
  return occupants(subnet).some(({ kind }) => gateways.includes(kind)) ? 'gateway' : 'other';
};

/** What may stand in a subnet of each purpose; `other` is what Azure itself puts there under ids of its own. */
const residents: Readonly<Record<'nodes' | 'apiServer' | 'gateway', readonly Occupant['kind'][]>> = {
  nodes: ['node', 'apiServer', 'other'],
  apiServer: ['apiServer', 'other'],
  gateway: [...gateways, 'other'],
};

/** What stands in a subnet that should be by itself. */
export const strangers = (subnet: Subnet, purpose: ReturnType<typeof purposeOf>): Occupant[] =>
  purpose === 'other' ? [] : occupants(subnet).filter(({ kind }) => !residents[purpose].includes(kind));
