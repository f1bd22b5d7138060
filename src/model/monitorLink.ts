import { type Seen, seen } from '../seen.ts';
import type {
  DataCollectionEndpoint,
  DataCollectionRule,
  DataCollectionRuleAssociation,
  ManagedCluster,
  PrivateLinkScope,
  Workspace,
} from '../wire.ts';
import { associatedRules } from './collectionRules.ts';
import { containerInsights } from './logCollection.ts';
import { picked } from './picked.ts';

/** Needs of every rule on the ways that logs and metrics leave by. */
export const monitorKeys = [
  'cluster',
  'workspaces',
  'dataCollectionRuleAssociations',
  'dataCollectionRules',
  'dataCollectionEndpoints',
  'privateLinkScopes',
] as const;
export interface MonitorFacts {
  readonly cluster: ManagedCluster;
  readonly workspaces: Seen<Workspace>;
  readonly dataCollectionRuleAssociations: Seen<DataCollectionRuleAssociation>;
  readonly dataCollectionRules: Seen<DataCollectionRule>;
  readonly dataCollectionEndpoints: Seen<DataCollectionEndpoint>;
  readonly privateLinkScopes: Seen<PrivateLinkScope>;
}
/** What takes in logs and metrics. */
export type Intake = Workspace | DataCollectionEndpoint;

/** Whether Azure Monitor takes in logs or metrics of the cluster. */
export const isMonitored = (cluster: ManagedCluster): boolean =>
  containerInsights(cluster).enabled || cluster.properties.azureMonitorProfile?.metrics?.enabled === true;

/** The workspace of Container Insights and the collection endpoints of the cluster, by its associations and their rules. */
export function intakes(facts: MonitorFacts): Seen<Intake> {
  const { workspaceId } = containerInsights(facts.cluster);
  const associations = facts.dataCollectionRuleAssociations;
  const rules = associatedRules(associations, facts.dataCollectionRules);
  const ids = [...associations.items, ...rules.items].flatMap(({ properties }) => properties.dataCollectionEndpointId || []);
  return seen<Intake>([], [...associations.gaps, ...rules.gaps])
    .concat(picked(facts.workspaces, workspaceId === undefined ? [] : [workspaceId]))
    .concat(picked(facts.dataCollectionEndpoints, ids));
}

/** The private link scopes that something is in, by what it says itself: ids of scopes. */
export const scopeIds = ({ properties }: Intake): string[] =>
  (properties.privateLinkScopedResources ?? []).flatMap(({ resourceId }) => resourceId?.replace(/\/scopedresources\/[^/]+\/?$/i, '') || []);

/** All scopes by which the cluster's logs and metrics may leave. */
export function monitorScopes(facts: MonitorFacts): Seen<PrivateLinkScope> {
  const through = intakes(facts);
  return seen<PrivateLinkScope>([], through.gaps).concat(picked(facts.privateLinkScopes, through.items.flatMap(scopeIds)));
}
