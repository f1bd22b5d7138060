import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditFiles, auditPaths, catalogue } from './support/auditing.ts';
import { type Equal, isLeftOut, judged, judgedIn, type Pair, split, thresholdsOf } from './support/cases.ts';
import { compare, type Judgement } from './support/compare.ts';
import { describeCorpus, filesBelow, foldersOf } from './support/corpus.ts';

const equals: Readonly<Record<string, Equal>> = {
  AKSEphemeralOSDisks: { rule: 'os-disk-type' },
  AKSLocalAdminDisabled: { rule: 'local-accounts-disabled' },
  AKSLoggingEnabled: { rule: 'container-insights' },
  AKSMaxPodsMinimum: {
    rule: 'max-pods-per-node',
    with: { minMaxPods: 50 },
    except: { properties_: 'a pool whose cluster is not in the template; we audit clusters' },
  },
  AKSNetworkPolicy: { rule: 'network-policy-engine' },
  AKSPoolTypeIsScaleSet: { rule: 'retired-platform-features', where: /^\/properties\/type$/ },
  AKSUpgradeChannel: { rule: 'auto-upgrade-channel' },
  AkSSecretStoreRotation: { rule: 'secret-rotation' },
};

describeCorpus('Checkov: ARM templates of AKS', 'iac/checkov-arm', (root) => {
  const { pairs, absent, without } = split(equals);

  test('every rule of theirs is mapped, to a rule that there is', () => {
    expect({ unmapped: foldersOf(root).filter((rule) => !(rule in equals)), absent }).toEqual({ unmapped: [], absent: [] });
  });

  test('verdicts by the names of their files', async () => {
    const judgements: Judgement[] = [];
    for (const [theirRule, pair] of pairs) {
      for (const file of filesBelow(join(root, theirRule)).filter((name) => !isLeftOut(pair, name))) {
        const audited = await auditFiles({ 'template.json': readFileSync(join(root, theirRule, file), 'utf8') }, true, thresholdsOf(pair));
        judgements.push(judged(`${theirRule}/${file}`, theirRule, pair, /pass/i.test(file) ? 'pass' : 'fail', audited));
      }
    }
    compare('checkov-arm', judgements, without);
  });
});

describeCorpus('Regula: an ARM template of AKS', 'iac/regula', (root) => {
  test('verdicts by the names of its clusters', async () => {
    const { report } = await auditPaths([join(root, 'cluster_instances_rbac_infra.json')], true);
    const judgements = (report?.clusters ?? []).map((cluster) =>
      judgedIn(
        cluster,
        cluster.target.name,
        'rbac',
        { rule: 'kubernetes-rbac-enabled' },
        cluster.target.name.startsWith('invalid') ? 'fail' : 'pass',
      ),
    );
    expect(judgements).toHaveLength(3);
    compare('regula', judgements);
  });
});

/** What their tests report of a template, by the line that they report; nothing is a pass. */
const analyzed: Readonly<Record<string, Pair & { template: string }>> = {
  'TA-000023': { template: 'Kubernetes.json', rule: 'api-server-authorized-ip-ranges' },
  'TA-000025': { template: 'KubernetesVersions.json', rule: 'kubernetes-version-supported' },
};

describeCorpus('Template Analyzer: ARM templates of AKS', 'iac/template-analyzer', (root) => {
  test('verdicts by the lines of their failures', async () => {
    const judgements: Judgement[] = [];
    for (const [theirRule, pair] of Object.entries(analyzed)) {
      const file = join(root, `${theirRule}__${pair.template}`);
      const reported = JSON.parse(readFileSync(join(root, `${theirRule}__${theirRule}.json`), 'utf8')) as Analyzed[];
      const failed = failedNames(
        readFileSync(file, 'utf8'),
        reported.find(({ Template }) => Template === pair.template),
      );
      const { report } = await auditPaths([file], true);
      for (const cluster of report?.clusters ?? []) {
        const { name } = cluster.target;
        judgements.push(judgedIn(cluster, name, theirRule, pair, failed.has(name) ? 'fail' : 'pass'));
      }
    }
    compare('template-analyzer', judgements);
  });
});

