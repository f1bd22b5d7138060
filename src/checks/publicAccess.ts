import { check, fail, pass, see, texts } from '../check.ts';
import { dataStoreKeys, dataStoresInUse } from '../model/dataStores.ts';
import { publicAccess } from '../model/publicAccess.ts';
import { registriesInUse, registryKeys } from '../model/registries.ts';
import { vaultKeys, vaultsInUse } from '../model/vaults.ts';
import { counted } from '../model/words.ts';

/** The public addresses of what the cluster uses: off, or for named networks only. */
export const servicesRejectPublic = check({
  needs: [...new Set([...registryKeys, ...vaultKeys, ...dataStoreKeys])],
  params: { dependencyResourceIds: texts() },
  subjects: (facts, { dependencyResourceIds }) =>
    registriesInUse(facts).concat(vaultsInUse(facts)).concat(dataStoresInUse(facts, dependencyResourceIds)),
  none: 'No registry, key vault or data service is tied to the cluster.',
  judge: ({ resource, source, pointer }) => {
    const { to, pointers, ranges } = publicAccess(resource);
    const evidence = [...pointers.map((each, index) => see(resource, each, index === 0 ? 'Disabled' : undefined)), see(source, pointer)];
    if (to === 'nobody') return pass('It has no public address.', evidence);
    if (to === 'anyone') return fail('Its public address takes traffic from anywhere.', evidence);
    if (to === 'ruled')
      return fail('Its public address is on; which addresses its firewall lets in was not read.', evidence, { severity: 'medium' });
    return pass(
      'Its public address takes traffic from named networks only.',
      evidence,
      `It lets in ${counted(ranges.length, 'range')} of addresses.`,
    );
  },
});
