import { check, computed, count, fail, flag, pass, see, type Sight, texts, undecided, type Verdict } from '../check.ts';
import { associatedRules, leftOut, logsOf } from '../model/collectionRules.ts';
import { categoryAt, collectedAt, collects, destinationsOf, isDedicated } from '../model/controlPlaneLogs.ts';
import { containerInsights } from '../model/logCollection.ts';
import { autoProvisions } from '../model/nodePools.ts';
import { picked } from '../model/picked.ts';
import { daysKept, tablesInUse, tablesOf, workspaceDays, workspaceIds } from '../model/retention.ts';
import type { Seen } from '../seen.ts';
import type { DataCollectionRule, DiagnosticSetting, ManagedCluster } from '../wire.ts';

/** Logs of the control plane that a diagnostic setting sends somewhere; of node auto-provisioning there is no cluster autoscaler. */
export const controlPlaneLogs = check({
  needs: ['cluster', 'diagnosticSettings'],
  params: { requiredCategories: texts('kube-audit-admin', 'guard', 'kube-controller-manager', 'cluster-autoscaler', 'kube-apiserver') },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { requiredCategories }, { diagnosticSettings: settings }) => {
    const wanted = requiredCategories.filter((each) => !(each === 'cluster-autoscaler' && autoProvisions(cluster)));
    const found = wanted.map((category) => {
      const setting = settings.find((each) => collectedAt(each, category) !== undefined);
      return { category, setting };
    });
    const missing = found.filter(({ setting }) => setting === undefined).map(({ category }) => category);
    const evidence = found.flatMap(({ category, setting }) =>
      setting === undefined ? [] : [see(setting, collectedAt(setting, category) ?? '/properties/logs', `${category} is collected`)],
    );
    const stored = found.every(({ setting }) => setting === undefined || setting.properties.workspaceId);
    if (missing.length === 0)
      return pass('The logs of its control plane are kept.', evidence, stored ? undefined : 'Some do not go to a Log Analytics workspace.');
    const shown = settings.items.map((each) => see(each, '/properties/logs', `${missing.join(', ')} enabled`));
    return fail(
      `No diagnostic setting collects ${missing.join(', ')}.`,
      shown.length > 0 ? shown : see(cluster, '/id', 'a diagnostic setting'),
      missing.every((each) => each === 'kube-apiserver') ? { severity: 'medium' } : {},
    );
  },
});

/** Reads of Kubernetes objects make most of the audit log; AzureDiagnostics has one price for all of it. */
export const auditCategories = check({
  needs: ['diagnosticSettings'],
  params: { allowKubeAudit: flag(false) },
  subjects: ({ diagnosticSettings }) => diagnosticSettings.filter(collects),
  none: 'No diagnostic setting of the cluster collects logs.',
  judge: (setting, { allowKubeAudit }, { diagnosticSettings }) => {
    const all = categoryAt(setting, 'kube-audit');
    const twice = (other: DiagnosticSetting) =>
      categoryAt(other, 'kube-audit-admin') !== undefined && destinationsOf(other).some((each) => destinationsOf(setting).includes(each));
    const other = all === undefined ? undefined : diagnosticSettings.find(twice);
    if (all !== undefined && other !== undefined)
      return fail('It collects kube-audit and kube-audit-admin, so that what is in both is kept twice.', [
        see(setting, all, 'false'),
        see(other, categoryAt(other, 'kube-audit-admin') ?? '/properties/logs'),
      ]);
    const table = see(setting, '/properties/logAnalyticsDestinationType', 'Dedicated');
    if (setting.properties.workspaceId && !isDedicated(setting))
      return fail('It writes into AzureDiagnostics, whose data cannot be kept at a lower price.', table);
    const verbose = ['kube-audit', 'kube-scheduler'].filter(
      (each) => !(each === 'kube-audit' && allowKubeAudit) && categoryAt(setting, each) !== undefined,
    );
    return pass(
      'It collects no entry of the audit log twice.',
      table,
      verbose.length > 0 ? `It collects ${verbose.join(' and ')}, which are many.` : undefined,
    );
  },
});

