import { check, fail, flag, ifSeen, oneOf, pass, pointer, see, type Sight, texts, undecided } from '../check.ts';
import { isAutomatic } from '../model/automatic.ts';
import { inNamespace } from '../model/byNamespace.ts';
import { firstFound } from '../model/firstFound.ts';
import { glob } from '../model/namespaces.ts';
import { isAtLeast, isExempt, policyDenies, type PodSecurityLevel, safeguardsDeny } from '../model/policies.ts';
import { orElse } from '../model/orElse.ts';
import { markOfAks } from '../model/platform.ts';
import { isBoundedBy, nearlyUsed, type QuotaKey, quotaKeys } from '../model/quotas.ts';
import { systemWorkloads, type WorkloadFacts, workloadKeys, workloads } from '../model/workloads.ts';
import { all, type Seen, seen } from '../seen.ts';
import type { Gap } from '../snapshot.ts';
import type { DeploymentSafeguards, ManagedCluster, Namespace, PolicyAssignment } from '../wire.ts';

const none = 'No namespace in scope holds a workload.';

/** Namespaces in scope that hold a workload; an empty one has nothing to guard. One that is not there, as in manifests, was not seen. */
function inUse(facts: WorkloadFacts & { namespaces: Seen<Namespace> }): Seen<Namespace> {
  const { items, gaps } = workloads(facts);
  const used = new Set(items.map(({ namespace }) => namespace ?? 'default'));
  const there = facts.namespaces.filter(({ metadata: { name } }) => facts.inScope(name) && used.has(name));
  const names = new Set(there.items.map(({ metadata }) => metadata.name));
  const unseen =
    there.gaps.length > 0
      ? there.gaps
      : [...used].filter((name) => !names.has(name)).map((scope): Gap => ({ key: 'namespaces', scope, why: 'not-collected' }));
  return seen(there.items, [...unseen, ...gaps]);
}

const podSecurityLabel = (mode: 'enforce' | 'warn' | 'audit') => `pod-security.kubernetes.io/${mode}`;

/** The level that pods are held to when they are admitted: by label, or by something else that denies. */
export const podSecurityAdmission = check({
  needs: [...workloadKeys, 'namespaces', 'cluster', 'policyAssignments', 'deploymentSafeguards'],
  params: { pssTarget: oneOf<PodSecurityLevel>('baseline', 'restricted') },
  subjects: (facts) => inUse(facts),
  none,
  judge: (namespace, { pssTarget }, facts) => {
    const { name, labels } = namespace.metadata;
    const level = labels?.[podSecurityLabel('enforce')];
    const evidence = see(
      namespace,
      pointer('metadata', 'labels', podSecurityLabel('enforce')),
      pssTarget === 'restricted' ? 'restricted' : 'baseline or restricted',
    );
    if (isAtLeast(level, pssTarget)) return pass(`Pods below ${level} are refused.`, evidence);
    const other = otherControl(facts, name, pssTarget);
    if (other !== undefined) return pass(`Pods below ${pssTarget} are refused by ${other.by}.`, [evidence, other.sight]);
    const modes = (['warn', 'audit'] as const).filter((mode) => labels?.[podSecurityLabel(mode)] !== undefined);
    return fail(
      level === undefined ? 'No Pod Security Standard is enforced.' : `Only ${level} is enforced.`,
      evidence,
      modes.length > 0 ? { note: `Labels ask for ${modes.join(' and ')} only.` } : {},
    );
  },
});

interface Controls {
  readonly cluster: ManagedCluster;
  readonly policyAssignments: Seen<PolicyAssignment>;
  readonly deploymentSafeguards: Seen<DeploymentSafeguards>;
}

function otherControl(facts: Controls, namespace: string, target: PodSecurityLevel): { by: string; sight: Sight } | undefined {
  return firstFound(
    // Without the cluster, its assignments cannot be judged: both are missing, if they are.
    () => (ifSeen(() => facts.cluster) === undefined ? void facts.policyAssignments.all() : undefined),
    () => {
      const assignment = policyDenies(facts.policyAssignments, facts.cluster, namespace, target);
      return assignment && { by: 'Azure Policy', sight: see(assignment, '/properties/parameters/effect') };
    },
    () => {
      const safeguards = facts.deploymentSafeguards.find((each) => safeguardsDeny(each, namespace, target));
      return safeguards && { by: 'deployment safeguards', sight: see(safeguards, '/properties/podSecurityStandardsLevel') };
    },
    () => {
      const denies =
        isAutomatic(facts.cluster) && target === 'baseline' && !facts.deploymentSafeguards.some((each) => isExempt(each, namespace));
      return denies ? { by: 'AKS Automatic', sight: see(facts.cluster, '/sku/name') } : undefined;
    },
  );
}

