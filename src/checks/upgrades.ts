import { check, count, fail, flag, ifSeen, pass, see, type Sight, texts, undecided, type Verdict } from '../check.ts';
import { isAutomatic } from '../model/automatic.ts';
import { isWindows, isPool, isSpot, poolMode, poolSize } from '../model/nodePools.ts';
import { isStopped } from '../model/power.ts';
import { rebootAt, rebootSince } from '../model/reboots.ts';
import {
  isIsolated,
  isRebootDaemon,
  nodeOsChannel,
  nodeOsChannelAt,
  renewsNodes,
  type Schedule,
  schedulesOf,
  versionChannel,
  versionChannelAt,
} from '../model/upgradeChannels.ts';
import { upgradePace } from '../model/upgradePace.ts';
import { all, type Seen, seen } from '../seen.ts';
import type { AgentPool, DaemonSet, ManagedCluster, Node } from '../wire.ts';

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

const noSurge = { severity: 'low' } as const;

/** How an upgrade goes through a pool: with how many nodes at once, and whether something overrides its guards. Spot pools do not surge. */
export const upgradeSettings = check({
  needs: ['cluster', 'agentPools'],
  params: { minSurgePercent: count(33, 1), maxDrainMinutes: count(1440, 1) },
  subjects: ({ cluster, agentPools, at }) => {
    const pools = agentPools.filter((pool) => !isSpot(pool) && !isStopped(pool) && poolMode(pool) !== 'managedsystem');
    return overridesGuards(cluster, at) ? pools.concat(seen([cluster])) : pools;
  },
  none: 'No running pool is upgraded with surge nodes.',
  judge: (subject, { minSurgePercent, maxDrainMinutes }, { cluster }) => {
    if (!isPool(subject))
      return fail('Upgrades are forced past their guards.', [
        see(subject, '/properties/upgradeSettings/overrideSettings/forceUpgrade', 'false'),
        see(subject, '/properties/upgradeSettings/overrideSettings/until'),
      ]);
    const { drainTimeoutInMinutes: drain } = subject.properties.upgradeSettings ?? {};
    const surge = upgradePace(subject);
    const evidence = [
      see(subject, '/properties/upgradeSettings/maxSurge', `at least ${minSurgePercent}%`),
      see(subject, '/properties/upgradeSettings/maxUnavailable'),
    ];
    if (drain != null && drain > maxDrainMinutes)
      return fail(
        `An upgrade waits ${drain} minutes for a node to drain.`,
        see(subject, '/properties/upgradeSettings/drainTimeoutInMinutes', `at most ${maxDrainMinutes}`),
      );
    if (surge.unavailable) return pass('An upgrade takes nodes away without adding any, as was set.', evidence);
    if (surge.unset) return fail('An upgrade adds the default of a tenth of the pool.', evidence, noSurge);
    if (surge.percent !== undefined)
      return surge.percent >= minSurgePercent
        ? pass(`An upgrade adds ${surge.percent} % of the pool.`, evidence)
        : fail(`An upgrade adds ${surge.percent} % of the pool.`, evidence, surge.percent === 10 ? noSurge : {});
    if (surge.nodes === undefined) return undecided('Its surge is neither a number nor a percentage.', evidence);
    const { current } = poolSize(subject);
    if (current === undefined || isStopped(cluster)) return undecided('How many nodes the pool has is not known.', evidence);
    const wanted = Math.ceil((current * minSurgePercent) / 100);
    const message = `An upgrade adds ${surge.nodes} to ${current} nodes.`;
    return surge.nodes >= wanted ? pass(message, evidence) : fail(message, evidence);
  },
});

const overridesGuards = ({ properties }: ManagedCluster, at: Date): boolean => {
  const { forceUpgrade, until } = properties.upgradeSettings?.overrideSettings ?? {};
  return forceUpgrade === true && until != null && Date.parse(until) > at.getTime();
};

/** Whether something reboots nodes that patched themselves, and none of them waits for it too long. */
export const pendingReboots = check({
  needs: ['cluster', 'daemonSets', 'nodes'],
  params: { maxWaitDays: count(30, 1) },
  subjects: ({ cluster }) => (renewsNodes(nodeOsChannel(cluster)) ? [] : [cluster]),
  none: 'AKS renews the system of the nodes, and reboots them as needed.',
  judge: (cluster, { maxWaitDays }, { daemonSets, nodes, at }) => {
    const stuck = (node: Node): boolean => {
      const since = rebootSince(node);
      return since !== undefined && at.getTime() - since > maxWaitDays * 86_400_000;
    };
    const waiting = nodes.items.filter(stuck);
    if (waiting.length > 0)
      return fail(
        waiting.length === 1
          ? `A node waits for its reboot for more than ${maxWaitDays} days.`
          : `${waiting.length} nodes wait for their reboot for more than ${maxWaitDays} days.`,
        waiting.slice(0, 5).map((node) => see(node, rebootAt(node))),
      );
    const daemon = daemonSets.find(isRebootDaemon);
    if (daemon === undefined)
      return fail('Nothing reboots nodes that wait for it.', evidenceOf(cluster, nodeOsChannelAt, 'NodeImage or SecurityPatch'));
    const evidence = [see(daemon, '/metadata/name'), see(cluster, nodeOsChannelAt)];
    nodes.all();
    return pass(
      'A daemon reboots nodes, and none is seen to wait long.',
      evidence,
      'Nodes show that they wait only where the daemon annotates them.',
    );
  },
});

/** How a change of the cluster or of a pool ended. One that goes on is a note. */
export const provisioningState = check({
  needs: ['cluster', 'agentPools'],
  subjects: ({ cluster, agentPools }) => seen<AgentPool | ManagedCluster>([cluster]).concat(agentPools),
  none: 'There is no cluster.',
  judge: (subject) => {
    const { provisioningState: state, status } = subject.properties;
    const evidence = [see(subject, '/properties/provisioningState', 'Succeeded')];
    if (!state) return undecided('How its last change ended is not given.', evidence);
    if (isStopped(subject)) evidence.push(see(subject, '/properties/powerState/code'));
    if (['failed', 'canceled'].includes(state.toLowerCase())) {
      const error = status?.provisioningError;
      const told = error == null ? [] : [see(subject, '/properties/status/provisioningError/message')];
      return fail(
        state.toLowerCase() === 'failed' ? 'Its last change failed.' : 'Its last change was canceled.',
        [...evidence, ...told],
        error?.code ? { note: `The error is ${error.code}.` } : {},
      );
    }
    const stopped = isStopped(subject) ? 'It is stopped.' : undefined;
    if (state.toLowerCase() === 'succeeded') return pass('Its last change succeeded.', evidence, stopped);
    return pass('A change is under way.', evidence, `Its state is ${state}.`);
  },
});

/** A channel, and for AKS Automatic what sets it. */
const evidenceOf = (cluster: ManagedCluster, channelAt: string, expected: string): readonly Sight[] => [
  see(cluster, channelAt, expected),
  ...(isAutomatic(cluster) ? [see(cluster, '/sku/name')] : []),
];
