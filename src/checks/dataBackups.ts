import { check, count, fail, pass, see, texts, undecided } from '../check.ts';
import { dataStoreKeys, dataStoresInUse } from '../model/dataStores.ts';
import { backupKeys, backupOf } from '../model/storeBackups.ts';

/** Whether the data of data services can be brought back as it was some days ago. */
export const dataStores = check({
  needs: [...dataStoreKeys, ...backupKeys],
  params: { minDataBackupDays: count(7, 1), dependencyResourceIds: texts() },
  subjects: (facts, { dependencyResourceIds }) => dataStoresInUse(facts, dependencyResourceIds),
  none: 'No data service is tied to the cluster.',
  judge: (used, { minDataBackupDays }, facts) => {
    const { standing, says, source, pointer } = backupOf(used, minDataBackupDays, facts);
    const evidence = [see(source, pointer, `${minDataBackupDays} days`), see(used.source, used.pointer)];
    if (standing === 'unknown') return undecided(says, evidence);
    return standing === 'kept' ? pass(says, evidence) : fail(says, evidence);
  },
});
