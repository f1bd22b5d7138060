import { expect, test } from 'vitest';
import { rootFlaws } from '../../src/model/rootAccess.ts';
import type { Container, PodSpec } from '../../src/wire.ts';

type Context = Container['securityContext'];
const flaws = (own: Context, ofPod: PodSpec['securityContext'] = undefined, more: PodSpec = {}): string[] =>
  rootFlaws({
    source: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } },
    pointer: '/spec',
    metadata: {},
    spec: { ...more, ...(ofPod ? { securityContext: ofPod } : {}), containers: [{ name: 'a', ...(own ? { securityContext: own } : {}) }] },
  }).map(({ pointer }) => pointer.replace('/spec/containers/0/securityContext/', 'own ').replace('/spec/securityContext/', 'pod '));

test.each<[string, string[], string[]]>([
  ['nothing is set', flaws(undefined), ['own runAsNonRoot', 'own allowPrivilegeEscalation']],
  ['the pod is non-root', flaws({ allowPrivilegeEscalation: false }, { runAsNonRoot: true }), []],
  ['the pod has user 1', flaws({ allowPrivilegeEscalation: false }, { runAsUser: 1 }), []],
  ['the pod has user 0', flaws({ allowPrivilegeEscalation: false }, { runAsUser: 0 }), ['pod runAsUser']],
  [
    'the container has user 0, its pod 1000',
    flaws({ allowPrivilegeEscalation: false, runAsUser: 0 }, { runAsUser: 1000 }),
    ['own runAsUser'],
  ],
  ['root is refused, so user 0 cannot start', flaws({ allowPrivilegeEscalation: false, runAsUser: 0, runAsNonRoot: true }), []],
  [
    'the container takes non-root back',
    flaws({ allowPrivilegeEscalation: false, runAsNonRoot: false }, { runAsNonRoot: true }),
    ['own runAsNonRoot'],
  ],
  ['a user namespace', flaws({ allowPrivilegeEscalation: false }, undefined, { hostUsers: false }), []],
  ['escalation is allowed', flaws({ allowPrivilegeEscalation: true, runAsUser: 1 }), ['own allowPrivilegeEscalation']],
  ['privileged', flaws({ allowPrivilegeEscalation: false, privileged: true, runAsUser: 1 }), ['own privileged']],
  [
    'SYS_ADMIN by its long name',
    flaws({ allowPrivilegeEscalation: false, capabilities: { add: ['CAP_SYS_ADMIN'] }, runAsUser: 1 }),
    ['own capabilities/add/0'],
  ],
  ['another capability', flaws({ allowPrivilegeEscalation: false, capabilities: { add: ['NET_ADMIN'] }, runAsUser: 1 }), []],
])('%s', (_name, found, expected) => {
  expect(found).toEqual(expected);
});
