import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditManifests, auditTexts, type Equal, judged, type Pair, split } from './support/cases.ts';
import { compare, type Judgement } from './support/compare.ts';
import { describeCorpus, filesBelow } from './support/corpus.ts';
import { served, twoReplicas } from './support/given.ts';

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
const kubeLinter: Readonly<Record<string, Equal>> = {
  'access-to-secrets.yml': { none: otherNames },
  'dangling-networkpolicypeer-podselector.yml': { none: otherNames },
  'dangling-service.yml': { none: otherNames },
  'default-service-account.yml': { none: otherNames },
  'env-var-value-from.yml': { none: otherNames },
  'hpa-minimum-three-replicas.yml': { none: 'it asks for three; multi-replica-workloads for two' },
  'invalid-target-ports.yaml': { none: otherNames },
  'job-ttl-seconds-after-finished.yaml': { none: otherNames },
  'liveness-port.yml': { none: otherNames },
  'minimum-three-replicas.yml': { none: 'it asks for three; multi-replica-workloads for two' },
  'no-extensions-v1beta.yml': { none: otherNames },
  'no-liveness-probe.yml': { rule: 'health-probes', where: /livenessProbe/, given: served },
  'no-node-affinity.yml': { none: otherNames },
  'no-rolling-update-strategy.yml': { none: otherNames },
  'pdb-unhealthy-pod-eviction-policy.yaml': { none: otherNames },
  'privileged-ports.yml': { none: otherNames },
  'read-secret-from-env-var.yml': { none: otherNames },
  'readiness-port.yml': { none: otherNames },
  'sensitive-host-mounts.yml': { rule: 'pss-baseline', where: /\/volumes\// },
  'startup-port.yml': { none: otherNames },
  'unsafe-sysctls.yml': { rule: 'pss-baseline', where: /sysctls/ },
  'unset-cpu-requirements.yml': { rule: 'resource-requests', where: /\/cpu$/ },
  'use-namespace.yml': { none: otherNames },
};

describeCorpus('kube-linter', 'kubernetes/kube-linter', (root) => {
  const { pairs, absent, without } = split(kubeLinter);

  test('every check of theirs is mapped, to a rule that there is', () => {
    expect({ unmapped: filesBelow(root).filter((file) => !(file in kubeLinter)), absent }).toEqual({ unmapped: [], absent: [] });
  });

  test('verdicts by the names of their objects', async () => {
    const judgements: Judgement[] = [];
    for (const [file, pair] of pairs) {
      const documents = readFileSync(join(root, file), 'utf8')
        .split(/^---$/m)
        .filter((text) => /^kind: (Deployment|Pod)$/m.test(text));
      for (const [index, text] of documents.entries()) {
        const [, name = ''] = /^ {2}name: (.*)$/m.exec(text) ?? [];
        judgements.push(
          judged(
            `${file} ${index} ${name}`,
            file,
            pair,
            name.startsWith('dont-fire') ? 'pass' : 'fail',
            await auditTexts({ 'manifest.yaml': text }, pair),
          ),
        );
      }
    }
    compare('kube-linter', judgements, without);
  });
});
