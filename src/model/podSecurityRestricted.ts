import { addedCapabilities, procMount, profileTypes } from './podSecurityBaseline.ts';
import {
  allSetters,
  type Control,
  containerSetters,
  type Fault,
  isSet,
  podSetter,
  type PodToJudge,
  unlessUserNamespace,
} from './podSecurityControl.ts';

/** What the restricted level adds to the baseline, as kubernetes/pod-security-admission `policy/` evaluates it. */
export const restrictedControls: readonly Control[] = [
  { control: 'restrictedVolumes', level: 'restricted', since: 0, overrides: 'hostPathVolumes', evaluate: restrictedVolumes },
  { control: 'allowPrivilegeEscalation', level: 'restricted', since: 8, evaluate: unlessWindows(allowPrivilegeEscalation) },
  { control: 'runAsNonRoot', level: 'restricted', since: 0, evaluate: unlessUserNamespace(runAsNonRoot) },
  { control: 'runAsUser', level: 'restricted', since: 23, evaluate: unlessUserNamespace(runAsUser) },
  {
    control: 'seccompProfile_restricted',
    level: 'restricted',
    since: 19,
    overrides: 'seccompProfile_baseline',
    evaluate: unlessWindows(seccompProfile),
  },
  {
    control: 'capabilities_restricted',
    level: 'restricted',
    since: 22,
    overrides: 'capabilities_baseline',
    evaluate: unlessWindows(capabilities),
  },
  { control: 'procMount_restricted', level: 'restricted', since: 35, overrides: 'procMount', evaluate: procMount },
];

/** From 1.25 pods that say they are for Windows, where these fields do not exist, are let through. */
function unlessWindows(evaluate: Control['evaluate']): Control['evaluate'] {
  return (pod, minor) => (minor >= 25 && pod.spec?.os?.name === 'windows' ? [] : evaluate(pod, minor));
}

/** `image` is allowed at every policy version, as upstream does. */
const volumeTypes = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret'];

function* restrictedVolumes({ spec }: PodToJudge): Iterable<Fault> {
  for (const [index, volume] of (spec?.volumes ?? []).entries()) {
    const types = Object.entries(volume ?? {}).flatMap(([field, value]) => (field !== 'name' && isSet(value) ? [field] : []));
    const [type] = types;
    // A volume without a type is an emptyDir: the API server says so when it stores the pod.
    if (type === undefined || types.some((each) => volumeTypes.includes(each))) continue;
    yield {
      pointer: `/spec/volumes/${index}/${type}`,
      message: `Volume ${volume.name} is of type ${type}.`,
      expected: `only ${volumeTypes.join(', ')}`,
    };
  }
}

function* allowPrivilegeEscalation(pod: PodToJudge): Iterable<Fault> {
  for (const { who, context, pointer } of containerSetters(pod)) {
    if (context?.allowPrivilegeEscalation === false) continue;
    const message = isSet(context?.allowPrivilegeEscalation)
      ? `${who} allows privilege escalation.`
      : `${who} does not forbid privilege escalation.`;
    yield { pointer: `${pointer}/allowPrivilegeEscalation`, message, expected: 'false' };
  }
}

/** What a container does not set it takes from the pod; a pod that sets false fails even when every container sets true. */
function* runAsNonRoot(pod: PodToJudge): Iterable<Fault> {
  for (const { who, context, pointer } of allSetters(pod)) {
    const value = context?.runAsNonRoot;
    if (isSet(value) && value !== true) yield { pointer: `${pointer}/runAsNonRoot`, message: `${who} may run as root.`, expected: 'true' };
  }
  if (isSet(podSetter(pod).context?.runAsNonRoot)) return;
  for (const { who, context, pointer } of containerSetters(pod)) {
    if (isSet(context?.runAsNonRoot)) continue;
    yield {
      pointer: `${pointer}/runAsNonRoot`,
      message: `Neither the pod nor ${lower(who)} sets runAsNonRoot.`,
      expected: 'true, here or on the pod',
    };
  }
}

function* runAsUser(pod: PodToJudge): Iterable<Fault> {
  for (const { who, context, pointer } of allSetters(pod)) {
    if (context?.runAsUser === 0) yield { pointer: `${pointer}/runAsUser`, message: `${who} runs as user 0.`, expected: 'not 0' };
  }
}

/** What a container does not set it takes from the pod. */
function* seccompProfile(pod: PodToJudge): Iterable<Fault> {
  yield* profileTypes(pod, 'seccompProfile', 'seccomp');
  if (isSet(podSetter(pod).context?.seccompProfile)) return;
  for (const { who, context, pointer } of containerSetters(pod)) {
    if (isSet(context?.seccompProfile)) continue;
    yield {
      pointer: `${pointer}/seccompProfile/type`,
      message: `Neither the pod nor ${lower(who)} sets a seccomp profile.`,
      expected: 'RuntimeDefault or Localhost, here or on the pod',
    };
  }
}

function* capabilities(pod: PodToJudge): Iterable<Fault> {
  for (const { who, context, pointer } of containerSetters(pod)) {
    if (context?.capabilities?.drop?.includes('ALL')) continue;
    yield { pointer: `${pointer}/capabilities/drop`, message: `${who} does not drop all capabilities.`, expected: 'ALL' };
  }
  yield* addedCapabilities(pod, ['NET_BIND_SERVICE']);
}

const lower = (who: string): string => who.charAt(0).toLowerCase() + who.slice(1);
