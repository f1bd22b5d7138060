import type { AgentPool } from '../wire.ts';
import { isWindows } from './nodePools.ts';
import { hasGpu } from './poolClasses.ts';

/** Scale sets, which a pool is of when it does not say; SSH and Trusted Launch are settings of these alone. */
const isScaleSet = ({ properties }: AgentPool): boolean =>
  (properties.type ?? 'VirtualMachineScaleSets').toLowerCase() === 'virtualmachinescalesets';

/** Whether AKS can turn SSH off on its nodes: on Linux scale sets. */
export const canCloseSsh = (pool: AgentPool): boolean => isScaleSet(pool) && !isWindows(pool);

/**
 * Whether the pool can have Trusted Launch (AKS, "Trusted launch", limitations): Linux machines of generation 2 that are
 * neither Arm64, FIPS, sandboxed nor confidential. undefined when it does not say its generation, which its image tells.
 */
export function canLaunchTrusted(pool: AgentPool): boolean | undefined {
  const { enableFIPS, workloadRuntime, nodeImageVersion, vmSize } = pool.properties;
  const confidential = /^standard_[de]c\d+[ae]/i.test(vmSize ?? '');
  const arm = /^standard_[a-z]+\d+(?:-\d+)?[a-z]*p[a-z]*_/i.test(vmSize ?? '');
  if (!isScaleSet(pool) || isWindows(pool) || enableFIPS === true || confidential || arm || /kata/i.test(workloadRuntime ?? ''))
    return false;
  if (nodeImageVersion == null) return undefined;
  return /gen2/i.test(nodeImageVersion) && !/kata|fips|arm64|cvm/i.test(nodeImageVersion);
}

/** Secure Boot refuses the GPU driver that AKS installs. */
export const canBootSecurely = (pool: AgentPool): boolean => !hasGpu(pool) || pool.properties.gpuProfile?.driver?.toLowerCase() === 'none';
