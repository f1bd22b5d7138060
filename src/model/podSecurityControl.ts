import type { Container, PodSpec } from '../wire.ts';
import { type ContainerKind, containersOf } from './podSpecs.ts';

export type Level = 'baseline' | 'restricted';

/** What is judged: a Pod, or the template that pods are made from. */
export interface PodToJudge {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string | undefined>> | undefined } | null | undefined;
  readonly spec?: PodSpec | null | undefined;
}

/** Something a control forbids. `pointer` leads from the pod or template to the field, or to where it is missing. */
export interface Fault {
  pointer: string;
  message: string;
  expected: string;
}

/** One control of the Pod Security Standards, by the name that upstream gives its check. */
export interface Control {
  control: string;
  level: Level;
  /** The 1.x policy version that brought it. */
  since: number;
  /** The baseline control that it takes the place of at the restricted level. */
  overrides?: string;
  /** @param minor the policy version 1.`minor`, at least `since` */
  evaluate: (pod: PodToJudge, minor: number) => Iterable<Fault>;
}

type SecurityContext = NonNullable<Container['securityContext']>;
type PodSecurityContext = NonNullable<PodSpec['securityContext']>;
/** What a pod and its containers may both set. */
type SharedContext = Pick<SecurityContext & PodSecurityContext, keyof SecurityContext & keyof PodSecurityContext>;

/** Who may set a security context; `pointer` is that of the context. */
export interface Setter<C> {
  who: string;
  context: C | null | undefined;
  pointer: string;
}

const words: Readonly<Record<ContainerKind, string>> = {
  containers: 'Container',
  initContainers: 'Init container',
  ephemeralContainers: 'Ephemeral container',
};

/** Each container of any kind, with the words for it in a message. */
export const namedContainers = ({ spec }: PodToJudge) =>
  containersOf(spec).map((each) => ({ ...each, who: `${words[each.kind]} ${each.container.name ?? each.index}` }));

export const containerSetters = (pod: PodToJudge): Setter<SecurityContext>[] =>
  namedContainers(pod).map(({ who, container, pointer }) => ({
    who,
    context: container.securityContext,
    pointer: `${pointer}/securityContext`,
  }));

export const podSetter = ({ spec }: PodToJudge): Setter<PodSecurityContext> => ({
  who: 'The pod',
  context: spec?.securityContext,
  pointer: '/spec/securityContext',
});

/** The pod, then its containers. */
export const allSetters = (pod: PodToJudge): Setter<SharedContext>[] => [podSetter(pod), ...containerSetters(pod)];

/** YAML and JSON both know null; for the API server it is as good as absent. */
export const isSet = <T>(value: T): value is NonNullable<T> => value !== undefined && value !== null;

/** Not absent and not false: `"true"`, which the API server would refuse, is no permission. */
export const isOn = (value: unknown): boolean => isSet(value) && value !== false;

/** From 1.35 a control may let a pod through that runs in a user namespace of its own, whose root is not root of the node. */
export function unlessUserNamespace(evaluate: Control['evaluate']): Control['evaluate'] {
  return (pod, minor) => (minor >= 35 && pod.spec?.hostUsers === false ? [] : evaluate(pod, minor));
}

/** Says a value in a message. */
export const say = (value: unknown): string => (isSet(value) && value !== '' ? String(value) : 'empty');
