import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditManifests, auditTexts, type Equal, isLeftOut, judged, type Pair, split } from './support/cases.ts';
import { compare, type Judgement } from './support/compare.ts';
import { describeCorpus, filesBelow } from './support/corpus.ts';
import { served, twoReplicas, written } from './support/given.ts';

/** kube-score's test data by what the names of the files say; those whose name tells no verdict are left out. */
const kubeScore: Readonly<Record<string, Pair & { pass: readonly string[]; fail: readonly string[] }>> = {
  'container-resources': {
    rule: ['resource-requests', 'resource-limits'],
    pass: ['pod-test-resources-limits-and-requests'],
    fail: ['pod-test-resources-no-limits', 'pod-test-resources-none'],
  },
  'container-image-tag': {
    rule: 'image-tags-pinned',
    pass: ['pod-image-tag-fixed'],
    fail: ['pod-image-pullpolicy-undefined-latest-tag', 'pod-image-pullpolicy-undefined-no-tag'],
  },
  'pod-probes': {
    rule: 'health-probes',
    pass: ['pod-probes-both', 'pod-probes-on-different-containers-init', 'pod-probes-targeted-by-service-different-namespace'],
    fail: ['pod-probes-targeted-by-service', 'pod-probes-targeted-by-service-same-namespace-multi-labels'],
  },
  'deployment-has-poddisruptionbudget': {
    rule: 'pdb-coverage',
    given: twoReplicas,
    pass: [
      'deployment-poddisruptionbudget-v1beta1-matches',
      'deployment-poddisruptionbudget-v1beta1-expression-matches',
      'statefulset-poddisruptionbudget-v1beta1-matches',
    ],
    fail: [
      'deployment-poddisruptionbudget-v1beta1-no-match',
      'deployment-poddisruptionbudget-v1beta1-expression-no-match',
      'deployment-poddisruptionbudget-v1-no-policy',
      'deployment-poddisruptionbudget-v1beta1-no-policy',
    ],
  },
  'container-security-context-readonlyrootfilesystem': {
    rule: 'read-only-root-filesystem',
    pass: [],
    fail: ['pod-security-context-high-ids', 'pod-security-context-nosecuritycontext'],
  },
  'deployment-has-host-podantiaffinity': {
    rule: 'pod-spread',
    pass: ['deployment-host-antiaffinity-preffered', 'deployment-host-antiaffinity-preffered-selector-expression'],
    fail: ['deployment-host-antiaffinity-not-set'],
  },
  'statefulset-has-host-podantiaffinity': {
    rule: 'pod-spread',
    pass: ['statefulset-host-antiaffinity-preffered', 'statefulset-host-antiaffinity-required'],
    fail: ['statefulset-host-antiaffinity-undefined-replicas'],
  },
  'stable-version': {
    rule: 'deprecated-api-usage',
    given: written,
    pass: ['cronjob-batchv1', 'daemonset-appsv1', 'job-batchv1'],
    fail: ['daemonset-appsv1beta2', 'deployment-appsv1beta1', 'statefulset-appsv1beta2'],
  },
  'container-seccomp-profile': {
    rule: 'pss-restricted',
    where: /seccomp/,
    pass: ['pod-seccomp-securecontext-ok', 'pod-seccomp-container-securecontext-ok', 'pod-seccomp-annotated'],
    fail: ['pod-seccomp-no-annotation', 'pod-seccomp-securecontext-warning', 'pod-seccomp-container-securecontext-warning'],
  },
};

describeCorpus('kube-score', 'kubernetes/kube-score', (root) => {
  const { absent } = split(kubeScore);
  test('every rule is mapped to a rule that there is', () => expect(absent).toEqual([]));

  test('verdicts by the names of their files', async () => {
    const judgements: Judgement[] = [];
    for (const [theirRule, pair] of Object.entries(kubeScore)) {
      for (const theirs of ['pass', 'fail'] as const) {
        for (const name of pair[theirs])
          judgements.push(judged(name, theirRule, pair, theirs, await auditManifests([join(root, `${name}.yaml`)], pair)));
      }
    }
    compare('kube-score', judgements, {
      'networkpolicy-*': 'it asks for some policy for each pod; ours for a default deny of the namespace',
      'the other files': 'no rule of ours yet, or the name tells no verdict',
    });
  });
});

