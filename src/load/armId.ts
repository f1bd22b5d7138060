/** What an ARM id says: `/subscriptions/<s>/resourceGroups/<g>/providers/<namespace>/<type>/<name>[/<type>/<name>...]`. */

/** The resource type that an id names, by its last provider; undefined when it is not the id of a resource. */
export function typeOfId(id: string): string | undefined {
  const [namespace, ...rest] = providerParts(id);
  const types = rest.filter((_, at) => at % 2 === 0);
  return namespace !== undefined && rest.length >= 2 && rest.length % 2 === 0 ? [namespace, ...types].join('/') : undefined;
}

/** The last segment of an id. */
export function nameOfId(id: string): string {
  return trimmed(id).slice(trimmed(id).lastIndexOf('/') + 1);
}

/** The id of the resource that holds this one: the cluster of a pool, the network of a subnet. */
export function parentOfId(id: string): string {
  return trimmed(id).split('/').slice(0, -2).join('/');
}

/** True when `id` is `scope` or lies under it, in any letter case. */
export function isWithin(id: string, scope: string): boolean {
  const [inner, outer] = [trimmed(id).toLowerCase(), trimmed(scope).toLowerCase()];
  return inner === outer || inner.startsWith(`${outer}/`);
}

/** The resource that an extension resource is of: what stands before the last `/providers/`. */
export function scopeOfId(id: string): string {
  return id.slice(0, Math.max(0, id.toLowerCase().lastIndexOf('/providers/')));
}

function providerParts(id: string): string[] {
  const marker = '/providers/';
  const at = id.toLowerCase().lastIndexOf(marker);
  return at < 0 ? [] : trimmed(id.slice(at + marker.length)).split('/');
}

const trimmed = (id: string): string => id.replace(/\/+$/, '');
