import { check, computed, count, fail, flag, notApplicable, pass, see, type Sight, texts, undecided } from '../check.ts';
import { parseMinutes } from '../model/durations.ts';
import { glob } from '../model/namespaces.ts';
import { autoProvisions, hostsSystemNodes, isPool, isSpot, nodeMode, poolMode, poolSize } from '../model/nodePools.ts';
import { ownLabels } from '../model/poolClasses.ts';
import { isStopped } from '../model/power.ts';
import { inOneZone, sisters, zonesOf } from '../model/zones.ts';
import { type Seen, seen } from '../seen.ts';
import type { AgentPool, ManagedCluster, Node } from '../wire.ts';

const hosted = notApplicable('AKS hosts the system nodes itself.');
const stopped = 'The cluster is stopped, so the counts of its pools say nothing.';

/** Nodes that the running system pools keep together; of an autoscaled pool that is its minimum. */
export const systemNodeCount = check({
  needs: ['cluster', 'agentPools'],
  params: { minSystemNodes: count(3, 1) },
  subjects: ({ cluster }) => (hostsSystemNodes(cluster) ? hosted : [cluster]),
  none: 'There is no cluster.',
  judge: (cluster, { minSystemNodes }, { agentPools }) => {
    const managed = agentPools.items.find((pool) => poolMode(pool) === 'managedsystem');
    if (managed !== undefined) return pass('AKS runs the system pool itself.', see(managed, '/properties/mode'));
    const pools = agentPools.filter((pool) => poolMode(pool) === 'system' && (isStopped(cluster) || !isStopped(pool)));
    const evidence = pools.items.map((pool) => see(pool, poolSize(pool).minPointer, `at least ${minSystemNodes} in all system pools`));
    if (isStopped(cluster)) return undecided(stopped, evidence);
    const kept = pools.items.reduce((sum, pool) => sum + (poolSize(pool).min ?? 0), 0);
    if (kept >= minSystemNodes) return pass(`The system pools keep ${kept} nodes.`, evidence);
    const unsaid = pools.all().find((pool) => poolSize(pool).min === undefined);
    if (unsaid !== undefined) return undecided(`Pool ${unsaid.name} does not say how many nodes it keeps.`, evidence);
    return fail(
      `The system pools keep ${kept === 1 ? 'one node' : `${kept} nodes`}.`,
      evidence,
      kept < 2 ? { note: 'AKS supports no fewer than two.' } : {},
    );
  },
});

/** Nodes that a pool keeps; with node auto-provisioning, the nodes there are. */
export const userPoolMinimum = check({
  needs: ['cluster', 'agentPools', 'nodes'],
  params: { minUserNodes: count(2, 1), scaleToZeroPools: texts('*gpu*', '*batch*', '*spot*') },
  subjects: ({ cluster, agentPools, nodes }, { scaleToZeroPools }) => {
    if (autoProvisions(cluster))
      return nodes.some(isUserNode)
        ? seen<AgentPool | ManagedCluster>([cluster])
        : notApplicable('Node auto-provisioning runs no node at present.');
    const mayBeEmpty = scaleToZeroPools.map(glob);
    const off = (pool: AgentPool) => isStopped(pool) && !isStopped(cluster);
    return agentPools.filter(
      (pool) => poolMode(pool) === 'user' && !isSpot(pool) && !off(pool) && !mayBeEmpty.some((matches) => matches(pool.name)),
    );
  },
  none: 'No running User pool is meant to keep nodes.',
  judge: (subject, { minUserNodes }, { cluster, nodes }) => {
    if (!isPool(subject)) {
      const enough = nodes.atLeast(minUserNodes, isUserNode);
      const running = nodes.items.filter(isUserNode);
      const evidence = running.slice(0, 5).map((node) => see(node, '/metadata/name'));
      return enough
        ? pass(`At least ${minUserNodes} user nodes run.`, evidence)
        : fail(running.length === 1 ? 'One user node runs.' : `${running.length} user nodes run.`, evidence);
    }
    const { min, minPointer } = poolSize(subject);
    const evidence = see(subject, minPointer, `at least ${minUserNodes}`);
    if (isStopped(cluster)) return undecided(stopped, evidence);
    if (min === undefined) return undecided('It does not say how many nodes it keeps.', evidence);
    return min >= minUserNodes
      ? pass(`It keeps ${min} nodes.`, evidence)
      : fail(min === 1 ? 'It keeps one node.' : `It keeps ${min} nodes.`, evidence);
  },
});

const isUserNode = (node: Node): boolean => nodeMode(node) === 'user';

