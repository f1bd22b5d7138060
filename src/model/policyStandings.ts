import { NotSeen, type Seen } from '../seen.ts';
import type { ManagedCluster, Namespace, PolicyAssignment, PolicyDefinition, PolicyExemption, PolicySetDefinition } from '../wire.ts';
import { type AssignedPolicy, effectOn, exemptionOf, expression, isPolicy, policiesOf } from './assignedPolicies.ts';
import type { BuiltInPolicy } from './builtInPolicies.ts';
import { firstFound } from './firstFound.ts';
import { glob } from './namespaces.ts';
import { mayBeExcluded } from './podSecurityInitiative.ts';
import { appliesTo } from './policies.ts';

export const policyKeys = [
  'cluster',
  'policyAssignments',
  'policySetDefinitions',
  'policyDefinitions',
  'policyExemptions',
  'namespaces',
] as const;
export interface PolicyFacts {
  readonly cluster: ManagedCluster;
  readonly policyAssignments: Seen<PolicyAssignment>;
  readonly policySetDefinitions: Seen<PolicySetDefinition>;
  readonly policyDefinitions: Seen<PolicyDefinition>;
  readonly policyExemptions: Seen<PolicyExemption>;
  readonly namespaces: Seen<Namespace>;
  readonly inScope: (namespace: string | undefined) => boolean;
  readonly at: Date;
}
/** A policy for objects of Kubernetes that a cluster is asked to have in force. */
export interface PolicyTopic {
  policy: BuiltInPolicy;
  /** Effects that do, in lower case. */
  effects: readonly string[];
  /** Whether its parameters hold anything back, and the parameter that says so; undefined where what was read does not tell. */
  restricts?: { parameter: string; test: (value: unknown) => boolean | undefined };
}

/** How an assigned policy stands on a cluster. */
export interface Standing {
  policy: AssignedPolicy;
  /** `weak`: it is not in force, or not for everything; `unsettled`: what was read does not tell. */
  state: 'inForce' | 'weak' | 'unsettled';
  effect: string;
  /** Why it is not in force: the rest of a sentence. */
  because: string;
  /** What says so, in the assignment or in an exemption, and what was wanted there. */
  shows: { resource: PolicyAssignment | PolicyExemption; pointer: string; expected?: string };
}

/** The first that is in force; NotSeen when none is and something was not seen. */
export function policyInForce(topic: PolicyTopic, facts: PolicyFacts): Standing | undefined {
  return firstFound(
    ...assignmentsOn(facts).map(
      (assignment) => () => firstFound(...standingsIn(assignment, topic, facts).map((read) => () => onlyInForce(read()))),
    ),
    () => void facts.policyAssignments.find(() => false),
  );
}
const onlyInForce = (standing: Standing | undefined) => (standing?.state === 'inForce' ? standing : undefined);

/** All that are assigned, in force or not, as far as they were seen. */
export const standings = (topic: PolicyTopic, facts: PolicyFacts): Standing[] =>
  assignmentsOn(facts).flatMap((assignment) =>
    seenOf(() => standingsIn(assignment, topic, facts)).flatMap((read) => seenOf(() => [read() ?? []].flat())),
  );

function seenOf<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof NotSeen) return [];
    throw thrown;
  }
}

const assignmentsOn = ({ policyAssignments, cluster }: PolicyFacts): PolicyAssignment[] =>
  policyAssignments.items.filter((assignment) => appliesTo(assignment, cluster.id));

const standingsIn = (assignment: PolicyAssignment, topic: PolicyTopic, facts: PolicyFacts): (() => Standing | undefined)[] =>
  policiesOf(assignment, facts.policySetDefinitions).map(
    (policy) => () => (isPolicy(policy, topic.policy, facts.policyDefinitions) ? standingOf(policy, topic, facts) : undefined),
  );

