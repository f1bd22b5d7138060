import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditFiles, auditPaths } from './support/auditing.ts';
import { type Equal, isLeftOut, judged, judgedIn, split } from './support/cases.ts';
import { compare, type Judgement } from './support/compare.ts';
import { describeCorpus, filesBelow, foldersOf } from './support/corpus.ts';

const equals: Readonly<Record<string, Equal>> = {
  AKSEphemeralOSDisks: { none: 'no rule of ours yet' },
  AKSLocalAdminDisabled: { rule: 'local-accounts-disabled' },
  AKSLoggingEnabled: { rule: 'container-insights' },
  AKSMaxPodsMinimum: { none: 'it wants 50 pods a node; how many are right depends on the address plan' },
  AKSNetworkPolicy: { rule: 'network-policy-engine' },
  AKSPoolTypeIsScaleSet: { none: 'no rule of ours yet' },
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
        const audited = await auditFiles({ 'template.json': readFileSync(join(root, theirRule, file), 'utf8') }, true);
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
