import { type ArmKind, arm } from './kindOf.ts';
import type { StateKey } from './snapshot.ts';

/** What a subscription may have of virtual machines in a region; looked up by ids that are made up (model/compute.ts). */
export const computeKinds = {
  vmSkus: arm(
    'Microsoft.Compute/locations/skus',
    '2021-07-01',
    'az vm list-skus -l <region> --resource-type virtualMachines -o json > vmSkus.json',
    { shared: true, permission: 'Microsoft.Compute/skus/read' },
  ),
  computeUsages: arm(
    'Microsoft.Compute/locations/usages',
    '2024-07-01',
    'az vm list-usage -l <region> -o json > computeUsages.<region>.json',
    { shared: true },
  ),
} as const satisfies { readonly [K in StateKey]?: ArmKind };
