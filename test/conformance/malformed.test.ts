import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditPaths } from './support/auditing.ts';
import { describeCorpus, filesBelow } from './support/corpus.ts';

/** What is said of a file that does not parse, or the name of the cluster that it is read as all the same. */
const expected: Readonly<Record<string, { says: RegExp } | { cluster: RegExp; warns: RegExp }>> = {
  'aks-azure-linux-os-guard.azuredeploy.json': { says: /azuredeploy\.json:\d+:\d+: / },
  'az-aks-create.stdout-with-preamble.txt': { cluster: /./, warns: /text before the JSON/ },
  'duplicate-keys/_archived__openshift-origin__etcd-controller.yaml': {
    says: /etcd-controller\.yaml:12:\d+: .*twice|etcd-controller\.yaml:12:\d+: /,
  },
  'duplicate-keys/_archived__openshift-origin__etcd-discovery-controller.yaml': { says: /etcd-discovery-controller\.yaml:12:\d+: / },
  'duplicate-keys/_archived__openshift-origin__openshift-controller.yaml': { says: /openshift-controller\.yaml:12:\d+: / },
  'duplicate-keys/_archived__persistent-volume-provisioning__quobyte__quobyte-admin-secret.yaml': { says: /admin-secret\.yaml:9:\d+: / },
  'duplicate-keys/_archived__volumes__scaleio__sc-pvc.yaml': { says: /sc-pvc\.yaml:12:\d+: / },
  'duplicate-keys/cel.yml': { says: /cel\.yml:36:\d+: / },
  'openshift-origin__secret.json': { says: /secret\.json: is empty/ },
  'user-story-4-v1.yaml': { says: /user-story-4-v1\.yaml:11:\d+: / },
};

describeCorpus('malformed files', 'malformed', (root) => {
  test('every file has an expectation', () => expect(filesBelow(root)).toEqual(Object.keys(expected).sort()));

  test.each(Object.entries(expected))('%s', async (file, expectation) => {
    const { report, refused, warnings = [] } = { warnings: undefined, ...(await auditPaths([join(root, file)], true)) };
    if ('says' in expectation) {
      expect(refused).toMatch(expectation.says);
      return;
    }
    expect(refused).toBeUndefined();
    expect(report?.clusters.map(({ target }) => target.name).join()).toMatch(expectation.cluster);
    expect(warnings.join('\n')).toMatch(expectation.warns);
    expect(
      report?.clusters.flatMap(({ entries }) => entries.filter(({ result }) => result.status === 'unknown' && result.crash !== undefined)),
    ).toEqual([]);
  });
});
