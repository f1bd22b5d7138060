import { type ArmKind, arm } from './kindOf.ts';
import type { StateKey } from './snapshot.ts';

/** What workloads use beside the cluster, and how it is reached in private. */
export const serviceKinds = {
  registries: arm('Microsoft.ContainerRegistry/registries', '2025-11-01', 'az acr list -o json > registries.json', { listed: true }),
} as const satisfies { readonly [K in StateKey]?: ArmKind };
