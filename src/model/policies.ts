import { normalId, type Seen } from '../seen.ts';
import type { DeploymentSafeguards, ManagedCluster, PolicyAssignment } from '../wire.ts';
import { addon } from './addons.ts';
import { isAutomatic } from './automatic.ts';
import { glob } from './namespaces.ts';

/** Built-in initiatives of Azure Policy that hold the levels of the Pod Security Standards. */
export const podSecurityInitiatives = {
  baseline: 'a8640138-9b0a-4a28-b8cb-1666c838647d',
  restricted: '42b8ef37-b724-4e24-bbc8-7a7708edfe00',
} as const;
export type PodSecurityLevel = keyof typeof podSecurityInitiatives;

/** An assignment of a pod security initiative that applies to a cluster. */
export interface PodSecurityAssignment {
  assignment: PolicyAssignment;
  level: PodSecurityLevel;
  /** In lower case; `audit` by the initiatives' default, `donotenforce` and `mixed` where nothing can be said to be denied. */
  effect: string;
}

/** The pod security initiatives that apply to a cluster, with the effect that they have there. */
export function podSecurityAssignments(assignments: Seen<PolicyAssignment>, cluster: ManagedCluster): Seen<PodSecurityAssignment> {
  return assignments.flatMap((assignment) => {
    const level = levelOf(assignment);
    return level !== undefined && appliesTo(assignment, cluster.id) ? [{ assignment, level, effect: effectOf(assignment, 'audit') }] : [];
  });
}

const levelOf = ({ properties }: PolicyAssignment): PodSecurityLevel | undefined => {
  const initiative = lastStep(properties.policyDefinitionId);
  return (Object.keys(podSecurityInitiatives) as PodSecurityLevel[]).find((level) => podSecurityInitiatives[level] === initiative); // keys of the table above
};
const lastStep = (id: string | null | undefined): string =>
  normalId(id ?? '')
    .split('/')
    .at(-1) ?? '';

/** Whether a resource is in the scope of an assignment and not in an excluded one. */
export const appliesTo = (assignment: PolicyAssignment, resource: string): boolean =>
  isInScopeOf(assignment, resource) && !(assignment.properties.notScopes ?? []).some((each) => within(resource, each, false));

/** Whether a resource is in the scope of an assignment, excluded or not. Management groups that were listed for a cluster are above it. */
export const isInScopeOf = ({ id, properties }: PolicyAssignment, resource: string): boolean =>
  within(resource, properties.scope ?? id.slice(0, Math.max(id.toLowerCase().indexOf('/providers/microsoft.authorization/'), 0)));

function within(resource: string, scope: string, inManagementGroup = true): boolean {
  const outer = normalId(scope);
  if (outer.startsWith('/providers/microsoft.management/managementgroups/')) return inManagementGroup;
  return normalId(resource) === outer || normalId(resource).startsWith(`${outer}/`);
}

/** The effect of an assignment, in lower case. @param byDefault of the definition, where the assignment names none */
export function effectOf({ properties }: PolicyAssignment, byDefault: string): string {
  const mode = properties.enforcementMode?.toLowerCase() ?? 'default';
  if (mode !== 'default') return mode;
  const named = Object.entries(properties.parameters ?? {}).find(([name]) => name.toLowerCase() === 'effect')?.[1]?.value;
  const effect = typeof named === 'string' ? named.toLowerCase() : byDefault;
  const overrides = (properties.overrides ?? []).filter(({ kind }) => kind?.toLowerCase() === 'policyeffect');
  const whole = overrides.findLast(({ selectors }) => !selectors?.length)?.value?.toLowerCase() ?? effect;
  const parts = overrides.some(({ selectors, value }) => selectors?.length && value?.toLowerCase() !== whole);
  return parts || properties.resourceSelectors?.length ? 'mixed' : whole;
}

/** Whether an assignment's parameters leave the pods of a namespace to it; the default exclusions are system namespaces. */
export function coversNamespace({ properties }: PolicyAssignment, namespace: string): boolean {
  const listed = (name: string): string[] => {
    const value = Object.entries(properties.parameters ?? {}).find(([key]) => key.toLowerCase() === name)?.[1]?.value;
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  };
  const included = listed('namespaces');
  return (
    !listed('excludednamespaces').some((each) => glob(each)(namespace)) &&
    (included.length === 0 || included.some((each) => glob(each)(namespace)))
  );
}

/** Whether Azure Policy works inside the cluster; AKS Automatic brings it, and may not list it. */
export function hasPolicyAddon(cluster: ManagedCluster): boolean {
  const { key, enabled } = addon(cluster, 'azurepolicy');
  return enabled || (isAutomatic(cluster) && !Object.hasOwn(cluster.properties.addonProfiles ?? {}, key));
}

const levels = ['privileged', 'baseline', 'restricted'];
/** Whether a level is at least as strict as another, in any letter case. */
export const isAtLeast = (level: string | null | undefined, wanted: PodSecurityLevel): boolean =>
  levels.indexOf(level?.toLowerCase() ?? '') >= levels.indexOf(wanted);

/** Whether an initiative denies, in this namespace, pods below the level. Nothing is denied without the add-on in the cluster. */
export const policyDenies = (
  assignments: Seen<PolicyAssignment>,
  cluster: ManagedCluster,
  namespace: string,
  wanted: PodSecurityLevel,
): PolicyAssignment | undefined =>
  addon(cluster, 'azurepolicy').enabled
    ? podSecurityAssignments(assignments, cluster).find(
        ({ assignment, level, effect }) => isAtLeast(level, wanted) && effect === 'deny' && coversNamespace(assignment, namespace),
      )?.assignment
    : undefined;

/** Whether deployment safeguards deny, in this namespace, pods below the level: they do at level Enforce (once Enforcement), which says nothing of pod security alone. */
export function safeguardsDeny({ properties }: DeploymentSafeguards, namespace: string, wanted: PodSecurityLevel): boolean {
  const enforced = properties.level?.toLowerCase().startsWith('enforce') ?? false;
  return enforced && isAtLeast(properties.podSecurityStandardsLevel, wanted) && !isExempt({ properties }, namespace);
}

export const isExempt = ({ properties }: Pick<DeploymentSafeguards, 'properties'>, namespace: string): boolean =>
  [...(properties.excludedNamespaces ?? []), ...(properties.systemExcludedNamespaces ?? [])].includes(namespace);
