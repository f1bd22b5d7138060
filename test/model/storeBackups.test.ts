import { expect, test } from 'vitest';
import type { StoreInUse } from '../../src/model/dataStores.ts';
import { type BackupFacts, backupOf, isUsersOwn } from '../../src/model/storeBackups.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { Gap } from '../../src/snapshot.ts';
import type { BlobService, SqlBackupRetention, SqlDatabase } from '../../src/wire.ts';

const id = '/subscriptions/s/resourceGroups/rg/providers/x/stores/a';
const store = (type: string, properties: object = {}, groups: string[] = []): StoreInUse => {
  const resource = { id, name: 'a', type, properties };
  return { resource, groups, source: resource, pointer: '/id' };
};
const sql = store('Microsoft.Sql/servers');
const cosmos = (backupPolicy: object) => store('Microsoft.DocumentDB/databaseAccounts', { backupPolicy });
const periodic = (periodicModeProperties: object) => cosmos({ type: 'Periodic', periodicModeProperties });
const storage = (...groups: string[]) => store('Microsoft.Storage/storageAccounts', {}, groups);
const database = (name: string): SqlDatabase => ({ id: `${id}/databases/${name}`, name, type: 'x', properties: {} });
const policy = (of: string, retentionDays: number): SqlBackupRetention => ({
  id: `${id}/databases/${of}/backupShortTermRetentionPolicies/default`,
  name: 'default',
  type: 'x',
  properties: { retentionDays },
});
const missing = (scope: string): Gap => ({ key: 'blobServices', scope, why: 'not-collected' });
const facts = (databases: SqlDatabase[] = [], policies: SqlBackupRetention[] = [], blobs?: BlobService['properties']): BackupFacts => ({
  sqlDatabases: seen(databases, [], missing),
  sqlBackupRetentions: seen(policies, [], missing),
  blobServices: seen(
    blobs === undefined ? [] : [{ id: `${id}/blobServices/default`, name: 'default', type: 'x', properties: blobs }],
    [],
    missing,
  ),
});
const all = [database('master'), database('one'), database('two')];
const restore = (days: number) => ({ restorePolicy: { enabled: true, days } });

test.each<[string, StoreInUse, BackupFacts, string]>([
  ['2 databases for 7 days', sql, facts(all, [policy('one', 7), policy('two', 7)]), 'kept'],
  ['1 of 2 databases for 3 days', sql, facts(all, [policy('one', 7), policy('two', 3)]), 'short'],
  ['1 of 2 for 3 days, the other not read', sql, facts(all, [policy('two', 3)]), 'short'],
  ['1 of 2 databases not read', sql, facts(all, [policy('one', 7)]), 'NotSeen'],
  ['no database but master', sql, facts([database('master')]), 'kept'],
  ['databases not read', sql, facts(), 'NotSeen'],
  ['Cosmos DB for 30 days', cosmos({ type: 'Continuous', continuousModeProperties: { tier: 'Continuous30Days' } }), facts(), 'kept'],
  ['Cosmos DB for 30 days by default', cosmos({ type: 'continuous' }), facts(), 'kept'],
  [
    'Cosmos DB every 1440 minutes in two regions for 168 hours',
    periodic({ backupIntervalInMinutes: 1440, backupStorageRedundancy: 'Geo', backupRetentionIntervalInHours: 168 }),
    facts(),
    'kept',
  ],
  ['Cosmos DB for 167 hours', periodic({ backupStorageRedundancy: 'Geo', backupRetentionIntervalInHours: 167 }), facts(), 'short'],
  ['Cosmos DB that does not say for how long', periodic({ backupStorageRedundancy: 'Geo' }), facts(), 'short'],
  ['Cosmos DB every 1441 minutes', periodic({ backupIntervalInMinutes: 1441, backupStorageRedundancy: 'Geo' }), facts(), 'short'],
  ['Cosmos DB in zones of one region', periodic({ backupStorageRedundancy: 'Zone' }), facts(), 'short'],
  ['blobs for 6 days', storage(), facts([], [], restore(6)), 'short'],
  ['blobs for 7 days', storage('blob', 'dfs'), facts([], [], restore(7)), 'kept'],
  ['versions without what was deleted', storage(), facts([], [], { isVersioningEnabled: true }), 'short'],
  [
    'versions and what was deleted for 7 days',
    storage(),
    facts([], [], { isVersioningEnabled: true, deleteRetentionPolicy: { enabled: true, days: 7 } }),
    'kept',
  ],
  ['blobs not read', storage(), facts(), 'NotSeen'],
  ['shares of files', storage('file'), facts([], [], restore(30)), 'unknown'],
  ['a server for 7 days', store('Microsoft.DBforMySQL/flexibleServers', { backup: { backupRetentionDays: 7 } }), facts(), 'kept'],
  ['a server that says nothing', store('Microsoft.DBforPostgreSQL/flexibleServers'), facts(), 'short'],
])('backups of a week: %s', (_name, used, within, expected) => {
  if (expected === 'NotSeen') expect(() => backupOf(used, 7, within)).toThrow(NotSeen);
  else expect(backupOf(used, 7, within).standing).toBe(expected);
});

test('master is not the user’s own', () => expect(all.filter(isUsersOwn).map(({ name }) => name)).toEqual(['one', 'two']));
