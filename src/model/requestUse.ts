import type { Pod, PodMetrics } from '../wire.ts';
import { amountsOf, podRequests } from './requests.ts';
import type { Workload } from './workloadPods.ts';

type Pair = { requested: number; used: number };
/** What pods that were measured ask for and use: thousandths of a core, and bytes. */
export interface Use {
  cpu: Pair;
  memory: Pair;
}
const nothing = (): Use => ({ cpu: { requested: 0, used: 0 }, memory: { requested: 0, used: 0 } });

/** By namespace and name: of each pod what its containers used together. */
export const usedBy = (metrics: readonly PodMetrics[]): ReadonlyMap<string, readonly ReadonlyMap<string, number>[]> =>
  new Map(metrics.map(({ metadata, containers }) => [keyOf(metadata), (containers ?? []).map(({ usage }) => amountsOf(usage))]));
const keyOf = ({ namespace, name }: { namespace?: string; name: string }): string => `${namespace ?? ''}/${name}`;

/** Adds up pods; one that asks for none of a resource, or was not measured, says nothing of it. */
export function useOf(pods: readonly Pod[], used: ReturnType<typeof usedBy>): Use {
  const sum = nothing();
  for (const { metadata, spec } of pods) {
    const measured = used.get(keyOf(metadata));
    if (measured === undefined) continue;
    const requests = podRequests(spec);
    for (const resource of ['cpu', 'memory'] as const) {
      const requested = requests.get(resource) ?? 0;
      if (requested === 0) continue;
      sum[resource].requested += requested;
      sum[resource].used += measured.reduce((total, usage) => total + (usage.get(resource) ?? 0), 0);
    }
  }
  return sum;
}

/** The share of a request that is used; undefined when nothing was asked for. */
export const shareOf = ({ requested, used }: Pair): number | undefined => (requested === 0 ? undefined : used / requested);

/** The workloads that ask for most cores beyond what they use. */
export function overRequesters(
  workloads: Iterable<Workload>,
  used: ReturnType<typeof usedBy>,
  most: number,
): { workload: Workload; use: Use }[] {
  return [...workloads]
    .map((workload) => ({ workload, use: useOf(workload.pods, used) }))
    .filter(({ use }) => excess(use.cpu) > 0 || excess(use.memory) > 0)
    .sort((a, b) => weight(b.use) - weight(a.use) || (a.workload.key < b.workload.key ? -1 : 1))
    .slice(0, most);
}
const excess = ({ requested, used }: Pair): number => requested - used;
/** A core is as four GiB, which is how nodes have them. */
const weight = ({ cpu, memory }: Use): number => Math.max(0, excess(cpu)) / 1000 + Math.max(0, excess(memory)) / 2 ** 32;
