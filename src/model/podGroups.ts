import type { Pod, PodSpec } from '../wire.ts';
import type { Host, HostKind, LandscapeFacts } from './landscape.ts';
import { hostnameKey, keysOf, type Labelled, matchesAny, selectsNode, tolerates } from './nodeAffinity.ts';
import { type PodRule, podRules, ruleReads } from './podRules.ts';
import { podRequests } from './requests.ts';
import { selectorIndex } from './selectorIndex.ts';
import { volumesOf } from './volumes.ts';
import { isEvictable, type Workload, workloadPods } from './workloadPods.ts';

type Labels = Readonly<Record<string, string | undefined>>;

/** Pods that the scheduler treats alike, of one workload. */
export interface PodGroup {
  workload: Workload;
  namespace: string;
  labels: Labels;
  spec: PodSpec;
  pods: Pod[];
  /** The nodes they run on, and how many there. */
  at: Map<Host, number>;
  /** Whether a drain evicts them: not those of a DaemonSet, nor the mirrors of a node's static pods. */
  evictable: boolean;
  /** By index of the resource; equal requests have one `requestId`. */
  request: readonly (readonly [resource: number, amount: number])[];
  requestId: number;
  sieve: Sieve;
  /** The rules that its pods keep, and those of any pod that count its pods. */
  rules: readonly CountedRule[];
  readBy: readonly CountedRule[];
}

/** What a pod demands of a node by itself: labels, tolerated taints, and the places of its volumes. */
export interface Sieve {
  /** Whether names of nodes matter, so that nodes of one kind are not alike. */
  byName: boolean;
  /** @param volumes whether the places of its volumes are asked, too */
  admits: (kind: HostKind, volumes?: boolean) => boolean;
  admitsHost: (host: Host) => boolean;
  /** The same, whatever taints and volumes say. */
  selects: (kind: HostKind) => boolean;
}

/** A rule, and the pods by domain that it counts; for one that keeps pods apart, also the pods that hold it. */
export interface CountedRule {
  rule: PodRule;
  matching: Map<string, number>;
  holders: Map<string, number>;
}

interface Grouped {
  groups: PodGroup[];
  /** `cpu` first. */
  resources: string[];
  /** The labels of nodes that some pod reads, but for their names. */
  keys: string[];
}

/** Pods of each workload, grouped by what the scheduler reads. */
export function groupPods(facts: LandscapeFacts): Grouped {
  const groups = new Map<string, PodGroup>();
  const maker = groupMaker(facts);
  const ids = new Map<object, number>();
  const idOf = (object: object): number => {
    const id = ids.get(object) ?? ids.size;
    ids.set(object, id);
    return id;
  };
  for (const workload of workloadPods(facts).values()) {
    for (const pod of workload.pods) {
      const { spec, metadata } = pod;
      if (!spec) continue;
      const labels = metadata.labels ?? noLabels;
      // The claim of an ephemeral volume is named after the pod, so that no two such pods are alike.
      const own = spec.volumes?.some(({ ephemeral }) => ephemeral != null) ? metadata.name : '';
      const key = `${idOf(spec)}/${idOf(labels)}/${workload.key}/${own}`;
      const group = groups.get(key) ?? maker.make(pod, spec, labels, workload);
      groups.set(key, group);
      group.pods.push(pod);
    }
  }
  const all = [...groups.values()];
  maker.finish(all);
  return { groups: all, resources: maker.resources, keys: maker.keys() };
}
const noLabels: Labels = {};

