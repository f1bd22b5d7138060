import type { PodSpec } from '../wire.ts';
import type { Flaw } from './flaws.ts';
import { type ComputeResource, computeResources } from './limitRanges.ts';
import { containersOf } from './podSpecs.ts';
import { parseQuantity } from './quantities.ts';

/** How far a limit stands above its request, of a container or of the pod as a whole (Kubernetes 1.34). */
interface LimitRatio {
  of: string;
  resource: ComputeResource;
  /** Limit by request; infinite when nothing is requested in so many words. */
  ratio: number;
  /** JSON pointer of the limit. */
  pointer: string;
}

/** Where both are set: without a request of its own a container requests its limit, and without a limit there is nothing to compare. */
export function limitRatios(spec: PodSpec, at: string): LimitRatio[] {
  const containers = containersOf(spec, at).map(({ container, pointer, kind, index }) => ({
    of: container.name ?? `${kind}/${index}`,
    resources: container.resources,
    pointer,
  }));
  return [...containers, { of: 'pod', resources: spec.resources, pointer: at }].flatMap(({ of, resources, pointer }) =>
    computeResources.flatMap((resource) => {
      const [limit, request] = [parseQuantity(resources?.limits?.[resource]), parseQuantity(resources?.requests?.[resource])];
      if (limit === undefined || request === undefined || limit <= 0) return [];
      return [{ of, resource, ratio: limit / request, pointer: `${pointer}/resources/limits/${resource}` }];
    }),
  );
}

/** Those above the most that is allowed of their resource. */
export function highLimits(spec: PodSpec, at: string, most: Readonly<Record<ComputeResource, number>>): Flaw[] {
  return limitRatios(spec, at)
    .filter(({ resource, ratio }) => ratio > most[resource] + rounding)
    .map(({ of, resource, ratio, pointer }) => ({
      of,
      what: Number.isFinite(ratio) ? `${resource} ${Math.ceil(ratio * 100 - rounding) / 100} times` : `${resource} over a request of 0`,
      pointer,
      expected: `at most ${most[resource]} times the request`,
    }));
}

/** 0.3 is more than 3 times 0.1, in numbers of computers. */
const rounding = 1e-9;
