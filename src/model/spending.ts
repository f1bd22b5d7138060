import type { Budget, ManagedCluster } from '../wire.ts';
import { isWithin } from './alertScopes.ts';

/** How a budget is of no use to the cluster; undefined when it is. */
export type Fault = 'elsewhere' | 'over' | 'silent';

/** What a budget is of: the scope that its id stands under. */
const scopeOf = (budget: Budget): string => budget.id.slice(0, budget.id.toLowerCase().lastIndexOf('/providers/microsoft.consumption/'));

const groupsOf = (cluster: ManagedCluster): readonly [own: string, nodes: string] => {
  const [, , subscription, , group] = cluster.id.split('/');
  const within = `/subscriptions/${subscription}/resourceGroups/`;
  return [`${within}${group}`, `${within}${cluster.properties.nodeResourceGroup}`];
};

/** Names of resource groups that a filter asks for; undefined when it asks for none. */
function filteredGroups(filter: unknown): string[] | undefined {
  if (typeof filter !== 'object' || filter === null) return undefined;
  const { dimensions, and } = filter as { dimensions?: { name?: string; values?: unknown[] }; and?: unknown };
  if (/^resourcegroup(name)?$/i.test(dimensions?.name ?? '')) return (dimensions?.values ?? []).map((each) => String(each).toLowerCase());
  return Array.isArray(and) ? and.map(filteredGroups).find((each) => each !== undefined) : undefined;
}

export function faultOf(budget: Budget, cluster: ManagedCluster, at: Date): Fault | undefined {
  const { timePeriod, notifications, filter } = budget.properties;
  const groups = groupsOf(cluster);
  const filtered = filteredGroups(filter);
  const isFiltered = filtered !== undefined && !groups.some((group) => filtered.includes(group.split('/').at(-1)?.toLowerCase() ?? ''));
  if (isFiltered || !groups.some((group) => isWithin(group, scopeOf(budget)))) return 'elsewhere';
  const ends = Date.parse(timePeriod?.endDate ?? '');
  if (!Number.isNaN(ends) && ends < at.getTime()) return 'over';
  const told = Object.values(notifications ?? {}).some(
    ({ enabled, contactEmails, contactRoles, contactGroups }) =>
      enabled === true && [contactEmails, contactRoles, contactGroups].some((each) => (each ?? []).length > 0),
  );
  return told ? undefined : 'silent';
}

/** Whether a budget is of the cluster's own resource group alone, where next to none of its cost is. */
export const missesNodes = (budget: Budget, cluster: ManagedCluster): boolean => !isWithin(groupsOf(cluster)[1], scopeOf(budget));
