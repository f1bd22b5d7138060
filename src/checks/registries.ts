import { check, fail, flag, notApplicable, pass, see, type Sight, text, undecided } from '../check.ts';
import { registriesInUse, registryKeys } from '../model/registries.ts';
import { below, type InUse } from '../model/servicesInUse.ts';
import { sentence } from '../model/words.ts';
import { regionName } from '../model/zones.ts';
import type { Registry, RegistryReplication } from '../wire.ts';

const none = 'No Azure container registry is tied to the cluster.';
const isPremium = ({ sku }: Registry): boolean => sku?.name?.toLowerCase() === 'premium';
/** By what a registry is the cluster's. */
const tieOf = ({ source, pointer }: InUse<Registry>): Sight => see(source, pointer);

/** Who may pull without an identity of their own, and whether the tier has private endpoints. Not set, the admin account and anonymous pull are off. */
export const hardened = check({
  needs: registryKeys,
  subjects: registriesInUse,
  none,
  judge: (used) => {
    const { resource: registry } = used;
    const { adminUserEnabled, anonymousPullEnabled, policies } = registry.properties;
    const faults: readonly (readonly [boolean, string, Sight])[] = [
      [adminUserEnabled === true, 'the admin account is on', see(registry, '/properties/adminUserEnabled', 'false')],
      [anonymousPullEnabled === true, 'anyone may pull', see(registry, '/properties/anonymousPullEnabled', 'false')],
      [!isPremium(registry) && registry.sku?.name != null, `the tier is ${registry.sku?.name}`, see(registry, '/sku/name', 'Premium')],
    ];
    const found = faults.filter(([faulty]) => faulty);
    const evidence = [...(found.length > 0 ? found : faults).map(([, , sight]) => sight), tieOf(used)];
    const onlyTier = found.length === 1 && found[0] === faults[2];
    if (found.length > 0) return fail(sentence(found.map(([, fault]) => fault)), evidence, onlyTier ? { severity: 'medium' } : {});
    if (registry.sku?.name == null) return undecided('It does not say its tier.', see(registry, '/sku/name', 'Premium'));
    const on = (['retentionPolicy', 'softDeletePolicy', 'quarantinePolicy'] as const).filter(
      (policy) => policies?.[policy]?.status?.toLowerCase() === 'enabled',
    );
    return pass('Only identities pull from it.', evidence, `Policies that are on: ${on.join(', ') || 'none'}.`);
  },
});

/** Copies of a registry in other regions that take requests, as they do by default; the home region is in the list too. */
export const geoReplicated = check({
  needs: [...registryKeys, 'registryReplications'],
  params: { requireGeo: flag(true), region: text('') },
  subjects: (facts, { requireGeo }) =>
    requireGeo ? registriesInUse(facts) : notApplicable('Copies in another region are not asked for (requireGeo).'),
  none,
  judge: (used, { region }, { registryReplications }) => {
    const { resource: registry } = used;
    const tier = see(registry, '/sku/name', 'Premium');
    if (registry.sku?.name == null) return undecided('It does not say its tier.', tier);
    if (!isPremium(registry)) return fail(`The ${registry.sku.name} tier has no copies in other regions.`, [tier, tieOf(used)]);
    const home = regionName(registry.location);
    const copies = below(registryReplications, registry).filter((each) => regionName(each.location) !== home);
    const isThere = ({ location, properties }: RegistryReplication) =>
      properties.provisioningState?.toLowerCase() === 'succeeded' && (region === '' || regionName(location) === regionName(region));
    const wanted = copies.find((copy) => isThere(copy) && copy.properties.regionEndpointEnabled !== false);
    if (wanted !== undefined) return pass(`It is copied to ${wanted.location}.`, [see(wanted, '/location'), tieOf(used)]);
    const idle = copies.items.find(isThere);
    if (idle !== undefined)
      return fail(`It is copied to ${idle.location}, where no request is sent.`, [
        see(idle, '/properties/regionEndpointEnabled', 'true'),
        tieOf(used),
      ]);
    const shown = copies.items.map((each) => see(each, '/properties/provisioningState', 'Succeeded'));
    return fail(region === '' ? 'It has no copy in another region.' : `It has no copy in ${region}.`, [
      ...shown,
      see(registry, '/location'),
      tieOf(used),
    ]);
  },
});
