import { check, fail, flag, ifSeen, pass, see, type Sight, texts, undecided, type Verdict } from '../check.ts';
import { isAutomatic } from '../model/automatic.ts';
import {
  isIsolated,
  isRebootDaemon,
  isWindows,
  nodeOsChannel,
  nodeOsChannelAt,
  renewsNodes,
  type Schedule,
  schedulesOf,
  versionChannel,
  versionChannelAt,
} from '../model/upgradeChannels.ts';
import { all, type Seen } from '../seen.ts';
import type { AgentPool, DaemonSet, ManagedCluster } from '../wire.ts';

/** The channel that keeps the Kubernetes version. `node-image` is a legacy value, which leaves the version as it is. */
export const autoUpgradeChannel = check({
  needs: ['cluster'],
  params: { acceptedChannels: texts('patch', 'stable'), allowRapid: flag(false) },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { acceptedChannels, allowRapid }) => {
    const accepted = [...acceptedChannels, ...(allowRapid ? ['rapid'] : [])].map((each) => each.toLowerCase());
    const channel = versionChannel(cluster);
    const evidence = evidenceOf(cluster, versionChannelAt, accepted.join(' or '));
    if (accepted.includes(channel)) return pass(`The version follows channel ${channel}.`, evidence);
    if (channel === 'none') return fail('No channel upgrades the version.', evidence);
    return fail(`The version follows channel ${channel}.`, evidence);
  },
});

/** The channel that renews the nodes' system. SecurityPatch is for Linux nodes alone; Unmanaged patches them in place, and a daemon has to reboot them. */
export const nodeOsUpgradeChannel = check({
  needs: ['cluster', 'agentPools', 'daemonSets'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, { agentPools, daemonSets }) => {
    const channel = nodeOsChannel(cluster);
    const evidence = evidenceOf(cluster, nodeOsChannelAt, 'NodeImage or SecurityPatch');
    if (channel === 'securitypatch' && !agentPools.every((pool) => !isWindows(pool))) {
      const windows = agentPools.items.filter(isWindows).map((pool) => see(pool, '/properties/osType', 'Linux'));
      return fail('Security patches do not reach Windows nodes.', [...evidence, ...windows]);
    }
    if (renewsNodes(channel)) return pass('AKS renews the system of the nodes.', evidence);
    if (channel === 'unmanaged') return judgeUnmanaged(cluster, agentPools, daemonSets, evidence);
    return fail(
      'No channel renews the system of the nodes.',
      evidence,
      channel === undefined ? { note: 'It was never set; new clusters have NodeImage.' } : {},
    );
  },
});

function judgeUnmanaged(
  cluster: ManagedCluster,
  agentPools: Seen<AgentPool>,
  daemonSets: Seen<DaemonSet>,
  evidence: readonly Sight[],
): Verdict {
  if (isIsolated(cluster))
    return fail('Nodes patch themselves, and the cluster has no way out to fetch patches.', [
      ...evidence,
      see(cluster, '/properties/networkProfile/outboundType'),
    ]);
  const rebooted = all(
    () => agentPools.every((pool) => !isWindows(pool)),
    () => daemonSets.some(isRebootDaemon),
  );
  const pools = agentPools.items.map((pool) => see(pool, '/properties/osType', 'Linux'));
  const daemon = daemonSets.items.filter(isRebootDaemon).map((each) => see(each, '/metadata/name'));
  if (rebooted) return pass('Nodes patch themselves, and a daemon reboots them.', [...evidence, ...daemon, ...pools]);
  const windows = agentPools.items.some(isWindows);
  return fail(windows ? 'Nodes patch themselves, which Windows nodes do not.' : 'Nodes patch themselves, and nothing reboots them.', [
    ...evidence,
    ...(windows ? pools : []),
  ]);
}

/** AKS takes no shorter window; it is the least in which an upgrade gets anywhere. */
const shortestWindow = 4;

/** The windows in which the channels may act. */
export const maintenanceWindows = check({
  needs: ['cluster', 'maintenanceConfigurations'],
  subjects: ({ cluster }) => (schedulesOf(cluster).length > 0 ? [cluster] : []),
  none: 'No channel upgrades the version or the nodes by itself.',
  judge: (cluster, _params, { maintenanceConfigurations }) => {
    const find = ({ name }: Schedule) => maintenanceConfigurations.find((each) => each.name.toLowerCase() === name.toLowerCase());
    const isLong = (schedule: Schedule) => (find(schedule)?.properties.maintenanceWindow?.durationHours ?? 0) >= shortestWindow;
    const show = (schedule: Schedule): Sight => {
      const found = find(schedule);
      if (found === undefined) return see(cluster, schedule.channelAt, `a maintenance configuration ${schedule.name}`);
      return see(found, '/properties/maintenanceWindow/durationHours', `at least ${shortestWindow}`);
    };
    const schedules = schedulesOf(cluster);
    if (all(...schedules.map((schedule) => () => isLong(schedule))))
      return pass('Upgrades wait for a maintenance window.', schedules.map(show));
    const lacking = schedules.filter((schedule) => ifSeen(() => isLong(schedule)) === false);
    return fail(`No window of ${shortestWindow} hours is set for ${lacking.map(({ name }) => name).join(' and ')}.`, lacking.map(show));
  },
});

/** Whether Microsoft owes an SLA for the API server. `Paid` is what older API versions call Standard. */
export const supportTier = check({
  needs: ['cluster'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster) => {
    if (cluster.sku == null) return undecided('The cluster was exported without its SKU.', see(cluster, '/sku'));
    const evidence = see(cluster, '/sku/tier', 'Standard or Premium');
    const tier = cluster.sku.tier?.toLowerCase();
    if (tier === 'standard' || tier === 'premium' || tier === 'paid') return pass('The API server has an SLA.', evidence);
    if (tier === undefined && isAutomatic(cluster))
      return pass('The API server of AKS Automatic has an SLA.', [see(cluster, '/sku/name'), evidence]);
    return fail('The API server has no SLA.', evidence);
  },
});

/** A channel, and for AKS Automatic what sets it. */
const evidenceOf = (cluster: ManagedCluster, channelAt: string, expected: string): readonly Sight[] => [
  see(cluster, channelAt, expected),
  ...(isAutomatic(cluster) ? [see(cluster, '/sku/name')] : []),
];
