import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditFiles, catalogue } from './support/auditing.ts';
import { type Equal, judged, judgedIn, split, thresholdsOf } from './support/cases.ts';
import { compare, type Judgement } from './support/compare.ts';
import { describeCorpus } from './support/corpus.ts';
import { roomy } from './support/given.ts';
import { isRecord } from './support/unwrap.ts';

const equals: Readonly<Record<string, Equal>> = {
  'Azure.AKS.AuditLogs': { rule: 'control-plane-logs', with: { requiredCategories: ['kube-audit-admin', 'guard'] } },
  'Azure.AKS.PlatformLogs': {
    rule: 'control-plane-logs',
    with: { requiredCategories: ['cluster-autoscaler', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] },
  },
  'Azure.AKS.AutoScaling': { rule: 'node-autoscaling' },
  'Azure.AKS.AzureRBAC': { rule: 'azure-rbac-authorization' },
  'Azure.AKS.CNISubnetSize': { none: 'it asks for a prefix of /23; subnet-ip-capacity reckons what the pools need' },
  'Azure.AKS.ContainerInsights': { rule: 'container-insights' },
  'Azure.AKS.EphemeralOSDisk': { rule: 'os-disk-type', given: roomy },
  'Azure.AKS.HttpAppRouting': { rule: 'ingress-controller-supported', where: /^\/properties\/addonProfiles\/http/i },
  'Azure.AKS.ManagedIdentity': { rule: 'cluster-managed-identity' },
  'Azure.AKS.NodeAutoUpgrade': { rule: 'node-os-upgrade-channel' },
  'Azure.AKS.PoolScaleSet': { rule: 'retired-platform-features', where: /^\/properties\/type$/ },
  'Azure.AKS.PoolVersion': { rule: 'node-pool-version-skew' },
  'Azure.AKS.SecretStore': { rule: 'key-vault-csi-addon' },
  'Azure.AKS.SecretStoreRotation': { rule: 'secret-rotation' },
  'Azure.AKS.StandardLB': { rule: 'standard-load-balancer' },
  'Azure.AKS.UserPoolNaming': { none: 'names are not judged' },
  'Azure.AKS.Version': { rule: 'kubernetes-version-supported' },
};

interface Expected {
  rules: readonly string[];
  cases: readonly {
    context: string;
    rule: string;
    input: string | null;
    runs: readonly { outcomes: Readonly<Record<string, { names: readonly string[] | null }>>; options?: unknown; option_source?: string }[];
  }[];
}

describeCorpus('PSRule for Azure: AKS', 'psrule', (root) => {
  const expected = JSON.parse(readFileSync(join(root, 'expected-verdicts.aks.json'), 'utf8')) as Expected; // as its how_to_read says
  const { pairs, absent, without } = split(equals);

  test('every rule of theirs is mapped, to a rule that there is', () => {
    expect({ unmapped: expected.rules.filter((rule) => !(rule in equals)), absent }).toEqual({ unmapped: [], absent: [] });
  });

  test('verdicts on the clusters of their own tests', async () => {
    const judgements: Judgement[] = [];
    const poolsAlone = new Set<string>();
    for (const input of ['Resources.AKS.json', 'Resources.AKS.Template.json']) {
      const files = filesOf(JSON.parse(readFileSync(join(root, input), 'utf8')), input);
      for (const [theirRule, pair] of pairs) {
        const { report } = await auditFiles({ ...files, ...pair.given?.beside }, true, thresholdsOf(pair));
        for (const { name, theirs } of verdictsOn(input, theirRule, expected)) {
          const cluster = report?.clusters.find(({ target }) => target.name === name);
          if (cluster === undefined) poolsAlone.add(`${input} ${name}`);
          else judgements.push(judgedIn(cluster, `${input} ${name}`, theirRule, pair, theirs));
        }
      }
    }
    for (const pool of poolsAlone) without[pool] = 'a pool whose cluster is not in the export; we audit clusters';
    compare('psrule', judgements, without);
  });
});

/** A template as it is; an export by resources. To them, what an export does not hold is not there. */
function filesOf(input: unknown, name: string): Record<string, unknown> {
  if (!Array.isArray(input)) return { [name]: input };
  const folders = input.map((each: unknown, at) => ({ [`${at}/resource.json`]: ownNested(each), [`${at}/diagnosticSettings.json`]: [] }));
  return Object.assign({}, ...folders);
}

