import { check, fail, flag, ifSeen, pass, pointer, see, type Sight, texts, undecided } from '../check.ts';
import { addon, addonSetting, isTrue } from '../model/addons.ts';
import { isAutomatic } from '../model/automatic.ts';
import { glob } from '../model/namespaces.ts';
import { canBootSecurely, canCloseSsh, canLaunchTrusted } from '../model/nodeHardening.ts';
import { poolMode } from '../model/nodePools.ts';
import { containersOf } from '../model/podSpecs.ts';
import { parseVersion } from '../model/versions.ts';
import { sentence } from '../model/words.ts';
import { all, any, type Seen } from '../seen.ts';
import type { DaemonSet, ManagedCluster, SecretProviderClass, SecretStore } from '../wire.ts';

/** The runtime sensor of Defender for Containers; Azure sets it up, so the DaemonSet is shown and not judged. */
export const defenderSensor = check({
  needs: ['cluster', 'daemonSets'],
  params: { acceptedRuntimeSensors: texts() },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { acceptedRuntimeSensors }, { daemonSets }) => {
    const evidence = see(cluster, '/properties/securityProfile/defender/securityMonitoring/enabled', 'true');
    if (cluster.properties.securityProfile?.defender?.securityMonitoring?.enabled === true)
      return pass('The Defender sensor is on.', evidence, sensorNote(daemonSets));
    const names = acceptedRuntimeSensors.map(glob);
    const other = names.length === 0 ? undefined : daemonSets.find(({ metadata }) => names.some((matches) => matches(metadata.name)));
    if (other !== undefined)
      return pass('Another accepted runtime sensor runs.', [see(other, '/metadata/name'), evidence], 'The Defender sensor is off.');
    return fail('The Defender sensor is off.', evidence);
  },
});

function sensorNote(daemonSets: Seen<DaemonSet>): string | undefined {
  const name = 'microsoft-defender-collector-ds';
  if (ifSeen(() => daemonSets.some(({ metadata }) => metadata.name === name)) === false) return `No DaemonSet ${name} is in the cluster.`;
  const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0 } =
    daemonSets.items.find(({ metadata }) => metadata.name === name)?.status ?? {};
  return ready < wanted ? `It is ready on ${ready} of ${wanted} nodes.` : undefined;
}

const vaultAddon = 'azureKeyvaultSecretsProvider';

/** How secrets come from Key Vault: the add-on, else a driver that somebody installed, else External Secrets. */
export const keyVaultAddon = check({
  needs: ['cluster', 'daemonSets', 'secretProviderClasses', 'secretStores', 'clusterSecretStores'],
  params: { acceptExternalSecrets: flag(true) },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { acceptExternalSecrets }, { daemonSets, secretProviderClasses, secretStores, clusterSecretStores }) => {
    const { key, enabled } = addon(cluster, vaultAddon);
    const evidence = see(cluster, pointer('properties', 'addonProfiles', key, 'enabled'), 'true');
    if (enabled) return pass('The Key Vault add-on is on.', evidence);
    const shown: Sight[] = [];
    const found = (resource: object, path: string): boolean => shown.push(see(resource, path)) > 0;
    const readsVault = (store: SecretStore) => isAzureStore(store) && found(store, '/spec/provider/azurekv/vaultUrl');
    const another = () =>
      any(
        () => secretStores.some(readsVault),
        () => clusterSecretStores.some(readsVault),
        () =>
          all(
            () => daemonSets.some((daemonSet) => isAzureDriver(daemonSet) && found(daemonSet, '/metadata/name')),
            () => secretProviderClasses.some((each) => isAzureClass(each) && found(each, '/spec/provider')),
          ),
      );
    if (acceptExternalSecrets && another())
      return pass('Key Vault secrets come by another way than the add-on.', [...shown, evidence], 'Its updates are not part of AKS.');
    return fail(acceptExternalSecrets ? 'Nothing brings secrets of Key Vault to pods.' : 'The Key Vault add-on is off.', evidence);
  },
});

const isAzureStore = ({ spec }: SecretStore): boolean => spec?.provider?.azurekv != null;
const isAzureClass = ({ spec }: SecretProviderClass): boolean => spec?.provider === 'azure';
/** Azure's provider for the Secrets Store CSI driver, by the image that its chart and its manifests run. */
const isAzureDriver = ({ spec }: DaemonSet): boolean =>
  containersOf(spec?.template?.spec).some(({ container }) => /\/secrets-store\/provider-azure\b/.test(container.image ?? ''));

/** Whether the add-on fetches a mounted secret again. Its settings are strings; not set is off. */
export const secretRotation = check({
  needs: ['cluster'],
  subjects: ({ cluster }) => (addon(cluster, vaultAddon).enabled ? [cluster] : []),
  none: 'The Key Vault add-on is off.',
  judge: (cluster) => {
    const vault = addon(cluster, vaultAddon);
    const rotation = addonSetting(vault, 'enableSecretRotation');
    const at = (setting: string, expected?: string) =>
      see(cluster, pointer('properties', 'addonProfiles', vault.key, 'config', setting), expected);
    const evidence = at(rotation.key, '"true"');
    if (!isTrue(rotation.value)) return fail('A changed secret reaches no running pod.', evidence);
    return pass('Mounted secrets are fetched again.', [evidence, at(addonSetting(vault, 'rotationPollInterval').key)]);
  },
});

