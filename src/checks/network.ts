import { check, computed, count, fail, flag, pass, see, type Sight, texts, undecided } from '../check.ts';
import { npmEnds, ownPolicyEngine, policyEngine } from '../model/networkEngine.ts';
import { autoProvisions, isWindows, largestSize, podsPerNode } from '../model/nodePools.ts';
import { hasEnded } from '../model/replicas.ts';
import { type Seen, seen } from '../seen.ts';
import type { AgentPool, ManagedCluster } from '../wire.ts';

// Azure returns networkProfile for every cluster, so one without it was cut from its answer: it says nothing of defaults.
const noProfile = (cluster: ManagedCluster) =>
  undecided('The cluster was exported without its network profile.', see(cluster, '/properties/networkProfile'));
const pluginOf = ({ properties }: ManagedCluster): string => properties.networkProfile?.networkPlugin?.toLowerCase() || 'kubenet';
const usesAzureCni = (cluster: ManagedCluster): boolean => cluster.properties.networkProfile == null || pluginOf(cluster) === 'azure';

/** The CNI plugin. Absent is kubenet, the default of the API. */
export const azureCni = check({
  needs: ['cluster'],
  params: { allowByoCni: flag(false) },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { allowByoCni }) => {
    if (cluster.properties.networkProfile == null) return noProfile(cluster);
    const plugin = pluginOf(cluster);
    const evidence = see(cluster, '/properties/networkProfile/networkPlugin', 'azure');
    if (plugin === 'azure') return pass('Pods are connected by Azure CNI.', evidence);
    if (plugin === 'none' && allowByoCni)
      return pass('The cluster brings a CNI of its own.', evidence, 'Microsoft gives no support for the network of such a cluster.');
    if (plugin === 'none') return fail('The cluster brings a CNI of its own.', evidence);
    return plugin === 'kubenet'
      ? fail('Pods are connected by kubenet.', evidence, { note: 'Support for kubenet ends on 31 March 2028.' })
      : fail('Pods are not connected by Azure CNI.', evidence);
  },
});

/** Where pods' addresses come from; `networkPluginMode` is absent on flat networks, and only the pools tell their subnets. */
export const podAddresses = check({
  needs: ['cluster', 'agentPools'],
  params: { acceptNodeSubnet: flag(false) },
  subjects: ({ cluster }) => (usesAzureCni(cluster) ? [cluster] : []),
  none: 'The cluster does not use Azure CNI.',
  judge: (cluster, { acceptNodeSubnet }, { agentPools }) => {
    const { networkProfile } = cluster.properties;
    if (networkProfile == null) return noProfile(cluster);
    const mode = see(cluster, '/properties/networkProfile/networkPluginMode', 'overlay, or a pod subnet for each pool');
    if (networkProfile.networkPluginMode?.toLowerCase() === 'overlay') return pass('Pods have addresses of an overlay network.', mode);
    const pools = agentPools.filter((pool) => pool.properties.mode?.toLowerCase() !== 'gateway');
    const ownSubnet = (pool: AgentPool) => !!pool.properties.podSubnetID;
    const subnet = (pool: AgentPool): Sight => see(pool, '/properties/podSubnetID');
    if (pools.every(ownSubnet)) {
      return pools.items.length > 0
        ? pass('Pods have subnets of their own.', [mode, ...pools.items.map(subnet)])
        : undecided('The cluster has no node pool to tell.', mode);
    }
    const evidence = [mode, ...pools.items.filter((pool) => !ownSubnet(pool)).map(subnet)];
    const message = 'Pods take addresses of the subnet of their nodes.';
    return acceptNodeSubnet ? pass(message, evidence, 'The configuration accepts it.') : fail(message, evidence);
  },
});

/** Azure CNI powered by Cilium; it knows Linux nodes only. */
export const ciliumDataplane = check({
  needs: ['cluster', 'agentPools'],
  subjects: ({ cluster, agentPools }) => {
    if (!usesAzureCni(cluster)) return [];
    const settled = cluster.properties.networkProfile == null || isCilium(cluster);
    return settled || !agentPools.some(isWindows) ? [cluster] : [];
  },
  none: 'The cluster does not use Azure CNI, or has a Windows pool, which Cilium cannot serve.',
  judge: (cluster) => {
    if (cluster.properties.networkProfile == null) return noProfile(cluster);
    const evidence = see(cluster, '/properties/networkProfile/networkDataplane', 'cilium');
    return isCilium(cluster)
      ? pass('Cilium carries the traffic of pods.', evidence)
      : fail('Cilium does not carry the traffic of pods.', evidence);
  },
});

const isCilium = ({ properties }: ManagedCluster): boolean => properties.networkProfile?.networkDataplane?.toLowerCase() === 'cilium';

/** Whether anything enforces NetworkPolicy: `none`, the default, accepts policies and ignores them. */
export const policyEngineRuns = check({
  needs: ['cluster', 'daemonSets'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, { daemonSets }) => {
    if (cluster.properties.networkProfile == null) return noProfile(cluster);
    const engine = policyEngine(cluster);
    const evidence = [
      see(cluster, '/properties/networkProfile/networkPolicy', 'azure, calico or cilium'),
      see(cluster, '/properties/networkProfile/networkDataplane'),
    ];
    if (engine === 'none') return fail('Nothing enforces network policies.', evidence);
    if (engine !== 'own') return pass(`The ${engine} engine enforces network policies.`, evidence);
    const own = ownPolicyEngine(daemonSets);
    if (own === undefined) return fail('The cluster brings a CNI of its own, and no DaemonSet of a known policy engine.', evidence);
    return pass('The CNI that the cluster brings enforces network policies.', [see(own.daemonSet, '/metadata/name'), ...evidence]);
  },
});

