import { normalId, type Seen } from '../seen.ts';
import type {
  BackupInstance,
  BackupJob,
  BackupStorageLocation,
  ClusterExtension,
  ManagedCluster,
  PersistentVolume,
  PersistentVolumeClaim,
  VeleroBackup,
  VeleroBackupSpec,
  VeleroSchedule,
} from '../wire.ts';

const same = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other;

/** The instances of Azure Backup that are of this cluster. */
export const instancesOf = (cluster: ManagedCluster, instances: Seen<BackupInstance>): Seen<BackupInstance> =>
  instances.filter(({ properties }) => normalId(properties.dataSourceInfo?.resourceID ?? '') === normalId(cluster.id));

export const isProtected = ({ properties }: BackupInstance): boolean => same(properties.protectionStatus?.status, 'protectionconfigured');

/** The extension by which Azure Backup reaches into the cluster. */
export const isBackupExtension = ({ properties }: ClusterExtension): boolean =>
  same(properties.extensionType, 'microsoft.dataprotection.kubernetes') && same(properties.provisioningState, 'succeeded');

/** A schedule of Velero that makes backups. */
export const isScheduled = ({ spec, status }: VeleroSchedule): boolean => spec?.paused !== true && !same(status?.phase, 'failedvalidation');
export const isAvailable = ({ status }: BackupStorageLocation): boolean => same(status?.phase, 'available');

/** What a backup takes in: of an instance of Azure Backup, or of Velero. */
export interface Scope {
  source: object;
  pointer: string;
  includes: (namespace: string) => boolean;
  volumes: boolean;
}

/** No namespaces, or `*`, are all. */
const within = (included: readonly string[] | undefined, excluded: readonly string[] | undefined, name: string): boolean =>
  ((included ?? []).length === 0 || (included ?? []).some((each) => each === '*' || each === name)) && !(excluded ?? []).includes(name);

/** What an instance of Azure Backup is told to take; one that chooses by label takes no namespace whole. */
export function scopesOf(instance: BackupInstance): Scope[] {
  const lists = instance.properties.policyInfo?.policyParameters?.backupDatasourceParametersList ?? [];
  return lists.map(({ includedNamespaces, excludedNamespaces, snapshotVolumes, labelSelectors }, at) => ({
    source: instance,
    pointer: `/properties/policyInfo/policyParameters/backupDatasourceParametersList/${at}`,
    includes: (name) => (labelSelectors ?? []).length === 0 && within(includedNamespaces, excludedNamespaces, name),
    volumes: snapshotVolumes === true,
  }));
}

/** What a backup of Velero takes; volumes by default. */
export const scopeOfVelero = (source: VeleroBackup | VeleroSchedule, pointer: string, spec: VeleroBackupSpec | undefined): Scope => ({
  source,
  pointer,
  includes: (name) => within(spec?.includedNamespaces, spec?.excludedNamespaces, name),
  volumes: spec?.snapshotVolumes !== false || spec.defaultVolumesToFsBackup === true,
});

/** What is backed up of a cluster: by Azure Backup, as far as it protects, and by the schedules of Velero. */
export const backupScopes = (facts: {
  readonly cluster: ManagedCluster;
  readonly backupInstances: Seen<BackupInstance>;
  readonly veleroSchedules: Seen<VeleroSchedule>;
}): Seen<Scope> =>
  instancesOf(facts.cluster, facts.backupInstances)
    .filter(isProtected)
    .flatMap(scopesOf)
    .concat(facts.veleroSchedules.filter(isScheduled).map((each) => scopeOfVelero(each, '/spec/template', each.spec?.template)));

/** Namespaces with claims for volumes that no backup takes whole, sorted. */
export function leftOut(claims: Seen<PersistentVolumeClaim>, scopes: Seen<Scope>): string[] {
  const names = new Set(claims.items.flatMap(({ metadata }) => metadata.namespace ?? []));
  return [...names].filter((name) => !scopes.some((scope) => scope.includes(name) && scope.volumes)).sort();
}

/** One run of a backup. */
export interface Run {
  source: BackupJob | VeleroBackup;
  pointer: string;
  ended: number;
  good: boolean;
}

/** Runs of Azure Backup of this cluster, and of Velero, that have ended. Restores are no backups. */
export function runsOf(cluster: ManagedCluster, jobs: Seen<BackupJob>, backups: Seen<VeleroBackup>): Seen<Run> {
  const ofAzure = jobs.flatMap((source): Run[] => {
    const { dataSourceId, operationCategory, status, endTime } = source.properties;
    const ended = Date.parse(endTime ?? '');
    const isOf = normalId(dataSourceId ?? '') === normalId(cluster.id) && same(operationCategory, 'backup');
    return isOf && !Number.isNaN(ended) ? [{ source, pointer: '/properties/endTime', ended, good: /^completed/i.test(status ?? '') }] : [];
  });
  const ofVelero = backups.flatMap((source): Run[] => {
    const ended = Date.parse(source.status?.completionTimestamp ?? '');
    return Number.isNaN(ended)
      ? []
      : [{ source, pointer: '/status/completionTimestamp', ended, good: same(source.status?.phase, 'completed') }];
  });
  return ofAzure.concat(ofVelero);
}

/** The run that ended last, of those that ended as asked. */
export const lastRun = (runs: readonly Run[], good: boolean): Run | undefined =>
  runs
    .filter((run) => run.good === good)
    .reduce<Run | undefined>((last, run) => (last === undefined || run.ended > last.ended ? run : last), undefined);

/** Volumes of which Azure Backup takes no snapshots: files and blobs, disks without a CSI driver, and the newest kinds of disks. */
export function isOutOfReach({ spec }: PersistentVolume): boolean {
  const { driver, volumeAttributes } = spec?.csi ?? {};
  if (driver === undefined) return true;
  const kind = Object.entries(volumeAttributes ?? {}).find(([name]) => /^(skuname|storageaccounttype)$/i.test(name))?.[1];
  return driver !== 'disk.csi.azure.com' || /^(premiumv2|ultrassd)_/i.test(kind ?? '');
}

/** The vaults of these instances, by ARM id. */
export const vaultIdsOf = (instances: readonly BackupInstance[]): string[] =>
  instances.map(({ id }) => id.split('/').slice(0, -2).join('/'));
