import type { CiliumPeerRule, CiliumRule, NetworkPolicy, Pod } from '../wire.ts';
import type { Effect } from './isolationEffect.ts';
import { contains, parseRange, type Range } from './ranges.ts';

/** Something outside the cluster's pods that a pod may ask: addresses, and the TCP port that answers there. */
export interface Target {
  name: 'the metadata service of their node' | 'the subnet of the API server';
  ranges: readonly Range[];
  port: number;
  /** By what Cilium's policies call it. */
  entities: ReadonlySet<string>;
}

/** What a policy lets a pod do of a target; `unclear` of policies whose rules are not followed to addresses here. */
type Leave = 'allows' | 'denies' | 'silent' | 'unclear';

/** Whether pods of these labels reach a target. `effects`: of all policies on their egress, as model/isolation.ts tells them. */
export function reach({ metadata }: Pod, target: Target, effects: readonly Effect[]): { reached: boolean | undefined; by?: Effect } {
  const own = effects.filter(({ pods }) => pods?.(metadata.labels ?? {}) ?? true);
  const leaves = own.map((effect) => ({ effect, leave: leaveOf(effect, target) }));
  if (leaves.some(({ leave }) => leave === 'denies')) return { reached: false };
  if (leaves.some(({ leave }) => leave === 'unclear')) return { reached: undefined };
  const allowing = leaves.find(({ leave }) => leave === 'allows');
  if (allowing !== undefined) return { reached: true, by: allowing.effect };
  return { reached: own.every(({ isolates }) => isolates === false) };
}

function leaveOf({ policy, pointer, allows }: Effect, target: Target): Leave {
  const kind = 'kind' in policy ? String(policy.kind) : '';
  if (kind.startsWith('Cilium')) return ciliumLeave(ruleAt(policy, pointer), target);
  if (kind === 'NetworkPolicy' && 'apiVersion' in policy && String(policy.apiVersion).includes('projectcalico')) return 'unclear';
  if (kind === 'NetworkPolicy') return kubernetesLeave(policy as NetworkPolicy, target); // kind tells the type
  if ('properties' in policy) return allows === 'blanket' ? 'allows' : 'silent';
  return 'unclear';
}

/** A Cilium rule by the pointer of its effect: `/spec`, or `/specs/0`. */
function ruleAt(policy: object, pointer: string): CiliumRule {
  const { spec, specs } = policy as { spec?: CiliumRule; specs?: CiliumRule[] }; // by its kind
  return (pointer === '/spec' ? spec : specs?.[Number(pointer.split('/')[2])]) ?? {};
}

function kubernetesLeave({ spec }: NetworkPolicy, target: Target): Leave {
  const allowed = spec?.egress?.some((rule) => {
    const { to, ports } = rule ?? {};
    if ((ports ?? []).length > 0 && !ports?.some((each) => isPort(each.protocol, each.port, each.endPort, target.port))) return false;
    return (to ?? []).length === 0 || to?.some(({ ipBlock }) => ipBlock && touches(ipBlock.cidr, ipBlock.except, target));
  });
  return allowed ? 'allows' : 'silent';
}

const isPort = (protocol: unknown, first: unknown, last: unknown, port: number): boolean => {
  if (!['TCP', 'ANY'].includes(String(protocol ?? 'TCP').toUpperCase())) return false;
  if (first === undefined || first === null || first === '' || String(first) === '0') return true;
  const from = Number(first);
  return from <= port && port <= (last == null ? from : Number(last));
};

/** Whether a range without its exceptions holds any of the target: the target or a part of it lies in it, and in no exception whole. */
function touches(cidr: unknown, except: readonly string[] | null | undefined, { ranges }: Target): boolean {
  const range = parseRange(cidr);
  if (range === undefined) return false;
  const spared = (except ?? []).flatMap((text) => parseRange(text) ?? []);
  return ranges.some((each) => {
    const met = contains(range, each) ? each : contains(each, range) ? range : undefined;
    return met !== undefined && !spared.some((one) => contains(one, met));
  });
}

function ciliumLeave({ egress, egressDeny }: CiliumRule, target: Target): Leave {
  if (egressDeny?.some((rule) => ciliumMatches(rule ?? {}, target, true))) return 'denies';
  return egress?.some((rule) => ciliumMatches(rule ?? {}, target, false)) ? 'allows' : 'silent';
}

/** @param whole a deny counts only when it holds every address of the target, an allow when it holds any */
function ciliumMatches(rule: CiliumPeerRule, target: Target, whole: boolean): boolean {
  const ports = (rule.toPorts ?? []).flatMap(
    (entry) => (entry as { ports?: { port?: unknown; protocol?: unknown; endPort?: unknown }[] } | null)?.ports ?? [],
  );
  if (ports.length > 0 && !ports.some((each) => isPort(each.protocol ?? 'ANY', each.port, each.endPort, target.port))) return false;
  const sets = [...(rule.toCIDR ?? []).map((cidr) => ({ cidr, except: undefined })), ...(rule.toCIDRSet ?? [])];
  const named = [
    rule.toCIDR,
    rule.toCIDRSet,
    rule.toEntities,
    rule.toEndpoints,
    rule.toFQDNs,
    rule.toServices,
    rule.toGroups,
    rule.toNodes,
  ];
  if (ports.length > 0 && named.every((list) => list == null)) return true;
  if (rule.toEntities?.some((entity) => entity === 'all' || target.entities.has(entity))) return true;
  if (!whole) return sets.some(({ cidr, except }) => touches(cidr, except, target));
  return target.ranges.every((each) =>
    sets.some(({ cidr, except }) => touches(cidr, except, { ...target, ranges: [each] }) && holds(cidr, each)),
  );
}
const holds = (cidr: unknown, inner: Range): boolean => {
  const range = parseRange(cidr);
  return range !== undefined && contains(range, inner);
};