/** Requests and limits of CPU and memory that bound the namespace as a whole. @param exempt names, in which `*` stands for anything */
export const resourceQuota = check({
  needs: [...workloadKeys, 'namespaces', 'resourceQuotas', 'limitRanges', 'managedNamespaces'],
  params: { requireLimitRange: flag(false), exempt: texts() },
  subjects: (facts, { exempt }) => inUse(facts).filter(({ metadata }) => !exempt.some((each) => glob(each)(metadata.name))),
  none,
  judge: (namespace, { requireLimitRange }, { resourceQuotas, limitRanges, managedNamespaces }) => {
    const { name } = namespace.metadata;
    const quotas = inNamespace(resourceQuotas, name);
    const managed = managedNamespaces.filter((each) => each.name === name);
    const isBounded = (key: QuotaKey) => isBoundedBy(key, quotas, managed);
    const isLimited = () => !requireLimitRange || inNamespace(limitRanges, name).some(() => true);
    const evidence =
      quotas.items.length > 0
        ? quotas.items.map((quota) => see(quota, '/spec/hard', quotaKeys.join(', ')))
        : see(namespace, '/metadata/name', 'a ResourceQuota in it');
    if (all(() => quotaKeys.every(isBounded), isLimited))
      return pass('CPU and memory of the namespace are bounded.', evidence, nearlyUsed(quotas.items));
    const missing = [
      ...quotaKeys.filter((key) => ifSeen(() => !isBounded(key)) ?? false),
      ...((ifSeen(isLimited) ?? true) ? [] : ['LimitRange']),
    ];
    return fail(
      quotas.items.length === 0 && missing.length === 4
        ? 'No ResourceQuota bounds the namespace.'
        : `Bounds are missing: ${missing.join(', ')}.`,
      evidence,
    );
  },
});

/** What runs or serves in the namespace that objects land in when nobody says where; without any, the namespace itself. */
export const defaultUnused = check({
  needs: [...workloadKeys, 'services', 'namespaces'],
  subjects: (facts) => {
    const { items, gaps } = workloads(facts);
    const services = facts.services.filter(({ metadata: { name } }) => name !== 'kubernetes');
    const objects = seen(
      items.map(({ resource }) => resource),
      gaps,
    ).concat(services);
    const there = objects.filter(({ metadata: { namespace = 'default' } }) => namespace === 'default' && facts.inScope(namespace));
    return orElse(
      there,
      facts.namespaces.filter(({ metadata }) => metadata.name === 'default'),
    );
  },
  none: 'There is no namespace default.',
  judge: (object) => {
    if (object.kind === 'Namespace') return pass('Nothing runs or serves in it.', see(object, '/metadata/name'));
    const evidence = see(object, '/metadata/namespace', 'a namespace of its own');
    if (object.metadata.namespace === undefined)
      return undecided('The manifest names no namespace: where it is applied decides.', evidence);
    return fail(`The ${object.kind} is in the namespace default.`, evidence);
  },
});

/**
 * Workloads in the namespaces that AKS makes: its own, those of its add-ons and extensions, and strangers.
 * @param allowedWorkloads `namespace/name`, in which `*` stands for anything
 */
export const systemReserved = check({
  needs: workloadKeys,
  params: { allowedWorkloads: texts() },
  subjects: (facts) => systemWorkloads(facts),
  none: 'No workload was found in a namespace of AKS.',
  judge: (workload, { allowedWorkloads }, facts) => {
    const { namespace = 'default', name, shapes, resource } = workload;
    const mark = markOfAks(workload, facts);
    if (mark !== undefined) return pass(`Is of AKS by ${mark.says}.`, see(mark.resource, mark.pointer));
    const [{ source, pointer: at }] = shapes;
    const evidence = [see(resource, '/metadata/namespace', 'another namespace'), see(source, `${at}/containers/0/image`)];
    if (allowedWorkloads.some((each) => glob(each)(`${namespace}/${name}`)))
      return pass(`Is not of AKS, and in ${namespace}.`, evidence, 'Allowed by the configuration.');
    return fail(`Is not of AKS, and in ${namespace}.`, evidence);
  },
});
