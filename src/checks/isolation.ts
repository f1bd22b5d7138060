import { check, computed, fail, ifSeen, pass, see, type Sight, undecided, type Verdict } from '../check.ts';
import {
  countIsolated,
  coversAllPods,
  isDefaultDeny,
  type Isolation,
  isolationNeeds,
  type IsolationFacts,
  isolationOf,
  namespacesWithPods,
  reachablePods,
} from '../model/isolation.ts';
import { type Direction, hasNoTerms, type Openness } from '../model/isolationEffect.ts';
import { blanketRules } from '../model/isolationKubernetes.ts';
import { policyEngine } from '../model/networkEngine.ts';
import { seen } from '../seen.ts';
import type { Namespace, Pod } from '../wire.ts';

/** A policy that isolates every pod of the namespace, with no allow that opens it as a whole. */
const defaultDeny = (direction: Direction) =>
  check({
    needs: isolationNeeds,
    subjects: (facts) => seen(namespacesWithPods(facts), facts.pods.gaps),
    none: 'No namespace in scope holds pods that network policies can reach.',
    judge: (namespace, _params, facts) => {
      const isolation = isolationOf(facts, namespace.metadata.name, direction);
      const pods = reachablePods(facts, namespace.metadata.name);
      if (!isolation.isolated) return notIsolated(namespace, direction, isolation, pods, facts);
      if (isolation.engine === undefined)
        return undecided('The cluster was exported without its network profile.', see(facts.cluster, '/properties/networkProfile'));
      const evidence = isolation.effects.filter(isDefaultDeny).map(({ policy, pointer }) => see(policy, pointer));
      return pass(
        `Every pod is isolated for ${direction}.`,
        evidence,
        notes(reopened(isolation), pastManager(direction, isolation), throughGateway(direction, pods)),
      );
    },
  });
export const defaultDenyIngress = defaultDeny('ingress');
export const defaultDenyEgress = defaultDeny('egress');

function notIsolated(
  namespace: Namespace,
  direction: Direction,
  { engine, effects }: Isolation,
  pods: readonly Pod[],
  facts: IsolationFacts,
): Verdict {
  if (engine === 'none')
    return fail(
      'Network policies are not enforced.',
      see(facts.cluster, '/properties/networkProfile/networkPolicy', 'azure, calico or cilium'),
    );
  const isolated = countIsolated(pods, effects);
  const names = [...new Set(effects.map(({ name }) => name))].sort();
  const counted = computed(
    namespace,
    '/metadata/name',
    { pods: pods.length, isolated, policies: names },
    `a policy that isolates every pod for ${direction}`,
  );
  const evidence: Sight[] = [counted, ...effects.filter(coversAllPods).map(({ policy, pointer }) => see(policy, pointer))];
  const more = (...first: readonly (string | undefined)[]) => noted(notes(...first, throughGateway(direction, pods)));
  const opensForAll = (allows: Openness) => effects.some((effect) => coversAllPods(effect) && effect.allows === allows);
  if (opensForAll('blanket')) return fail(`A policy for all pods allows all ${direction}.`, evidence, more());
  if (opensForAll('own-namespace'))
    return fail(`The policy for all pods allows ${direction} within the whole namespace.`, evidence, more('Namespace-isolated only.'));
  if (isolated === pods.length)
    return fail(`Each pod is isolated for ${direction} by a policy of its own.`, evidence, more('New pods start open.'));
  return fail(
    `No policy isolates all pods for ${direction}.`,
    evidence,
    more(isolated > 0 ? `Only some pods are isolated: ${isolated} of ${pods.length}.` : undefined),
  );
}

/** A default deny that another policy undoes for all pods. */
function reopened({ effects }: Isolation): string | undefined {
  const opening = effects.filter((effect) => coversAllPods(effect) && effect.allows !== 'narrow');
  if (opening.length === 0) return undefined;
  const [first] = opening.filter(({ allows }) => allows === 'blanket');
  return first === undefined ? `Policy ${opening[0]?.name} opens it within the namespace.` : `Policy ${first.name} opens it again for all.`;
}

/** What comes by a node port meets no policy of Azure's own engine (AKS docs, migrate-from-npm-to-cilium-network-policy). */
function pastManager(direction: Direction, { engine }: Isolation): string | undefined {
  if (direction === 'egress' || engine !== 'azure') return undefined;
  return 'Azure Network Policy Manager lets traffic of NodePort and LoadBalancer services past policies, unless their externalTrafficPolicy is Local.';
}

/** Traffic routed to a static egress gateway passes by network policies (AKS docs, configure-static-egress-gateway). */
function throughGateway(direction: Direction, pods: readonly Pod[]): string | undefined {
  if (direction === 'ingress') return undefined;
  const routed = pods.filter(
    ({ metadata }) => metadata.annotations?.['kubernetes.azure.com/static-gateway-configuration'] !== undefined,
  ).length;
  return routed === 0
    ? undefined
    : `Egress of ${routed} ${routed === 1 ? 'pod' : 'pods'} passes through a static gateway, which network policies do not reach.`;
}

const directions: readonly Direction[] = ['ingress', 'egress'];

/** Policies for all pods of a namespace: allows add up, so one that lets everything through undoes every other. */
export const blanketAllows = check({
  needs: ['networkPolicies', 'cluster'],
  subjects: ({ networkPolicies, inScope }) =>
    networkPolicies.filter(({ metadata, spec }) => inScope(metadata.namespace) && hasNoTerms(spec?.podSelector)),
  none: 'No NetworkPolicy in scope is for all pods of its namespace.',
  judge: (policy, _params, facts) => {
    const spec = policy.spec ?? {};
    const open = directions.flatMap((direction) => blanketRules(spec, direction).map((index) => ({ direction, index })));
    const evidence = open.map(({ direction, index }) => see(policy, `/spec/${direction}/${index}`, 'named peers or ports'));
    if (open.length > 0) {
      const words = [...new Set(open.map(({ direction }) => direction))].join(' and ');
      const outside =
        open.every(({ direction, index }) => isOfAddresses(spec[direction]?.[index])) && ifSeen(() => policyEngine(facts.cluster));
      return fail(
        `It allows all ${words} of all pods.`,
        evidence,
        noted(outside === 'cilium' ? 'On Cilium an address range opens the outside only, not pods and nodes.' : undefined),
      );
    }
    const web = blanketRules(spec, 'egress', 443);
    return pass(
      'It opens nothing for all.',
      see(policy, '/spec'),
      web.length > 0 ? 'It allows egress to every address on port 443.' : undefined,
    );
  },
});

const isOfAddresses = (rule: { from?: { ipBlock?: object }[]; to?: { ipBlock?: object }[] } | undefined): boolean => {
  const peers = rule?.from ?? rule?.to ?? [];
  return peers.length > 0 && peers.every(({ ipBlock }) => ipBlock !== undefined);
};

const notes = (...parts: readonly (string | undefined)[]): string | undefined =>
  parts.filter((part) => part !== undefined).join(' ') || undefined;
const noted = (note: string | undefined) => (note === undefined ? {} : { note });
