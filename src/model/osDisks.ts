import type { VmSku } from '../wire.ts';
import { capability } from './compute.ts';

/** AKS gives at least this many GB to a managed disk whose size is not said (AKS, "default OS disk sizing": 128 to 1,024). */
export const leastDefaultDisk = 128;

/**
 * Whether machines of a size have room for an ephemeral disk: on the temporary disk, the cache, or a local NVMe disk.
 * Undefined when the list of sizes does not say.
 */
export function fitsEphemeral(sku: VmSku, gigabytes: number): boolean | undefined {
  const supported = capability(sku, 'EphemeralOSDiskSupported');
  if (supported === undefined) return undefined;
  if (supported.toLowerCase() !== 'true') return false;
  const number = (name: string) => Number(capability(sku, name) ?? 0);
  const rooms = [number('MaxResourceVolumeMB') / 1024, number('CachedDiskBytes') / 1024 ** 3, number('NvmeDiskSizeInMiB') / 1024];
  return Math.max(...rooms) >= gigabytes;
}
