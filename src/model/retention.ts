import type { Seen } from '../seen.ts';
import type { DiagnosticSetting, ManagedCluster, Workspace, WorkspaceTable } from '../wire.ts';
import { categoryAt, collects, isDedicated } from './controlPlaneLogs.ts';
import { containerInsights } from './logCollection.ts';
import { below } from './servicesInUse.ts';

/** The workspaces that the cluster's logs go to, by ARM id. */
export const workspaceIds = (cluster: ManagedCluster, settings: readonly DiagnosticSetting[]): string[] =>
  [containerInsights(cluster).workspaceId, ...settings.filter(collects).map(({ properties }) => properties.workspaceId)].flatMap(
    (id) => id || [],
  );

const sameId = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase();

/** Tables of a workspace that the cluster's logs stand in. Counters of performance are no logs. */
export function tablesInUse(workspace: Workspace, cluster: ManagedCluster, settings: readonly DiagnosticSetting[]): Set<string> {
  const here = settings.filter((each) => sameId(each.properties.workspaceId, workspace.id) && collects(each));
  const tables = here.filter((each) => !isDedicated(each)).map(() => 'azurediagnostics');
  for (const setting of here.filter(isDedicated)) {
    const on = (category: string) => categoryAt(setting, category) !== undefined;
    if (on('kube-audit')) tables.push('aksaudit');
    if (on('kube-audit-admin')) tables.push('aksauditadmin');
    const others = [
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'cluster-autoscaler',
      'cloud-controller-manager',
      'guard',
    ];
    if (others.some(on)) tables.push('akscontrolplane');
  }
  const { workspaceId, legacy } = containerInsights(cluster);
  if (sameId(workspaceId, workspace.id)) tables.push(legacy ? 'containerlog' : 'containerlogv2', 'kubeevents');
  return new Set(tables);
}

/** The tables of a workspace, which is never without any: none at all were not read. */
export const tablesOf = (workspace: Workspace, tables: Seen<WorkspaceTable>): Seen<WorkspaceTable> => below(tables, workspace);

/** Azure's default of a workspace that states none. */
const defaultDays = 30;
export const workspaceDays = ({ properties }: Workspace): number => properties.retentionInDays ?? defaultDays;

/** Days that a table keeps what it got, archive included, and where that stands; -1 or none is the workspace's own. */
export function daysKept(table: WorkspaceTable, workspace: Workspace): { days: number; pointer: string } {
  const { retentionInDays, totalRetentionInDays } = table.properties;
  if (totalRetentionInDays != null && totalRetentionInDays > 0)
    return { days: totalRetentionInDays, pointer: '/properties/totalRetentionInDays' };
  if (retentionInDays != null && retentionInDays > 0) return { days: retentionInDays, pointer: '/properties/retentionInDays' };
  return { days: workspaceDays(workspace), pointer: '/properties/totalRetentionInDays' };
}
