import type { Seen } from '../seen.ts';
import type { KubernetesVersions, ManagedCluster } from '../wire.ts';
import { compareVersions, type KubernetesVersion, parseVersion } from './versions.ts';

/** What the list of a region is called here: its API gives it neither id nor name. Lists do not differ between subscriptions. */
export const kubernetesVersionsIn = (region: string) => ({
  id: `/providers/Microsoft.ContainerService/locations/${region}/kubernetesVersions/default`,
  name: region,
  type: 'Microsoft.ContainerService/locations/kubernetesVersions',
});
export const kubernetesVersionsOf = ({ location }: ManagedCluster) =>
  kubernetesVersionsIn(location?.toLowerCase().replaceAll(' ', '') ?? '');

/** A minor version in the list of a cluster's region. */
export interface OfferedMinor {
  list: KubernetesVersions;
  /** JSON pointer of its entry; of the whole list where it is not in it. */
  at: string;
  /** Absent where the region does not offer it. */
  offer?: {
    isPreview: boolean;
    /** Support plans, in lower case. */
    plans: readonly string[];
    /** In order, as they are written. */
    patches: readonly { text: string; version: KubernetesVersion }[];
  };
  /** Whether the region offers a later minor version that is no preview. */
  hasLater: boolean;
}

/** Throws NotSeen where the list of the region was not read. */
export function offeredMinor(cluster: ManagedCluster, { major, minor }: KubernetesVersion, lists: Seen<KubernetesVersions>): OfferedMinor {
  const list = lists.get(kubernetesVersionsOf(cluster).id);
  const entries = (list.properties.values ?? []).map((entry) => ({ entry, version: parseVersion(entry.version) }));
  const place = entries.findIndex(({ version }) => version?.major === major && version.minor === minor);
  const hasLater = entries.some(
    ({ entry, version }) => version !== undefined && !entry.isPreview && (version.major - major || version.minor - minor) > 0,
  );
  const entry = entries[place]?.entry;
  if (entry === undefined) return { list, at: '/properties/values', hasLater };
  const patches = Object.keys(entry.patchVersions ?? {}).flatMap((text) => {
    const version = parseVersion(text);
    return version?.patch === undefined ? [] : [{ text, version }];
  });
  return {
    list,
    at: `/properties/values/${place}`,
    offer: {
      isPreview: entry.isPreview === true,
      plans: (entry.capabilities?.supportPlan ?? []).map((plan) => plan.toLowerCase()),
      patches: patches.sort((one, other) => compareVersions(one.version, other.version)),
    },
    hasLater,
  };
}
