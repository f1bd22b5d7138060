import type { Container, PodSpec } from '../wire.ts';
import type { Flaw } from './flaws.ts';
import { isOn } from './podSecurityControl.ts';
import { containersOf } from './podSpecs.ts';
import type { Shape } from './workloads.ts';

type SecurityContext = NonNullable<Container['securityContext']>;
/** What lets a container be root: the field, from the security context on, of the container or of its pod. */
interface Way {
  what: string;
  field: string;
  ofPod?: boolean;
  expected: string;
}

/** Containers that may run as root, or become it. */
export function rootFlaws({ spec, pointer: at }: Shape): Flaw[] {
  return containersOf(spec, at).flatMap(({ container, pointer }) => {
    const own = container.securityContext ?? {};
    const ways = [startsAsRoot(own, spec), becomesRoot(own)].filter((way) => way !== undefined);
    return ways.map(({ what, field, ofPod, expected }) => ({
      of: container.name ?? '',
      what,
      pointer: `${ofPod ? at : pointer}/securityContext/${field}`,
      expected,
    }));
  });
}

/** What a container does not set it takes from its pod. A user other than 0 is no root, and root of a user namespace nobody on the node. */
function startsAsRoot(own: SecurityContext, { securityContext, hostUsers }: PodSpec): Way | undefined {
  const user = own.runAsUser ?? securityContext?.runAsUser;
  const nonRoot = own.runAsNonRoot ?? securityContext?.runAsNonRoot;
  if (nonRoot === true || (typeof user === 'number' && user >= 1) || hostUsers === false) return undefined;
  if (user === 0) return { what: 'runAsUser 0', field: 'runAsUser', ofPod: own.runAsUser !== 0, expected: 'not 0' };
  return { what: 'runAsNonRoot', field: 'runAsNonRoot', expected: 'true, here or on the pod' };
}

/** Privilege escalation is allowed where it is not forbidden; privileged containers and those with CAP_SYS_ADMIN have it in any case. */
function becomesRoot({ privileged, capabilities, allowPrivilegeEscalation }: SecurityContext): Way | undefined {
  if (isOn(privileged)) return { what: 'privileged', field: 'privileged', expected: 'false or not set' };
  const added = capabilities?.add ?? [];
  const index = added.findIndex((each) => /^(?:CAP_)?(?:SYS_ADMIN|ALL)$/i.test(each));
  if (index >= 0) return { what: added[index] ?? '', field: `capabilities/add/${index}`, expected: 'not SYS_ADMIN or ALL' };
  if (allowPrivilegeEscalation === false) return undefined;
  return { what: 'allowPrivilegeEscalation', field: 'allowPrivilegeEscalation', expected: 'false' };
}
