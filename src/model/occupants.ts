import type { Subnet } from '../wire.ts';
import { holders } from './subnets.ts';

/** What holds an address of a subnet, or stands in it without one. */
export interface Occupant {
  kind: 'node' | 'apiServer' | 'privateEndpoint' | 'loadBalancer' | 'applicationGateway' | 'containerGateway' | 'other';
  /** JSON pointer, inside the subnet, of what it was told by. */
  pointer: string;
  /** Its ARM id, or that of its front end. */
  id: string;
}

/** What stands in a subnet, read from the ids that it lists. */
export function occupants(subnet: Subnet): Occupant[] {
  const { ipConfigurations = [], privateEndpoints = [], applicationGatewayIPConfigurations = [], delegations = [] } = subnet.properties;
  const held = holders(subnet).map(({ privateEndpoint, node }, index): Occupant => {
    const id = ipConfigurations[index]?.id ?? '';
    return {
      kind: privateEndpoint ? endpointKind(id) : node ? 'node' : kindOf(id),
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

const kindOf = (id: string): Occupant['kind'] =>
  /\/loadbalancers\//i.test(id) ? 'loadBalancer' : /\/applicationgateways\//i.test(id) ? 'applicationGateway' : 'other';
