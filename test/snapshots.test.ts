import { expect, test } from 'vitest';
import type { ClusterReport } from '../src/report.ts';
import { audited } from './support/audited.ts';

/** Rules by the reason that the test has for them. */
type Reasons = Readonly<Record<string, readonly string[]>>;
const rulesOf = (reasons: Reasons): string[] => Object.values(reasons).flat().sort();

async function judged(name: string): Promise<ClusterReport> {
  const [cluster, ...others] = (await audited(name)).clusters;
  if (cluster === undefined || others.length > 0) throw new Error(`${name} is not one cluster`);
  return cluster;
}
const ended = ({ entries }: Pick<ClusterReport, 'entries'>, status: string): string[] =>
  entries
    .filter(({ result }) => result.status === status)
    .map(({ rule }) => rule)
    .sort();

/** What nothing in the cluster of the first years can be judged by. */
const notOfLegacy: Reasons = {
  'its one pool is of mode System, of a fixed size, of regular capacity and in no zone': [
    'autoscaler-bounds',
    'autoscaler-profile',
    'idle-capacity',
    'spot-pool-settings',
    'spot-workload-fit',
    'user-node-size',
    'user-pool-isolation',
    'user-pool-min-nodes',
    'zonal-storage',
    'zone-failure-simulation',
  ],
  'it runs kubenet, where no engine enforces policies': ['cilium-dataplane', 'cni-ip-model', 'network-policy-engine-lifecycle'],
  'it has no hub, no firewall, no private endpoint and a public API server': [
    'asymmetric-routing',
    'egress-firewall-rules',
    'hub-shared-services',
    'private-cluster-dns',
    'private-dns-zone-links',
  ],
  'it runs on a service principal, with pod identity in the place of workload identity': [
    'cluster-identity-user-assigned',
    'secret-provider-class-identity',
    'secret-rotation',
    'workload-identity-privileges',
    'workload-identity-wiring',
  ],
  'its images come from Docker Hub, and Defender is off': ['image-vulnerability-findings', 'kubelet-acr-pull'],
  'nothing watches it': [
    'alert-routing',
    'audit-category-cost',
    'log-collection-works',
    'log-retention',
    'managed-grafana',
    'private-link-monitor',
  ],
  'Azure Policy is off': ['gatekeeper-direct-constraints', 'policy-compliance', 'policy-enforcement', 'policy-exemptions'],
  'nothing backs it up, delivers to it or upgrades it': [
    'backup-recency-and-coverage',
    'backup-vault-resilience',
    'gitops-healthy',
    'maintenance-windows',
  ],
  'no tag says that it is critical, or for development': ['environment-tiering', 'global-load-balancer', 'multi-region'],
  'the Free tier has no cost analysis': ['cost-analysis'],
  'nothing scales by events': ['keda-enabled'],
};

test('in the cluster of the first years every rule that applies speaks', async () => {
  const cluster = await judged('legacy');
  // A service principal shows no object id, by which its roles could be told.
  expect(ended(cluster, 'unknown')).toEqual(['cluster-identity-least-privilege']);
  expect(ended(cluster, 'notApplicable')).toEqual(rulesOf(notOfLegacy));
  expect(cluster.gaps).toEqual([]);
  expect(cluster.score.grade).toBe('F');
});

/** What Microsoft's baseline leaves to those who take it up, or decides otherwise; all of it medium or low. */
const openInReference: Reasons = {
  'collects no log of the API server beside its audit log': ['control-plane-logs'],
  'gives Bastion a /27, as Azure once allowed': ['hub-shared-services'],
  'sends logs and metrics to public endpoints, through the firewall': ['private-link-monitor'],
  'leaves the caches of nodes without encryption at the host': ['host-disk-encryption'],
  'signs no images': ['image-signature-verification'],
  'leaves purge protection out, so that a trial can be taken down': ['key-vault-protection'],
  'turns the rotation of mounted secrets off': ['secret-rotation'],
  'has a sample application that writes to its root file system and names no seccomp profile': [
    'pss-restricted',
    'read-only-root-filesystem',
  ],
  'keeps a fixed number of ingress controllers': ['hpa-coverage'],
  'leaves traces to the application': ['distributed-tracing'],
  'keeps no state in the cluster, and so no backup': ['backup-configured'],
  'leaves budgets and the split of costs to the organisation': ['budgets', 'cost-analysis'],
  'leaves etcd to the keys of the platform': ['etcd-kms-encryption'],
  'assigns policies of its own in the place of deployment safeguards': ['deployment-safeguards'],
};

test("in Microsoft's baseline nothing high or critical is open", async () => {
  const { entries, gaps, score } = await judged('reference');
  expect(ended({ entries }, 'fail')).toEqual(rulesOf(openInReference));
  const severities = entries.flatMap(({ result }) =>
    result.findings.flatMap(({ status, severity }) => (status === 'fail' ? [severity] : [])),
  );
  expect(severities.filter((severity) => severity === 'critical' || severity === 'high')).toEqual([]);
  expect(gaps).toEqual([]);
  expect(score.grade).toBe('A');
  expect(score.coverage).toBeGreaterThanOrEqual(90);
});
