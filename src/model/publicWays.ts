import { any, normalId, type Seen, seen } from '../seen.ts';
import type { ApplicationGateway, Gateway, Ingress, ManagedCluster, PublicIPAddress, Service, TrafficController } from '../wire.ts';
import { type GatewayFacts, gatewayKeys, servingGateways } from './appGateways.ts';
import { isLoadBalancer, publicAddresses } from './services.ts';

/** What leads into a cluster by HTTP from where its users are. */
export type Way = ApplicationGateway | TrafficController | Service;
export const wayKeys = [...gatewayKeys, 'trafficControllers', 'ingresses', 'gateways', 'publicIPAddresses'] as const;
export interface WayFacts extends GatewayFacts {
  readonly trafficControllers: Seen<TrafficController>;
  readonly ingresses: Seen<Ingress>;
  readonly gateways: Seen<Gateway>;
  readonly publicIPAddresses: Seen<PublicIPAddress>;
}

export const isGateway = (way: Way): way is ApplicationGateway => 'type' in way && /\/applicationGateways$/i.test(way.type);
export const isController = (way: Way): way is TrafficController => 'type' in way && /\/trafficControllers$/i.test(way.type);

/** The ways into a cluster. @param internal those with a private address alone as well */
export function waysInto(facts: WayFacts, internal: boolean): Seen<Way> {
  const gateways = servingGateways(facts).filter((gateway) => internal || publicFrontends(gateway).length > 0);
  const services = facts.services.filter(
    (service) => isLoadBalancer(service) && isWeb(service) && (internal || publicAddresses(service).length > 0),
  );
  return seen<Way>([]).concat(gateways).concat(servingControllers(facts)).concat(services);
}

const publicFrontends = ({ properties }: ApplicationGateway): string[] =>
  (properties.frontendIPConfigurations ?? []).flatMap((each) => each.properties?.publicIPAddress?.id ?? []);

const webPorts = new Set([80, 443, 8080, 8443]);
const isWeb = ({ spec }: Service): boolean =>
  (spec?.ports ?? []).some(({ port = 0, name, appProtocol }) => webPorts.has(port) || /^https?/i.test(appProtocol ?? name ?? ''));

/** What the controller of Application Gateway for Containers is told by: the id, of one that was brought. */
const controllerAnnotation = 'alb.networking.azure.io/alb-id';

/** Those that the controller made, in the node resource group, and those that an Ingress or a Gateway names. All of them are public. */
function servingControllers({ cluster, trafficControllers, ingresses, gateways }: WayFacts): Seen<TrafficController> {
  return trafficControllers.filter((controller) => {
    const names = ({ metadata }: Ingress | Gateway) =>
      normalId(metadata.annotations?.[controllerAnnotation] ?? '') === normalId(controller.id);
    return any(
      () => isOfNodes(controller.id, cluster),
      () => ingresses.some(names),
      () => gateways.some(names),
    );
  });
}

export function isOfNodes(id: string | null | undefined, { id: clusterId, properties }: ManagedCluster): boolean {
  const subscription = clusterId.split('/').slice(0, 3).join('/');
  return (
    properties.nodeResourceGroup != null &&
    normalId(id ?? '').startsWith(`${normalId(`${subscription}/resourceGroups/${properties.nodeResourceGroup}`)}/`)
  );
}

/** By what others lead to a way: addresses, host names and ids, in lower case. Throws NotSeen where an address of a gateway was not read. */
export function namesOf(way: Way, facts: WayFacts): ReadonlySet<string> {
  const hosts = facts.ingresses.items.flatMap(({ spec }) => (spec?.rules ?? []).flatMap(({ host }) => host ?? []));
  if (isGateway(way)) {
    const frontends = publicFrontends(way).map((id) => facts.publicIPAddresses.get(id));
    return folded([
      way.id,
      ...frontends.flatMap(({ id, properties }) => [id, properties.ipAddress, properties.dnsSettings?.fqdn]),
      ...hosts,
    ]);
  }
  if (isController(way)) {
    const given = facts.ingresses.items.flatMap(({ status }) =>
      (status?.loadBalancer?.ingress ?? []).flatMap(({ hostname }) => hostname ?? []),
    );
    return folded([way.id, ...given, ...hosts]);
  }
  const label = way.metadata.annotations?.['service.beta.kubernetes.io/azure-dns-label-name'];
  const name = label === undefined ? undefined : `${label}.${facts.cluster.location}.cloudapp.azure.com`;
  return folded([...publicAddresses(way), name, ...hosts]);
}

const folded = (names: readonly (string | null | undefined)[]): ReadonlySet<string> =>
  new Set(names.flatMap((name) => (name ? normalId(name) : [])));
