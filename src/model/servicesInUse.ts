import { normalId, type Seen, seen } from '../seen.ts';
import type { ArmResource, ManagedCluster } from '../wire.ts';
import { gather } from './subnets.ts';

/** What shows that the cluster uses a service: `pointer` inside `source`. */
export interface Tie {
  source: object;
  pointer: string;
}
/** A service that the cluster uses. */
export interface InUse<T extends ArmResource> extends Tie {
  resource: T;
}

const groupOf = (id: string): string => normalId(id).replace(/\/providers\/.*/, '');

/** A service that stands in the cluster's resource group is taken for the cluster's. */
export const ofGroup = (resource: ArmResource, cluster: ManagedCluster): Tie[] =>
  groupOf(resource.id) === groupOf(cluster.id) ? [{ source: resource, pointer: '/id' }] : [];

/** A service that the cluster names by id, at `pointer`. */
export const named = (resource: ArmResource, id: string | null | undefined, cluster: ManagedCluster, pointer: string): Tie[] =>
  id && normalId(id) === normalId(resource.id) ? [{ source: cluster, pointer }] : [];

/**
 * What hangs on a resource, of a list of such for many: only its own gaps count. Nothing at all of it was not read, unless
 * `mayBeNone`: something else says that there may be none.
 */
export function below<T extends ArmResource>(list: Seen<T>, parent: ArmResource, mayBeNone = false): Seen<T> {
  const prefix = `${normalId(parent.id)}/`;
  const items = list.items.filter(({ id }) => normalId(id).startsWith(prefix));
  const gaps = list.gaps.filter(({ scope }) => scope === undefined || `${normalId(scope)}/`.startsWith(prefix));
  return items.length > 0 || gaps.length > 0 || mayBeNone ? seen(items, gaps) : gather([() => list.get(parent.id)]);
}
