import type { Facts } from '../check.ts';
import { all, type Seen, seen } from '../seen.ts';
import type { NetworkPolicy, NetworkSecurityGroup, Service } from '../wire.ts';
import { inNamespace } from './byNamespace.ts';
import { firstFound } from './firstFound.ts';
import { type IngressController, ingressControllerNeeds, ingressControllers } from './ingressControllers.ts';
import { hasNoTerms, isEveryAddress } from './isolationEffect.ts';
import { governs } from './isolationKubernetes.ts';
import { contains, isPrivate, parseRange, type Range } from './ranges.ts';
import { isKeptFromNetwork } from './securityRules.ts';
import { selects, selectsByLabels } from './selectors.ts';
import { asksForInternal, isLoadBalancer } from './services.ts';
import { type PlacedSubnet, subnetOf } from './subnets.ts';

export const sourceNeeds = [
  ...ingressControllerNeeds,
  'services',
  'networkPolicies',
  'traefikMiddlewares',
  'agentPools',
  'virtualNetworks',
  'networkSecurityGroups',
] as const;
export type SourceFacts = Facts<(typeof sourceNeeds)[number]>;

/** A service by which a load balancer leads to an ingress controller. */
export interface Front {
  resource: Service;
  controller: IngressController;
}
export function fronts(facts: SourceFacts): Seen<Front> {
  const balancers = facts.services.filter(isLoadBalancer);
  const controllers = ingressControllers(facts).filter(({ product }) => product.proxies);
  const found = controllers.items.flatMap((controller) => {
    const { metadata, spec } = controller.resource;
    const own = inNamespace(balancers, metadata.namespace).items;
    const labels = spec?.template?.metadata?.labels;
    return own.filter((service) => selectsByLabels(service.spec?.selector, labels)).map((resource) => ({ resource, controller }));
  });
  return seen(found, [...controllers.gaps, ...balancers.gaps]);
}

/** What keeps a front to some sources, and where it stands. */
export interface SourceLimit {
  what: string;
  resource: object;
  pointer: string;
}
export const sourceLimit = (front: Front, facts: SourceFacts): SourceLimit | undefined =>
  firstFound(
    () => ownLimit(front.resource, facts),
    () => policyLimit(front, facts),
    () => allowList(front, facts),
    () => groupLimit(front.resource, facts),
  );

/**
 * Azure's cloud provider lets in what these name. A tag of all Azure or of the whole network limits nothing, and an internal
 * load balancer takes the whole network beside the ranges until the last denies it (cloud-provider-azure, accesscontrol.go).
 */
const rangesAnnotation = 'service.beta.kubernetes.io/azure-allowed-ip-ranges';
const tagsAnnotation = 'service.beta.kubernetes.io/azure-allowed-service-tags';
const denyAnnotation = 'service.beta.kubernetes.io/azure-deny-all-except-load-balancer-source-ranges';
const wideTag = /^(?:internet|virtualnetwork|azurecloud(?:\..*)?)$/i;
const annotationAt = (name: string): string => `/metadata/annotations/${name.replaceAll('/', '~1')}`;

const ownPointers = ['/spec/loadBalancerSourceRanges', annotationAt(rangesAnnotation), annotationAt(tagsAnnotation)] as const;
/** Where a service may name its sources. */
export const sourcePointers = (service: Service): readonly string[] =>
  asksForInternal(service) ? [...ownPointers, annotationAt(denyAnnotation)] : ownPointers;

