import { check, count, type Facts, fail, ifSeen, notApplicable, pass, see, texts, undecided, type Verdict } from '../check.ts';
import { type AssignedPolicy, effectOn, exemptionOf, hasEnded, isCustom, isInitiative } from '../model/assignedPolicies.ts';
import { firstFound } from '../model/firstFound.ts';
import { isAboveGroups, kubernetesPolicies, poolPolicies, titleOf } from '../model/kubernetesPolicies.ts';
import { mayBeExcluded } from '../model/podSecurityInitiative.ts';
import { appliesTo, hasPolicyAddon, isInScopeOf } from '../model/policies.ts';
import { namesIn } from '../model/policyStandings.ts';
import { listed } from '../model/words.ts';
import { all, normalId, seen } from '../seen.ts';
import type { ManagedCluster, PolicyAssignment, PolicyExemption } from '../wire.ts';

const definitions = ['cluster', 'policyAssignments', 'policySetDefinitions', 'policyDefinitions'] as const;
const none = 'No policy for objects of Kubernetes is assigned to the cluster.';

/** Whether assignments for Kubernetes do what they were made for. What only audits is a note: other rules ask for Deny. */
export const policyEnforcement = check({
  needs: definitions,
  subjects: (facts) =>
    hasPolicyAddon(facts.cluster)
      ? facts.policyAssignments.filter(
          (each) => appliesTo(each, facts.cluster.id) && ifSeen(() => kubernetesPolicies(each, facts).length > 0) !== false,
        )
      : notApplicable('Azure Policy is off in the cluster.'),
  none,
  judge: (assignment, _params, facts) => {
    const mode = assignment.properties.enforcementMode?.toLowerCase() ?? 'default';
    const policies = kubernetesPolicies(assignment, facts);
    const evidence = [see(assignment, '/properties/policyDefinitionId'), see(assignment, '/properties/enforcementMode', 'Default')];
    if (mode !== 'default') return fail('It is assigned without enforcement.', evidence);
    const effects = policies.map((policy) => ({ policy, effect: effectOn(policy, facts.cluster, 'deny') }));
    const off = effects.filter(({ policy, effect }) => effect === 'disabled' && isDisabledHere(policy));
    if (off.length > 0)
      return fail(`It disables ${listed(off.map(({ policy }) => titleOf(policy.definitionId, policy.reference)))}.`, [
        ...off.slice(0, 5).map(({ policy }) => see(assignment, policy.at('effect'), 'Audit or Deny')),
        ...(assignment.properties.overrides?.length ? [see(assignment, '/properties/overrides')] : []),
      ]);
    if (effects.every(({ effect }) => effect === 'unsettled')) return undecided('What decides its effect was not read.', evidence);
    const denies = effects.some(({ effect }) => effect === 'deny');
    return pass('It is enforced.', evidence, denies ? undefined : 'It refuses nothing: it only audits.');
  },
});

/** Microsoft's own initiatives switch policies off by default; what the assignment or a custom definition switches off was meant. */
const isDisabledHere = ({ assignment, at }: AssignedPolicy): boolean => {
  const { parameters, overrides, policyDefinitionId = '' } = assignment.properties;
  const name = at('effect').split('/')[3] ?? '';
  return !isInitiative(assignment) || isCustom(policyDefinitionId) || parameters?.[name] != null || (overrides ?? []).length > 0;
};

