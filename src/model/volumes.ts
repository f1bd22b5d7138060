import type { Seen } from '../seen.ts';
import type { PersistentVolume, Pod } from '../wire.ts';
import { once } from './once.ts';

type Volumes = { readonly snapshot: object; readonly persistentVolumes: Seen<PersistentVolume> };

/** The claims that a pod mounts, by name; a generic ephemeral volume makes one that is named after the pod. */
export const claimsOf = ({ metadata, spec }: Pod): string[] =>
  (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim?.claimName != null) return [persistentVolumeClaim.claimName];
    return ephemeral == null ? [] : [`${metadata.name}-${name}`];
  });

const byClaim = once(
  ({ persistentVolumes }: Volumes) =>
    new Map(persistentVolumes.items.map((volume) => [claimKey(volume.spec?.claimRef?.namespace, volume.spec?.claimRef?.name), volume])),
);
const claimKey = (namespace: string | undefined, name: string | undefined): string => `${namespace ?? ''}/${name ?? ''}`;

/** The volumes bound to a pod's claims, of those that were seen; by the volume's own word, so that claims need not be read. */
export const volumesOf = (facts: Volumes, pod: Pod): PersistentVolume[] =>
  claimsOf(pod).flatMap((name) => byClaim(facts).get(claimKey(pod.metadata.namespace, name)) ?? []);

/** The volume that is bound to a claim. */
export const volumeOfClaim = (facts: Volumes, namespace: string | undefined, name: string): PersistentVolume | undefined =>
  byClaim(facts).get(claimKey(namespace, name));
