import { normalId, type Seen } from '../seen.ts';
import type {
  ManagedCluster,
  PolicyAssignment,
  PolicyDefinition,
  PolicyExemption,
  PolicyParameterDefinitions,
  PolicyParameters,
  PolicyResourceSelector,
  PolicySelector,
  PolicySetDefinition,
} from '../wire.ts';
import { type BuiltInPolicy, knownInitiatives } from './builtInPolicies.ts';
import { firstFound } from './firstFound.ts';

/** A policy as an assignment lays it on resources: by itself, or as a member of an initiative. */
export interface AssignedPolicy {
  assignment: PolicyAssignment;
  /** In lower case. */
  definitionId: string;
  /** Of a member of an initiative. */
  reference: string | undefined;
  /** The value of the policy's parameter; undefined where its own default holds, a symbol where an expression tells. */
  value: (name: string) => unknown;
  /** JSON pointer, inside the assignment, of what sets the parameter, or would. */
  at: (name: string) => string;
}
export const expression = Symbol('an expression');

export const isInitiative = ({ properties }: PolicyAssignment): boolean =>
  /\/policySetDefinitions\/[^/]+$/i.test(properties.policyDefinitionId ?? '');
/** Of users, who defined it in a subscription or a management group; built-in ones belong to no scope. */
export const isCustom = (definitionId: string): boolean => /^.+\/providers\/microsoft\.authorization\/policy/i.test(definitionId);
export const guidOf = (definitionId: string): string => normalId(definitionId).split('/').at(-1) ?? '';