/** What is left out of policies for Kubernetes: the cluster, namespaces, and what exemptions take off, each with an end and a reason. */
export const policyExemptions = check({
  needs: [...definitions, 'policyExemptions'],
  params: {
    allowedExcludedNamespaces: texts('kube-system', 'gatekeeper-system', 'azure-arc', 'azure-extensions-usage-system', 'azuredefender'),
  },
  subjects: (facts) => {
    const own = facts.policyAssignments.filter(
      (each) => isInScopeOf(each, facts.cluster.id) && ifSeen(() => kubernetesPolicies(each, facts).length > 0) !== false,
    );
    const ids = new Set(own.items.map(({ id }) => normalId(id)));
    const exemptions = facts.policyExemptions.filter(({ properties }) => ids.has(normalId(properties.policyAssignmentId ?? '')));
    return seen<PolicyAssignment | PolicyExemption>([]).concat(own).concat(exemptions);
  },
  none,
  judge: (subject, { allowedExcludedNamespaces }, facts) => {
    if (!isExemption(subject)) return judgeExclusions(subject, allowedExcludedNamespaces, facts);
    // Where its policy was not read, it is not known whether it is one for Kubernetes: this throws.
    kubernetesPolicies(facts.policyAssignments.get(subject.properties.policyAssignmentId ?? ''), facts);
    return judgeExemption(subject, facts.at);
  },
});

const isExemption = (subject: PolicyAssignment | PolicyExemption): subject is PolicyExemption => 'policyAssignmentId' in subject.properties;

function judgeExclusions(assignment: PolicyAssignment, allowed: readonly string[], facts: Facts<(typeof definitions)[number]>): Verdict {
  const notScopes = see(assignment, '/properties/notScopes', 'without the cluster');
  const policies = kubernetesPolicies(assignment, facts);
  if (!appliesTo(assignment, facts.cluster.id)) return fail('It leaves out the cluster.', notScopes);
  const left = policies.flatMap((policy) =>
    namesIn(policy.value('excludedNamespaces'))
      .filter((name) => !allowed.includes(name) && (name.includes('*') || facts.inScope(name)))
      .map((name) => ({ name, at: policy.at('excludedNamespaces') })),
  );
  if (left.length > 0) {
    const names = [...new Set(left.map(({ name }) => name))];
    const places = [...new Set(left.map(({ at }) => at))].slice(0, 5);
    return fail(
      `It leaves out namespaces of workloads: ${listed(names)}.`,
      places.map((at) => see(assignment, at, 'system namespaces')),
    );
  }
  if (mayBeExcluded(assignment))
    return undecided('It leaves out a management group, and which are above the cluster was not read.', notScopes);
  return pass('It leaves out system namespaces at most.', [notScopes, see(assignment, '/properties/parameters')]);
}

function judgeExemption(exemption: PolicyExemption, at: Date): Verdict {
  const { expiresOn, exemptionCategory } = exemption.properties;
  const evidence = [
    see(exemption, '/properties/expiresOn', 'a day to come'),
    see(exemption, '/properties/exemptionCategory', 'Waiver or Mitigated'),
  ];
  if (expiresOn == null) return fail('The exemption has no end.', evidence);
  if (Number.isNaN(Date.parse(expiresOn))) return undecided('When it ends cannot be told.', evidence);
  if (hasEnded(exemption, at))
    return pass('The exemption has ended.', evidence, `It ended on ${expiresOn.slice(0, 10)}, and stands there still.`);
  if (!exemptionCategory) return fail('The exemption does not say whether the risk is accepted or met otherwise.', evidence);
  return pass(`The exemption ends on ${expiresOn.slice(0, 10)}.`, evidence);
}

/** Whether a policy holds back which node pools are made. */
export const policyNodePoolRestriction = check({
  needs: [...definitions, 'policyExemptions'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, facts) => {
    const assigned = facts.policyAssignments.items.filter((each) => appliesTo(each, cluster.id));
    const found = firstFound(
      ...assigned.map(
        (assignment) => () =>
          poolPolicies(assignment, cluster, facts).find(
            ({ policy }) => !mayBeExcluded(assignment) && exemptionOf(policy, facts.policyExemptions, cluster, facts.at) === undefined,
          ),
      ),
      () => void facts.policyAssignments.find(() => false),
    );
    if (found !== undefined) {
      const { policy, reaches } = found;
      const note = reaches.later ? 'those made with the cluster' : 'those added later';
      return pass(
        `Assignment ${policy.assignment.name} refuses node pools that break its rule.`,
        [see(policy.assignment, '/properties/policyDefinitionId'), see(policy.assignment, policy.at('effect'))],
        reaches.later && reaches.withCluster ? undefined : `It does not reach ${note}.`,
      );
    }
    const others = assigned.slice(0, 10).map((each) => see(each, '/properties/policyDefinitionId', 'a policy on node pools that denies'));
    return fail('No policy restricts which node pools may be made.', [see(cluster, '/id', 'in the scope of such a policy'), ...others]);
  },
});

