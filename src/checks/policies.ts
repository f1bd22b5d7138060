import { check, fail, flag, pass, pointer, see, undecided, type Verdict } from '../check.ts';
import { addon } from '../model/addons.ts';
import { admissionEngine } from '../model/admission.ts';
import { isAutomatic } from '../model/automatic.ts';
import { firstFound } from '../model/firstFound.ts';
import { mayBeExcluded, podSecurityInitiative as initiativeOf } from '../model/podSecurityInitiative.ts';
import { appliesTo } from '../model/policies.ts';
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

/** Microsoft's own deployment safeguards, as a setting of the cluster or as the initiative that came before it. */
export const deploymentSafeguards = check({
  needs: ['cluster', 'deploymentSafeguards', 'policyAssignments'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, facts) => {
    if (isAutomatic(cluster)) return pass('AKS Automatic brings deployment safeguards.', see(cluster, '/sku/name'));
    const assigned = (asked: typeof mayBeExcluded) =>
      facts.policyAssignments.find((each) => asked(each) && isSafeguards(each) && appliesTo(each, cluster.id));
    const found = firstFound<Verdict>(
      () => {
        const set = facts.deploymentSafeguards.find(({ properties }) => /^(warn|enforce)/i.test(properties.level ?? ''));
        return (
          set && pass(`Deployment safeguards are at level ${set.properties.level}.`, see(set, '/properties/level'), safeguardsNote(set))
        );
      },
      () => {
        const initiative = assigned((each) => !mayBeExcluded(each));
        return (
          initiative && pass('The initiative of deployment safeguards is assigned.', see(initiative, '/properties/policyDefinitionId'))
        );
      },
    );
    if (found !== undefined) return found;
    const perhaps = assigned(mayBeExcluded);
    if (perhaps !== undefined)
      return undecided(
        'Deployment safeguards are assigned, and whether that leaves out the management group of the cluster was not read.',
        see(perhaps, '/properties/notScopes'),
      );
    const off = facts.deploymentSafeguards.items.map((each) => see(each, '/properties/level', 'Warn or Enforce'));
    return fail('Deployment safeguards are off.', off.length > 0 ? off : see(cluster, '/id', 'deployment safeguards'));
  },
});

const isSafeguards = ({ properties }: PolicyAssignment): boolean =>
  /\/policySetDefinitions\/c047ea8e-9c78-49b2-958b-37e56d291a44$/i.test(properties.policyDefinitionId ?? '');

function safeguardsNote({ properties }: DeploymentSafeguards): string {
  const excluded = properties.excludedNamespaces ?? [];
  const level = `The level of pod security is ${properties.podSecurityStandardsLevel ?? 'Privileged'}.`;
  return excluded.length === 0 ? level : `${level} Left out: ${excluded.join(', ')}.`;
}

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
