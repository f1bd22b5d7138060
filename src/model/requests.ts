import type { Container, PodSpec } from '../wire.ts';
import { parseQuantity } from './quantities.ts';

/** Amounts by resource: `cpu` in thousandths of a core, `memory` and the like in bytes, others in pieces. */
export type Amounts = ReadonlyMap<string, number>;
type Sum = Map<string, number>;
type Quantities = Readonly<Record<string, unknown>> | null | undefined;

/** A list of quantities as numbers; a malformed one, which no API server takes, is none. */
export function amountsOf(quantities: Quantities): Sum {
  const amounts: Sum = new Map();
  for (const [resource, quantity] of Object.entries(quantities ?? {})) {
    const number = parseQuantity(quantity) ?? 0;
    // As the scheduler counts: a part of a thousandth is a whole one. The small term is what binary fractions are off by.
    amounts.set(resource, resource === 'cpu' ? Math.ceil(number * 1000 - 1e-6) : number);
  }
  return amounts;
}

/**
 * What the scheduler sets aside for a pod (k8s.io/component-helpers resource.PodRequests): the sum of its containers and
 * native sidecars, or what an init container needs beside the sidecars before it, whichever is more of each resource;
 * requests of the pod as a whole take the place of that; overhead comes on top. `pods` is 1.
 */
export function podRequests(spec: PodSpec | null | undefined): Amounts {
  const total: Sum = new Map();
  const sidecars: Sum = new Map();
  const starting: Sum = new Map();
  for (const container of spec?.containers ?? []) add(total, requested(container));
  for (const container of spec?.initContainers ?? []) {
    const own = requested(container);
    if (container.restartPolicy === 'Always') {
      add(total, own);
      add(sidecars, own);
      raise(starting, sidecars);
    } else raise(starting, add(new Map(own), sidecars));
  }
  raise(total, starting);
  for (const [resource, amount] of amountsOf(spec?.resources?.requests)) total.set(resource, amount);
  add(total, amountsOf(spec?.overhead));
  return total.set('pods', 1);
}

/** Of a resource with a limit alone, the limit is the request. */
const requested = ({ resources }: Container): Sum => amountsOf({ ...resources?.limits, ...resources?.requests });

function add(sum: Sum, more: Amounts): Sum {
  for (const [resource, amount] of more) sum.set(resource, (sum.get(resource) ?? 0) + amount);
  return sum;
}

function raise(sum: Sum, to: Amounts): void {
  for (const [resource, amount] of to) sum.set(resource, Math.max(sum.get(resource) ?? 0, amount));
}
