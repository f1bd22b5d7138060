import { check, count, fail, pass, see, type Sight } from '../check.ts';
import { below, type InUse } from '../model/servicesInUse.ts';
import { logsAudit, vaultKeys, vaultsInUse } from '../model/vaults.ts';
import { sentence } from '../model/words.ts';
import type { Vault } from '../wire.ts';

const none = 'No key vault is tied to the cluster.';
/** By what a vault is the cluster's. */
const tieOf = ({ source, pointer }: InUse<Vault>): Sight => see(source, pointer);

/** Who may read: by roles of Azure, or by a list in the vault. Not set in older versions of the API, it is a list. */
export const rolesDecide = check({
  needs: vaultKeys,
  subjects: vaultsInUse,
  none,
  judge: (used) => {
    const { resource: vault } = used;
    const evidence = [see(vault, '/properties/enableRbacAuthorization', 'true'), tieOf(used)];
    if (vault.properties.enableRbacAuthorization === true) return pass('Roles of Azure decide who reads it.', evidence);
    const policies = vault.properties.accessPolicies ?? [];
    return fail('Access policies decide who reads it.', evidence, { note: `Access policies: ${policies.length}.` });
  },
});

/** What is deleted can be brought back, and each read is logged. Not set, deleted things are kept for 90 days; purge protection is off. */
export const deletionAndReads = check({
  needs: [...vaultKeys, 'resourceDiagnosticSettings'],
  params: { minRetentionDays: count(7, 7) },
  subjects: vaultsInUse,
  none,
  judge: (used, { minRetentionDays }, { resourceDiagnosticSettings }) => {
    const { resource: vault } = used;
    const { enablePurgeProtection, enableSoftDelete, softDeleteRetentionInDays: days } = vault.properties;
    const at = (name: string, expected: string): Sight => see(vault, `/properties/${name}`, expected);
    const faults: readonly (readonly [boolean, string, Sight])[] = [
      [enableSoftDelete === false, 'what is deleted is gone', at('enableSoftDelete', 'true')],
      [enablePurgeProtection !== true, 'purge protection is off', at('enablePurgeProtection', 'true')],
      [
        (days ?? 90) < minRetentionDays,
        `what is deleted is kept for ${days} days`,
        at('softDeleteRetentionInDays', `at least ${minRetentionDays}`),
      ],
    ];
    const found = faults.filter(([faulty]) => faulty);
    const shown = (found.length > 0 ? found : faults).map(([, , sight]) => sight);
    if (found.length > 0) return fail(sentence(found.map(([, fault]) => fault)), [...shown, tieOf(used)]);
    const setting = below(resourceDiagnosticSettings, vault, true).find(logsAudit);
    if (setting === undefined)
      return fail('No diagnostic setting logs who reads it.', [see(vault, '/id', 'a diagnostic setting with AuditEvent'), tieOf(used)]);
    return pass('What is deleted can be brought back, and reads are logged.', [...shown, see(setting, '/properties/logs'), tieOf(used)]);
  },
});
