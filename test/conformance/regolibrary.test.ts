import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditFiles, type Audited } from './support/auditing.ts';
import { auditManifests, type Equal, isLeftOut, judged, type Pair, split } from './support/cases.ts';
import { compare, type Judgement } from './support/compare.ts';
import { describeCorpus, filesBelow, foldersOf } from './support/corpus.ts';
import { cluster, inhabited, policyEngine, populated, served } from './support/given.ts';
import { armBodies } from './support/unwrap.ts';

const inNamespace = 'it forbids the default namespace to a kind; where things stand is no rule of ours';
const apiServer = "flags of the API server's own process, which AKS runs and nobody can read";
const sandbox = 'a custom resource of another product';
const outOfRange = 'it compares with a range that its own test sets';

const equals: Readonly<Record<string, Equal>> = {
  'access-container-service-account-v1': { none: 'it lists who can reach what; nothing is judged' },
  'agent-sandbox-egress-policy': { none: sandbox },
  'agent-sandbox-image-registry-allowlist': { none: sandbox },
  'automount-default-service-account': { rule: 'default-service-account-unused', given: populated },
  'automount-service-account': { rule: 'service-account-token-automount' },
  'configmap-in-default-namespace': { none: inNamespace },
  'configured-liveness-probe': { rule: 'health-probes', where: /livenessProbe/, given: served },
  'deprecated-service-account-field': { none: 'a field that does no harm' },
  'detect-nginx-ingress-controller-eol': { rule: 'ingress-controller-supported', given: cluster },
  'ensure-azure-rbac-is-set': { rule: 'azure-rbac-authorization' },
  'ensure-image-vulnerability-scanning-using-azure-defender-image-scanning-or-a-third-party-provider': { rule: 'defender-sensor' },
  'ensure-that-the-api-server-anonymous-auth-argument-is-set-to-false': { none: apiServer },
  'ensure-that-the-api-server-authorization-mode-argument-includes-RBAC': { none: apiServer },
  'ensure-that-the-api-server-service-account-key-file-argument-is-set-as-appropriate': { none: apiServer },
  'ensure-that-the-api-server-service-account-lookup-argument-is-set-to-true': { none: apiServer },
  'ensure-that-the-controller-manager-service-account-private-key-file-argument-is-set-as-appropriate': { none: apiServer },
  ensure_nodeinstancerole_has_right_permissions_for_ecr: { none: 'AWS' },
  'exec-into-container-v1': { none: 'in a namespace of theirs, ours lets people run commands' },
  'external-secret-storage': { none: "encryption flags of the API server's own process" },
  'horizontalpodautoscaler-in-default-namespace': { none: inNamespace },
  'host-network-access': [
    { rule: 'pss-baseline', where: /hostNetwork$/ },
    { rule: 'host-access', where: /hostNetwork$/ },
  ],
  'host-pid-ipc-privileges': [
    { rule: 'pss-baseline', where: /host(Network|PID|IPC)$/ },
    { rule: 'host-access', where: /host(Network|PID|IPC)$/ },
  ],
  'hpa-has-target': { none: 'an autoscaler that finds no target says so in its conditions, which manifests do not have' },
  'image-pull-policy-is-not-set-to-always': { none: 'it asks for imagePullPolicy Always; ours for a tag that does not move' },
  'immutable-container-filesystem': { rule: 'read-only-root-filesystem', with: { includeInit: true } },
  'ingress-and-egress-blocked': {
    rule: ['default-deny-ingress', 'default-deny-egress'],
    given: policyEngine,
    except: { cronjob: 'no pod of it runs' },
  },
  'ingress-in-default-namespace': { none: inNamespace },
  'ingress-no-tls': { rule: 'ingress-tls' },
  'k8s-common-labels-usage': { none: 'labels are not judged' },
  'lease-in-default-namespace': { none: inNamespace },
  'list-role-definitions-in-acr': { none: 'it lists who holds which roles; nothing is judged' },
  'namespace-without-service-account': { none: 'it fails every namespace whose pods use the default account' },
  'non-existent-service-account': { none: 'no pod starts without its account, which a live cluster shows' },
  'persistentvolumeclaim-in-default-namespace': { none: inNamespace },
  'pod-security-admission-applied-2': { none: 'any admission webhook in the cluster passes it' },
  'pod-security-admission-baseline-applied-2': { rule: 'pod-security-admission', given: inhabited },
  'pod-security-admission-restricted-applied-2': { rule: 'pod-security-admission', with: { pssTarget: 'restricted' }, given: inhabited },
  'poddisruptionbudget-in-default-namespace': { none: inNamespace },
  'pods-in-default-namespace': { rule: 'default-namespace-unused' },
  'psp-deny-hostipc': { none: 'PodSecurityPolicy is gone since Kubernetes 1.25' },
  'psp-deny-hostnetwork': { none: 'PodSecurityPolicy is gone since Kubernetes 1.25' },
  'psp-enabled-native': { none: apiServer },
  'rbac-enabled-native': { none: apiServer },
  'resources-cpu-limit-and-request': {
    rule: ['resource-requests', 'resource-limits'],
    where: /\/cpu$/,
    except: { exceeded: outOfRange, 'mixed-unit': outOfRange },
  },
  'resources-cpu-limits': { rule: 'resource-limits', where: /\/cpu$/ },
  'resources-cpu-requests': { rule: 'resource-requests', where: /\/cpu$/ },
  'resources-memory-limit-and-request': {
    rule: ['resource-requests', 'resource-limits'],
    where: /\/memory$/,
    except: { exceeded: outOfRange, 'mixed-unit': outOfRange, 'milli-suffix': outOfRange },
  },
  'resources-memory-requests': { rule: 'resource-requests', where: /\/memory$/ },
  'resources-sandbox-memory-limits': { none: sandbox },
  'review-roles-with-aws-iam-authenticator': { none: 'AWS' },
  'role-in-default-namespace': { none: inNamespace },
  'rolebinding-in-default-namespace': { none: inNamespace },
  'rule-allow-privilege-escalation': { rule: 'pss-restricted', where: /allowPrivilegeEscalation$/ },
  'rule-cni-enabled-aks': { rule: 'network-policy-engine' },
  'rule-list-all-cluster-admins-v1': {
    rule: 'cluster-admin-groups-only',
    except: { '-rolebinding': 'a RoleBinding gives rights in one namespace' },
  },
  'rule-privileged-container': { rule: 'privileged-containers' },
  'set-procmount-default': { rule: 'pss-baseline', where: /procMount$/ },
  'set-seccomp-profile-RuntimeDefault': { rule: 'pss-restricted', where: /seccompProfile/ },
  'set-sysctls-params': { rule: 'pss-baseline', where: /sysctls/ },
  'workload-mounted-secrets': { none: 'it fails Secrets mounted as files, which ours asks for' },
  'workload-with-administrative-roles': {
    none: 'it wants a workload that mounts the token; rbac-wildcards and others look at the binding',
  },
  'workload-with-cluster-takeover-roles': {
    rule: 'rbac-sensitive-permissions',
    except: {
      'pass-wl-not-mount-sa-token': 'it wants a workload that mounts the token; ours looks at the binding',
      'pass-wl-rolebinding': 'ours fails an account of its own namespace more mildly',
    },
  },
};

