import type { Seen } from '../seen.ts';
import type { DataCollectionRule, DataCollectionRuleAssociation } from '../wire.ts';
import { isTrue } from './addons.ts';
import { picked } from './picked.ts';

/** The data collection rules that are associated with the cluster, wherever they are. */
export function associatedRules(
  associations: Seen<DataCollectionRuleAssociation>,
  rules: Seen<DataCollectionRule>,
): Seen<DataCollectionRule> {
  const ids = associations.items.flatMap(({ properties }) => properties.dataCollectionRuleId || []);
  return picked(rules, ids).concat(associations.flatMap(() => []));
}

/** The Azure Monitor workspaces that a rule sends metrics to, by ARM id. */
export const metricsWorkspacesOf = ({ properties }: DataCollectionRule): string[] =>
  (properties.destinations?.monitoringAccounts ?? []).flatMap(({ accountResourceId }) => accountResourceId || []);

type Extension = NonNullable<NonNullable<DataCollectionRule['properties']['dataSources']>['extensions']>[number];

/** What the agent of Container Insights is told to send. */
const insightsOf = ({ properties }: DataCollectionRule): Extension[] =>
  (properties.dataSources?.extensions ?? []).filter(({ extensionName }) => extensionName?.toLowerCase() === 'containerinsights');

const newLogs = /^microsoft-containerlogv2(-highscale)?$/i;
const oldLogs = /^microsoft-containerlog$/i;
/** All streams of Container Insights; a setting beside it, or a ConfigMap of the cluster, chooses between the two of logs. */
const allStreams = /^microsoft-containerinsights-group-default$/i;

/** Where the logs of containers go by a rule: the table ContainerLogV2, the old ContainerLog, or either, as a ConfigMap says. */
export function logsOf(rule: DataCollectionRule): 'new' | 'old' | 'either' | 'none' {
  const flows = (rule.properties.dataFlows ?? []).flatMap(({ streams, destinations }) => (destinations?.length ? (streams ?? []) : []));
  const sent = insightsOf(rule).flatMap((extension) => {
    const chosen = extension.extensionSettings?.dataCollectionSettings?.enableContainerLogV2;
    const flowing = (extension.streams ?? []).filter((each) => flows.some((flow) => flow.toLowerCase() === each.toLowerCase()));
    if (flowing.some((each) => allStreams.test(each))) return isTrue(chosen) ? 'new' : 'either';
    if (flowing.some((each) => newLogs.test(each))) return chosen == null || isTrue(chosen) ? 'new' : 'either';
    return flowing.some((each) => oldLogs.test(each)) ? 'old' : 'none';
  });
  return (['new', 'either', 'old'] as const).find((each) => sent.includes(each)) ?? 'none';
}

/** Namespaces whose events, inventory and counters a rule leaves out; it does not filter the logs of containers. */
export function leftOut(rule: DataCollectionRule): string[] {
  return insightsOf(rule).flatMap(({ extensionSettings }) => {
    const { namespaceFilteringMode, namespaces } = extensionSettings?.dataCollectionSettings ?? {};
    return namespaceFilteringMode?.toLowerCase() === 'exclude' ? (namespaces ?? []) : [];
  });
}