function ownLimit(service: Service, facts: SourceFacts): SourceLimit | undefined {
  const listed = (name: string): string[] =>
    String(service.metadata.annotations?.[name] ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
  const tags = listed(tagsAnnotation);
  const [inSpec, inAnnotation] = [service.spec?.loadBalancerSourceRanges ?? [], listed(rangesAnnotation)];
  const ranges = [...inSpec, ...inAnnotation].flatMap((text) => parseRange(text) ?? []);
  if (ranges.length + tags.length === 0 || tags.some((tag) => wideTag.test(tag)) || ranges.some(({ prefix }) => prefix <= 1))
    return undefined;
  const denies = service.metadata.annotations?.[denyAnnotation]?.toLowerCase() === 'true';
  if (asksForInternal(service) && !(denies && ranges.length > 0)) return undefined;
  const ofNetwork = ranges.some(isPrivate) ? networkRanges(facts) : [];
  if (ranges.some((range) => ofNetwork.some((whole) => contains(range, whole)))) return undefined;
  const pointer = ownPointers[[inSpec, inAnnotation, tags].findIndex((list) => list.length > 0)] ?? '/spec';
  return { what: 'Its load balancer takes traffic from some sources only.', resource: service, pointer };
}

const subnetsOfNodes = ({ agentPools, virtualNetworks }: SourceFacts) =>
  agentPools.items.flatMap(({ properties: { vnetSubnetID } }) => (vnetSubnetID ? [() => subnetOf(virtualNetworks, vnetSubnetID)] : []));

/** The address space of the nodes' networks; none is known of one that AKS makes. */
const networkRanges = (facts: SourceFacts): readonly Range[] => {
  facts.agentPools.all();
  return subnetsOfNodes(facts).flatMap((read) =>
    (read().network.properties.addressSpace?.addressPrefixes ?? []).flatMap((text) => parseRange(text) ?? []),
  );
};

/** Where clients' addresses reach the pods: with externalTrafficPolicy Cluster every client looks like a node. */
function policyLimit({ resource, controller }: Front, { networkPolicies }: SourceFacts): SourceLimit | undefined {
  if (resource.spec?.externalTrafficPolicy !== 'Local') return undefined;
  const labels = controller.resource.spec?.template?.metadata?.labels;
  const own = inNamespace(networkPolicies, resource.metadata.namespace).filter(
    ({ spec }) => governs(spec ?? {}, 'ingress') && (hasNoTerms(spec?.podSelector) || selects(spec?.podSelector, labels)),
  );
  if (own.items.some((policy) => !limitsSources(policy))) return undefined;
  const [first] = own.all();
  return first && { what: `NetworkPolicy ${first.metadata.name} names the sources.`, resource: first, pointer: '/spec/ingress' };
}

const limitsSources = ({ spec }: NetworkPolicy): boolean =>
  (spec?.ingress ?? []).every(
    (rule) => (rule?.from ?? []).length > 0 && rule.from?.every(({ ipBlock }) => ipBlock === undefined || !isEveryAddress(ipBlock.cidr)),
  );

function allowList({ controller }: Front, { traefikMiddlewares }: SourceFacts): SourceLimit | undefined {
  if (controller.product.name !== 'Traefik') return undefined;
  const found = traefikMiddlewares.find(({ spec }) => {
    const ranges = spec?.ipAllowList?.sourceRange ?? spec?.ipWhiteList?.sourceRange ?? [];
    return ranges.length > 0 && !ranges.some(isEveryAddress);
  });
  return found && { what: `Middleware ${found.metadata.name} names the sources.`, resource: found, pointer: '/spec' };
}

/** A security group sees the client's address and the port of the load balancer, as AKS uses floating addresses. */
function groupLimit({ spec }: Service, facts: SourceFacts): SourceLimit | undefined {
  const ports = (spec?.ports ?? []).map(({ port = 0 }) => port);
  const groupOf = (read: () => PlacedSubnet): NetworkSecurityGroup | undefined => {
    const id = read().subnet.properties.networkSecurityGroup?.id;
    return id === undefined ? undefined : facts.networkSecurityGroups.get(id);
  };
  const reads = subnetsOfNodes(facts);
  const kept = all(
    ...reads.map((read) => () => {
      const group = groupOf(read);
      return group !== undefined && ports.every((port) => isKeptFromNetwork(group, port));
    }),
    () => ports.length > 0 && facts.agentPools.all().length > 0 && reads.length > 0,
  );
  const group = kept && reads[0] ? groupOf(reads[0]) : undefined;
  return (
    group && { what: `Network security group ${group.name} keeps the network out.`, resource: group, pointer: '/properties/securityRules' }
  );
}