const otherNames = 'no rule of ours yet, or nothing that we judge';
/** A file of kube-linter is one of its checks; its objects are named by whether it should fire. */
const kubeLinter: Readonly<Record<string, Equal & { together?: true }>> = {
  'access-to-secrets.yml': { rule: 'rbac-sensitive-permissions', together: true },
  'dangling-networkpolicypeer-podselector.yml': { none: otherNames },
  'dangling-service.yml': { none: otherNames },
  'default-service-account.yml': { rule: 'default-service-account-unused' },
  'env-var-value-from.yml': { none: otherNames },
  'hpa-minimum-three-replicas.yml': { rule: 'hpa-configuration', with: { minHpaReplicas: 3 }, where: /minReplicas$/ },
  'invalid-target-ports.yaml': { none: otherNames },
  'job-ttl-seconds-after-finished.yaml': { none: otherNames },
  'liveness-port.yml': { none: otherNames },
  'minimum-three-replicas.yml': { rule: 'multi-replica-workloads', with: { minReplicas: 3 } },
  'no-extensions-v1beta.yml': {
    rule: 'deprecated-api-usage',
    given: written,
    except: { ' 0 app': 'nothing but its API says that it should not fire' },
  },
  'no-liveness-probe.yml': { rule: 'health-probes', where: /livenessProbe/, given: served },
  'no-node-affinity.yml': { none: otherNames },
  'no-rolling-update-strategy.yml': { none: otherNames },
  'pdb-unhealthy-pod-eviction-policy.yaml': { none: otherNames },
  'privileged-ports.yml': { none: otherNames },
  'read-secret-from-env-var.yml': { rule: 'secrets-in-environment' },
  'readiness-port.yml': { none: otherNames },
  'sensitive-host-mounts.yml': { rule: 'pss-baseline', where: /\/volumes\// },
  'startup-port.yml': { none: otherNames },
  'unsafe-sysctls.yml': { rule: 'pss-baseline', where: /sysctls/ },
  'unset-cpu-requirements.yml': { rule: 'resource-requests', where: /\/cpu$/ },
  'use-namespace.yml': { rule: 'default-namespace-unused' },
};

describeCorpus('kube-linter', 'kubernetes/kube-linter', (root) => {
  const { pairs, absent, without } = split(kubeLinter);

  test('every check of theirs is mapped, to a rule that there is', () => {
    expect({ unmapped: filesBelow(root).filter((file) => !(file in kubeLinter)), absent }).toEqual({ unmapped: [], absent: [] });
  });

  test('verdicts by the names of their objects', async () => {
    const judgements: Judgement[] = [];
    for (const [file, pair] of pairs) {
      for (const [name, text] of casesIn(readFileSync(join(root, file), 'utf8'), kubeLinter[file]?.together)) {
        const theirs = name.includes(' dont-fire') ? 'pass' : 'fail';
        if (!isLeftOut(pair, name))
          judgements.push(judged(`${file}${name}`, file, pair, theirs, await auditTexts({ 'manifest.yaml': text }, pair)));
      }
    }
    compare('kube-linter', judgements, without);
  });
});

/** The objects of a file by place and name, of kinds that a cluster of Azure has; or all in one, where they belong together. */
function casesIn(text: string, together: true | undefined): (readonly [name: string, text: string])[] {
  if (together) return [['', text]];
  return text
    .split(/^---$/m)
    .filter((each) => /^kind: (Deployment|HorizontalPodAutoscaler|NetworkPolicy|Pod)$/m.test(each))
    .map((each, index) => [` ${index} ${/^ {2}name: (.*)$/m.exec(each)?.[1] ?? ''}`, each] as const);
}
