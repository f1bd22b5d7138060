import type { Seen } from '../seen.ts';
import type { BlobService, CosmosAccount, FlexibleServer, SqlBackupRetention, SqlDatabase, SqlServer, StorageAccount } from '../wire.ts';
import type { StoreInUse } from './dataStores.ts';
import { firstFound } from './firstFound.ts';
import { below } from './servicesInUse.ts';
import { counted } from './words.ts';

/** Needs of the rule on backups, beside the stores themselves. */
export const backupKeys = ['sqlDatabases', 'sqlBackupRetentions', 'blobServices'] as const;
export interface BackupFacts {
  readonly sqlDatabases: Seen<SqlDatabase>;
  readonly sqlBackupRetentions: Seen<SqlBackupRetention>;
  readonly blobServices: Seen<BlobService>;
}

/** Whether data of a store can be brought back as it was long enough ago; `unknown` where that is kept in what is not read. */
export interface Backup {
  standing: 'kept' | 'short' | 'unknown';
  /** A sentence. */
  says: string;
  /** What says so, and where. */
  source: object;
  pointer: string;
}

/** Of a server's databases those that users made. */
export const isUsersOwn = ({ name }: SqlDatabase): boolean => name.toLowerCase() !== 'master';

/** @param minDays for which data has to be kept */
export function backupOf({ resource, groups }: StoreInUse, minDays: number, facts: BackupFacts): Backup {
  const type = resource.type.toLowerCase();
  if (type === 'microsoft.sql/servers') return ofSql(resource, minDays, facts);
  if (type === 'microsoft.documentdb/databaseaccounts') return ofCosmos(resource, minDays);
  if (type === 'microsoft.storage/storageaccounts') return ofStorage(resource, groups, minDays, facts);
  return ofServer(resource, minDays);
}

const standing = (count: number, minDays: number): Backup['standing'] => (count >= minDays ? 'kept' : 'short');

function ofSql(source: SqlServer, minDays: number, facts: BackupFacts): Backup {
  const databases = below(facts.sqlDatabases, source).filter(isUsersOwn);
  const short = firstFound(...databases.items.map((database) => () => shortOf(database, minDays, facts)));
  if (short === undefined) databases.all();
  return short ?? { standing: 'kept', says: 'Its databases can be restored.', source, pointer: '/id' };
}

function shortOf(database: SqlDatabase, minDays: number, { sqlBackupRetentions }: BackupFacts): Backup | undefined {
  const policy = below(sqlBackupRetentions, database).find(({ properties }) => (properties.retentionDays ?? 0) < minDays);
  if (policy === undefined) return undefined;
  const says = `Database ${database.name} can be restored for ${counted(policy.properties.retentionDays ?? 0, 'day')}.`;
  return { standing: 'short', says, source: policy, pointer: '/properties/retentionDays' };
}

/** Copies at intervals are Azure's to restore, and of use when they are of a day, lie in another region, and are kept; by default the last two are, for 8 hours. */
function ofCosmos(source: CosmosAccount, minDays: number): Backup {
  const { type, continuousModeProperties: continuous, periodicModeProperties: periodic } = source.properties.backupPolicy ?? {};
  if (type?.toLowerCase() === 'continuous') {
    const count = continuous?.tier?.toLowerCase() === 'continuous7days' ? 7 : 30;
    const pointer = '/properties/backupPolicy/continuousModeProperties/tier';
    return { standing: standing(count, minDays), says: `It can be restored to any time in ${count} days.`, source, pointer };
  }
  const at = '/properties/backupPolicy/periodicModeProperties';
  const minutes = periodic?.backupIntervalInMinutes;
  if (minutes !== undefined && minutes > 24 * 60)
    return { standing: 'short', says: `It is copied every ${minutes} minutes.`, source, pointer: `${at}/backupIntervalInMinutes` };
  const redundancy = periodic?.backupStorageRedundancy;
  if (redundancy?.toLowerCase() !== 'geo')
    return { standing: 'short', says: 'Its copies lie in one region.', source, pointer: `${at}/backupStorageRedundancy` };
  const hours = periodic?.backupRetentionIntervalInHours ?? 8;
  const pointer = `${at}/backupRetentionIntervalInHours`;
  return { standing: standing(hours, minDays * 24), says: `Its copies are kept for ${counted(hours, 'hour')}.`, source, pointer };
}

function ofServer(source: FlexibleServer, minDays: number): Backup {
  const count = source.properties.backup?.backupRetentionDays ?? 0;
  return {
    standing: standing(count, minDays),
    says: `Its backups are kept for ${count} days.`,
    source,
    pointer: '/properties/backup/backupRetentionDays',
  };
}

/** Blobs by the restore of containers, or by versions and what was deleted. Shares of files are saved by Azure Backup. */
function ofStorage(account: StorageAccount, groups: readonly string[], minDays: number, { blobServices }: BackupFacts): Backup {
  if (groups.includes('file') || account.kind === 'FileStorage')
    return {
      standing: 'unknown',
      says: 'Backups of file shares are kept in a Recovery Services vault, which is not read.',
      source: account,
      pointer: '/id',
    };
  const service = below(blobServices, account).find(() => true);
  const { restorePolicy, isVersioningEnabled, deleteRetentionPolicy } = service?.properties ?? {};
  const source = service ?? account;
  const restored = restorePolicy?.enabled === true ? (restorePolicy.days ?? 0) : 0;
  const kept = isVersioningEnabled === true && deleteRetentionPolicy?.enabled === true ? (deleteRetentionPolicy.days ?? 0) : 0;
  const pointer = kept > restored ? '/properties/deleteRetentionPolicy/days' : '/properties/restorePolicy';
  const count = Math.max(restored, kept);
  return { standing: standing(count, minDays), says: `Its blobs can be brought back for ${count} days.`, source, pointer };
}
