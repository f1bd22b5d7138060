import type { Probe } from '../wire.ts';
import {
  allSetters,
  type Control,
  containerSetters,
  type Fault,
  isOn,
  isSet,
  namedContainers,
  podSetter,
  type PodToJudge,
  say,
  unlessUserNamespace,
} from './podSecurityControl.ts';

/** Each control of the baseline level, as kubernetes/pod-security-admission `policy/` evaluates it. */
export const baselineControls: readonly Control[] = [
  { control: 'hostNamespaces', level: 'baseline', since: 0, evaluate: hostNamespaces },
  { control: 'privileged', level: 'baseline', since: 0, evaluate: privileged },
  { control: 'capabilities_baseline', level: 'baseline', since: 0, evaluate: capabilities },
  { control: 'hostPathVolumes', level: 'baseline', since: 0, evaluate: hostPathVolumes },
  { control: 'hostPorts', level: 'baseline', since: 0, evaluate: hostPorts },
  { control: 'hostProbesAndHostLifecycle', level: 'baseline', since: 34, evaluate: hostsOfHandlers },
  { control: 'appArmorProfile', level: 'baseline', since: 0, evaluate: appArmorProfile },
  { control: 'seLinuxOptions', level: 'baseline', since: 0, evaluate: seLinuxOptions },
  { control: 'procMount', level: 'baseline', since: 0, evaluate: unlessUserNamespace(procMount) },
  { control: 'seccompProfile_baseline', level: 'baseline', since: 0, evaluate: seccompProfile },
  { control: 'sysctls', level: 'baseline', since: 0, evaluate: sysctls },
  { control: 'windowsHostProcess', level: 'baseline', since: 0, evaluate: windowsHostProcess },
];

const notTrue = 'false or not set';
const notSet = 'not set';

function* hostNamespaces({ spec }: PodToJudge): Iterable<Fault> {
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC'] as const) {
    if (isOn(spec?.[field])) yield { pointer: `/spec/${field}`, message: `The pod sets ${field}.`, expected: notTrue };
  }
}

function* privileged(pod: PodToJudge): Iterable<Fault> {
  for (const { who, context, pointer } of containerSetters(pod)) {
    if (isOn(context?.privileged)) yield { pointer: `${pointer}/privileged`, message: `${who} is privileged.`, expected: notTrue };
  }
}

const defaultCapabilities =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' ');

function capabilities(pod: PodToJudge): Iterable<Fault> {
  return addedCapabilities(pod, defaultCapabilities);
}

/** Capabilities that a container adds beyond the allowed ones. */
export function* addedCapabilities(pod: PodToJudge, allowed: readonly string[]): Iterable<Fault> {
  for (const { who, context, pointer } of containerSetters(pod)) {
    for (const [index, capability] of (context?.capabilities?.add ?? []).entries()) {
      if (allowed.includes(capability)) continue;
      yield {
        pointer: `${pointer}/capabilities/add/${index}`,
        message: `${who} adds capability ${say(capability)}.`,
        expected: `only ${allowed.join(', ')}`,
      };
    }
  }
}

function* hostPathVolumes({ spec }: PodToJudge): Iterable<Fault> {
  for (const [index, volume] of (spec?.volumes ?? []).entries()) {
    if (isSet(volume?.hostPath))
      yield { pointer: `/spec/volumes/${index}/hostPath`, message: `Volume ${volume.name} is a path of the node.`, expected: notSet };
  }
}

function* hostPorts(pod: PodToJudge): Iterable<Fault> {
  for (const { who, container, pointer } of namedContainers(pod)) {
    for (const [index, port] of (container.ports ?? []).entries()) {
      const hostPort = port?.hostPort;
      if (isSet(hostPort) && hostPort !== 0)
        yield {
          pointer: `${pointer}/ports/${index}/hostPort`,
          message: `${who} takes port ${hostPort} of the node.`,
          expected: '0 or not set',
        };
    }
  }
}

/** Probes and lifecycle hooks that the kubelet would send to another host than the pod. */
function* hostsOfHandlers(pod: PodToJudge): Iterable<Fault> {
  for (const { who, container, pointer } of namedContainers(pod)) {
    const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
    const handlers: Record<string, Pick<Probe, 'httpGet' | 'tcpSocket'> | null | undefined> = {
      livenessProbe,
      readinessProbe,
      startupProbe,
      'lifecycle/postStart': lifecycle?.postStart,
      'lifecycle/preStop': lifecycle?.preStop,
    };
    for (const [name, handler] of Object.entries(handlers)) {
      for (const action of ['httpGet', 'tcpSocket'] as const) {
        const host = handler?.[action]?.host;
        if (host)
          yield { pointer: `${pointer}/${name}/${action}/host`, message: `${who}: ${name} is sent to host ${host}.`, expected: notSet };
      }
    }
  }
}

const appArmorAnnotation = 'container.apparmor.security.beta.kubernetes.io/';

