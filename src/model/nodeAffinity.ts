import type { Node, PodSpec } from '../wire.ts';

type NodeSelector = NonNullable<
  NonNullable<NonNullable<PodSpec['affinity']>['nodeAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']
>;
type NodeTerm = NonNullable<NodeSelector['nodeSelectorTerms']>[number];
type Requirement = NonNullable<NodeTerm['matchExpressions']>[number];

/** A node as the scheduler reads it: its labels by key, and its name. */
export interface Labelled {
  name: string;
  label: (key: string) => string | undefined;
}

export const hostnameKey = 'kubernetes.io/hostname';
/** Labels that all name the zone of a node; the disk driver's is set by the driver, and asked for by its volumes. */
export const zoneKeys: readonly string[] = [
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.disk.csi.azure.com/zone',
];

/** Whether nodeSelector and required node affinity of a pod admit a node. */
export function selectsNode({ nodeSelector, affinity }: PodSpec, node: Labelled): boolean {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return (
    Object.entries(nodeSelector ?? {}).every(([key, value]) => node.label(key) === value) &&
    (required == null || matchesAny(required, node))
  );
}

/** A node selector holds when one of its terms does; one without terms, or a term without requirements, holds for none. */
export const matchesAny = ({ nodeSelectorTerms }: NodeSelector, node: Labelled): boolean =>
  (nodeSelectorTerms ?? []).some((term) => matches(term, node));

function matches({ matchExpressions, matchFields }: NodeTerm, node: Labelled): boolean {
  const [expressions, fields] = [matchExpressions ?? [], matchFields ?? []];
  if (expressions.length + fields.length === 0) return false;
  // `load` lifts the name of the one node out of the pods of a DaemonSet: without values, nothing is known of it.
  return (
    expressions.every((each) => holds(each, node.label(each.key ?? ''))) &&
    fields.every((each) => (each.values ?? []).length === 0 || holds(each, node.name))
  );
}

function holds({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return isWhole(value) && Number(value) > Number(values[0]);
    case 'Lt':
      return isWhole(value) && Number(value) < Number(values[0]);
    default:
      return false;
  }
}
const isWhole = (value: string | undefined): boolean => value !== undefined && /^-?\d+$/.test(value);

/** The keys of labels by which a node selector tells nodes apart. */
export function keysOf(selector: NodeSelector | null | undefined): string[] {
  return (selector?.nodeSelectorTerms ?? []).flatMap(({ matchExpressions, matchFields }) => [
    ...(matchExpressions ?? []).map(({ key }) => key ?? ''),
    ...((matchFields ?? []).length > 0 ? [hostnameKey] : []),
  ]);
}

type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

/** The taints of a node that keep pods away; a cordoned one has its taint, whether or not the controller set it yet. */
export function repellents({ spec }: Node): Taint[] {
  const taints = (spec?.taints ?? []).filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
  const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  return spec?.unschedulable === true && !taints.some(({ key }) => key === cordon.key) ? [...taints, cordon] : taints;
}

/** Whether every one of these taints is tolerated: an empty key with Exists tolerates all, an empty effect every effect. */
export function tolerates({ tolerations }: PodSpec, taints: readonly Taint[]): boolean {
  return taints.every((taint) =>
    (tolerations ?? []).some(
      ({ key, operator, value, effect }) =>
        (!effect || effect === taint.effect) &&
        (key ? key === taint.key : operator === 'Exists') &&
        (operator === 'Exists' || ((operator ?? 'Equal') === 'Equal' && (value ?? '') === (taint.value ?? ''))),
    ),
  );
}
