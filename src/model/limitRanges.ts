import type { Seen } from '../seen.ts';
import type { Container, LimitRange, PodSpec } from '../wire.ts';
import { inNamespace } from './byNamespace.ts';

export const computeResources = ['cpu', 'memory'] as const;
export type ComputeResource = (typeof computeResources)[number];
export type Bound = 'requests' | 'limits';

type LimitRangeItem = NonNullable<NonNullable<LimitRange['spec']>['limits']>[number];

/** Whether a LimitRange of the namespace gives this bound to containers that set none. */
export function hasDefault(limitRanges: Seen<LimitRange>, namespace: string | undefined, bound: Bound, resource: ComputeResource): boolean {
  return inNamespace(limitRanges, namespace).some(
    ({ spec }) => spec?.limits?.some((item) => item?.type === 'Container' && gives(item, bound, resource)) ?? false,
  );
}

/** As the API server fills a LimitRange in: a maximum is the default limit, and that, or else a minimum, the default request. */
function gives(item: LimitRangeItem, bound: Bound, resource: ComputeResource): boolean {
  const limit = item.default?.[resource] ?? item.max?.[resource];
  return isSet(bound === 'limits' ? limit : (item.defaultRequest?.[resource] ?? limit ?? item.min?.[resource]));
}

/** Whether a container has this bound of its own: set, or for a request taken from the limit, or set for its pod as a whole (Kubernetes 1.34). */
export function isBounded(container: Container, spec: PodSpec, bound: Bound, resource: ComputeResource): boolean {
  return [container.resources, spec.resources].some(
    (each) => isSet(each?.[bound]?.[resource]) || (bound === 'requests' && isSet(each?.limits?.[resource])),
  );
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;
