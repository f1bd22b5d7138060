import type { ActivityLogAlert, ManagedCluster } from '../wire.ts';
import { isWithin, sameRegion } from './alertScopes.ts';

type Condition = NonNullable<NonNullable<ActivityLogAlert['properties']['condition']>['allOf']>[number];

const valuesOf = ({ equals, containsAny }: { equals?: string; containsAny?: string[] }): string[] => [
  ...(equals ? [equals] : []),
  ...(containsAny ?? []),
];

/** What a condition asks of a field: alone, or by one of several. */
const asked = (condition: Condition): { field: string; value: string }[] =>
  [condition, ...(condition.anyOf ?? [])].flatMap((each) =>
    valuesOf(each).map((value) => ({ field: (each.field ?? '').toLowerCase(), value })),
  );

/** Whether an alert lets through what is asked of the fields that are known; of other fields it is taken to. */
const admits = (alert: ActivityLogAlert, known: Readonly<Record<string, (value: string) => boolean>>): boolean =>
  (alert.properties.condition?.allOf ?? []).every((condition) => {
    const of = asked(condition).filter(({ field }) => known[field] !== undefined);
    return of.length === 0 || of.some(({ field, value }) => known[field]?.(value) === true);
  });

const isOfCategory = (alert: ActivityLogAlert, category: string): boolean =>
  (alert.properties.condition?.allOf ?? []).some((condition) =>
    asked(condition).some(({ field, value }) => field === 'category' && value.toLowerCase() === category),
  );
const isOn = ({ properties }: ActivityLogAlert): boolean => properties.enabled !== false;
const isOneOf =
  (...wanted: readonly string[]) =>
  (value: string): boolean =>
    wanted.includes(value.toLowerCase());

/** An alert on the health of the cluster itself. */
export const watchesResource = (alert: ActivityLogAlert, cluster: ManagedCluster): boolean =>
  isOn(alert) &&
  isOfCategory(alert, 'resourcehealth') &&
  (alert.properties.scopes ?? []).some((scope) => isWithin(cluster.id, scope)) &&
  admits(alert, {
    category: isOneOf('resourcehealth'),
    resourcetype: isOneOf('microsoft.containerservice/managedclusters'),
    resourcegroup: isOneOf(cluster.id.split('/')[4]?.toLowerCase() ?? ''),
    resourceid: (value) => isWithin(cluster.id, value),
  });

/** An alert on incidents of AKS in the cluster's region. */
export const watchesService = (alert: ActivityLogAlert, cluster: ManagedCluster): boolean =>
  isOn(alert) &&
  isOfCategory(alert, 'servicehealth') &&
  (alert.properties.scopes ?? []).some((scope) => isWithin(cluster.id, scope) && scope.split('/').length <= 4) &&
  admits(alert, {
    category: isOneOf('servicehealth'),
    'properties.incidenttype': isOneOf('incident'),
    'properties.impactedservices[*].servicename': (value) => /kubernetes service/i.test(value),
    'properties.impactedservices[*].impactedregions[*].regionname': (value) =>
      sameRegion(value, cluster.location ?? '') || sameRegion(value, 'global'),
  });
