import type { DaemonSet, ManagedCluster } from '../wire.ts';
import { isAutomatic } from './automatic.ts';
import { parseImage } from './images.ts';
import { containersOf } from './podSpecs.ts';

/** JSON pointers of the two channels inside a cluster. */
export const versionChannelAt = '/properties/autoUpgradeProfile/upgradeChannel';
export const nodeOsChannelAt = '/properties/autoUpgradeProfile/nodeOSUpgradeChannel';

/** The channel of the Kubernetes version in lower case. Absent is `none`, but for AKS Automatic, which is kept on `stable`. */
export const versionChannel = (cluster: ManagedCluster): string =>
  cluster.properties.autoUpgradeProfile?.upgradeChannel?.toLowerCase() || (isAutomatic(cluster) ? 'stable' : 'none');

/** The channel of the nodes' system in lower case; undefined when clusters of an older API do not say, for new ones get NodeImage. */
export const nodeOsChannel = (cluster: ManagedCluster): string | undefined =>
  cluster.properties.autoUpgradeProfile?.nodeOSUpgradeChannel?.toLowerCase() || (isAutomatic(cluster) ? 'nodeimage' : undefined);

/** The channels by which AKS itself renews nodes: with Unmanaged the system patches itself, with None nothing does. */
export const renewsNodes = (channel: string | undefined): boolean => channel === 'nodeimage' || channel === 'securitypatch';

/** A maintenance configuration that AKS waits for, and the channel that makes it wait. */
export interface Schedule {
  name: string;
  channelAt: string;
}

/** The windows that the cluster's channels obey. The configuration `default` is not among them: it governs AKS's weekly releases. */
export function schedulesOf(cluster: ManagedCluster): Schedule[] {
  const schedules: Schedule[] = [];
  if (['patch', 'stable', 'rapid'].includes(versionChannel(cluster)))
    schedules.push({ name: 'aksManagedAutoUpgradeSchedule', channelAt: versionChannelAt });
  if (renewsNodes(nodeOsChannel(cluster))) schedules.push({ name: 'aksManagedNodeOSUpgradeSchedule', channelAt: nodeOsChannelAt });
  return schedules;
}

/** kured, in its chart's names or another's: it reboots nodes that a patch left waiting. A DaemonSet that no node runs does nothing. */
export function isRebootDaemon({ metadata, spec, status }: DaemonSet): boolean {
  if (status?.desiredNumberScheduled === 0) return false;
  const labels = metadata.labels ?? {};
  const named = [metadata.name, labels['app.kubernetes.io/name'], labels.name].some((name) => /(^|-)kured($|-)/.test(name ?? ''));
  return (
    named || containersOf(spec?.template?.spec).some(({ container }) => /(^|\/)kured$/.test(parseImage(container.image)?.repository ?? ''))
  );
}

/** A network isolated cluster has no way out for a node's own package manager. */
export const isIsolated = ({ properties }: ManagedCluster): boolean =>
  ['none', 'block'].includes(properties.networkProfile?.outboundType?.toLowerCase() ?? '');
