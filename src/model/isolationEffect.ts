import type { LabelSelector } from '../wire.ts';
import { parseRange } from './ranges.ts';
import { selects } from './selectors.ts';

export type Direction = 'ingress' | 'egress';
export type Labels = Readonly<Record<string, string | undefined>>;

/** What a policy that isolates pods lets through nevertheless. `narrow`: named peers or ports, or nothing at all. */
export type Openness = 'narrow' | 'own-namespace' | 'blanket';

/** What one policy does to the pods of one namespace in one direction. A policy that says nothing of them has no effect. */
export interface Effect {
  /** The policy, or what stands for it in ARM. */
  readonly policy: object;
  readonly name: string;
  /** JSON pointer, inside the policy, of what isolates. */
  readonly pointer: string;
  /** The pods it isolates by their labels; absent: all of the namespace, those of tomorrow too. */
  readonly pods?: (labels: Labels) => boolean;
  readonly allows: Openness;
  /** false: it allows and denies, and closes nothing else (Cilium's `enableDefaultDeny`). */
  readonly isolates?: false;
}

/** A namespace as policies select it; `label` throws NotSeen when the namespace itself was not seen. */
export interface NamespaceView {
  readonly name: string;
  readonly label: (key: string) => string | undefined;
}

const order: readonly Openness[] = ['narrow', 'own-namespace', 'blanket'];
/** Allows add up, so a policy is as open as the widest of its rules. */
export const widest = (all: readonly Openness[]): Openness => order[Math.max(0, ...all.map((each) => order.indexOf(each)))] ?? 'narrow';

/** API servers set this label on every namespace. */
export const nameLabel = 'kubernetes.io/metadata.name';

export const hasNoTerms = (selector: LabelSelector | null | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;

/** Whether a selector of namespaces selects every one: it has no terms, or asks for a label that each namespace has. */
export const selectsEveryNamespace = (selector: LabelSelector | null | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length === 0 &&
  (selector?.matchExpressions ?? []).every(({ key, operator }) => key === nameLabel && operator === 'Exists');

/** Reads only the labels that the selector names. */
export const selectsNamespace = (selector: LabelSelector | null | undefined, { label }: NamespaceView): boolean =>
  selects(
    selector,
    Object.fromEntries(
      keysOf(selector)
        .map((key) => [key, label(key)] as const)
        .filter(([, value]) => value !== undefined),
    ),
  );

const keysOf = (selector: LabelSelector | null | undefined): string[] => [
  ...Object.keys(selector?.matchLabels ?? {}),
  ...(selector?.matchExpressions ?? []).flatMap(({ key }) => (key === undefined ? [] : [key])),
];

/** All addresses of a family, or half of them: no name for a peer. */
export function isEveryAddress(cidr: unknown): boolean {
  const range = parseRange(cidr);
  return range !== undefined && range.prefix <= 1;
}

/** Whether a port entry leaves every port of TCP open. @param first absent, empty and 0: every port */
export function opensEveryPort(protocol: unknown, first: unknown, last: unknown): boolean {
  if (!['TCP', 'ANY'].includes(String(protocol ?? 'TCP').toUpperCase())) return false;
  if (first === undefined || first === null || first === '' || String(first) === '0') return true;
  return Number(first) === 1 && Number(last) === 65535;
}
