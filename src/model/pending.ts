import type { Pod } from '../wire.ts';

/** The condition that says that no node takes the pod, by its index; a pod that waits for the autoscaler has it, too. */
export function unschedulable({ status }: Pod): number | undefined {
  const index = (status?.conditions ?? []).findIndex(
    ({ type, status: is, reason }) => type === 'PodScheduled' && is === 'False' && reason === 'Unschedulable',
  );
  return status?.phase === 'Pending' && index >= 0 ? index : undefined;
}

/** Minutes since an object was made, at a time; undefined when it does not say. A pod looks for a node from the start. */
export function ageInMinutes({ metadata }: { metadata: { creationTimestamp?: string } }, at: Date): number | undefined {
  const made = Date.parse(metadata.creationTimestamp ?? '');
  return Number.isNaN(made) ? undefined : (at.getTime() - made) / 60_000;
}
