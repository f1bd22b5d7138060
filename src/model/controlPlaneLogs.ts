import type { DiagnosticSetting } from '../wire.ts';

/** Category groups of AKS, and what they stand for; `allLogs` is all there are. */
const groups: Readonly<Record<string, readonly string[]>> = { audit: ['kube-audit', 'kube-audit-admin', 'guard'] };
/** What holds all that another category holds. */
const within: Readonly<Record<string, string>> = { 'kube-audit-admin': 'kube-audit' };

const destinations = ['workspaceId', 'storageAccountId', 'eventHubAuthorizationRuleId', 'marketplacePartnerId'] as const;

/** Where a setting sends to, as ARM ids in lower case. */
export const destinationsOf = ({ properties }: DiagnosticSetting): string[] =>
  destinations.flatMap((name) => properties[name]?.toLowerCase() || []);

/** JSON pointer of what turns a category on, by its own name or a group's, in any letter case; undefined when it is off or goes nowhere. */
export function categoryAt(setting: DiagnosticSetting, category: string): string | undefined {
  if (destinationsOf(setting).length === 0) return undefined;
  const wanted = category.toLowerCase();
  const at = (setting.properties.logs ?? []).findIndex(({ category: named, categoryGroup, enabled }) => {
    const group = categoryGroup?.toLowerCase();
    if (enabled !== true) return false;
    return named?.toLowerCase() === wanted || group === 'alllogs' || (group != null && (groups[group] ?? []).includes(wanted));
  });
  return at < 0 ? undefined : `/properties/logs/${at}/enabled`;
}

/** As `categoryAt`, or by a category that holds it all. */
export function collectedAt(setting: DiagnosticSetting, category: string): string | undefined {
  const larger = within[category.toLowerCase()];
  return categoryAt(setting, category) ?? (larger === undefined ? undefined : categoryAt(setting, larger));
}

/** Whether anything is collected. */
export const collects = (setting: DiagnosticSetting): boolean =>
  destinationsOf(setting).length > 0 && (setting.properties.logs ?? []).some(({ enabled }) => enabled === true);

/** Whether a setting writes into tables of AKS' own, and not into AzureDiagnostics. */
export const isDedicated = ({ properties }: DiagnosticSetting): boolean =>
  properties.logAnalyticsDestinationType?.toLowerCase() === 'dedicated';