/** Removal of images that no container uses. AKS Automatic always has it. */
export const imageCleaner = check({
  needs: ['cluster'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster) => {
    const evidence = see(cluster, '/properties/securityProfile/imageCleaner/enabled', 'true');
    if (cluster.properties.securityProfile?.imageCleaner?.enabled === true)
      return pass('Image Cleaner is on.', [evidence, see(cluster, '/properties/securityProfile/imageCleaner/intervalHours')]);
    if (isAutomatic(cluster)) return pass('Image Cleaner is part of AKS Automatic.', [see(cluster, '/sku/name'), evidence]);
    return fail('Image Cleaner is off.', evidence);
  },
});

const kms = '/properties/securityProfile/azureKeyVaultKms';
const platformKeys = '/properties/securityProfile/kubernetesResourceObjectEncryptionProfile/infrastructureEncryption';

/** Encryption of secrets before they reach etcd, by keys of the platform (a preview) or of a key vault; the vault is public unless it says Private. */
export const etcdEncryption = check({
  needs: ['cluster'],
  params: { allowPublicKms: flag(false) },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { allowPublicKms }) => {
    const { azureKeyVaultKms, kubernetesResourceObjectEncryptionProfile: objects } = cluster.properties.securityProfile ?? {};
    const evidence = [see(cluster, `${kms}/enabled`, 'true'), see(cluster, platformKeys, 'Enabled, in the place of that')];
    // With keys of the platform, a firewalled vault is reached as a trusted service: its access says nothing.
    if (objects?.infrastructureEncryption?.toLowerCase() === 'enabled') return pass('A KMS provider encrypts secrets in etcd.', evidence);
    if (azureKeyVaultKms?.enabled !== true)
      return fail('No KMS provider encrypts secrets in etcd.', evidence, mayHidePreview(cluster) ? { note: hiddenPreview } : {});
    const access = see(cluster, `${kms}/keyVaultNetworkAccess`, 'Private');
    if (azureKeyVaultKms.keyVaultNetworkAccess?.toLowerCase() === 'private' || allowPublicKms)
      return pass('A KMS provider encrypts secrets in etcd.', [...evidence, access]);
    return fail('The key vault of the KMS provider is reached over its public address.', [access, ...evidence]);
  },
});

const hiddenPreview = 'Keys of the platform, a preview, show only in a preview version of the API.';
/** Keys of the platform came with Kubernetes 1.33. */
function mayHidePreview({ properties }: ManagedCluster): boolean {
  const version = parseVersion(properties.currentKubernetesVersion ?? properties.kubernetesVersion);
  return version === undefined || version.major > 1 || version.minor >= 33;
}

/** SSH, Secure Boot and vTPM of nodes, each where AKS offers it; not set, SSH is open and the others are off. */
export const nodeHardening = check({
  needs: ['agentPools'],
  params: { requireFips: flag(false) },
  subjects: ({ agentPools }) =>
    agentPools.filter((pool) => poolMode(pool) !== 'managedsystem' && (canCloseSsh(pool) || canLaunchTrusted(pool) !== false)),
  none: 'No pool is of Linux scale sets.',
  judge: (pool, { requireFips }) => {
    const { securityProfile: profile, enableFIPS } = pool.properties;
    const trusted = canLaunchTrusted(pool);
    const at = (name: string, expected: string): Sight => see(pool, `/properties/securityProfile/${name}`, expected);
    const open = canCloseSsh(pool) && !['disabled', 'entraid'].includes(profile?.sshAccess?.toLowerCase() ?? '');
    const unmeasured = profile?.enableVTPM !== true;
    const unsigned = profile?.enableSecureBoot !== true && canBootSecurely(pool);
    const faults: readonly (readonly [boolean, string, Sight])[] = [
      [open, 'SSH is open', at('sshAccess', 'Disabled or EntraId')],
      [trusted === true && unsigned, 'Secure Boot is off', at('enableSecureBoot', 'true')],
      [trusted === true && unmeasured, 'the vTPM is off', at('enableVTPM', 'true')],
      [requireFips && enableFIPS !== true, 'FIPS is off', see(pool, '/properties/enableFIPS', 'true')],
    ];
    const found = faults.filter(([faulty]) => faulty);
    const evidence = (found.length > 0 ? found : faults.slice(0, 3)).map(([, , sight]) => sight);
    if (found.length > 0) return fail(sentence(found.map(([, fault]) => fault)), evidence);
    if (trusted === undefined && (unsigned || unmeasured))
      return undecided('It does not say whether its machines are of generation 2.', see(pool, '/properties/nodeImageVersion'));
    return pass('Its nodes are hardened.', evidence, trusted === false ? 'Its machines cannot have Trusted Launch.' : undefined);
  },
});
