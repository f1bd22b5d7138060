/** What Microsoft.Compute tells of a region: its lists give neither ids nor types, which are made up. Types only. */
import type { ArmResource } from './wire.ts';

interface Arm<P> extends ArmResource {
  properties: P;
}

/** A size of virtual machines, as Microsoft.Compute/skus (2021-07-01) has it. */
export type VmSku = Arm<{
  family?: string;
  /** `vCPUs`, `MemoryGB`, `EphemeralOSDiskSupported` and the like; the values are strings. */
  capabilities?: { name?: string; value?: string }[];
  restrictions?: { type?: string; reasonCode?: string; restrictionInfo?: { locations?: string[]; zones?: string[] } }[];
}>;

/** Cores that a subscription uses and may use in a region: of a family, `cores` of all, `lowPriorityCores` of Spot. */
export type ComputeUsage = Arm<{ currentValue?: number | string; limit?: number | string }>;
