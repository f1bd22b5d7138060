import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditPaths } from './support/auditing.ts';
import { type Equal, judgedIn, split } from './support/cases.ts';
import { compare, type Judgement } from './support/compare.ts';
import { describeCorpus } from './support/corpus.ts';

const equals: Readonly<Record<string, Equal>> = {
  'Azure.AKS.AuditLogs': { none: 'diagnostic settings are not read yet' },
  'Azure.AKS.PlatformLogs': { none: 'diagnostic settings are not read yet' },
  'Azure.AKS.AutoScaling': { rule: 'node-autoscaling' },
  'Azure.AKS.AzureRBAC': { rule: 'azure-rbac-authorization' },
  'Azure.AKS.CNISubnetSize': { none: 'it asks for a prefix of /23; subnet-ip-capacity reckons what the pools need' },
  'Azure.AKS.ContainerInsights': { rule: 'container-insights' },
  'Azure.AKS.EphemeralOSDisk': { none: 'no rule of ours yet' },
  'Azure.AKS.HttpAppRouting': { none: 'no rule of ours yet' },
  'Azure.AKS.ManagedIdentity': { rule: 'cluster-managed-identity' },
  'Azure.AKS.NodeAutoUpgrade': { rule: 'node-os-upgrade-channel' },
  'Azure.AKS.PoolScaleSet': { none: 'no rule of ours yet' },
  'Azure.AKS.PoolVersion': { rule: 'node-pool-version-skew' },
  'Azure.AKS.SecretStore': { rule: 'key-vault-csi-addon' },
  'Azure.AKS.SecretStoreRotation': { rule: 'secret-rotation' },
  'Azure.AKS.StandardLB': { rule: 'standard-load-balancer' },
  'Azure.AKS.UserPoolNaming': { none: 'names are not judged' },
  'Azure.AKS.Version': { none: 'its least version is a constant of each release of PSRule' },
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
      const { report } = await auditPaths([join(root, input)], true);
      for (const { rule, name, theirs } of verdictsOn(input, expected)) {
        const pair = pairs.find(([theirRule]) => theirRule === rule)?.[1];
        if (pair === undefined) continue;
        const cluster = report?.clusters.find(({ target }) => target.name === name);
        if (cluster === undefined) poolsAlone.add(`${input} ${name}`);
        else judgements.push(judgedIn(cluster, `${input} ${name}`, rule, pair, theirs));
      }
    }
    for (const pool of poolsAlone) without[pool] = 'a pool whose cluster is not in the export; we audit clusters';
    compare('psrule', judgements, without);
  });
});

/** What they assert of each name in an input, as far as no option of theirs is set. */
function verdictsOn(input: string, { cases }: Expected): { rule: string; name: string; theirs: 'pass' | 'fail' }[] {
  const plain = cases.filter((each) => each.input === input && !each.context.includes('Option'));
  return plain.flatMap(({ rule, runs }) =>
    runs.flatMap(({ outcomes }) => [
      ...(outcomes.Pass?.names ?? []).map((name) => ({ rule, name, theirs: 'pass' as const })),
      ...(outcomes.Fail?.names ?? []).map((name) => ({ rule, name, theirs: 'fail' as const })),
    ]),
  );
}
