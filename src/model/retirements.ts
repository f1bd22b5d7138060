import type { AgentPool, ManagedCluster } from '../wire.ts';
import { addon } from './addons.ts';

/** Something in use that AKS no longer supports from a day on. */
export interface Retirement {
  feature: string;
  /** ISO day on which support ends. */
  on: string;
  /** ISO day on which its images are removed, so that nodes can no longer be added. */
  gone?: string;
  /** JSON pointer of what shows it in use. */
  pointer: string;
}

/**
 * Systems of nodes, by the name of their image or by a SKU that names the release (AKS' retirement notices, read in
 * August and September 2026). `Ubuntu` and `AzureLinux` name no release: their image tells.
 */
const systems: readonly (Omit<Retirement, 'pointer'> & { image: RegExp; sku?: string })[] = [
  { feature: 'Azure Linux 2.0', on: '2025-11-30', gone: '2026-03-31', image: /^AKS(AzureLinux-V2|CBLMariner)/i },
  { feature: 'Ubuntu 16.04', on: '2021-04-30', image: /^AKSUbuntu[-:]1604/i },
  { feature: 'Ubuntu 18.04', on: '2025-06-17', gone: '2025-06-17', image: /^AKSUbuntu-1804/i },
  { feature: 'Ubuntu 20.04', on: '2027-03-17', gone: '2027-03-17', image: /^AKSUbuntu-2004/i },
  { feature: 'Ubuntu 22.04', on: '2027-06-30', gone: '2028-04-30', image: /^AKSUbuntu-2204/i, sku: 'ubuntu2204' },
  { feature: 'Windows Server 2019', on: '2026-03-01', gone: '2027-04-01', image: /^AKSWindows-2019/i, sku: 'windows2019' },
  { feature: 'Windows Server 2022', on: '2028-06-30', gone: '2029-06-30', image: /^AKSWindows-2022/i, sku: 'windows2022' },
  { feature: 'Windows Server Annual Channel', on: '2026-05-15', gone: '2027-05-15', image: /^AKSWindows-23H2/i, sku: 'windowsannual' },
  { feature: 'Flatcar Container Linux', on: '2026-06-08', gone: '2026-09-08', image: /^AKSFlatcar/i, sku: 'flatcar' },
  {
    feature: 'Azure Linux with OS Guard',
    on: '2026-12-10',
    gone: '2027-03-10',
    image: /^AKSAzureLinux-?OSGuard/i,
    sku: 'azurelinuxosguard',
  },
];
/** SKUs that leave the release to the version of Kubernetes. */
const unversioned = ['', 'ubuntu', 'azurelinux', 'cblmariner', 'mariner'];

/** Tags of pools that switched a behaviour off. */
const tags: readonly Omit<Retirement, 'pointer'>[] = [
  { feature: 'SkipGPUDriverInstall', on: '2025-08-14' },
  { feature: 'aks-disable-kubelet-serving-certificate-rotation', on: '2027-04-01' },
];

/** What a pool uses of what is retired or going to be. */
export function retirementsOf({ properties }: AgentPool): Retirement[] {
  const image = properties.nodeImageVersion ?? '';
  const sku = properties.osSKU?.toLowerCase() ?? '';
  const system = systems.find((each) => each.image.test(image) || each.sku === sku);
  const found: Retirement[] = [];
  if (system !== undefined) {
    const { feature, on, gone } = system;
    const pointer = system.image.test(image) ? '/properties/nodeImageVersion' : '/properties/osSKU';
    found.push({ feature, on, pointer, ...(gone === undefined ? {} : { gone }) });
  }
  if (properties.type?.toLowerCase() === 'availabilityset')
    found.push({ feature: 'Availability sets', on: '2025-09-30', pointer: '/properties/type' });
  for (const [name, value] of Object.entries(properties.tags ?? {})) {
    const tag = tags.find(({ feature }) => feature.toLowerCase() === name.toLowerCase());
    if (tag !== undefined && value?.toLowerCase() === 'true')
      found.push({ ...tag, feature: `Tag ${tag.feature}`, pointer: `/properties/tags/${name}` });
  }
  return found;
}

/** Whether neither the image nor the SKU says which release of its system a pool runs. */
export const hidesRelease = ({ properties }: AgentPool): boolean =>
  !properties.nodeImageVersion && unversioned.includes(properties.osSKU?.toLowerCase() ?? '');

/** What a cluster itself uses. Network, ingress, identity and logging are judged by rules of their own. */
export function clusterRetirements(cluster: ManagedCluster): Retirement[] {
  const mesh = addon(cluster, 'openServiceMesh');
  return mesh.enabled
    ? [{ feature: 'The Open Service Mesh add-on', on: '2027-09-30', pointer: `/properties/addonProfiles/${mesh.key}/enabled` }]
    : [];
}
