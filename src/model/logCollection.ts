import type { ManagedCluster } from '../wire.ts';
import { addon, addonSetting, isTrue } from './addons.ts';

/** Whether Container Insights sends logs, and the JSON pointers that say so. `legacy`: by the key of the workspace. */
export interface ContainerInsights {
  enabled: boolean;
  /** ARM id of the Log Analytics workspace. */
  workspaceId?: string;
  legacy: boolean;
  enabledAt: string;
  workspaceAt: string;
  authenticationAt: string;
}

/** From the add-on (its settings are strings), else from the profile that newer API versions have, often beside the add-on. */
export function containerInsights(cluster: ManagedCluster): ContainerInsights {
  const agent = addon(cluster, 'omsagent');
  const workspace = addonSetting(agent, 'logAnalyticsWorkspaceResourceID');
  const authentication = addonSetting(agent, 'useAADAuth');
  const at = `/properties/addonProfiles/${agent.key}`;
  const authenticationAt = `${at}/config/${authentication.key}`;
  const legacy = agent.enabled && !isTrue(authentication.value);
  const profile = cluster.properties.azureMonitorProfile?.containerInsights;
  const byAddon = agent.enabled && !!workspace.value;
  if (profile?.enabled === true && !byAddon) {
    const profileAt = '/properties/azureMonitorProfile/containerInsights';
    return {
      enabled: true,
      ...(profile.logAnalyticsWorkspaceResourceId ? { workspaceId: profile.logAnalyticsWorkspaceResourceId } : {}),
      legacy,
      enabledAt: `${profileAt}/enabled`,
      workspaceAt: `${profileAt}/logAnalyticsWorkspaceResourceId`,
      authenticationAt,
    };
  }
  return {
    enabled: agent.enabled,
    ...(byAddon && workspace.value ? { workspaceId: workspace.value } : {}),
    legacy,
    enabledAt: `${at}/enabled`,
    workspaceAt: `${at}/config/${workspace.key}`,
    authenticationAt,
  };
}

/** Azure retired the authentication by key on this day. */
const keysEnd = Date.UTC(2026, 8, 30);
export const keysRetired = (at: Date): boolean => at.getTime() >= keysEnd;
