import type { ManagedCluster } from '../wire.ts';

export interface KubernetesVersion {
  major: number;
  minor: number;
  /** Absent in an alias of a minor version: `1.34`. */
  patch?: number;
}

/** A version as AKS and kubelet write it: `1.34.4`, `1.34`, `v1.34.4`, `1.34.4-lts`. @returns undefined for anything else */
export function parseVersion(text: unknown): KubernetesVersion | undefined {
  if (typeof text !== 'string') return undefined;
  const [matched, major, minor, patch] = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+].*)?$/.exec(text) ?? [];
  if (matched === undefined) return undefined;
  return { major: Number(major), minor: Number(minor), ...(patch === undefined ? {} : { patch: Number(patch) }) };
}

/** How many minor versions a node may be behind its control plane: three from 1.28, two before (Kubernetes' version skew policy). */
export const supportedSkew = (controlPlane: KubernetesVersion): number => (controlPlane.major > 1 || controlPlane.minor >= 28 ? 3 : 2);

/** Negative when `one` is older than `other`; patches count where both are given. */
export const compareVersions = (one: KubernetesVersion, other: KubernetesVersion): number =>
  one.major - other.major || one.minor - other.minor || (one.patch ?? other.patch ?? 0) - (other.patch ?? one.patch ?? 0);

/** JSON pointer of the version that the control plane runs, or, where it is not said, of the one that was ordered. */
export const clusterVersionAt = ({ properties }: ManagedCluster): string =>
  properties.currentKubernetesVersion == null && properties.kubernetesVersion != null
    ? '/properties/kubernetesVersion'
    : '/properties/currentKubernetesVersion';
/** @returns undefined when the cluster gives no version */
export const clusterVersion = ({ properties }: ManagedCluster): KubernetesVersion | undefined =>
  parseVersion(properties.currentKubernetesVersion ?? properties.kubernetesVersion);