/** The names of clusters were changed in the export, but not in the ids of the diagnostic settings below them. */
function ownNested(resource: unknown): unknown {
  if (!isRecord(resource) || !Array.isArray(resource.resources)) return resource;
  const own = JSON.stringify(resource.resources).replaceAll(
    /"[^"]*\/managedclusters\/k8s-aks-cluster(?=[/"])/gi,
    `"${String(resource.ResourceId)}`,
  );
  return { ...resource, resources: JSON.parse(own) };
}

/** What they assert by a rule of each name in an input, as far as no option of theirs is set. */
function verdictsOn(input: string, theirRule: string, { cases }: Expected): { name: string; theirs: 'pass' | 'fail' }[] {
  const runs = cases.filter((each) => each.input === input && each.rule === theirRule).flatMap((each) => each.runs);
  return runs
    .filter(({ options, option_source }) => options === undefined && option_source === undefined)
    .flatMap(({ outcomes }) => [
      ...(outcomes.Pass?.names ?? []).map((name) => ({ name, theirs: 'pass' as const })),
      ...(outcomes.Fail?.names ?? []).map((name) => ({ name, theirs: 'fail' as const })),
    ]);
}

const notInIt = 'its example does not set it';
/** Rules that their example of a cluster is an example of. */
const shown: Readonly<Record<string, Equal>> = {
  'Azure.AKS.AuditAdmin': { rule: 'audit-category-cost' },
  'Azure.AKS.AuditLogs': { rule: 'control-plane-logs', with: { requiredCategories: ['kube-audit-admin', 'guard'] } },
  'Azure.AKS.AuthorizedIPs': { rule: 'api-server-authorized-ip-ranges' },
  'Azure.AKS.AutoScaling': { rule: 'node-autoscaling' },
  'Azure.AKS.AutoUpgrade': { rule: 'auto-upgrade-channel' },
  'Azure.AKS.AvailabilityZone': { none: notInIt },
  'Azure.AKS.AzureCNI': { rule: 'azure-cni' },
  'Azure.AKS.AzurePolicyAddOn': { rule: 'azure-policy-addon' },
  'Azure.AKS.AzureRBAC': { rule: 'azure-rbac-authorization' },
  'Azure.AKS.CNISubnetSize': { none: 'its example has no subnet' },
  'Azure.AKS.ContainerInsights': { rule: 'container-insights' },
  'Azure.AKS.DefenderProfile': { none: notInIt },
  'Azure.AKS.EphemeralOSDisk': { rule: 'os-disk-type' },
  'Azure.AKS.HttpAppRouting': { rule: 'ingress-controller-supported' },
  'Azure.AKS.LocalAccounts': { rule: 'local-accounts-disabled' },
  'Azure.AKS.MaintenanceWindow': { none: notInIt },
  'Azure.AKS.ManagedAAD': { rule: 'entra-id-authentication' },
  'Azure.AKS.ManagedIdentity': { rule: 'cluster-managed-identity' },
  'Azure.AKS.MinNodeCount': { rule: 'system-pool-node-count' },
  'Azure.AKS.MinUserPoolNodes': { rule: 'user-pool-min-nodes' },
  'Azure.AKS.NetworkPolicy': { rule: 'network-policy-engine' },
  'Azure.AKS.NodeAutoUpgrade': { none: notInIt },
  'Azure.AKS.NodeMinPods': { rule: 'max-pods-per-node' },
  'Azure.AKS.PlatformLogs': { none: notInIt },
  'Azure.AKS.PodIdentity': { rule: 'pod-managed-identity-removed' },
  'Azure.AKS.PoolScaleSet': { rule: 'retired-platform-features', where: /^\/properties\/type$/ },
  'Azure.AKS.PoolVersion': { none: 'pools of a template that state no version get one at deployment' },
  'Azure.AKS.SecretStore': { rule: 'key-vault-csi-addon' },
  'Azure.AKS.SecretStoreRotation': { rule: 'secret-rotation' },
  'Azure.AKS.StandardLB': { rule: 'standard-load-balancer' },
  'Azure.AKS.UptimeSLA': { none: notInIt },
  'Azure.AKS.UseRBAC': { rule: 'kubernetes-rbac-enabled' },
  'Azure.AKS.Version': { rule: 'kubernetes-version-supported' },
};

const group = '/subscriptions/given/resourceGroups/given/providers';
const parameters: Readonly<Record<string, unknown>> = {
  name: 'given',
  dnsPrefix: 'given',
  identityName: 'given',
  systemPoolMin: 3,
  clusterSubnetId: `${group}/Microsoft.Network/virtualNetworks/given/subnets/given`,
  workspaceId: `${group}/Microsoft.OperationalInsights/workspaces/given`,
};

describeCorpus('PSRule for Azure: an example of theirs', 'psrule', (root) => {
  const { pairs, absent, without } = split(shown);

  test('every rule of ours that refers to one of theirs is compared, or says why not', () => {
    const theirs = catalogue.rules.flatMap(({ refs }) => refs?.psrule ?? []).filter((each) => each.startsWith('Azure.AKS.'));
    expect({ unmapped: theirs.filter((each) => !(each in shown)), absent }).toEqual({ unmapped: [], absent: [] });
  });

  test('each of its clusters passes', async () => {
    const judgements: Judgement[] = [];
    for (const [at, template] of examples(JSON.parse(readFileSync(join(root, 'docs-example-aks.template.json'), 'utf8'))).entries()) {
      for (const [theirRule, pair] of pairs) {
        const audited = await auditFiles({ 'template.json': template }, true, thresholdsOf(pair));
        judgements.push(judged(`example ${at}`, theirRule, pair, 'pass', audited));
      }
    }
    compare('psrule-example', judgements, without);
  });
});

/** It states one cluster in several ways; here each stands alone, with its parameters given. The last has pools of another. */
function examples(template: { parameters: Record<string, object>; resources: { type: string }[] }): object[] {
  const given = Object.entries(parameters).map(([name, value]) => [name, { ...template.parameters[name], defaultValue: value }]);
  const isOf = (type: string) => (resource: { type: string }) => resource.type === `Microsoft.ContainerService/managedClusters${type}`;
  const others = template.resources.filter((each) => !isOf('')(each) && !isOf('/agentPools')(each));
  return template.resources.filter(isOf('')).map((cluster) => ({
    ...template,
    parameters: { ...template.parameters, ...Object.fromEntries(given) },
    resources: [cluster, ...others],
  }));
}
