import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditFiles, auditPaths } from './support/auditing.ts';
import { type Equal, isLeftOut, judged, judgedIn, type Pair, split, thresholdsOf } from './support/cases.ts';
import { compare, type Judgement } from './support/compare.ts';
import { describeCorpus, filesBelow, foldersOf } from './support/corpus.ts';

const equals: Readonly<Record<string, Equal>> = {
  AKSEphemeralOSDisks: { none: 'no rule of ours yet' },
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
