/** What a line of the table of kinds is made of (kinds.ts). */

/** One kind of state: what it is called where it comes from, and how a person exports it. */
export type Kind = ArmKind | KubernetesKind;
export interface ArmKind {
  plane: 'azure';
  /** ARM type, compared without regard to letter case; absent for what is derived from other resources. */
  type?: string;
  apiVersion: string;
  /** Read once for all clusters of a run, and looked up by id. */
  shared: boolean;
  /** Of what is shared: all of a subscription is read in one list, so that one which is not there is absent, not unseen. */
  listed: boolean;
  export: string;
  /** What a denied read lacks. */
  permission: string;
}
export interface KubernetesKind {
  plane: 'kubernetes';
  group: string;
  /** Served versions are read alike; this one is asked for. */
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  /** Of a custom resource or a young API: discovery may prove that the cluster does not serve it. */
  optional: boolean;
  /** What a live audit reads of it: all where nothing is said, `metadata` and the type (Secrets), or nothing until it is `asked` to (ConfigMaps). */
  live?: 'metadata' | 'asked';
  /** Further API groups that serve the same kind. */
  alsoGroups?: readonly string[];
}

export const cluster =
  '/subscriptions/<subscription>/resourceGroups/<resource-group>/providers/Microsoft.ContainerService/managedClusters/<cluster>';
export const rest = (path: string, file: string) => `az rest --method get --url '${path}' > ${file}.json`;

/** @param options `shared`: looked up by id; `listed`: shared, and read as one list of the subscription */
export const arm = (
  type: string,
  apiVersion: string,
  exported: string,
  options: { shared?: true; listed?: true; permission?: string } = {},
): ArmKind => ({
  plane: 'azure',
  type,
  apiVersion,
  shared: options.shared ?? options.listed ?? false,
  listed: options.listed ?? false,
  export: exported,
  permission: options.permission ?? `${type}/read`,
});
export const kubernetes = (
  groupVersion: string,
  kind: string,
  plural: string,
  options: { cluster?: true; optional?: true; live?: KubernetesKind['live']; alsoGroups?: readonly string[] } = {},
): KubernetesKind => {
  const [group, version] = groupVersion.includes('/') ? (groupVersion.split('/') as [string, string]) : ['', groupVersion];
  return {
    plane: 'kubernetes',
    group,
    version,
    kind,
    plural,
    namespaced: !options.cluster,
    optional: options.optional ?? false,
    ...(options.live ? { live: options.live } : {}),
    ...(options.alsoGroups ? { alsoGroups: options.alsoGroups } : {}),
  };
};
