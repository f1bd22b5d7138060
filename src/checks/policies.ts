import { check, fail, flag, pass, pointer, see, undecided } from '../check.ts';
import { addon } from '../model/addons.ts';
import { admissionEngine } from '../model/admission.ts';
import { isAutomatic } from '../model/automatic.ts';
import { mayBeExcluded, podSecurityInitiative as initiativeOf } from '../model/podSecurityInitiative.ts';
import type { DeploymentSafeguards, PolicyAssignment } from '../wire.ts';

/** The add-on that brings Azure Policy into the cluster; AKS Automatic has it from the start. */
export const azurePolicyAddon = check({
  needs: ['cluster', 'deployments'],
  params: { acceptAlternativeAdmission: flag(false) },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { acceptAlternativeAdmission }, { deployments }) => {
    const { key, enabled } = addon(cluster, 'azurepolicy');
    const evidence = see(cluster, pointer('properties', 'addonProfiles', key, 'enabled'), 'true');
    if (enabled) return pass('Azure Policy is on.', evidence);
    if (isAutomatic(cluster) && !Object.hasOwn(cluster.properties.addonProfiles ?? {}, key))
      return pass('AKS Automatic brings Azure Policy.', [see(cluster, '/sku/name'), evidence]);
    const engine = acceptAlternativeAdmission ? admissionEngine(deployments) : undefined;
    if (engine !== undefined)
      return pass('Another accepted admission engine runs.', [see(engine, '/metadata/name'), evidence], 'Azure Policy is off.');
    return fail('Azure Policy is off.', evidence);
  },
});

/** Whether an initiative judges pods at all. Whether it refuses any is a note: other rules judge that. */
export const podSecurityInitiative = check({
  needs: ['cluster', 'policyAssignments', 'policySetDefinitions', 'deploymentSafeguards', 'deployments'],
  params: { acceptAlternativeAdmission: flag(false) },
  subjects: ({ cluster, deployments }, { acceptAlternativeAdmission }) =>
    acceptAlternativeAdmission && admissionEngine(deployments) !== undefined ? [] : [cluster],
  none: 'An admission engine that was accepted in place of Azure Policy runs.',
  judge: (cluster, _params, facts) => {
    if (isAutomatic(cluster)) return pass('AKS Automatic holds pods to the baseline standard.', see(cluster, '/sku/name'));
    const found = initiativeOf(cluster, facts, (assignment) => !mayBeExcluded(assignment));
    if (found !== undefined) return pass(judged[found.kind], see(found.source, found.pointer), noteOf(found.source, found.effect));
    const perhaps = initiativeOf(cluster, facts, mayBeExcluded);
    if (perhaps !== undefined)
      return undecided(
        'A pod security initiative is assigned, and whether it leaves out the management group of the cluster was not read.',
        see(perhaps.source, '/properties/notScopes'),
      );
    const others = facts.policyAssignments.items.map((assignment) =>
      see(assignment, '/properties/policyDefinitionId', 'a pod security initiative'),
    );
    return fail('No pod security initiative is assigned to the cluster.', [
      see(cluster, '/id', 'in the scope of a pod security initiative'),
      ...others,
    ]);
  },
});

const judged = {
  baseline: 'The baseline initiative judges pods.',
  restricted: 'The restricted initiative judges pods.',
  custom: 'An initiative with the members of the built-in ones judges pods.',
  safeguards: 'Deployment safeguards judge pods by a Pod Security Standard.',
} as const;

function noteOf(source: PolicyAssignment | DeploymentSafeguards, effect: string | undefined): string | undefined {
  if (effect === 'deny' || effect?.startsWith('enforce')) return undefined;
  if (effect === undefined || effect === 'mixed') return `The effect of ${source.name} is not the same for all members or resources.`;
  if (effect === 'donotenforce' || effect === 'enroll') return `${source.name} is not enforced: it refuses nothing.`;
  return `The effect of ${source.name} is ${effect}: it refuses nothing.`;
}
