/** Whether a cluster or a pool is stopped; without a power state it runs. The counts of a stopped cluster's pools say nothing. */
export const isStopped = ({ properties }: { properties: { powerState?: { code?: string } | null } }): boolean =>
  properties.powerState?.code?.toLowerCase() === 'stopped';