/** Makes groups, and what several of them share: sieves, rules, requests. */
function groupMaker(facts: LandscapeFacts) {
  const resources = ['cpu', 'memory', 'pods'];
  const requests = new Map<PodSpec, { request: PodGroup['request']; requestId: number }>();
  const requestIds = new Map<string, number>();
  const sieves = new Map<string, Sieve>();
  const rules = new Map<string, CountedRule>();
  const keys = new Set<string>();

  const requestOf = (spec: PodSpec) => {
    const before = requests.get(spec);
    if (before !== undefined) return before;
    const request = [...podRequests(spec)].map(([resource, amount]) => [indexOf(resources, resource), amount] as const);
    const text = JSON.stringify([...request].sort(([a], [b]) => a - b));
    const requestId = requestIds.get(text) ?? requestIds.size;
    requestIds.set(text, requestId);
    const made = { request, requestId };
    requests.set(spec, made);
    return made;
  };
  const sieveFor = (pod: Pod, spec: PodSpec): Sieve => {
    const places = volumesOf(facts, pod).flatMap(({ spec: volume }) => volume?.nodeAffinity?.required ?? []);
    const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    const key = JSON.stringify([spec.nodeSelector, required, spec.tolerations, places]);
    const asked = [...Object.keys(spec.nodeSelector ?? {}), ...[required, ...places].flatMap(keysOf)];
    for (const each of asked) if (each !== hostnameKey) keys.add(each);
    const sieve = sieves.get(key) ?? makeSieve(spec, places, asked.includes(hostnameKey));
    sieves.set(key, sieve);
    return sieve;
  };
  const ruleOf = (rule: PodRule): CountedRule => {
    const key = JSON.stringify(rule);
    if (rule.topologyKey !== hostnameKey) keys.add(rule.topologyKey);
    const counted = rules.get(key) ?? { rule, matching: new Map(), holders: new Map() };
    rules.set(key, counted);
    return counted;
  };
  return {
    resources,
    keys: () => [...keys].sort(),
    make: (pod: Pod, spec: PodSpec, labels: Labels, workload: Workload): PodGroup => ({
      workload,
      namespace: workload.namespace,
      labels,
      spec,
      pods: [],
      at: new Map(),
      evictable: isEvictable(pod),
      ...requestOf(spec),
      sieve: sieveFor(pod, spec),
      rules: podRules(spec, workload.namespace, labels).map(ruleOf),
      readBy: [],
    }),
    finish: (groups: readonly PodGroup[]): void => {
      const readers = readersOf([...rules.values()]);
      for (const group of groups) group.readBy = readers(group.namespace, group.labels);
    },
  };
}

const indexOf = (resources: string[], resource: string): number => {
  const at = resources.indexOf(resource);
  return at >= 0 ? at : resources.push(resource) - 1;
};

type Place = Parameters<typeof matchesAny>[0];
function makeSieve(spec: PodSpec, places: readonly Place[], byName: boolean): Sieve {
  const asks = (node: Labelled, taints: HostKind['taints'], volumes: boolean): boolean =>
    tolerates(spec, taints) && selectsNode(spec, node) && (!volumes || places.every((place) => matchesAny(place, node)));
  const known = new Map<HostKind, boolean>();
  return {
    byName,
    admits(kind, volumes = true) {
      if (!volumes) return asks(kind, kind.taints, false);
      const before = known.get(kind);
      if (before !== undefined) return before;
      const admitted = asks(kind, kind.taints, true);
      known.set(kind, admitted);
      return admitted;
    },
    admitsHost: (host) => asks(host, host.kind.taints, true),
    selects: (kind) => selectsNode(spec, kind),
  };
}

/** Which rules count a pod of these labels: each rule is looked at only by pods that carry its first label. */
function readersOf(rules: readonly CountedRule[]): (namespace: string, labels: Labels) => CountedRule[] {
  const placed = rules.flatMap((counted) => (counted.rule.namespaces ?? ['']).map((namespace) => ({ metadata: { namespace }, counted })));
  const candidates = selectorIndex(placed, ({ counted }) => counted.rule.selector.matchLabels ?? {});
  return (namespace, labels) =>
    [...candidates(namespace, labels), ...candidates('', labels)].flatMap(({ counted }) =>
      ruleReads(counted.rule, namespace, labels) ? [counted] : [],
    );
}
