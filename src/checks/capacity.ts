import { check, computed, count, fail, ifSeen, pass, ratio, see, texts, text, undecided, type Verdict } from '../check.ts';
import { hostsByPool, poolsWithNodes } from '../model/drain.ts';
import type { LandscapeFacts } from '../model/landscape.ts';
import { glob } from '../model/namespaces.ts';
import { autoProvisions, hostsSystemNodes, isPool, poolMode, poolSize } from '../model/nodePools.ts';
import { ageInMinutes, unschedulable } from '../model/pending.ts';
import { isIdle, poolRoom, requestRatio } from '../model/poolRoom.ts';
import { isStopped } from '../model/power.ts';
import { overRequesters, shareOf, usedBy, useOf } from '../model/requestUse.ts';
import { amountsOf } from '../model/requests.ts';
import { isTagged, tagOf } from '../model/tags.ts';
import { counted } from '../model/words.ts';
import { workloadPods } from '../model/workloadPods.ts';
import { type Seen, seen } from '../seen.ts';
import type { AgentPool, ManagedCluster, NodeMetrics, Pod } from '../wire.ts';

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Room for what comes next: what pods ask for of each pool, unless it may still grow; and no pod that waits for a node. */
export const headroom = check({
  needs: ['agentPools', 'nodes', 'pods', 'replicaSets', 'jobs', 'cronJobs', 'persistentVolumes', 'nodeMetrics'],
  params: { maxRequestRatio: ratio(0.8), maxUsageRatio: ratio(0.8), pendingMinutes: count(10, 0) },
  subjects: (facts) => {
    const { pods, inScope } = facts;
    const waiting = pods.filter((pod) => inScope(pod.metadata.namespace) && unschedulable(pod) !== undefined);
    return poolsWithNodes(facts).concat<Pod>(waiting);
  },
  none: 'No pool has nodes.',
  judge: (subject, { maxRequestRatio, maxUsageRatio, pendingMinutes }, facts) => {
    if (!isPool(subject)) return waitingPod(subject, pendingMinutes, facts.at);
    facts.nodes.all();
    const room = poolRoom(facts, subject.name);
    const { max, maxPointer, autoscaled } = poolSize(subject);
    const size = see(subject, maxPointer);
    if (room === undefined) return undecided('A node of it does not say what it has room for.', size);
    const { resource, ratio: share } = requestRatio(room);
    const evidence = [
      computed(
        subject,
        '/properties/count',
        { nodes: room.hosts.length, requested: percent(share), of: resource },
        `at most ${percent(maxRequestRatio)}`,
      ),
      size,
    ];
    const message = `Pods ask for ${percent(share)} of its ${resource}.`;
    if (autoscaled && max !== undefined && max > room.hosts.length)
      return pass(`It may grow from ${room.hosts.length} to ${counted(max, 'node')}.`, evidence, usageNote(subject, maxUsageRatio, facts));
    if (share > maxRequestRatio) return fail(message, evidence);
    facts.pods.all();
    return pass(message, evidence, usageNote(subject, maxUsageRatio, facts));
  },
});

function waitingPod(pod: Pod, pendingMinutes: number, at: Date): Verdict {
  const minutes = ageInMinutes(pod, at);
  const evidence = [see(pod, `/status/conditions/${unschedulable(pod) ?? 0}/reason`, 'a node'), see(pod, '/metadata/creationTimestamp')];
  if (minutes === undefined) return undecided('It waits for a node, and does not say since when.', evidence);
  return minutes > pendingMinutes
    ? fail(`It has waited ${Math.floor(minutes)} minutes for a node.`, evidence)
    : pass('It has not waited long for a node.', evidence);
}

/** What the nodes of a pool really use, where that was read. */
function usageNote(pool: AgentPool, maxUsageRatio: number, facts: LandscapeFacts & { nodeMetrics: Seen<NodeMetrics> }): string | undefined {
  const names = new Set((hostsByPool(facts).get(pool.name) ?? []).map(({ name }) => name));
  const used = ifSeen(() => facts.nodeMetrics.all())?.filter(({ metadata }) => names.has(metadata.name)) ?? [];
  const room = poolRoom(facts, pool.name);
  if (used.length === 0 || room === undefined) return undefined;
  const shares = (['cpu', 'memory'] as const).map(
    (resource) => used.reduce((sum, { usage }) => sum + (amountsOf(usage).get(resource) ?? 0), 0) / room.allocatable[resource],
  );
  const most = Math.max(...shares);
  return most > maxUsageRatio ? `Its nodes use ${percent(most)} of ${most === shares[0] ? 'cpu' : 'memory'}.` : undefined;
}