/** How long AKS goes on supporting the engine, and how large a cluster it is meant for (AKS, "Secure traffic between pods"). */
export const policyEngineSupport = check({
  needs: ['cluster', 'agentPools', 'nodes', 'pods'],
  params: { npmWarnDays: count(365), npmMaxNodes: count(250, 1), npmMaxPods: count(20_000, 1) },
  subjects: ({ cluster }) =>
    cluster.properties.networkProfile == null || ['azure', 'calico'].includes(policyEngine(cluster)) ? [cluster] : [],
  none: 'Neither Azure Network Policy Manager nor Calico enforces network policies.',
  judge: (cluster, { npmWarnDays, npmMaxNodes, npmMaxPods }, { agentPools, nodes, pods, at }) => {
    if (cluster.properties.networkProfile == null) return noProfile(cluster);
    const engine = see(cluster, '/properties/networkProfile/networkPolicy', 'cilium');
    if (policyEngine(cluster) === 'calico')
      return pass('Support for Calico has no announced end.', engine, "AKS supports Kubernetes' own policies in it, not Calico's.");
    const near = (end: Date) => at.getTime() >= end.getTime() - npmWarnDays * 86_400_000;
    if (near(npmEnds.linux)) return fail('Azure Network Policy Manager on Linux is supported until 30 September 2028.', engine);
    const windows = near(npmEnds.windows) ? agentPools.filter(isWindows) : seen<AgentPool>([]);
    if (windows.items.length > 0) {
      const pools = windows.items.map((pool) => see(pool, '/properties/osType'));
      return fail('Azure Network Policy Manager on Windows is supported until 30 September 2026.', [engine, ...pools]);
    }
    const running = pods.filter((pod) => !hasEnded(pod));
    const size = computed(cluster, '/properties/networkProfile/networkPolicy', { nodes: nodes.items.length, pods: running.items.length });
    if (nodes.items.length > npmMaxNodes) return fail(`It serves more than ${npmMaxNodes} nodes.`, [engine, size]);
    if (running.items.length > npmMaxPods) return fail(`It serves more than ${npmMaxPods} pods.`, [engine, size]);
    windows.all();
    const most = mostOf(cluster, agentPools);
    if (most === undefined || most.nodes > npmMaxNodes) nodes.all();
    if (most === undefined || most.pods > npmMaxPods) pods.all();
    return pass('Azure Network Policy Manager is supported on this cluster.', engine, 'On Linux that ends on 30 September 2028.');
  },
});

/** What the pools may grow to; undefined when they do not bound it, or were not all seen. */
function mostOf(cluster: ManagedCluster, agentPools: Seen<AgentPool>): { nodes: number; pods: number } | undefined {
  if (autoProvisions(cluster) || agentPools.gaps.length > 0) return undefined;
  const most = { nodes: 0, pods: 0 };
  for (const pool of agentPools.items) {
    const size = largestSize(cluster, pool);
    if (size === undefined) return undefined;
    most.nodes += size.nodes + size.surge;
    most.pods += (size.nodes + size.surge) * podsPerNode(cluster, pool);
  }
  return most;
}

/** How nodes reach the internet. Absent is loadBalancer; Azure adds new types, so any other string is one that nobody accepted. */
export const outboundType = check({
  needs: ['cluster'],
  params: { acceptedOutboundTypes: texts('userDefinedRouting', 'none', 'block') },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { acceptedOutboundTypes }) => {
    const { networkProfile, httpProxyConfig: proxy } = cluster.properties;
    if (networkProfile == null) return noProfile(cluster);
    const type = networkProfile.outboundType || 'loadBalancer';
    const evidence = [see(cluster, '/properties/networkProfile/outboundType', acceptedOutboundTypes.join(', '))];
    const bypass = 'Type none sets up nothing: a NAT gateway on the subnet or public addresses of nodes still let traffic out.';
    const kind = type.toLowerCase();
    if (acceptedOutboundTypes.some((each) => each.toLowerCase() === kind))
      return pass(`Outbound type is ${type}.`, evidence, kind === 'none' ? bypass : undefined);
    const proxied = proxy != null && proxy.enabled !== false && !!(proxy.httpProxy || proxy.httpsProxy);
    if (proxied) evidence.push(see(cluster, '/properties/httpProxyConfig/enabled'));
    const message =
      kind === 'loadbalancer' ? 'Nodes reach the internet through a load balancer, unfiltered.' : `Outbound type ${type} filters nothing.`;
    const milder = proxied || kind.includes('natgateway') ? { severity: 'medium' as const } : {};
    return fail(message, evidence, { ...milder, ...(proxied ? { note: 'An HTTP proxy is set, which a workload may go around.' } : {}) });
  },
});

/** SKU of the cluster's load balancer; absent is standard. */
export const loadBalancerSku = check({
  needs: ['cluster'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster) => {
    const { networkProfile } = cluster.properties;
    if (networkProfile == null) return noProfile(cluster);
    const evidence = see(cluster, '/properties/networkProfile/loadBalancerSku', 'standard');
    const sku = networkProfile.loadBalancerSku?.toLowerCase() || 'standard';
    if (sku === 'standard') return pass('The load balancer is of SKU Standard.', evidence);
    if (sku === 'basic') return fail('The load balancer is of SKU Basic.', evidence, { note: 'Azure retired it on 30 September 2025.' });
    return undecided('The load balancer is of an unknown SKU.', evidence);
  },
});