/** The policies of an assignment. Throws NotSeen for an initiative that was not read and is not known. */
export function policiesOf(assignment: PolicyAssignment, initiatives: Seen<PolicySetDefinition>): AssignedPolicy[] {
  const { policyDefinitionId = '', parameters } = assignment.properties;
  const pointer = (name: string) => `/properties/parameters/${keyOf(parameters, name) ?? name}/value`;
  if (!isInitiative(assignment)) {
    const value = (name: string) => named(parameters, name)?.value;
    return [{ assignment, definitionId: normalId(policyDefinitionId), reference: undefined, value, at: pointer }];
  }
  const initiative = firstFound<Pick<PolicySetDefinition, 'properties'>>(
    () => initiatives.get(policyDefinitionId),
    () => {
      const known = isCustom(policyDefinitionId) ? undefined : knownInitiatives.get(guidOf(policyDefinitionId));
      return known && { properties: { ...known.properties, policyDefinitions: [...known.properties.policyDefinitions] } };
    },
  );
  const { policyDefinitions, parameters: declared } = initiative?.properties ?? {};
  return (policyDefinitions ?? []).map((member) => ({
    assignment,
    definitionId: normalId(member.policyDefinitionId ?? ''),
    reference: member.policyDefinitionReferenceId,
    value: (name) => {
      const stated = named(member.parameters, name)?.value;
      const from = takenFrom(stated);
      if (from === undefined) return typeof stated === 'string' && /^\[(?!\[)/.test(stated) ? expression : stated;
      return named(parameters, from)?.value ?? defaultOf(declared, from);
    },
    at: (name) => pointer(takenFrom(named(member.parameters, name)?.value) ?? name),
  }));
}

const takenFrom = (value: unknown): string | undefined =>
  typeof value === 'string' ? /^\[\s*parameters\(\s*'([^']+)'\s*\)\s*\]$/i.exec(value)?.[1] : undefined;
const keyOf = (map: Readonly<Record<string, unknown>> | null | undefined, name: string): string | undefined =>
  Object.keys(map ?? {}).find((key) => key.toLowerCase() === name.toLowerCase());
const named = (map: PolicyParameters | null | undefined, name: string) => map?.[keyOf(map, name) ?? name];
export const defaultOf = (declared: PolicyParameterDefinitions | null | undefined, name: string): unknown =>
  declared?.[keyOf(declared, name) ?? name]?.defaultValue;

/** Whether it is this built-in policy, or a copy of it that users keep. Throws NotSeen for a definition of theirs that was not read. */
export function isPolicy({ definitionId }: AssignedPolicy, policy: BuiltInPolicy, definitions: Seen<PolicyDefinition>): boolean {
  if (!isCustom(definitionId)) return guidOf(definitionId) === policy.id;
  const { templateInfo, constraintTemplate } = definitions.get(definitionId).properties.policyRule?.then?.details ?? {};
  return [templateInfo?.url, constraintTemplate].some((url) => String(url).toLowerCase().includes(`/${policy.template}/`));
}

/**
 * The effect that it has on a cluster, in lower case; `donotenforce` and `enroll` where the assignment does not enforce,
 * `notselected` where its resource selectors leave the cluster out, `unsettled` where what was read does not say.
 * @param byDefault of the definition, where neither assignment nor initiative says one
 * @param parameter of the definition, which says the effect
 */
export function effectOn(
  { assignment, reference, value }: AssignedPolicy,
  cluster: ManagedCluster,
  byDefault: string,
  parameter = 'effect',
): string {
  const { enforcementMode, overrides, resourceSelectors } = assignment.properties;
  const mode = enforcementMode?.toLowerCase() ?? 'default';
  if (mode !== 'default') return mode;
  const selected = anySelects(resourceSelectors, cluster, reference);
  if (selected !== true) return selected === false ? 'notselected' : 'unsettled';
  const told = (overrides ?? []).filter(({ kind }) => kind?.toLowerCase() === 'policyeffect');
  const reaching = told.filter(({ selectors }) => allSelect(selectors, cluster, reference) !== false);
  const stated = value(parameter) ?? byDefault;
  const effects = new Set(reaching.map(({ value }) => value?.toLowerCase() ?? 'unsettled'));
  if (reaching.some(({ selectors }) => allSelect(selectors, cluster, reference) === undefined) || effects.size > 1) return 'unsettled';
  const [overridden] = effects;
  return overridden ?? (typeof stated === 'string' ? stated.toLowerCase() : 'unsettled');
}

/** Three-valued, as selectors may ask for what was not read: undefined then. */
function anySelects(all: PolicyResourceSelector[] | null | undefined, cluster: ManagedCluster, reference: string | undefined) {
  if (!all?.length) return true;
  const answers = all.map(({ selectors }) => allSelect(selectors, cluster, reference));
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}
function allSelect(selectors: PolicySelector[] | null | undefined, cluster: ManagedCluster, reference: string | undefined) {
  const answers = (selectors ?? []).map((each) => selects(each, cluster, reference));
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}
function selects({ kind, in: among, notIn }: PolicySelector, cluster: ManagedCluster, reference: string | undefined): boolean | undefined {
  const own = { resourcelocation: cluster.location, resourcetype: cluster.type, policydefinitionreferenceid: reference };
  const asked = kind?.toLowerCase() ?? '';
  if (asked === 'resourcewithoutlocation') return false;
  if (!Object.hasOwn(own, asked)) return undefined;
  const fold = (text: string) => text.toLowerCase().replaceAll(' ', '');
  const value = fold(own[asked as keyof typeof own] ?? ''); // one of its keys, by the line above
  if (among?.length) return among.some((each) => fold(each) === value);
  return !(notIn ?? []).some((each) => fold(each) === value);
}

/** The exemption that takes a policy off a cluster at a time; the list is of the cluster and above. */
export const exemptionOf = (
  { assignment, reference }: AssignedPolicy,
  exemptions: Seen<PolicyExemption>,
  cluster: ManagedCluster,
  at: Date,
): PolicyExemption | undefined =>
  exemptions.find((exemption) => {
    const { policyAssignmentId, policyDefinitionReferenceIds, resourceSelectors } = exemption.properties;
    const members = policyDefinitionReferenceIds ?? [];
    return (
      normalId(policyAssignmentId ?? '') === normalId(assignment.id) &&
      !hasEnded(exemption, at) &&
      (members.length === 0 || members.some((each) => each.toLowerCase() === reference?.toLowerCase())) &&
      anySelects(resourceSelectors, cluster, reference) !== false
    );
  });
export const hasEnded = ({ properties: { expiresOn } }: PolicyExemption, at: Date): boolean =>
  expiresOn != null && Date.parse(expiresOn) <= at.getTime();
