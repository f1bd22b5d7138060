import type { Pod } from '../wire.ts';

/** `load` keeps of containers' statuses those that wait in trouble, and those that started again as often as this. */
export const leastRestarts = 3;
/** What a container waits for on its way to start; every other reason is trouble. */
const starting: readonly string[] = ['ContainerCreating', 'PodInitializing'];
export const isStuck = (reason: string | undefined): reason is string => reason !== undefined && !starting.includes(reason);

export interface Trouble {
  why: string;
  /** JSON pointer inside the pod. */
  pointer: string;
}
export interface Bounds {
  maxRestarts: number;
  unavailableMinutes: number;
}

const minutesSince = (time: string | undefined, at: Date): number | undefined => {
  const then = Date.parse(time ?? '');
  return Number.isNaN(then) ? undefined : (at.getTime() - then) / 60_000;
};

/**
 * What ails a pod: a container that cannot start, one that starts again and again (more often than allowed, and within the
 * last hour, for the count is of a lifetime), or a pod that has not been ready for long. A pod that is new has its time.
 */
export function troubleOf(pod: Pod, at: Date, { maxRestarts, unavailableMinutes }: Bounds): Trouble | undefined {
  const { status, metadata } = pod;
  const isOld = (minutesSince(metadata.creationTimestamp, at) ?? Number.POSITIVE_INFINITY) > unavailableMinutes;
  for (const kind of ['initContainerStatuses', 'containerStatuses'] as const) {
    for (const [index, { name, restartCount = 0, state, lastState }] of (status?.[kind] ?? []).entries()) {
      const reason = state?.waiting?.reason;
      if (isStuck(reason) && isOld)
        return { why: `Container ${name} waits: ${reason}.`, pointer: `/status/${kind}/${index}/state/waiting/reason` };
      const ended = minutesSince(lastState?.terminated?.finishedAt, at);
      if (restartCount > maxRestarts && ended !== undefined && ended <= 60)
        return {
          why: `Container ${name} started again ${restartCount} times, the last time after ${lastState?.terminated?.reason ?? 'it ended'}.`,
          pointer: `/status/${kind}/${index}/restartCount`,
        };
    }
  }
  const unready = (status?.conditions ?? []).findIndex(({ type, status: is }) => type === 'Ready' && is === 'False');
  if (unready < 0 || !isOld) return undefined;
  const since = minutesSince(status?.conditions?.[unready]?.lastTransitionTime, at);
  if (since !== undefined && since <= unavailableMinutes) return undefined;
  return {
    why: `A pod has not been ready for ${since === undefined ? 'some time' : `${Math.floor(since)} minutes`}.`,
    pointer: `/status/conditions/${unready}/status`,
  };
}
