import type { PodGroup } from './podGroups.ts';
import { hostsByPool } from './drain.ts';
import { type Host, type LandscapeFacts, landscape } from './landscape.ts';
import { amountsOf } from './requests.ts';

/** What the nodes of a pool have for pods, and what pods on them ask for: thousandths of a core, and bytes. */
export interface PoolRoom {
  hosts: readonly Host[];
  allocatable: { cpu: number; memory: number };
  requested: { cpu: number; memory: number };
}

/** Undefined when a node does not say what it has. */
export function poolRoom(facts: LandscapeFacts, pool: string): PoolRoom | undefined {
  const { resources } = landscape(facts);
  const hosts = hostsByPool(facts).get(pool) ?? [];
  const room: PoolRoom = { hosts, allocatable: { cpu: 0, memory: 0 }, requested: { cpu: 0, memory: 0 } };
  for (const { node, free } of hosts) {
    if (free === undefined) return undefined;
    const allocatable = amountsOf(node.status?.allocatable);
    for (const resource of ['cpu', 'memory'] as const) {
      const has = allocatable.get(resource) ?? 0;
      room.allocatable[resource] += has;
      room.requested[resource] += has - (free[resources.indexOf(resource)] ?? 0);
    }
  }
  return room;
}

/** The larger share of the two, of what there is. */
export function requestRatio({ allocatable, requested }: PoolRoom): { resource: 'cpu' | 'memory'; ratio: number } {
  const ratioOf = (resource: 'cpu' | 'memory') => (allocatable[resource] === 0 ? 0 : requested[resource] / allocatable[resource]);
  return ratioOf('cpu') >= ratioOf('memory')
    ? { resource: 'cpu', ratio: ratioOf('cpu') }
    : { resource: 'memory', ratio: ratioOf('memory') };
}

/** Whether a node runs nothing but what runs on every node: pods of DaemonSets and static ones. */
export const isIdle = ({ pods }: Host): boolean => [...pods.keys()].every((group: PodGroup) => !group.evictable);
