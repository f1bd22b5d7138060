import type { Seen } from '../seen.ts';
import type { Service } from '../wire.ts';
import { once } from './once.ts';
import { isPrivateAddress, parseAddress } from './ranges.ts';

export const isLoadBalancer = (service: Service): boolean => service.spec?.type === 'LoadBalancer';

/** The addresses of the load balancer, as its implementation wrote them into the status. */
export const loadBalancerAddresses = (service: Service): string[] =>
  (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (parseAddress(ip) === undefined ? [] : [ip ?? '']));

export const publicAddresses = (service: Service): string[] =>
  loadBalancerAddresses(service).filter((address) => !isPrivateAddress(address));

/** Azure's cloud provider compares with exactly `true`; every other spelling leaves the load balancer public. */
export const internalAnnotation = 'service.beta.kubernetes.io/azure-load-balancer-internal';
export const asksForInternal = (service: Service): boolean => service.metadata.annotations?.[internalAnnotation] === 'true';

/** Azure's cloud provider leaves a service alone that names a class: another implementation serves it, by rules of its own. */
export const isOfOtherClass = (service: Service): boolean => (service.spec?.loadBalancerClass ?? '') !== '';

/** How many there are at least: those that were seen. */
export const countLoadBalancers = once(
  ({ services }: { readonly snapshot: object; readonly services: Seen<Service> }) => services.items.filter(isLoadBalancer).length,
);