/** What Azure Policy found of the cluster and of the objects in it. States lag behind, and none at all may be want of access. */
export const policyCompliance = check({
  needs: ['cluster', 'policyAssignments', 'policyStates'],
  params: { maxNonCompliant: count(0) },
  subjects: ({ cluster, policyAssignments }) =>
    policyAssignments.some((each) => appliesTo(each, cluster.id)) ? [cluster] : notApplicable('No policy is assigned to the cluster.'),
  none: 'There is no cluster.',
  judge: (cluster, { maxNonCompliant }, { policyStates }) => {
    const states = policyStates.filter(({ properties }) => normalId(properties.resourceId ?? '') === normalId(cluster.id));
    const broken = states.items.filter(({ properties }) => properties.complianceState?.toLowerCase() === 'noncompliant');
    const show = broken.slice(0, 10).map((state) => see(state, '/properties/complianceState', 'Compliant'));
    if (broken.length > maxNonCompliant) {
      const names = broken.map(({ properties }) => titleOf(properties.policyDefinitionId, properties.policyDefinitionReferenceId));
      const policies = [...new Set(names)].sort();
      return fail(`It breaks ${policies.length === 1 ? 'a policy' : `${policies.length} policies`}: ${listed(policies)}.`, show);
    }
    const all = states.all();
    if (all.length === 0) return undecided('Azure Policy gave no state of the cluster.', see(cluster, '/id'));
    const allowed = broken.length > 0 ? `${broken.length} that it breaks are within what is allowed.` : undefined;
    return pass(
      'It is compliant with the policies that are assigned.',
      show.length > 0 ? show : all.slice(0, 5).map((state) => see(state, '/properties/complianceState')),
      allowed,
    );
  },
});

/** Rules of the organisation are assigned above, and those of the cluster at it or its resource group. */
export const policyScopeHierarchy = check({
  needs: definitions,
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, facts) => {
    const inEffect = (assignment: PolicyAssignment) =>
      isInEffect(assignment, cluster, () => [
        ...kubernetesPolicies(assignment, facts),
        ...poolPolicies(assignment, cluster, facts).map(({ policy }) => policy),
      ]);
    const find = (above: boolean) =>
      firstFound(
        ...facts.policyAssignments.items
          .filter((each) => appliesTo(each, cluster.id) && isAboveGroups(each) === above)
          .map((each) => () => (inEffect(each) ? each : undefined)),
        () => void facts.policyAssignments.find(() => false),
      );
    const both = all(
      () => find(true) !== undefined,
      () => find(false) !== undefined,
    );
    const show = [ifSeen(() => find(true)), ifSeen(() => find(false))].flatMap((each) =>
      each === undefined ? [] : see(each, '/properties/scope'),
    );
    if (both) return pass('Policies are assigned above its resource group and at it or below.', show);
    const lacking = ifSeen(() => find(true) === undefined) === true ? 'above its resource group' : 'at the cluster or its resource group';
    return fail(
      `No policy for Kubernetes is in effect ${lacking}.`,
      show.length > 0 ? show : see(cluster, '/id', 'in the scope of policies'),
    );
  },
});

const isInEffect = (assignment: PolicyAssignment, cluster: ManagedCluster, policies: () => AssignedPolicy[]): boolean =>
  !mayBeExcluded(assignment) && policies().some((policy) => ['deny', 'audit', 'mutate'].includes(effectOn(policy, cluster, 'deny')));
