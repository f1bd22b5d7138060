import { type Check, check, fail, flag, notApplicable, pass, pointer, see, undecided, type Verdict } from '../check.ts';
import { addon } from '../model/addons.ts';
import { admissionEngine } from '../model/admission.ts';
import { isAutomatic } from '../model/automatic.ts';
import { builtInPolicies } from '../model/builtInPolicies.ts';
import { firstFound } from '../model/firstFound.ts';
import { hasPolicyAddon, safeguardsDeny } from '../model/policies.ts';
import {
  type PolicyFacts,
  namesIn,
  type PolicyTopic,
  policyInForce,
  policyKeys,
  restrictsImages,
  type Standing,
  standings,
} from '../model/policyStandings.ts';
import { listed } from '../model/words.ts';
import type { Seen } from '../seen.ts';
import type { DeploymentSafeguards } from '../wire.ts';

const needs = [...policyKeys, 'deployments', 'deploymentSafeguards'] as const;
interface Facts extends PolicyFacts {
  readonly deploymentSafeguards: Seen<DeploymentSafeguards>;
}
interface Demand extends Omit<PolicyTopic, 'effects'> {
  /** What the policy is to refuse. */
  what: string;
  /** What does as well as the policy. */
  also?: (facts: Facts) => Verdict | undefined;
}

/** Whether a policy is in force in every namespace in scope. Nothing is refused without the add-on in the cluster. */
const inForce = ({ what, also, ...topic }: Demand): Check =>
  check({
    needs,
    params: { auditIsEnough: flag(false), acceptAlternativeAdmission: flag(false) },
    subjects: ({ cluster, deployments }, { acceptAlternativeAdmission }) =>
      acceptAlternativeAdmission && admissionEngine(deployments) !== undefined
        ? notApplicable('An admission engine that was accepted in place of Azure Policy runs.')
        : [cluster],
    none: 'There is no cluster.',
    judge: (cluster, { auditIsEnough }, facts) => {
      const wanted = { ...topic, effects: auditIsEnough ? ['deny', 'audit'] : ['deny'] };
      const other = () => also?.(facts);
      if (!hasPolicyAddon(cluster))
        return firstFound(other) ?? fail(`Azure Policy is off, so no policy refuses ${what}.`, addonOf(cluster));
      const found = firstFound<Verdict>(() => asPass(policyInForce(wanted, facts), what), other);
      if (found !== undefined) return found;
      const assigned = standings(wanted, facts);
      const open = assigned.find(({ state }) => state === 'unsettled');
      if (open !== undefined) return undecided(`Of assignment ${open.policy.assignment.name} ${open.because}.`, shown([open]));
      const [first] = assigned;
      if (first === undefined) return fail(`No policy refuses ${what}.`, see(cluster, '/id', 'in the scope of such a policy'));
      return fail(`Assignment ${first.policy.assignment.name} does not refuse ${what}: ${first.because}.`, shown(assigned));
    },
  });

const addonOf = (cluster: Facts['cluster']) =>
  see(cluster, pointer('properties', 'addonProfiles', addon(cluster, 'azurepolicy').key, 'enabled'), 'true');
const shown = (assigned: readonly Standing[]) =>
  assigned.slice(0, 5).map(({ shows: { resource, pointer, expected } }) => see(resource, pointer, expected));

function asPass(standing: Standing | undefined, what: string): Verdict | undefined {
  if (standing === undefined) return undefined;
  const { policy, effect } = standing;
  const message = `Assignment ${policy.assignment.name} ${effect === 'deny' ? 'refuses' : 'reports'} ${what}.`;
  const out = (['excludedContainers', 'excludedImages'] as const).flatMap((parameter) => namesIn(policy.value(parameter)));
  const note = out.length > 0 ? `It leaves out containers by name or image: ${listed(out)}.` : undefined;
  return pass(message, [see(policy.assignment, '/properties/policyDefinitionId'), see(policy.assignment, policy.at('effect'))], note);
}

export const allowedImages = inForce({
  what: 'images from elsewhere',
  policy: builtInPolicies.allowedImages,
  restricts: { parameter: 'allowedContainerImagesRegex', test: restrictsImages },
});
export const internalLoadBalancers = inForce({ what: 'public load balancers', policy: builtInPolicies.internalLoadBalancers });
export const httpsIngress = inForce({ what: 'ingress without HTTPS', policy: builtInPolicies.httpsIngress });
/** The policy by itself or in an initiative; AKS Automatic and deployment safeguards with a Pod Security Standard do the same. */
export const noPrivilegedContainers = inForce({
  what: 'privileged containers',
  policy: builtInPolicies.noPrivilegedContainers,
  also: ({ cluster, deploymentSafeguards, namespaces, inScope }) => {
    if (isAutomatic(cluster)) return pass('AKS Automatic refuses privileged containers.', see(cluster, '/sku/name'));
    const covers = (safeguards: DeploymentSafeguards): boolean =>
      safeguardsDeny(safeguards, '', 'baseline') &&
      namespaces.every(({ metadata: { name } }) => !inScope(name) || safeguardsDeny(safeguards, name, 'baseline'));
    const set = deploymentSafeguards.find(covers);
    return set && pass('Deployment safeguards refuse privileged containers.', see(set, '/properties/podSecurityStandardsLevel'));
  },
});
