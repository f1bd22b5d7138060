import type { Seen } from '../seen.ts';
import type { DaemonSet, ManagedCluster } from '../wire.ts';

/** What enforces Kubernetes NetworkPolicy: `none` of AKS's engines, or `own`, which only the DaemonSets of a CNI of one's own tell. */
export type PolicyEngine = 'azure' | 'calico' | 'cilium' | 'none' | 'own';

/** The engine that AKS runs. The Cilium dataplane enforces policies whether or not `networkPolicy` says so. */
export function policyEngine({ properties: { networkProfile } }: ManagedCluster): PolicyEngine {
  if (networkProfile?.networkDataplane?.toLowerCase() === 'cilium') return 'cilium';
  const named = networkProfile?.networkPolicy?.toLowerCase();
  if (named === 'azure' || named === 'calico' || named === 'cilium') return named;
  return networkProfile?.networkPlugin?.toLowerCase() === 'none' ? 'own' : 'none';
}

/** When AKS stops supporting Azure Network Policy Manager, by the operating system of the nodes (read in August 2026). */
export const npmEnds = { windows: new Date('2026-09-30T00:00:00Z'), linux: new Date('2028-09-30T00:00:00Z') };

/** DaemonSets by which the usual engines run, as their own manifests and charts name them. */
const engines: ReadonlyMap<string, 'calico' | 'cilium' | 'other'> = new Map([
  ['cilium', 'cilium'],
  ['calico-node', 'calico'],
  ['canal', 'calico'],
  ['antrea-agent', 'other'],
  ['kube-router', 'other'],
  ['ovnkube-node', 'other'],
  ['weave-net', 'other'],
]);

/** The DaemonSet of a policy engine that the cluster's owner installed; throws NotSeen when none was seen but some were not. */
export function ownPolicyEngine(daemonSets: Seen<DaemonSet>): { engine: 'calico' | 'cilium' | 'other'; daemonSet: DaemonSet } | undefined {
  const daemonSet = daemonSets.find(({ metadata }) => engines.has(metadata.name));
  return daemonSet && { engine: engines.get(daemonSet.metadata.name) ?? 'other', daemonSet };
}
