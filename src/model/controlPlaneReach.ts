import type { Facts } from '../check.ts';
import type { ManagedCluster, Pod, VirtualNetwork } from '../wire.ts';
import type { Seen } from '../seen.ts';
import { everyEffect, type Isolation, isolationNeeds, reachablePods } from './isolation.ts';
import type { Effect } from './isolationEffect.ts';
import { reach, type Target } from './egressReach.ts';
import { once } from './once.ts';
import { parseRange } from './ranges.ts';
import { accountOf } from './serviceAccounts.ts';
import { subnetOf } from './subnets.ts';

export const reachNeeds = [...isolationNeeds, 'virtualNetworks', 'roleBindings', 'clusterRoleBindings'] as const;
export type ReachFacts = Facts<(typeof reachNeeds)[number]>;

const metadataService: Target = {
  name: 'the metadata service of their node',
  ranges: [parseRange('169.254.169.254/32')].flatMap((range) => range ?? []),
  port: 80,
  entities: new Set(['world', 'world-ipv4']),
};

/** IDs of the owner's subnets in which AKS puts the API server or its own nodes, with the JSON pointers that name them. */
export const controlPlaneSubnets = ({ properties }: ManagedCluster): { id: string; pointer: string }[] =>
  (
    [
      [properties.apiServerAccessProfile?.subnetId, '/properties/apiServerAccessProfile/subnetId'],
      [properties.hostedSystemProfile?.systemNodeSubnetID, '/properties/hostedSystemProfile/systemNodeSubnetID'],
    ] as const
  ).flatMap(([id, pointer]) => (id ? [{ id, pointer }] : []));

function apiServer(cluster: ManagedCluster, networks: Seen<VirtualNetwork>): Target | undefined {
  const subnets = controlPlaneSubnets(cluster).map(({ id }) => subnetOf(networks, id).subnet.properties);
  const written = subnets.flatMap(({ addressPrefix, addressPrefixes }) => [addressPrefix, ...(addressPrefixes ?? [])]);
  const ranges = [...new Set(written)].flatMap((text) => parseRange(text) ?? []);
  return ranges.length === 0
    ? undefined
    : { name: 'the subnet of the API server', ranges, port: 443, entities: new Set(['world', 'world-ipv4', 'kube-apiserver']) };
}

/** Pods are kept from the metadata service by the cluster itself (a preview). */
export const keepsMetadata = ({ properties }: ManagedCluster): boolean =>
  properties.networkProfile?.podLinkLocalAccess?.toLowerCase() === 'none';

type Policies = Omit<Isolation, 'isolated'>;
/** What the pods of a namespace reach of what they should not. */
export interface Reached {
  target: Target['name'];
  pods: number;
  of: number;
  /** The policies that let them. */
  by: readonly Effect[];
  unclear: boolean;
  isolation: Policies;
}

/** One reading a target that there is: each may meet NotSeen by itself. */
export function readings(facts: ReachFacts, namespace: string): (() => readonly Reached[])[] {
  const pods = reachablePods(facts, namespace);
  const lets = lazily(() => everyEffect(facts, namespace, 'egress'));
  return [
    () => (keepsMetadata(facts.cluster) ? [] : [reached(metadataService, pods, lets())]),
    () => {
      const target = apiServer(facts.cluster, facts.virtualNetworks);
      const asked = target === undefined ? [] : pods.filter((pod) => !bound(facts).has(`${namespace}/${accountOf(pod.spec ?? {})}`));
      return target === undefined || asked.length === 0 ? [] : [reached(target, asked, lets())];
    },
  ];
}

const lazily = <T extends object>(compute: () => T): (() => T) => {
  let result: T | undefined;
  return () => {
    result ??= compute();
    return result;
  };
};

function reached(target: Target, pods: readonly Pod[], isolation: Policies): Reached {
  const found = alike(pods).map(([pod, count]) => ({ ...reach(pod, target, isolation.effects), count }));
  const those = found.filter((each) => each.reached === true);
  return {
    target: target.name,
    pods: those.reduce((sum, { count }) => sum + count, 0),
    of: pods.length,
    by: [...new Set(those.flatMap(({ by }) => by ?? []))],
    unclear: found.some((each) => each.reached === undefined),
    isolation,
  };
}

/** Pods of equal labels are judged once. */
const alike = (pods: readonly Pod[]): [Pod, number][] =>
  [...Map.groupBy(pods, ({ metadata }) => JSON.stringify(Object.entries(metadata.labels ?? {}).sort())).values()].flatMap((group) =>
    group[0] === undefined ? [] : [[group[0], group.length]],
  );

/** `namespace/name` of the service accounts that are granted anything: they are meant to ask the API server. */
const bound = once(({ roleBindings, clusterRoleBindings }: ReachFacts) => {
  const bindings = [...roleBindings.all(), ...clusterRoleBindings.all()];
  return new Set(
    bindings.flatMap(({ subjects, metadata }) =>
      (subjects ?? []).flatMap(({ kind, name, namespace }) =>
        kind === 'ServiceAccount' ? [`${namespace ?? metadata.namespace ?? ''}/${name}`] : [],
      ),
    ),
  );
});