/** Pools that run nothing, and clusters for development that run at night. */
export const idle = check({
  needs: ['cluster', 'agentPools', 'nodes', 'pods', 'replicaSets', 'jobs', 'cronJobs', 'persistentVolumes'],
  params: {
    reservedPools: texts(),
    autoStopTag: text('autoStop'),
    environmentTag: text('environment'),
    devTags: texts('dev', 'development', 'test', 'testing', 'qa', 'sandbox', 'demo', 'poc'),
  },
  subjects: (facts, { reservedPools, environmentTag, devTags }) => {
    const { cluster } = facts;
    const reserved = reservedPools.map(glob);
    const pools = poolsWithNodes(facts).filter((pool) => poolMode(pool) === 'user' && !reserved.some((matches) => matches(pool.name)));
    const dev = isTagged(cluster, environmentTag, devTags) && !autoProvisions(cluster) && !hostsSystemNodes(cluster);
    return dev ? pools.concat<ManagedCluster>(seen([cluster])) : pools;
  },
  none: 'No User pool has nodes, and the cluster is not for development.',
  judge: (subject, { autoStopTag, environmentTag }, facts) => {
    if (!isPool(subject)) return stops(subject, autoStopTag, environmentTag);
    const hosts = hostsByPool(facts).get(subject.name) ?? [];
    const busy = hosts.filter((host) => !isIdle(host));
    const size = see(subject, poolSize(subject).minPointer);
    if (busy.length > 0) return pass(`Pods run on ${busy.length} of its ${counted(hosts.length, 'node')}.`, size);
    facts.nodes.all();
    facts.pods.all();
    return fail(`Only DaemonSets run on its ${counted(hosts.length, 'node')}.`, [
      size,
      ...hosts.slice(0, 3).map(({ node }) => see(node, '/metadata/name')),
    ]);
  },
});

function stops(cluster: ManagedCluster, autoStopTag: string, environmentTag: string): Verdict {
  const evidence = [
    see(cluster, `/tags/${tagOf(cluster, autoStopTag).key}`, 'what stops it'),
    see(cluster, `/tags/${tagOf(cluster, environmentTag).key}`),
    see(cluster, '/properties/powerState/code'),
  ];
  if (isStopped(cluster)) return pass('It is stopped.', evidence);
  const declared = tagOf(cluster, autoStopTag).value;
  return declared === undefined || /^(?:|false|no|off|0)$/i.test(declared.trim())
    ? fail('No tag says that anything stops it out of hours.', evidence)
    : pass('A tag says that something stops it.', evidence);
}

/** What pods use of what they ask for, at one moment. */
export const requestUse = check({
  needs: ['cluster', 'pods', 'podMetrics', 'replicaSets', 'jobs', 'cronJobs'],
  params: { minRequestUse: ratio(0.4) },
  subjects: ({ cluster, podMetrics }) => (podMetrics.items.length === 0 && podMetrics.all() ? [] : [cluster]),
  none: 'The cluster does not measure what pods use.',
  judge: (cluster, { minRequestUse }, facts) => {
    const used = usedBy(facts.podMetrics.all());
    const use = useOf(
      facts.pods.all().filter(({ metadata }) => facts.inScope(metadata.namespace)),
      used,
    );
    const shares = (['cpu', 'memory'] as const).flatMap((resource) => {
      const share = shareOf(use[resource]);
      return share === undefined ? [] : [{ resource, share }];
    });
    const said = shares.map(({ resource, share }) => `${percent(share)} of the ${resource}`).join(' and ');
    const evidence = computed(
      cluster,
      '/name',
      Object.fromEntries(shares.map(({ resource, share }) => [resource, percent(share)])),
      `at least ${percent(minRequestUse)} of what is asked for`,
    );
    if (shares.length === 0) return undecided('No pod that was measured asks for anything.', evidence);
    const note = 'This is one moment: a history says more.';
    if (shares.every(({ share }) => share >= minRequestUse)) return pass(`Pods use ${said} that they ask for.`, evidence, note);
    const inScope = [...workloadPods(facts).values()].filter(({ namespace }) => facts.inScope(namespace));
    const top = overRequesters(inScope, used, 10).flatMap(({ workload, use: own }) =>
      workload.pods.slice(0, 1).map((pod) =>
        computed(pod, '/spec/containers', {
          workload: workload.name,
          cpuUsed: percent(shareOf(own.cpu) ?? 1),
          memoryUsed: percent(shareOf(own.memory) ?? 1),
        }),
      ),
    );
    return fail(`Pods use ${said} that they ask for.`, [evidence, ...top], { note });
  },
});