/** The field came with 1.30, yet is judged at every policy version, as upstream does. */
function* appArmorProfile(pod: PodToJudge): Iterable<Fault> {
  yield* profileTypes(pod, 'appArmorProfile', 'AppArmor');
  for (const [key, value] of Object.entries(pod.metadata?.annotations ?? {})) {
    if (!key.startsWith(appArmorAnnotation) || !value || value === 'runtime/default' || value.startsWith('localhost/')) continue;
    yield { pointer: annotation(key), message: `Annotation ${key} is ${value}.`, expected: 'runtime/default, localhost/* or not set' };
  }
}

const annotation = (key: string): string => `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

const allowedProfiles: readonly (string | undefined)[] = ['RuntimeDefault', 'Localhost'];

/** Profiles that are set, to something else than RuntimeDefault or Localhost; an object without a type is set. */
export function* profileTypes(pod: PodToJudge, field: 'appArmorProfile' | 'seccompProfile', name: string): Iterable<Fault> {
  for (const { who, context, pointer } of allSetters(pod)) {
    const profile = context?.[field];
    if (!isSet(profile) || allowedProfiles.includes(profile.type)) continue;
    yield {
      pointer: `${pointer}/${field}/type`,
      message: `${who} sets ${name} profile ${say(profile.type)}.`,
      expected: 'RuntimeDefault, Localhost or not set',
    };
  }
}

function* seLinuxOptions(pod: PodToJudge, minor: number): Iterable<Fault> {
  const types = ['container_t', 'container_init_t', 'container_kvm_t', ...(minor >= 31 ? ['container_engine_t'] : [])];
  for (const { who, context, pointer } of allSetters(pod)) {
    const { type, user, role } = context?.seLinuxOptions ?? {};
    const at = `${pointer}/seLinuxOptions`;
    if (type && !types.includes(type))
      yield { pointer: `${at}/type`, message: `${who} sets SELinux type ${type}.`, expected: `${types.join(', ')} or not set` };
    if (user) yield { pointer: `${at}/user`, message: `${who} sets SELinux user ${user}.`, expected: notSet };
    if (role) yield { pointer: `${at}/role`, message: `${who} sets SELinux role ${role}.`, expected: notSet };
  }
}

export function* procMount(pod: PodToJudge): Iterable<Fault> {
  for (const { who, context, pointer } of containerSetters(pod)) {
    const mount = context?.procMount;
    if (isSet(mount) && mount !== 'Default')
      yield { pointer: `${pointer}/procMount`, message: `${who} mounts /proc ${say(mount)}.`, expected: 'Default or not set' };
  }
}

/** Until 1.18 seccomp was an annotation, then a field. */
function seccompProfile(pod: PodToJudge, minor: number): Iterable<Fault> {
  return minor >= 19 ? profileTypes(pod, 'seccompProfile', 'seccomp') : seccompAnnotations(pod);
}

function* seccompAnnotations(pod: PodToJudge): Iterable<Fault> {
  const annotations = pod.metadata?.annotations ?? {};
  const keys = [
    'seccomp.security.alpha.kubernetes.io/pod',
    ...namedContainers(pod).map(({ container }) => `container.seccomp.security.alpha.kubernetes.io/${container.name ?? ''}`),
  ];
  for (const key of new Set(keys)) {
    if (!Object.hasOwn(annotations, key)) continue;
    const value = annotations[key] ?? '';
    if (value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/')) continue;
    yield {
      pointer: annotation(key),
      message: `Annotation ${key} is ${say(value)}.`,
      expected: 'runtime/default, docker/default, localhost/* or not set',
    };
  }
}

/** The policy versions from which sysctls are safe: they act on the pod alone. */
const safeSysctls: readonly (readonly [since: number, names: readonly string[]])[] = [
  [
    0,
    [
      'kernel.shm_rmid_forced',
      'net.ipv4.ip_local_port_range',
      'net.ipv4.tcp_syncookies',
      'net.ipv4.ping_group_range',
      'net.ipv4.ip_unprivileged_port_start',
    ],
  ],
  [27, ['net.ipv4.ip_local_reserved_ports']],
  [29, ['net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes']],
  [32, ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']],
  [37, ['net.ipv4.tcp_slow_start_after_idle', 'net.ipv4.tcp_notsent_lowat']],
];

function* sysctls(pod: PodToJudge, minor: number): Iterable<Fault> {
  const safe = safeSysctls.flatMap(([since, names]) => (minor >= since ? names : []));
  const { context, pointer } = podSetter(pod);
  for (const [index, sysctl] of (context?.sysctls ?? []).entries()) {
    const name = sysctl?.name ?? '';
    if (!safe.includes(name))
      yield {
        pointer: `${pointer}/sysctls/${index}/name`,
        message: `The pod sets sysctl ${say(name)}.`,
        expected: `only ${safe.join(', ')}`,
      };
  }
}

function* windowsHostProcess(pod: PodToJudge): Iterable<Fault> {
  for (const { who, context, pointer } of allSetters(pod)) {
    if (isOn(context?.windowsOptions?.hostProcess))
      yield { pointer: `${pointer}/windowsOptions/hostProcess`, message: `${who} runs as a process of the node.`, expected: notTrue };
  }
}
