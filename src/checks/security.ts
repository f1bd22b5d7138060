import { check, fail, flag, ifSeen, pass, pointer, see, type Sight, texts } from '../check.ts';
import { addon, addonSetting, isTrue } from '../model/addons.ts';
import { glob } from '../model/namespaces.ts';
import { containersOf } from '../model/podSpecs.ts';
import { all, any, type Seen } from '../seen.ts';
import type { CustomObject, DaemonSet } from '../wire.ts';

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
    const readsVault = (store: CustomObject) => isAzureStore(store) && found(store, '/spec/provider/azurekv/vaultUrl');
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
    return fail('Nothing that was accepted brings Key Vault secrets to pods.', evidence);
  },
});

const isAzureStore = ({ spec }: CustomObject): boolean => {
  const provider = spec?.provider;
  return typeof provider === 'object' && provider !== null && 'azurekv' in provider;
};
const isAzureClass = ({ spec }: CustomObject): boolean => spec?.provider === 'azure';
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
