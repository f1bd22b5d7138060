import { check, computed, fail, flag, count, ifSeen, notApplicable, pass, see, undecided, type Verdict } from '../check.ts';
import {
  autoProvisions,
  hostsSystemNodes,
  isPool,
  isSpot,
  nodeNameOf,
  podsPerNode,
  poolMode,
  poolNameOf,
  poolSize,
  provisionerOf,
  repelsApplications,
} from '../model/nodePools.ts';
import { isStopped } from '../model/power.ts';
import { hasEnded } from '../model/replicas.ts';
import { parseVersion, supportedSkew } from '../model/versions.ts';
import { inOneZone, nodesByZone, regionHasZones, regionsReadOn, sisters, spreads, zonesOf } from '../model/zones.ts';
import { all, any, type Seen, seen } from '../seen.ts';
import type { AgentPool, KarpenterNodePool, Node, Pod } from '../wire.ts';

const hosted = notApplicable('AKS hosts the system nodes itself.');

/** One pool for the system's pods and another for everyone else's; pools of mode Gateway are neither. */
export const dedicatedSystemPool = check({
  needs: ['cluster', 'agentPools', 'karpenterNodePools'],
  subjects: ({ cluster }) => (hostsSystemNodes(cluster) ? hosted : [cluster]),
  none: 'There is no cluster.',
  judge: (cluster, _params, { agentPools, karpenterNodePools }) => {
    const runs = (pool: AgentPool) => isStopped(cluster) || !(isStopped(pool) || poolSize(pool).max === 0);
    const system = () => agentPools.some((pool) => ['system', 'managedsystem'].includes(poolMode(pool)) && runs(pool));
    const user = () =>
      any(
        () => agentPools.some((pool) => poolMode(pool) === 'user' && runs(pool)),
        () => autoProvisions(cluster) && karpenterNodePools.some(takesApplications),
      );
    const evidence = agentPools.items.map((pool) => see(pool, '/properties/mode'));
    if (!all(system, user))
      return fail(ifSeen(user) === false ? 'No running pool is for user workloads.' : 'No running pool is for the system.', evidence);
    if (isStopped(cluster)) return undecided('The cluster is stopped, so which pools run is not known.', evidence);
    return pass('System and user workloads have pools of their own.', evidence);
  },
});

/** The NodePool `system-surge`, which AKS makes, takes system pods alone. */
const takesApplications = ({ metadata }: KarpenterNodePool): boolean => metadata.name !== 'system-surge';

/** The taint of the pool, for one on the node alone is lost at the next node image; and what was scheduled before it, for NoSchedule evicts nothing. */
export const systemPoolTaint = check({
  needs: ['cluster', 'agentPools', 'nodes', 'pods'],
  subjects: ({ cluster, agentPools }) => (hostsSystemNodes(cluster) ? hosted : agentPools.filter((pool) => poolMode(pool) === 'system')),
  none: 'No pool has the mode System.',
  judge: (pool, _params, { nodes, pods, inScope }) => {
    const taint = see(pool, '/properties/nodeTaints', 'CriticalAddonsOnly=true:NoSchedule');
    if (!repelsApplications(pool)) return fail('No taint keeps application pods off this system pool.', taint);
    const own = new Set(nodes.items.filter((node) => poolNameOf(node) === pool.name).map(({ metadata }) => metadata.name));
    const strays = pods.items.filter((pod) => inScope(pod.metadata.namespace) && isApplication(pod) && own.has(nodeNameOf(pod) ?? ''));
    if (strays.length > 0) {
      const shown = strays.slice(0, 5).map((pod) => computed(pod, '/spec/nodeName', nodeNameOf(pod), 'a node of another pool'));
      return fail(strays.length === 1 ? 'An application pod runs on its nodes.' : `${strays.length} application pods run on its nodes.`, [
        taint,
        ...shown,
      ]);
    }
    nodes.concat(pods).all();
    return pass('It is tainted and runs no application pod.', taint);
  },
});

/** Pods that run on every node, or that the node itself made, are no reason to taint. */
function isApplication(pod: Pod): boolean {
  return !hasEnded(pod) && !(pod.metadata.ownerReferences ?? []).some(({ kind }) => kind === 'DaemonSet' || kind === 'Node');
}

/** Zones of each pool as configured, and of its nodes as they are; provisioned nodes are judged as they are. */
export const zoneRedundancy = check({
  needs: ['cluster', 'agentPools', 'nodes', 'karpenterNodePools'],
  params: { minZones: count(3, 2), includeSpot: flag(false) },
  subjects: ({ cluster, agentPools, nodes, karpenterNodePools }, { includeSpot }) => {
    if (regionHasZones(cluster, agentPools, nodes) === false)
      return notApplicable(`The region had no availability zones on ${regionsReadOn}.`);
    const pools = agentPools.filter((pool) => poolMode(pool) !== 'managedsystem' && (includeSpot || !isSpot(pool)));
    return autoProvisions(cluster) ? pools.concat(karpenterNodePools) : pools;
  },
  none: 'No pool is for its owner to place.',
  judge: (subject, { minZones }, { cluster, agentPools, nodes }) => {
    if (regionHasZones(cluster, agentPools, nodes) === undefined)
      return undecided('Whether the region has availability zones is not known.', see(cluster, '/location'));
    if (isPool(subject)) return placementOf(subject, minZones, agentPools, nodes);
    const own = nodes.filter((node) => provisionerOf(node) === subject.metadata.name);
    const spread = computed(subject, '/spec/template', { nodes: nodesByZone(own.items) }, `nodes in ${minZones} zones`);
    return spreads(own, minZones)
      ? pass('Its nodes are spread over the zones.', spread)
      : fail('Its nodes are not spread over the zones.', spread);
  },
});

