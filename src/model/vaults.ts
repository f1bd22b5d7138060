import { type Seen, seen } from '../seen.ts';
import type { DiagnosticSetting, KubernetesObject, ManagedCluster, SecretProviderClass, SecretStore, Vault } from '../wire.ts';
import { once } from './once.ts';
import { type InUse, named, ofGroup, type Tie } from './servicesInUse.ts';
import { gather } from './subnets.ts';

/** Needs of every rule on key vaults. */
export const vaultKeys = ['cluster', 'vaults', 'secretProviderClasses', 'secretStores', 'clusterSecretStores'] as const;
export interface VaultFacts {
  readonly snapshot: object;
  readonly inScope: (namespace: string | undefined) => boolean;
  readonly cluster: ManagedCluster;
  readonly vaults: Seen<Vault>;
  readonly secretProviderClasses: Seen<SecretProviderClass>;
  readonly secretStores: Seen<SecretStore>;
  readonly clusterSecretStores: Seen<SecretStore>;
}

/**
 * The key vaults that the cluster uses: those that classes and stores of secrets name, that its KMS or its mesh has keys in,
 * or that stand in its resource group. Names of vaults are unique in the world; one that was not read is a gap.
 */
export const vaultsInUse: (facts: VaultFacts) => Seen<InUse<Vault>> = once((facts: VaultFacts) => {
  const { vaults, inScope, secretProviderClasses, secretStores, clusterSecretStores } = facts;
  const own = (object: KubernetesObject) => inScope(object.metadata.namespace);
  const stores = secretStores.filter(own).concat(clusterSecretStores);
  const names = secretProviderClasses.filter(own).flatMap(ofClass).concat(stores.flatMap(ofStore));
  const clusters = gather([() => facts.cluster]);
  const ties = new Map<string, Tie>();
  for (const { name, ...tie } of [...names.items, ...clusters.items.flatMap(ofKms)]) if (!ties.has(name)) ties.set(name, tie);
  const used = vaults.items.flatMap((vault): InUse<Vault>[] => {
    const told = namesOf(vault).flatMap((name) => ties.get(name) ?? [])[0];
    const [tie] = [...(told ? [told] : []), ...clusters.items.flatMap((cluster) => tiesTo(vault, cluster))];
    return tie === undefined ? [] : [{ resource: vault, ...tie }];
  });
  const known = new Set(vaults.items.flatMap(namesOf));
  const wanted = [...[...ties.keys()].filter((name) => !known.has(name)), ...clusters.items.flatMap(namedIds)];
  const missing = gather(wanted.map((id) => () => vaults.get(id)));
  return seen(used, [...names.gaps, ...clusters.gaps, ...vaults.gaps, ...missing.gaps]);
});

type NamedTie = Tie & { name: string };

const ofClass = (object: SecretProviderClass): NamedTie[] => {
  const name = object.spec?.parameters?.keyvaultName;
  return object.spec?.provider?.toLowerCase() === 'azure' && name
    ? [{ name: name.toLowerCase(), source: object, pointer: '/spec/parameters/keyvaultName' }]
    : [];
};
const ofStore = (object: SecretStore): NamedTie[] =>
  nameIn(object.spec?.provider?.azurekv?.vaultUrl).map((name) => ({ name, source: object, pointer: '/spec/provider/azurekv/vaultUrl' }));

const kms = '/properties/securityProfile/azureKeyVaultKms';
const ofKms = (cluster: ManagedCluster): NamedTie[] => {
  const { enabled, keyId } = cluster.properties.securityProfile?.azureKeyVaultKms ?? {};
  return enabled === true ? nameIn(keyId).map((name) => ({ name, source: cluster, pointer: `${kms}/keyId` })) : [];
};

/** The vault of an address like `https://kv-shop.vault.azure.net/keys/etcd`. */
const nameIn = (address: string | null | undefined): string[] => {
  const [, name] = /^https:\/\/([a-z0-9-]+)\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net)(?:[/:]|$)/i.exec(address ?? '') ?? [];
  return name === undefined ? [] : [name.toLowerCase()];
};

/** A vault's name, and that in its address, which is another where host names have aliases. */
const namesOf = ({ name, properties }: Vault): string[] => [name.toLowerCase(), ...nameIn(properties.vaultUri)];

const kmsVault = ({ properties }: ManagedCluster): string | undefined => {
  const { enabled, keyVaultResourceId } = properties.securityProfile?.azureKeyVaultKms ?? {};
  return enabled === true && keyVaultResourceId ? keyVaultResourceId : undefined;
};
const meshVault = ({ properties }: ManagedCluster): string | undefined =>
  properties.serviceMeshProfile?.istio?.certificateAuthority?.plugin?.keyVaultId;
const namedIds = (cluster: ManagedCluster): string[] => [kmsVault(cluster), meshVault(cluster)].flatMap((id) => (id ? [id] : []));
const tiesTo = (vault: Vault, cluster: ManagedCluster): Tie[] => [
  ...named(vault, kmsVault(cluster), cluster, `${kms}/keyVaultResourceId`),
  ...named(vault, meshVault(cluster), cluster, '/properties/serviceMeshProfile/istio/certificateAuthority/plugin/keyVaultId'),
  ...ofGroup(vault, cluster),
];

/** Whether a diagnostic setting sends the log of who read what: by its category, or by a group that holds it. */
export const logsAudit = ({ properties }: DiagnosticSetting): boolean =>
  (properties.logs ?? []).some(
    ({ enabled, category, categoryGroup }) =>
      enabled === true && (category?.toLowerCase() === 'auditevent' || ['audit', 'alllogs'].includes(categoryGroup?.toLowerCase() ?? '')),
  );
