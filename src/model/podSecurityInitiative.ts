import { normalId, type Seen } from '../seen.ts';
import type { DeploymentSafeguards, ManagedCluster, PolicyAssignment, PolicySetDefinition } from '../wire.ts';
import { firstFound } from './firstFound.ts';
import { appliesTo, effectOf, isAtLeast, podSecurityAssignments } from './policies.ts';

/** What holds the pods of a cluster to a Pod Security Standard through Azure Policy. */
export interface PodSecurityInitiative {
  /** What assigned it; `pointer` is the property of it that says so. */
  source: PolicyAssignment | DeploymentSafeguards;
  pointer: string;
  kind: 'baseline' | 'restricted' | 'custom' | 'safeguards';
  /** In lower case, as `effectOf` has it; `warn` or `enforce` of safeguards; undefined when only the members of an initiative tell. */
  effect: string | undefined;
}

interface PolicyFacts {
  policyAssignments: Seen<PolicyAssignment>;
  policySetDefinitions: Seen<PolicySetDefinition>;
  deploymentSafeguards: Seen<DeploymentSafeguards>;
}

/** Members of the built-in baseline (five) and restricted (eight) initiatives, by the ids of Azure/azure-policy. */
const members: ReadonlySet<string> = new Set([
  '95edb821-ddaf-4404-9732-666045e056b4', // privileged containers
  '82985f06-dc18-4a48-bc1c-b9f4f0098cfe', // host network and ports
  '47a1ee2f-2a2a-4576-bf2a-e0e36709c2b8', // host process ids and IPC
  'c26596ff-4d70-4e6a-9a30-c2506bd2f80c', // capabilities
  '098fc59e-46c7-4d99-9b16-64990e543d75', // host paths
  '1c6e92c9-99f0-4e55-9cf2-0c234dc48f99', // privilege escalation
  '16697877-1118-4fb1-9b65-9898ec2509ec', // volume types
  'f06ddb64-5fa3-4b77-b166-acb36f7f6042', // users and groups
  '975ce327-682c-4f2e-aa46-b9598289b86c', // seccomp profiles
]);
/** As many as the baseline initiative has. */
const enoughMembers = 5;

/**
 * The initiative that holds the cluster's pods, one that denies before others. Throws NotSeen when none is found and
 * something was not seen. The initiative of deployment safeguards says nothing by itself: their level of pod security
 * is a setting of their own, Privileged by default.
 * @param counts of assignments that apply to the cluster, whether they are asked
 */
export function podSecurityInitiative(
  cluster: ManagedCluster,
  facts: PolicyFacts,
  counts: (assignment: PolicyAssignment) => boolean,
): PodSecurityInitiative | undefined {
  const { policyAssignments, policySetDefinitions, deploymentSafeguards } = facts;
  const assignments = policyAssignments.filter(counts);
  const builtIn = podSecurityAssignments(assignments, cluster).map(
    ({ assignment, level, effect }): PodSecurityInitiative => held(assignment, level, effect),
  );
  const custom = assignments.items
    .filter((each) => isCustom(each) && appliesTo(each, cluster.id))
    .map((each) => () => heldByCustom(each, policySetDefinitions));
  return firstFound(
    () => builtIn.items.find(({ effect }) => effect === 'deny'),
    ...custom.map((read) => () => only(read(), 'deny')),
    () => builtIn.find(({ effect }) => effect !== 'disabled'),
    ...custom,
    () => heldBySafeguards(deploymentSafeguards),
  );
}

/** Whether an assignment may not reach the cluster: it leaves out a management group, and which are above the cluster was not read. */
export const mayBeExcluded = ({ properties }: PolicyAssignment): boolean =>
  (properties.notScopes ?? []).some((scope) => normalId(scope).startsWith('/providers/microsoft.management/managementgroups/'));

const held = (source: PolicyAssignment, kind: PodSecurityInitiative['kind'], effect: string | undefined): PodSecurityInitiative => ({
  source,
  pointer: '/properties/policyDefinitionId',
  kind,
  effect,
});
const only = (found: PodSecurityInitiative | undefined, effect: string): PodSecurityInitiative | undefined =>
  found?.effect === effect ? found : undefined;

/** An initiative that users defined, in a subscription or a management group; built-in ones belong to no scope. */
const isCustom = ({ properties }: PolicyAssignment): boolean =>
  /^.+\/providers\/microsoft\.authorization\/policysetdefinitions\//i.test(properties.policyDefinitionId ?? '');

function heldByCustom(assignment: PolicyAssignment, definitions: Seen<PolicySetDefinition>): PodSecurityInitiative | undefined {
  const { properties } = definitions.get(assignment.properties.policyDefinitionId ?? '');
  const ids = (properties.policyDefinitions ?? []).map(
    ({ policyDefinitionId }) =>
      normalId(policyDefinitionId ?? '')
        .split('/')
        .at(-1) ?? '',
  );
  if (new Set(ids.filter((id) => members.has(id))).size < enoughMembers) return undefined;
  const byDefault = Object.entries(properties.parameters ?? {}).find(([name]) => name.toLowerCase() === 'effect')?.[1]?.defaultValue;
  const effect = effectOf(assignment, typeof byDefault === 'string' ? byDefault.toLowerCase() : '') || undefined;
  return effect === 'disabled' ? undefined : held(assignment, 'custom', effect);
}

function heldBySafeguards(safeguards: Seen<DeploymentSafeguards>): PodSecurityInitiative | undefined {
  const source = safeguards.find(
    ({ properties }) => isAtLeast(properties.podSecurityStandardsLevel, 'baseline') && /^(warn|enforce)/i.test(properties.level ?? ''),
  );
  return (
    source && {
      source,
      pointer: '/properties/podSecurityStandardsLevel',
      kind: 'safeguards',
      effect: source.properties.level?.toLowerCase(),
    }
  );
}