function standingOf(policy: AssignedPolicy, topic: PolicyTopic, facts: PolicyFacts): Standing {
  const { assignment } = policy;
  const effect = effectOn(policy, facts.cluster, topic.policy.byDefault);
  const stands = (state: Standing['state'], because: string, pointer: string, expected?: string): Standing => ({
    policy,
    state,
    effect,
    because,
    shows: { resource: assignment, pointer, ...(expected === undefined ? {} : { expected }) },
  });
  if (effect === 'unsettled') return stands('unsettled', 'what decides its effect was not read', policy.at('effect'));
  if (effect === 'donotenforce' || effect === 'enroll')
    return stands('weak', 'it is assigned without enforcement', '/properties/enforcementMode', 'Default');
  if (effect === 'notselected') return stands('weak', 'its resource selectors leave out the cluster', '/properties/resourceSelectors');
  if (!topic.effects.includes(effect)) return stands('weak', `its effect is ${effect}`, policy.at('effect'), topic.effects.join(' or '));
  const { restricts } = topic;
  const restricted = restricts === undefined || restricts.test(policy.value(restricts.parameter));
  if (restricts !== undefined && restricted !== true)
    return restricted === false
      ? stands('weak', 'it lets everything through', policy.at(restricts.parameter), 'a restriction')
      : stands('unsettled', 'what it lets through is not given', policy.at(restricts.parameter));
  const left = leftOut(policy, facts);
  if (left !== undefined) return stands('weak', left.because, policy.at(left.parameter));
  const exemption = exemptionOf(policy, facts.policyExemptions, facts.cluster, facts.at);
  if (exemption !== undefined)
    return {
      ...stands('weak', 'the cluster is exempt from it', ''),
      shows: { resource: exemption, pointer: '/properties/policyAssignmentId' },
    };
  if (mayBeExcluded(assignment))
    return stands('unsettled', 'whether it leaves out the management group of the cluster was not read', '/properties/notScopes');
  return stands('inForce', '', policy.at('effect'));
}

/** What its parameters leave out of the namespaces in scope. Namespaces are read only where a list does not decide by itself. */
function leftOut(policy: AssignedPolicy, { namespaces, inScope }: PolicyFacts): { parameter: string; because: string } | undefined {
  const selector = policy.value('labelSelector');
  if (typeof selector === 'object' && selector !== null && Object.keys(selector).length > 0)
    return { parameter: 'labelSelector', because: 'it is for objects with some labels only' };
  if (namesIn(policy.value('excludedImages')).includes('*')) return { parameter: 'excludedImages', because: 'it leaves out every image' };
  for (const parameter of ['namespaces', 'excludedNamespaces'] as const) {
    const listed = namesIn(policy.value(parameter));
    if (listed.length === 0 || (parameter === 'excludedNamespaces' && listed.every((each) => !each.includes('*') && !inScope(each))))
      continue;
    const matchers = listed.map((each) => glob(each));
    const missed = namespaces.find(
      ({ metadata: { name } }) => inScope(name) && matchers.some((matches) => matches(name)) === (parameter === 'excludedNamespaces'),
    );
    if (missed !== undefined) return { parameter, because: `it leaves out namespace ${missed.metadata.name}` };
  }
  return undefined;
}
export const namesIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []);

/**
 * Whether an expression for images holds any back. It is looked at and not run, as one of a stranger may run without end: a
 * branch without a letter or digit of its own lets every registry through, but for one that nothing fits.
 */
export function restrictsImages(value: unknown): boolean | undefined {
  if (value === expression) return undefined;
  if (typeof value !== 'string' || value.trim() === '') return false;
  if (/\{0\}/.test(value)) return true;
  return value.split('|').every((branch) => {
    const literal = branch.replaceAll(/\[(?:\\.|[^\]])*\]|\{[^}]*\}|\\[a-zA-Z]|\(\?[a-zA-Z:]*/g, '');
    return /[a-zA-Z0-9]/.test(literal);
  });
}
