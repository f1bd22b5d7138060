import { check, computed, count, fail, flag, notApplicable, pass, see, type Sight, texts, undecided, type Verdict } from '../check.ts';
import {
  backupScopes,
  instancesOf,
  isAvailable,
  isBackupExtension,
  isOutOfReach,
  isProtected,
  isScheduled,
  lastRun,
  leftOut,
  type Run,
  runsOf,
  vaultIdsOf,
} from '../model/backups.ts';
import { picked } from '../model/picked.ts';
import { listed } from '../model/words.ts';
import { all, any } from '../seen.ts';
import type { BackupInstance, BackupStorageLocation, ClusterExtension, ManagedCluster, VeleroSchedule } from '../wire.ts';

/** Something that makes backups: Azure Backup with its extension, Velero with a place to put them, or another product. */
export const configured = check({
  needs: [
    'cluster',
    'extensions',
    'backupInstances',
    'veleroSchedules',
    'backupStorageLocations',
    'deployments',
    'persistentVolumeClaims',
    'fluxConfigurations',
    'kustomizations',
    'argoApplications',
  ],
  params: { acceptedBackupProducts: texts('kasten', 'trilio'), stateless: flag(false) },
  subjects: (facts, { stateless }) => {
    const { cluster, inScope, persistentVolumeClaims: claims, fluxConfigurations, kustomizations, argoApplications } = facts;
    const isEmpty = () =>
      !claims.some(({ metadata }) => inScope(metadata.namespace)) &&
      any(...[fluxConfigurations, kustomizations, argoApplications].map((each) => () => each.some(() => true)));
    return stateless && isEmpty() ? notApplicable('The cluster is declared stateless, and GitOps makes it anew.') : [cluster];
  },
  none: 'There is no cluster.',
  judge: (
    cluster,
    { acceptedBackupProducts: products },
    { extensions, backupInstances, veleroSchedules, backupStorageLocations, deployments },
  ) => {
    const instances = instancesOf(cluster, backupInstances);
    const protectedBy = instances.filter(isProtected);
    const isProduct = ({ metadata }: { metadata: { namespace?: string; name: string } }) =>
      products.some((each) => `${metadata.namespace}/${metadata.name}`.includes(each));
    const azure = () =>
      all(
        () => protectedBy.some(() => true),
        () => extensions.some(isBackupExtension),
      );
    const velero = () =>
      all(
        () => veleroSchedules.some(isScheduled),
        () => backupStorageLocations.some(isAvailable),
      );
    const made = any(azure, velero, () => deployments.some(isProduct));
    const evidence = [
      ...traces(instances.items, extensions.items, veleroSchedules.items, backupStorageLocations.items),
      ...deployments.items
        .filter(isProduct)
        .slice(0, 1)
        .map((each) => see(each, '/metadata/name')),
    ];
    if (made) return pass('Backups are made of it.', evidence);
    return fail(
      evidence.length > 0 ? 'A backup is set up, and does not work.' : 'Nothing makes backups of it.',
      evidence.length > 0 ? evidence : see(cluster, '/id', 'a backup instance'),
    );
  },
});

/** What there is of Azure Backup and of Velero, whether or not it works. */
const traces = (
  instances: readonly BackupInstance[],
  extensions: readonly ClusterExtension[],
  schedules: readonly VeleroSchedule[],
  locations: readonly BackupStorageLocation[],
): Sight[] => [
  ...instances.map((each) => see(each, '/properties/protectionStatus/status', 'ProtectionConfigured')),
  ...extensions
    .filter(({ properties }) => /dataprotection/i.test(properties.extensionType ?? ''))
    .map((each) => see(each, '/properties/provisioningState', 'Succeeded')),
  ...schedules.slice(0, 5).map((each) => see(each, '/spec/paused')),
  ...locations.slice(0, 5).map((each) => see(each, '/status/phase', 'Available')),
];

const hour = 3_600_000;

