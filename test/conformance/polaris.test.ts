import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditManifests, type Equal, isLeftOut, judged, split } from './support/cases.ts';
import { compare, type Judgement } from './support/compare.ts';
import { describeCorpus, filesBelow, foldersOf } from './support/corpus.ts';
import { budgeted, running, served, twoReplicas } from './support/given.ts';

const anyOfFour = 'any one of four measures passes it; ours asks for a seccomp profile';

const equals: Readonly<Record<string, Equal>> = {
  clusterrolebindingClusterAdmin: { rule: 'cluster-admin-groups-only' },
  clusterrolebindingPodExecAttach: { rule: 'rbac-sensitive-permissions' },
  cpuRequestsMissing: { rule: 'resource-requests', where: /\/cpu$/ },
  hostPIDSet: { rule: 'pss-baseline', where: /hostPID$/ },
  hostPathSet: { rule: 'pss-baseline', where: /\/volumes\// },
  hpaMaxAvailability: { rule: 'hpa-configuration', where: /maxReplicas$/ },
  insecureCapabilities: { rule: 'pss-restricted', where: /capabilities/ },
  linuxHardening: {
    rule: 'pss-restricted',
    where: /seccompProfile/,
    except: { apparmor: anyOfFour, drop_capabilities: anyOfFour, selinux: anyOfFour },
  },
  livenessProbeMissing: { rule: 'health-probes', where: /livenessProbe/, given: served },
  memoryLimitsMissing: { rule: 'resource-limits', where: /\/memory$/ },
  memoryRequestsMissing: { rule: 'resource-requests', where: /\/memory$/ },
  missingNetworkPolicy: { none: 'it asks for some policy with rules for each pod; ours for a default deny of the namespace' },
  missingPodDisruptionBudget: { rule: 'pdb-coverage', given: twoReplicas },
  pdbDisruptionsIsZero: { rule: 'pdb-allows-drain', given: budgeted },
  pdbMinAvailableGreaterThanHPAMinReplicas: {
    rule: 'pdb-allows-drain',
    given: running,
    except: {
      'success.hpa-no-match': 'it passes for want of an autoscaler, however many replicas there are',
      'success.no-hpa': 'it passes for want of an autoscaler, however many replicas there are',
    },
  },
  resourceRange: { none: 'it compares with a range of its own' },
  sensitiveContainerEnvVar: { rule: 'plaintext-credentials' },
  tlsSettingsMissing: { rule: 'ingress-tls' },
};

describeCorpus('Polaris', 'kubernetes/polaris', (root) => {
  const { pairs, absent, without } = split(equals);

  test('every rule of theirs is mapped, to a rule that there is', () => {
    expect({ unmapped: foldersOf(root).filter((rule) => !(rule in equals)), absent }).toEqual({ unmapped: [], absent: [] });
  });

  test('verdicts by the names of their files', async () => {
    const judgements: Judgement[] = [];
    for (const [theirRule, pair] of pairs) {
      for (const file of filesBelow(join(root, theirRule)).filter((name) => /^(success|failure)/.test(name) && !isLeftOut(pair, name))) {
        const audited = await auditManifests([join(root, theirRule, file)], pair);
        judgements.push(judged(`${theirRule}/${file}`, theirRule, pair, file.startsWith('success') ? 'pass' : 'fail', audited));
      }
    }
    compare('polaris', judgements, without);
  });
});