/** Days that the tables with the cluster's logs keep them, the archive included. */
export const retention = check({
  needs: ['cluster', 'diagnosticSettings', 'workspaces', 'workspaceTables'],
  params: { minRetentionDays: count(90, 1) },
  subjects: ({ cluster, diagnosticSettings: settings, workspaces }) =>
    picked(workspaces, workspaceIds(cluster, settings.items)).concat(settings.flatMap(() => [])),
  none: 'The cluster sends logs to no Log Analytics workspace.',
  judge: (workspace, { minRetentionDays }, { cluster, diagnosticSettings: settings, workspaceTables }) => {
    const expected = `at least ${minRetentionDays}`;
    const inUse = tablesInUse(workspace, cluster, settings.items);
    const tables = tablesOf(workspace, workspaceTables).filter(({ name }) => inUse.has(name.toLowerCase()));
    const short = tables.items.map((table) => ({ table, ...daysKept(table, workspace) })).filter(({ days }) => days < minRetentionDays);
    const evidence: Sight[] = [
      ...short.map(({ table, days, pointer }) => computed(table, pointer, days, expected)),
      see(workspace, '/properties/retentionInDays', expected),
    ];
    if (short.length > 0) {
      const told = short.map(({ table, days }) => `${table.name} for ${days} days`);
      return fail(`It keeps ${told.join(', ')}.`, evidence);
    }
    settings.all();
    if (tables.all().length === 0 && workspaceDays(workspace) < minRetentionDays)
      return fail(`It keeps logs for ${workspaceDays(workspace)} days.`, evidence);
    const quota = workspace.properties.workspaceCapping?.dailyQuotaGb;
    const capped = quota != null && quota > 0 ? `It drops what comes after ${quota} GB a day.` : undefined;
    return pass(`It keeps the cluster's logs for ${minRetentionDays} days or longer.`, evidence, capped);
  },
});

/** Whether the agent runs on the nodes, and what it is told to send. A ConfigMap that may tell it otherwise is not read. */
export const collection = check({
  needs: ['cluster', 'dataCollectionRuleAssociations', 'dataCollectionRules', 'daemonSets'],
  subjects: ({ cluster }) => (containerInsights(cluster).enabled ? [cluster] : []),
  none: 'Container Insights is off.',
  judge: (cluster, _params, { dataCollectionRuleAssociations, dataCollectionRules, daemonSets, inScope }) => {
    const agents = daemonSets.filter(({ metadata }) => metadata.namespace === 'kube-system' && /^ama-logs(-windows)?$/.test(metadata.name));
    const lagging = agents.items.find(({ status }) => (status?.numberReady ?? 0) < (status?.desiredNumberScheduled ?? 0));
    if (lagging !== undefined) {
      const { numberReady = 0, desiredNumberScheduled = 0 } = lagging.status ?? {};
      return fail(
        `The agent is ready on ${numberReady} of ${desiredNumberScheduled} nodes.`,
        see(lagging, '/status/numberReady', String(desiredNumberScheduled)),
        numberReady > 0 ? { severity: 'low' } : {},
      );
    }
    if (agents.find(() => true) === undefined) return fail('The agent does not run.', see(cluster, containerInsights(cluster).enabledAt));
    const rules = associatedRules(dataCollectionRuleAssociations, dataCollectionRules);
    const ready = agents.all().map((each) => see(each, '/status/numberReady'));
    const rule = rules.find((each) => logsOf(each) === 'new');
    if (rule === undefined) return withoutNewLogs(cluster, rules);
    const hidden = leftOut(rule).filter(inScope);
    return pass(
      'The logs of containers arrive in ContainerLogV2.',
      [see(rule, '/properties/dataSources/extensions'), ...ready],
      hidden.length > 0 ? `Events and inventory of ${hidden.join(', ')} are left out.` : undefined,
    );
  },
});

function withoutNewLogs(cluster: ManagedCluster, rules: Seen<DataCollectionRule>): Verdict {
  const show = (kind: string) =>
    rules
      .all()
      .filter((each) => logsOf(each) === kind)
      .map((each) => see(each, '/properties/dataSources/extensions', 'Microsoft-ContainerLogV2'));
  const either = show('either');
  if (either.length > 0) return undecided('A ConfigMap, which was not read, says in which table the logs of containers are.', either);
  const old = show('old');
  if (old.length > 0) return fail('The logs of containers go to the old table ContainerLog.', old, { severity: 'low' });
  const none = [see(cluster, containerInsights(cluster).enabledAt), ...show('none')];
  return fail('No data collection rule sends the logs of containers to a workspace.', none);
}
