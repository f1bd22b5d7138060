import type { LabelSelector } from '../wire.ts';

type Labels = Readonly<Record<string, string | undefined>>;
type Requirement = NonNullable<LabelSelector['matchExpressions']>[number];

/**
 * Whether a label selector selects these labels, as apimachinery's `LabelSelectorAsSelector` has it: all of its terms
 * must hold, an empty selector selects everything, an absent one nothing. One that the API server would refuse
 * (an unknown operator, In or NotIn without values, Exists or DoesNotExist with values) selects nothing.
 */
export function selects(selector: LabelSelector | null | undefined, labels: Labels | null | undefined): boolean {
  if (!selector) return false;
  const has = labels ?? {};
  const expressions: readonly (Requirement | null)[] = selector.matchExpressions ?? [];
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labelOf(has, key) === value) &&
    expressions.every((each) => holds(each, has))
  );
}

/** Whether the plain map of a Service or ReplicationController selects these labels; an empty or absent map selects nothing. */
export function selectsByLabels(selector: Labels | null | undefined, labels: Labels | null | undefined): boolean {
  return !!selector && Object.keys(selector).length > 0 && selects({ matchLabels: selector }, labels);
}

function holds(requirement: Requirement | null, labels: Labels): boolean {
  const { key, operator, values } = requirement ?? {};
  if (key === undefined) return false;
  const value = labelOf(labels, key);
  const listed: readonly string[] = values ?? [];
  switch (operator) {
    case 'In':
      return value !== undefined && listed.includes(value);
    case 'NotIn':
      return listed.length > 0 && (value === undefined || !listed.includes(value));
    case 'Exists':
      return listed.length === 0 && value !== undefined;
    case 'DoesNotExist':
      return listed.length === 0 && value === undefined;
    default:
      return false;
  }
}

/** Labels come from JSON: `constructor` is a label like any other. */
const labelOf = (labels: Labels, key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
