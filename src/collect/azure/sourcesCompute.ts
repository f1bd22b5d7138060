import { computeResource, sizesOf } from '../../model/compute.ts';
import type { VmSku } from '../../wire.ts';
import type { LiveTarget, Page, Source } from '../source.ts';
import { type From, readBefore, source } from './reading.ts';

/** What the cluster's subscription may have of virtual machines in its region. */
export const computeSources: readonly Source[] = [source('vmSkus', vmSkus, ['agentPools']), source('computeUsages', computeUsages)];

interface ListedSku extends Omit<VmSku['properties'], never> {
  name?: string;
  resourceType?: string;
}

/** Of the thousand sizes of a region those that pools have, without what no rule reads. */
async function* vmSkus({ cluster, subscription }: LiveTarget, { azure, known, apiVersion }: From): AsyncGenerator<Page, void, void> {
  const region = cluster.location ?? '';
  const sizes = new Set(readBefore(known, 'agentPools').flatMap((pool) => sizesOf(pool).sizes.map((size) => size.toLowerCase())));
  const path = `/subscriptions/${subscription}/providers/Microsoft.Compute/skus?$filter=location eq '${region}'`;
  yield { items: [] };
  const asked = ((await azure.whole(path, apiVersion)) as readonly ListedSku[]).filter(
    ({ name, resourceType }) => resourceType === 'virtualMachines' && sizes.has(name?.toLowerCase() ?? ''),
  );
  yield {
    items: asked.map(({ name = '', family, capabilities, restrictions }) =>
      computeResource('skus', subscription, region, name, { family, capabilities, restrictions }),
    ),
  };
}

async function* computeUsages({ cluster, subscription }: LiveTarget, { azure, apiVersion }: From): AsyncGenerator<Page, void, void> {
  const region = cluster.location ?? '';
  const path = `/subscriptions/${subscription}/providers/Microsoft.Compute/locations/${region}/usages`;
  const named = (await azure.whole(path, apiVersion)) as readonly { name?: { value?: string }; currentValue?: number; limit?: number }[];
  yield {
    items: named.map(({ name, currentValue, limit }) =>
      computeResource('usages', subscription, region, name?.value ?? '', { currentValue, limit }),
    ),
  };
}