describeCorpus('Kubescape regolibrary', 'kubernetes/regolibrary', (root) => {
  const { pairs, absent, without } = split(equals);

  test('every rule of theirs is mapped, to a rule that there is', () => {
    expect({ unmapped: foldersOf(root).filter((rule) => !(rule in equals)), absent }).toEqual({ unmapped: [], absent: [] });
  });

  test('verdicts on the cases of their own tests', async () => {
    const judgements: Judgement[] = [];
    for (const [theirRule, pair] of pairs) {
      for (const name of foldersOf(join(root, theirRule, 'test')).filter((each) => !isLeftOut(pair, each))) {
        const folder = join(root, theirRule, 'test', name);
        if (!existsSync(join(folder, 'input'))) without[`${theirRule} ${name}`] = 'the corpus has no input of it';
        else judgements.push(judged(`${theirRule}/${name}`, theirRule, pair, theirs(folder), await auditCase(join(folder, 'input'), pair)));
      }
    }
    compare('regolibrary', judgements, without);
  });
});

/** A case fails when their test expects any alert. */
const theirs = (folder: string): 'pass' | 'fail' =>
  (JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as unknown[]).length > 0 ? 'fail' : 'pass';

function auditCase(folder: string, pair: Pair): Promise<Audited> {
  const files = filesBelow(folder).map((file) => join(folder, file));
  const described = files.find((file) => file.endsWith('.json') && JSON.stringify(armBodies(file)).includes('Microsoft.ContainerService'));
  return described === undefined
    ? auditManifests(
        files.filter((file) => !file.endsWith('control_plane_info.json')),
        pair,
      )
    : auditFiles({ 'cluster.json': armBodies(described)[0] }, true);
}
