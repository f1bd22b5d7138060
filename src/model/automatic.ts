import type { ManagedCluster } from '../wire.ts';

/** AKS Automatic, which sets much of a cluster by itself. Where its system nodes run is another question (model/nodePools.ts). */
export const isAutomatic = ({ sku }: ManagedCluster): boolean => sku?.name?.toLowerCase() === 'automatic';
