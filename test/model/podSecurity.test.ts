import { describe, expect, test } from 'vitest';
import { controls, latestMinor, parsePolicyVersion, podSecurityViolations } from '../../src/model/podSecurity.ts';
import type { Level, PodToJudge } from '../../src/model/podSecurityControl.ts';
import type { PodSpec } from '../../src/wire.ts';

const hardened = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
};
/** A pod that restricted lets through, but for what `spec` and `securityContext` change. */
const pod = (spec: unknown = {}, securityContext: unknown = {}): PodToJudge => ({
  spec: {
    containers: [{ name: 'app', image: 'shop/web:1', securityContext: { ...hardened, ...(securityContext as object) } }],
    ...(spec as PodSpec),
  },
});
const annotated = (key: string, value: unknown): PodToJudge => ({ ...pod(), metadata: { annotations: { [key]: value as string } } });
const app = '/spec/containers/0/securityContext';

/** Judged as `<level> <minor>`; what is found, as `<control> <pointer>`. */
const cases: readonly [name: string, at: string, pod: PodToJudge, ...found: string[]][] = [
  ['hardened', 'restricted 37', pod()],
  ['bare', 'baseline 37', { spec: { containers: [{ name: 'app' }] } }],
  [
    'bare',
    'restricted 37',
    { spec: { containers: [{ name: 'app' }] } },
    `allowPrivilegeEscalation ${app}/allowPrivilegeEscalation`,
    `runAsNonRoot ${app}/runAsNonRoot`,
    `seccompProfile_restricted ${app}/seccompProfile/type`,
    `capabilities_restricted ${app}/capabilities/drop`,
  ],
  ['bare', 'restricted 0', { spec: { containers: [{ name: 'app' }] } }, `runAsNonRoot ${app}/runAsNonRoot`],
  ['no spec', 'restricted 37', {}],
  ['null spec and metadata', 'restricted 37', { spec: null, metadata: null }],
  ['null lists', 'restricted 37', pod({ volumes: null, initContainers: null, ephemeralContainers: null, securityContext: null, os: null })],
  [
    'null fields',
    'restricted 37',
    pod(
      { hostNetwork: null, hostUsers: null },
      { privileged: null, procMount: null, seLinuxOptions: null, appArmorProfile: null, windowsOptions: null, runAsUser: null },
    ),
  ],

  [
    'host namespaces',
    'baseline 0',
    pod({ hostNetwork: true, hostPID: true, hostIPC: false }),
    'hostNamespaces /spec/hostNetwork',
    'hostNamespaces /spec/hostPID',
  ],
  ['host IPC', 'baseline 0', pod({ hostIPC: true }), 'hostNamespaces /spec/hostIPC'],
  ['privileged', 'baseline 0', pod({}, { privileged: true }), `privileged ${app}/privileged`],
  ['privileged as a word', 'baseline 0', pod({}, { privileged: 'yes' }), `privileged ${app}/privileged`],
  ['privileged false', 'baseline 0', pod({}, { privileged: false })],
  [
    'every kind of container',
    'baseline 37',
    pod({
      initContainers: [{ name: 'i', restartPolicy: 'Always', securityContext: { privileged: true } }],
      ephemeralContainers: [{ name: 'e', securityContext: { privileged: true } }],
    }),
    'privileged /spec/initContainers/0/securityContext/privileged',
    'privileged /spec/ephemeralContainers/0/securityContext/privileged',
  ],

  ['default capabilities', 'baseline 37', pod({}, { capabilities: { add: ['CHOWN', 'SYS_CHROOT'], drop: null } })],
  [
    'capability',
    'baseline 37',
    pod({}, { capabilities: { add: ['CHOWN', 'NET_RAW'] } }),
    `capabilities_baseline ${app}/capabilities/add/1`,
  ],
  [
    'capability, baseline control overridden',
    'restricted 22',
    pod({}, { capabilities: { add: ['CHOWN', 'NET_BIND_SERVICE'], drop: ['ALL'] } }),
    `capabilities_restricted ${app}/capabilities/add/0`,
  ],
  [
    'capability, not yet overridden',
    'restricted 21',
    pod({}, { capabilities: { add: ['CHOWN', 'NET_RAW'] } }),
    `capabilities_baseline ${app}/capabilities/add/1`,
  ],
  [
    'drop in the wrong case',
    'restricted 37',
    pod({}, { capabilities: { drop: ['all'] } }),
    `capabilities_restricted ${app}/capabilities/drop`,
  ],
  ['ALL is not for adding', 'baseline 37', pod({}, { capabilities: { add: ['ALL'] } }), `capabilities_baseline ${app}/capabilities/add/0`],

  [
    'hostPath',
    'baseline 37',
    pod({
      volumes: [
        { name: 'a', emptyDir: {} },
        { name: 'b', hostPath: { path: '/' } },
      ],
    }),
    'hostPathVolumes /spec/volumes/1/hostPath',
  ],
  [
    'hostPath, overridden',
    'restricted 37',
    pod({ volumes: [{ name: 'b', hostPath: { path: '/' } }] }),
    'restrictedVolumes /spec/volumes/0/hostPath',
  ],
  [
    'volume types',
    'restricted 0',
    pod({ volumes: [{ name: 'a', image: {} }, { name: 'b', csi: {} }, { name: 'c' }, { name: 'd', nfs: null, secret: {} }] }),
  ],
  [
    'volume types',
    'restricted 37',
    pod({
      volumes: [
        { name: 'a', nfs: {} },
        { name: 'b', invented: {} },
      ],
    }),
    'restrictedVolumes /spec/volumes/0/nfs',
    'restrictedVolumes /spec/volumes/1/invented',
  ],
  ['volume types', 'baseline 37', pod({ volumes: [{ name: 'a', nfs: {} }] })],
  [
    'host ports',
    'baseline 37',
    pod({ containers: [{ name: 'a', ports: [{ hostPort: 0 }, { containerPort: 80 }, { hostPort: 80 }] }] }),
    'hostPorts /spec/containers/0/ports/2/hostPort',
  ],

  ['probe host', 'baseline 33', pod({ containers: [{ name: 'a', livenessProbe: { httpGet: { host: '1.2.3.4' } } }] })],
  [
    'probe and hook hosts',
    'baseline 34',
    pod({
      containers: [
        {
          name: 'a',
          livenessProbe: { httpGet: { host: '' } },
          startupProbe: { tcpSocket: { host: 'db' } },
          lifecycle: { postStart: null, preStop: { httpGet: { host: 'x' } } },
        },
      ],
    }),
    'hostProbesAndHostLifecycle /spec/containers/0/startupProbe/tcpSocket/host',
    'hostProbesAndHostLifecycle /spec/containers/0/lifecycle/preStop/httpGet/host',
  ],

  [
    'AppArmor field',
    'baseline 0',
    pod({ securityContext: { appArmorProfile: { type: 'Unconfined' } } }),
    'appArmorProfile /spec/securityContext/appArmorProfile/type',
  ],
  ['AppArmor field', 'baseline 37', pod({}, { appArmorProfile: { type: 'Localhost' } })],
  ['AppArmor without a type', 'baseline 37', pod({}, { appArmorProfile: {} }), `appArmorProfile ${app}/appArmorProfile/type`],
  [
    'AppArmor annotation',
    'baseline 37',
    annotated('container.apparmor.security.beta.kubernetes.io/app', 'unconfined'),
    'appArmorProfile /metadata/annotations/container.apparmor.security.beta.kubernetes.io~1app',
  ],
  ['AppArmor annotation', 'baseline 37', annotated('container.apparmor.security.beta.kubernetes.io/app', 'localhost/x')],
  ['AppArmor annotation, empty', 'baseline 37', annotated('container.apparmor.security.beta.kubernetes.io/app', '')],

  ['SELinux', 'baseline 37', pod({ securityContext: { seLinuxOptions: { type: 'container_engine_t', level: 's0' } } })],
  [
    'SELinux',
    'baseline 30',
    pod({ securityContext: { seLinuxOptions: { type: 'container_engine_t' } } }),
    'seLinuxOptions /spec/securityContext/seLinuxOptions/type',
  ],
  [
    'SELinux user and role',
    'baseline 37',
    pod({}, { seLinuxOptions: { type: '', user: 'u', role: 'r' } }),
    `seLinuxOptions ${app}/seLinuxOptions/user`,
    `seLinuxOptions ${app}/seLinuxOptions/role`,
  ],

  ['procMount', 'baseline 37', pod({}, { procMount: 'Unmasked' }), `procMount ${app}/procMount`],
  ['procMount, user namespace', 'baseline 35', pod({ hostUsers: false }, { procMount: 'Unmasked' })],
  ['procMount, user namespace', 'baseline 34', pod({ hostUsers: false }, { procMount: 'Unmasked' }), `procMount ${app}/procMount`],
  [
    'procMount, user namespace',
    'restricted 35',
    pod({ hostUsers: false }, { procMount: 'Unmasked' }),
    `procMount_restricted ${app}/procMount`,
  ],
  ['procMount, user namespace', 'restricted 34', pod({ hostUsers: false }, { procMount: 'Unmasked' }), `procMount ${app}/procMount`],

  [
    'seccomp Unconfined',
    'baseline 19',
    pod({}, { seccompProfile: { type: 'Unconfined' } }),
    `seccompProfile_baseline ${app}/seccompProfile/type`,
  ],
  ['seccomp Unconfined, field unknown', 'baseline 18', pod({}, { seccompProfile: { type: 'Unconfined' } })],
  ['seccomp without a type', 'baseline 37', pod({}, { seccompProfile: {} }), `seccompProfile_baseline ${app}/seccompProfile/type`],
  ['seccomp of the pod', 'restricted 37', pod({ securityContext: { seccompProfile: { type: 'Localhost' } } }, { seccompProfile: null })],
  [
    'seccomp of the pod, bad',
    'restricted 37',
    pod({ securityContext: { seccompProfile: { type: 'Unconfined' } } }, { seccompProfile: null }),
    'seccompProfile_restricted /spec/securityContext/seccompProfile/type',
  ],
  [
    'seccomp of the pod, bad though the container is good',
    'restricted 37',
    pod({ securityContext: { seccompProfile: { type: 'Unconfined' } } }),
    'seccompProfile_restricted /spec/securityContext/seccompProfile/type',
  ],
  [
    'seccomp annotation',
    'baseline 18',
    annotated('seccomp.security.alpha.kubernetes.io/pod', 'unconfined'),
    'seccompProfile_baseline /metadata/annotations/seccomp.security.alpha.kubernetes.io~1pod',
  ],
  [
    'seccomp annotation of a container',
    'baseline 0',
    annotated('container.seccomp.security.alpha.kubernetes.io/app', 'unconfined'),
    'seccompProfile_baseline /metadata/annotations/container.seccomp.security.alpha.kubernetes.io~1app',
  ],
  ['seccomp annotation of no container', 'baseline 0', annotated('container.seccomp.security.alpha.kubernetes.io/other', 'unconfined')],
  ['seccomp annotation', 'baseline 0', annotated('seccomp.security.alpha.kubernetes.io/pod', 'docker/default')],
  ['seccomp annotation, no longer read', 'baseline 19', annotated('seccomp.security.alpha.kubernetes.io/pod', 'unconfined')],

  [
    'sysctls',
    'baseline 0',
    pod({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_syncookies' }, { name: 'kernel.msgmax' }] } }),
    'sysctls /spec/securityContext/sysctls/1/name',
  ],
  [
    'sysctls',
    'baseline 26',
    pod({ securityContext: { sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports' }] } }),
    'sysctls /spec/securityContext/sysctls/0/name',
  ],
  ['sysctls', 'baseline 27', pod({ securityContext: { sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports' }] } })],
  [
    'sysctls',
    'baseline 31',
    pod({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_fin_timeout' }, { name: 'net.ipv4.tcp_rmem' }] } }),
    'sysctls /spec/securityContext/sysctls/1/name',
  ],
  [
    'sysctls',
    'baseline 36',
    pod({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_wmem' }, { name: 'net.ipv4.tcp_notsent_lowat' }] } }),
    'sysctls /spec/securityContext/sysctls/1/name',
  ],
  [
    'sysctls',
    'baseline 37',
    pod({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_slow_start_after_idle' }, { name: 'net.ipv4.tcp_notsent_lowat' }] } }),
  ],
  ['sysctl without a name', 'baseline 37', pod({ securityContext: { sysctls: [{}] } }), 'sysctls /spec/securityContext/sysctls/0/name'],

  [
    'HostProcess',
    'baseline 37',
    pod({ securityContext: { windowsOptions: { hostProcess: true } } }, { windowsOptions: {} }),
    'windowsHostProcess /spec/securityContext/windowsOptions/hostProcess',
  ],
  ['HostProcess', 'baseline 0', pod({}, { windowsOptions: { hostProcess: true } }), `windowsHostProcess ${app}/windowsOptions/hostProcess`],

  ['escalation', 'restricted 7', pod({}, { allowPrivilegeEscalation: true })],
  ['escalation', 'restricted 8', pod({}, { allowPrivilegeEscalation: true }), `allowPrivilegeEscalation ${app}/allowPrivilegeEscalation`],
  [
    'escalation not set',
    'restricted 37',
    pod({}, { allowPrivilegeEscalation: null }),
    `allowPrivilegeEscalation ${app}/allowPrivilegeEscalation`,
  ],
  [
    'Windows',
    'restricted 25',
    { spec: { os: { name: 'windows' }, securityContext: { runAsNonRoot: true }, containers: [{ name: 'app' }] } },
  ],
  [
    'Windows, not yet exempt',
    'restricted 24',
    { spec: { os: { name: 'windows' }, securityContext: { runAsNonRoot: true }, containers: [{ name: 'app' }] } },
    `allowPrivilegeEscalation ${app}/allowPrivilegeEscalation`,
    `seccompProfile_restricted ${app}/seccompProfile/type`,
    `capabilities_restricted ${app}/capabilities/drop`,
  ],
  [
    'Windows, the baseline control stays overridden',
    'restricted 37',
    pod({ os: { name: 'windows' } }, { seccompProfile: { type: 'Unconfined' } }),
  ],

  ['root', 'restricted 37', pod({}, { runAsNonRoot: false }), `runAsNonRoot ${app}/runAsNonRoot`],
  [
    'root as the pod says',
    'restricted 37',
    pod({ securityContext: { runAsNonRoot: false } }),
    'runAsNonRoot /spec/securityContext/runAsNonRoot',
  ],
  [
    'root as the pod says, inherited',
    'restricted 37',
    pod({ securityContext: { runAsNonRoot: false } }, { runAsNonRoot: null }),
    'runAsNonRoot /spec/securityContext/runAsNonRoot',
  ],
  ['not root as the pod says', 'restricted 37', pod({ securityContext: { runAsNonRoot: true } }, { runAsNonRoot: null })],
  ['user 0', 'restricted 22', pod({}, { runAsUser: 0 })],
  [
    'user 0',
    'restricted 23',
    pod({ securityContext: { runAsUser: 0 } }, { runAsUser: 0 }),
    'runAsUser /spec/securityContext/runAsUser',
    `runAsUser ${app}/runAsUser`,
  ],
  ['user 1', 'restricted 37', pod({}, { runAsUser: 1 })],
  ['root in a user namespace', 'restricted 35', pod({ hostUsers: false }, { runAsNonRoot: false, runAsUser: 0 })],
  [
    'root in a user namespace',
    'restricted 34',
    pod({ hostUsers: false }, { runAsNonRoot: false, runAsUser: 0 }),
    `runAsNonRoot ${app}/runAsNonRoot`,
    `runAsUser ${app}/runAsUser`,
  ],
];

test.each(cases)('%s, %s', (_name, at, judged, ...found) => {
  const [level, minor] = at.split(' ');
  const violations = podSecurityViolations(judged, level as Level, Number(minor)); // the table holds levels only
  expect(violations.map(({ control, pointer }) => `${control} ${pointer}`)).toEqual(found);
});

test('every control is in the table, failing', () => {
  const failing = new Set(cases.flatMap(([, , , ...found]) => found.map((each) => each.split(' ')[0])));
  expect(controls.map(({ control }) => control).filter((control) => !failing.has(control))).toEqual([]);
});

test('a violation says what is and what should be', () => {
  expect(
    podSecurityViolations(pod({ initContainers: [{ name: 'migrate', securityContext: { privileged: true } }] }), 'baseline', latestMinor),
  ).toEqual([
    {
      control: 'privileged',
      pointer: '/spec/initContainers/0/securityContext/privileged',
      message: 'Init container migrate is privileged.',
      expected: 'false or not set',
    },
  ]);
});

test('versions not known yet are judged like the newest', () => {
  const odd = pod({ hostUsers: false, hostNetwork: true }, { procMount: 'Unmasked', runAsUser: 0 });
  expect(podSecurityViolations(odd, 'restricted', 99)).toEqual(podSecurityViolations(odd, 'restricted', latestMinor));
});

describe('policy versions', () => {
  test.each([
    ['latest', latestMinor],
    ['v1.29', 29],
    ['1.29', 29],
    ['1.0', 0],
    ['v1.99', 99],
    ['', undefined],
    ['1', undefined],
    ['1.029', undefined],
    ['v1.29.3', undefined],
    ['2.0', undefined],
    [' v1.29', undefined],
    ['Latest', undefined],
  ])('%j', (version, minor) => {
    expect(parsePolicyVersion(version)).toBe(minor);
  });
});