/** The last backup that went well, and whether backups take the namespaces with volumes. */
export const recency = check({
  needs: ['cluster', 'backupInstances', 'backupJobs', 'veleroSchedules', 'veleroBackups', 'persistentVolumeClaims', 'persistentVolumes'],
  params: { maxBackupAgeHours: count(26, 1) },
  subjects: ({ cluster, backupInstances, veleroSchedules }) => {
    const instances = instancesOf(cluster, backupInstances).filter(isProtected);
    return any(
      () => instances.some(() => true),
      () => veleroSchedules.some(isScheduled),
    )
      ? [cluster]
      : [];
  },
  none: 'Neither Azure Backup nor Velero makes backups of the cluster.',
  judge: (cluster, { maxBackupAgeHours }, facts) => {
    const { backupInstances, backupJobs, veleroBackups, persistentVolumeClaims, persistentVolumes, inScope, at } = facts;
    const instances = instancesOf(cluster, backupInstances).filter(isProtected);
    const scopes = backupScopes(facts);
    const claims = persistentVolumeClaims.filter(({ metadata }) => inScope(metadata.namespace));
    const left = leftOut(claims, scopes);
    if (left.length > 0)
      return fail(
        `No backup takes the volumes of ${listed(left)}.`,
        scopes.items.map(({ source, pointer }) => see(source, pointer, `${listed(left)} with volumes`)),
      );
    const verdict = judgeRuns(cluster, runsOf(cluster, backupJobs, veleroBackups).all(), maxBackupAgeHours, at);
    if (verdict.status !== 'pass') return verdict;
    claims.all();
    const out = persistentVolumes.items.filter((volume) => inScope(volume.spec?.claimRef?.namespace) && isOutOfReach(volume));
    const names = out.map(({ metadata }) => metadata.name);
    return out.length > 0 && instances.items.length > 0
      ? { ...verdict, note: `Azure Backup takes no snapshots of ${listed(names)}.` }
      : verdict;
  },
});

/** The last run that went well, and whether one has failed since. */
function judgeRuns(cluster: ManagedCluster, runs: readonly Run[], most: number, at: Date): Verdict {
  const [good, bad] = [lastRun(runs, true), lastRun(runs, false)];
  if (good === undefined)
    return fail('No backup that went well was found.', bad === undefined ? see(cluster, '/id', 'a backup') : see(bad.source, bad.pointer));
  const age = Math.floor((at.getTime() - good.ended) / hour);
  const expected = `at most ${most} hours ago`;
  const evidence = [see(good.source, good.pointer, expected), computed(good.source, good.pointer, `${age} hours`, expected)];
  if (age > most) return fail(`The last backup that went well is ${age} hours old.`, evidence);
  if (bad !== undefined && bad.ended > good.ended) return fail('The last backup failed.', [see(bad.source, bad.pointer), ...evidence]);
  return pass(`The last backup that went well is ${age} hours old.`, evidence);
}

/** Where Azure Backup keeps what it took, and whether somebody can delete it. */
export const vault = check({
  needs: ['cluster', 'backupInstances', 'backupVaults'],
  subjects: ({ cluster, backupInstances, backupVaults }) => {
    const instances = instancesOf(cluster, backupInstances);
    return picked(backupVaults, vaultIdsOf(instances.items)).concat(instances.flatMap(() => []));
  },
  none: 'No vault of Azure Backup has backups of the cluster.',
  judge: (vault) => {
    const { storageSettings, securitySettings, featureSettings } = vault.properties;
    const kinds = (storageSettings ?? []).flatMap(({ type }) => type ?? []);
    const kept = see(vault, '/properties/storageSettings', 'GeoRedundant');
    const softDelete = see(vault, '/properties/securitySettings/softDeleteSettings/state', 'On');
    if (securitySettings?.softDeleteSettings?.state?.toLowerCase() === 'off') return fail('What is deleted from it is gone.', softDelete);
    if (kinds.length === 0) return undecided('How it stores backups is not given.', kept);
    const crosses = featureSettings?.crossRegionRestoreSettings?.state?.toLowerCase() === 'enabled';
    const isSafe = kinds.every((kind) => /^georedundant$/i.test(kind) || (crosses && /^zoneredundant$/i.test(kind)));
    if (!isSafe)
      return fail(`It keeps backups ${listed(kinds)}.`, [kept, see(vault, '/properties/featureSettings/crossRegionRestoreSettings/state')]);
    const immutable = securitySettings?.immutabilitySettings?.state?.toLowerCase();
    const mutable =
      immutable === undefined || immutable === 'disabled' ? ' It is not immutable, so that an administrator can delete backups.' : '';
    const message = 'What is copied to it is kept in another region, and what is deleted for a while.';
    return pass(message, [kept, softDelete], `Whether the backup policy copies to it was not read.${mutable}`);
  },
});