/** Pools that the cluster autoscaler sizes; beside node auto-provisioning, pools of a fixed size are normal. */
export const autoscaledPools = check({
  needs: ['cluster', 'agentPools'],
  params: { allowFixedSystemPool: flag(true) },
  subjects: ({ cluster, agentPools }, { allowFixedSystemPool }) => {
    if (autoProvisions(cluster)) return seen<AgentPool | ManagedCluster>([cluster]);
    // Without a user pool, seen or unseen, system pools run the workloads.
    const alone = agentPools.gaps.length === 0 && !agentPools.items.some((pool) => poolMode(pool) === 'user');
    const modes = alone || !allowFixedSystemPool ? ['user', 'system'] : ['user'];
    return agentPools.filter((pool) => modes.includes(poolMode(pool)));
  },
  none: 'No pool has to follow the load.',
  judge: (subject) => {
    if (!isPool(subject))
      return pass('Node auto-provisioning adds and removes nodes.', see(subject, '/properties/nodeProvisioningProfile/mode'));
    const { autoscaled, maxPointer } = poolSize(subject);
    const evidence = see(
      subject,
      subject.properties.virtualMachinesProfile == null ? '/properties/enableAutoScaling' : maxPointer,
      'autoscaling',
    );
    return autoscaled ? pass('It is autoscaled.', evidence) : fail('Its size is fixed.', evidence);
  },
});

/** Room between the bounds and above the present size; of node auto-provisioning, that there is a bound. */
export const autoscalerBounds = check({
  needs: ['cluster', 'agentPools', 'karpenterNodePools'],
  params: { headroomNodes: count(1) },
  subjects: ({ cluster, agentPools, karpenterNodePools }) => {
    const pools = agentPools.filter((pool) => poolSize(pool).autoscaled && poolMode(pool) !== 'managedsystem');
    return autoProvisions(cluster) ? pools.concat(karpenterNodePools) : pools;
  },
  none: 'No pool is autoscaled.',
  judge: (subject, { headroomNodes }, { cluster }) => {
    if (!isPool(subject)) {
      const limits = see(subject, '/spec/limits', 'a limit');
      return Object.keys(subject.spec?.limits ?? {}).length > 0
        ? pass('Its size is limited.', limits)
        : fail('Nothing limits its size.', limits);
    }
    const { min, max, current, minPointer, maxPointer } = poolSize(subject);
    const evidence: Sight[] = [...new Set([minPointer, maxPointer])].map((pointer) => see(subject, pointer));
    if (min === undefined || max === undefined) return undecided('It does not say its bounds.', evidence);
    if (max <= min) return fail(`Its maximum of ${max} leaves nothing above its minimum of ${min}.`, evidence);
    if (isStopped(cluster)) return undecided(stopped, evidence);
    if (current === undefined) return undecided('It does not say how many nodes it has.', evidence);
    evidence.push(
      computed(subject, maxPointer === '/properties/maxCount' ? '/properties/count' : '/properties/virtualMachineNodesStatus', current),
    );
    return max - current < headroomNodes
      ? fail(`It has ${current} of at most ${max} nodes.`, evidence)
      : pass(`It has ${current} of at most ${max} nodes.`, evidence);
  },
});

const delays = ['scale-down-delay-after-add', 'scale-down-unneeded-time'] as const;

/** When the cluster autoscaler takes nodes away (10 minutes when not set), and whether it keeps pools of one zone each alike. */
export const autoscalerProfile = check({
  needs: ['cluster', 'agentPools'],
  params: { maxScaleDownMinutes: count(10, 1) },
  subjects: ({ cluster, agentPools }) => (agentPools.some((pool) => poolSize(pool).autoscaled) ? [cluster] : []),
  none: 'No pool is autoscaled.',
  judge: (cluster, { maxScaleDownMinutes }, { agentPools }) => {
    const profile = cluster.properties.autoScalerProfile;
    const at = (key: string, expected: string) => see(cluster, `/properties/autoScalerProfile/${key}`, expected);
    const times = delays.map((key) => ({ key, minutes: profile?.[key] == null ? 10 : parseMinutes(profile[key]), text: profile?.[key] }));
    const slow = times.filter(({ minutes = 0 }) => minutes > maxScaleDownMinutes);
    const evidence = (slow.length > 0 ? slow : times).map(({ key }) => at(key, `at most ${maxScaleDownMinutes}m`));
    if (slow.length > 0) return fail(`${slow.map(({ key, text = '10m' }) => `${key} is ${text}`).join(', ')}.`, evidence);
    const balance = at('balance-similar-node-groups', '"true"');
    if (String(profile?.['balance-similar-node-groups']).toLowerCase() !== 'true') {
      const pool = zonePool(agentPools);
      if (pool !== undefined)
        return fail('Pools that are alike in one zone each are not balanced.', [balance, see(pool, '/properties/availabilityZones')]);
    }
    if (times.some(({ minutes }) => minutes === undefined)) return undecided('A time of the autoscaler is not given as one.', evidence);
    return pass(`Nodes that are not needed go after ${maxScaleDownMinutes} minutes at the latest.`, [...evidence, balance]);
  },
});

/** An autoscaled pool in one zone that has a sister in another. The autoscaler holds nodes of different labels for different. */
function zonePool(agentPools: Seen<AgentPool>): AgentPool | undefined {
  const pools = agentPools.filter((pool) => poolSize(pool).autoscaled);
  const alike = (pool: AgentPool) => sisters(pool, pools).items.filter((other) => labelsOf(other) === labelsOf(pool));
  return pools.find((pool) => inOneZone(pool) && new Set(alike(pool).flatMap(zonesOf)).size > 1);
}

const labelsOf = (pool: AgentPool): string => JSON.stringify(ownLabels(pool).sort(([a], [b]) => (a < b ? -1 : 1)));