/** A pool in a single zone is judged together with its sisters in the others. */
function placementOf(pool: AgentPool, minZones: number, agentPools: Seen<AgentPool>, nodes: Seen<Node>): Verdict {
  const group = inOneZone(pool) ? sisters(pool, agentPools) : seen([pool]);
  const names = new Set(group.items.map(({ name }) => name));
  const own = nodes.filter((node) => names.has(poolNameOf(node) ?? ''));
  const configured = see(pool, '/properties/availabilityZones', `at least ${minZones} zones`);
  const evidence = [
    configured,
    computed(pool, '/properties/availabilityZones', { nodes: nodesByZone(own.items) }, `nodes in ${minZones} zones`),
  ];
  const zones = new Set(group.items.flatMap(zonesOf));
  if (!zones.has('auto') && zones.size < minZones) {
    group.all(); // a sister that was not seen may be in another zone
    return fail(
      zones.size === 0 ? 'It is in no zone.' : zones.size === 1 ? 'It is in one zone.' : `It is in ${zones.size} zones.`,
      evidence,
    );
  }
  if (!spreads(own, minZones)) return fail('Its nodes are not spread over its zones.', evidence);
  return pass(zones.has('auto') ? 'AKS places its nodes in the zones.' : `It spans ${zones.size} zones.`, evidence);
}

/** Pools of the control plane's minor version; provisioned nodes by their kubelet. */
export const versionSkew = check({
  needs: ['cluster', 'agentPools', 'nodes'],
  subjects: ({ cluster, agentPools, nodes }) => {
    const pools = agentPools.filter((pool) => poolMode(pool) !== 'managedsystem');
    return autoProvisions(cluster) ? pools.concat(nodes.filter((node) => provisionerOf(node) !== undefined)) : pools;
  },
  none: 'No pool is for its owner to upgrade.',
  judge: (subject, _params, { cluster, nodes }) => {
    const [of, own] = isPool(subject)
      ? poolVersion(subject)
      : [subject.status?.nodeInfo?.kubeletVersion, '/status/nodeInfo/kubeletVersion'];
    const at = cluster.properties.currentKubernetesVersion == null ? 'kubernetesVersion' : 'currentKubernetesVersion';
    const control = parseVersion(cluster.properties[at]);
    const version = parseVersion(of);
    const evidence = [see(subject, own, control && `${control.major}.${control.minor}`), see(cluster, `/properties/${at}`)];
    if (control === undefined || version === undefined) return undecided('A version is not given as one.', evidence);
    const behind = (control.major - version.major) * 100 + control.minor - version.minor; // another major is beyond every skew
    if (behind === 0)
      return pass(
        'It has the minor version of the control plane.',
        evidence,
        isPool(subject) ? ifSeen(() => driftOf(subject, nodes.all())) : undefined,
      );
    const unsupported = behind < 0 || behind > supportedSkew(control);
    const message = `It is ${Math.abs(behind)} minor version${Math.abs(behind) === 1 ? '' : 's'} ${behind > 0 ? 'behind' : 'ahead of'} the control plane.`;
    return fail(message, evidence, unsupported ? { note: 'Kubernetes does not support this skew.' } : {});
  },
});

/** `orchestratorVersion` may be an alias of a minor version; the current one is what runs. */
function poolVersion({ properties }: AgentPool): readonly [string | undefined, string] {
  if (properties.currentOrchestratorVersion != null)
    return [properties.currentOrchestratorVersion, '/properties/currentOrchestratorVersion'];
  return [properties.orchestratorVersion, '/properties/orchestratorVersion'];
}

function driftOf(pool: AgentPool, nodes: readonly Node[]): string | undefined {
  const versions = new Set(
    nodes.filter((node) => poolNameOf(node) === pool.name).map((node) => node.status?.nodeInfo?.kubeletVersion ?? 'none'),
  );
  return versions.size > 1 ? `Its nodes run ${[...versions].sort().join(', ')}.` : undefined;
}

/** How many pods a node takes; it cannot be changed afterwards. */
export const podsOnNode = check({
  needs: ['cluster', 'agentPools'],
  params: { minMaxPods: count(30, 10) },
  subjects: ({ agentPools }) => agentPools.filter((pool) => !['gateway', 'managedsystem'].includes(poolMode(pool))),
  none: 'No pool runs pods of its owner.',
  judge: (pool, { minMaxPods }, { cluster }) => {
    const at = '/properties/maxPods';
    const expected = `${minMaxPods} to 250`;
    if (pool.properties.maxPods == null && cluster.properties.networkProfile == null)
      return undecided('Neither the pool nor the network of the cluster says it.', [
        see(pool, at, expected),
        see(cluster, '/properties/networkProfile'),
      ]);
    const most = podsPerNode(cluster, pool);
    const evidence = pool.properties.maxPods == null ? computed(pool, at, `not set: ${most}`, expected) : see(pool, at, expected);
    const message = `Its nodes take up to ${most} pods.`;
    return most < minMaxPods || most > 250 ? fail(message, evidence) : pass(message, evidence);
  },
});