interface Analyzed {
  Template: string;
  ReportedFailures: readonly { LineNumber: number }[];
}

/** The resources that hold the lines: the last to be named before each. */
function failedNames(text: string, analyzed: Analyzed | undefined): Set<string> {
  const lines = text.split('\n');
  const named = (line: number): string => {
    const above = lines.slice(0, line).flatMap((each) => /^ {6}"name": "(.*)",?\s*$/.exec(each)?.[1] ?? []);
    return above.at(-1) ?? '';
  };
  return new Set((analyzed?.ReportedFailures ?? []).map(({ LineNumber }) => named(LineNumber)));
}

/** What KubeBuddy finds wrong with the cluster of its own test, which has everything switched off. */
const kubeBuddy: Readonly<Record<string, Equal>> = {
  AKSBP001: { rule: 'policy-allowed-images' },
  AKSBP002: { none: 'ours takes deployment safeguards for a policy as well, and the sample does not list them' },
  AKSBP003: { rule: 'dedicated-system-pool' },
  AKSBP005: { none: 'ours wants to know what the size of the machines has room for' },
  AKSBP007: { rule: 'system-pool-taint' },
  AKSBP008: { rule: 'auto-upgrade-channel' },
  AKSBP009: { rule: 'node-os-upgrade-channel' },
  AKSBP011: { none: 'the pool does not say how many nodes it has' },
  AKSBP012: { rule: 'node-pool-version-skew' },
  AKSDR001: { rule: 'zone-redundant-pools' },
  AKSDR002: { rule: 'uptime-sla-tier' },
  AKSIAM001: { rule: 'kubernetes-rbac-enabled' },
  AKSIAM002: { none: 'the sample has a managed identity' },
  AKSIAM003: { rule: 'workload-identity-enabled' },
  AKSIAM005: { rule: 'azure-rbac-authorization' },
  AKSIAM007: { rule: 'local-accounts-disabled' },
  AKSMON001: { rule: 'container-insights' },
  AKSMON002: { rule: 'managed-prometheus' },
  AKSNET001: { rule: 'api-server-authorized-ip-ranges' },
  AKSNET002: { rule: 'network-policy-engine' },
  AKSNET004: { rule: 'azure-cni' },
  AKSRES001: { rule: 'node-autoscaling' },
  AKSRES002: { rule: 'cost-analysis' },
  AKSRES003: { none: 'ours is about what pods ask for and use' },
  AKSSEC001: { rule: 'private-api-server' },
  AKSSEC002: { rule: 'azure-policy-addon' },
  AKSSEC003: { rule: 'defender-sensor' },
  AKSSEC004: { rule: 'workload-identity-enabled' },
  AKSSEC005: { rule: 'key-vault-csi-addon' },
  AKSSEC006: { rule: 'image-cleaner' },
  AKSSEC008: { none: 'it reads a property that no cluster has; ours the labels of namespaces' },
};

describeCorpus('KubeBuddy: the sample of a cluster', 'arm/kubebuddy', (root) => {
  const { pairs, absent, without } = split(kubeBuddy);

  test('every rule of ours that refers to one of theirs is compared, or says why not', () => {
    const theirs = catalogue.rules.flatMap(({ refs }) => refs?.kubebuddy ?? []);
    expect({ unmapped: theirs.filter((each) => !(each in kubeBuddy)), absent }).toEqual({ unmapped: [], absent: [] });
  });

  test('it fails everything', async () => {
    const audited = await auditPaths([join(root, 'aks-sample.json')], true);
    compare(
      'kubebuddy',
      pairs.map(([theirRule, pair]) => judged('aks-sample.json', theirRule, pair, 'fail', audited)),
      without,
    );
  });
});
