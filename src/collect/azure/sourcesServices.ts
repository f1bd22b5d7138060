import type { Source } from '../source.ts';
import { inSubscriptionAnd } from './reading.ts';

/** The services that workloads use beside the cluster: registries, vaults, data services. */
export const serviceSources: readonly Source[] = [
  inSubscriptionAnd('registries', [], ({ cluster }) => [cluster.properties.bootstrapProfile?.containerRegistryId].flatMap((id) => id ?? [])),
];
