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

const byGroup = /^resourcegroup(name)?$/i;
const byResource = /^resourceid$/i;

/** What a filter is made of: it stands alone, or all of `and` hold. */
function partsOf(filter: unknown): { dimensions?: { name?: string; values?: unknown[] }; tags?: unknown; not?: unknown }[] {
  if (typeof filter !== 'object' || filter === null) return [];
  const { and, ...own } = filter as { and?: unknown };
  return [own, ...(Array.isArray(and) ? and.flatMap(partsOf) : [])];
}

/** The values of a dimension that a filter asks for, in lower case; undefined when it asks for none. */
function filteredBy(filter: unknown, dimension: RegExp): string[] | undefined {
  const found = partsOf(filter).find(({ dimensions }) => dimension.test(dimensions?.name ?? ''));
  return found && (found.dimensions?.values ?? []).map((each) => String(each).toLowerCase());
}

export function faultOf(budget: Budget, cluster: ManagedCluster, at: Date): Fault | undefined {
  const { timePeriod, notifications, filter } = budget.properties;
  const groups = groupsOf(cluster);
  const [named, ids] = [filteredBy(filter, byGroup), filteredBy(filter, byResource)];
  const isFiltered =
    (named !== undefined && !groups.some((group) => named.includes(group.split('/').at(-1)?.toLowerCase() ?? ''))) ||
    (ids !== undefined && !ids.some((id) => isWithin(id, cluster.id) || isWithin(id, groups[1])));
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

/** Whether its filter asks for more than resource groups, so that it may leave out some of what the cluster costs. */
export const isPartial = ({ properties }: Budget): boolean =>
  partsOf(properties.filter).some(
    ({ dimensions, tags, not }) => tags != null || not != null || (dimensions != null && !byGroup.test(dimensions.name ?? '')),
  );
