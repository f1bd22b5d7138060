import type { Secret } from '../wire.ts';

/** Types under which people keep passwords and keys; the others are certificates, registries, tokens and state of tools. */
export const isSetting = ({ type }: Secret): boolean =>
  ['', 'opaque', 'kubernetes.io/basic-auth', 'kubernetes.io/ssh-auth'].includes(type?.toLowerCase() ?? '');
export const isPullSecret = ({ type }: Secret): boolean => type === 'kubernetes.io/dockerconfigjson' || type === 'kubernetes.io/dockercfg';
export const isAccountToken = ({ type }: Secret): boolean => type === 'kubernetes.io/service-account-token';

/** What writes a Secret from elsewhere, and keeps it in step. */
export interface Keeper {
  name: string;
  /** JSON pointer of what says so. */
  pointer: string;
}
interface Sign {
  keeper: string;
  /** Name of a label or annotation, or what it begins with. */
  of: 'labels' | 'annotations';
  begins: string;
}
const driver = 'the Secrets Store driver';
const signs: readonly Sign[] = [
  { keeper: driver, of: 'labels', begins: 'secrets-store.csi.k8s.io/managed' },
  { keeper: 'External Secrets', of: 'labels', begins: 'reconcile.external-secrets.io/' },
  { keeper: 'cert-manager', of: 'annotations', begins: 'cert-manager.io/certificate-name' },
  { keeper: 'cert-manager', of: 'labels', begins: 'controller.cert-manager.io/fao' },
];
const owners: Readonly<Record<string, string>> = {
  SecretProviderClassPodStatus: driver,
  ExternalSecret: 'External Secrets',
  PushSecret: 'External Secrets',
  Certificate: 'cert-manager',
  CertificateRequest: 'cert-manager',
  AzureAppConfigurationProvider: 'the App Configuration provider',
  AzureKeyVaultSecret: 'akv2k8s',
};

/** By what it wears or who owns it. */
export function keeperOf({ metadata }: Secret): Keeper | undefined {
  for (const { keeper, of, begins } of signs) {
    const name = Object.keys(metadata[of] ?? {}).find((each) => each.startsWith(begins));
    if (name !== undefined) return { name: keeper, pointer: `/metadata/${of}/${name.replaceAll('/', '~1')}` };
  }
  const index = metadata.ownerReferences?.findIndex(({ kind = '' }) => Object.hasOwn(owners, kind)) ?? -1;
  const kind = metadata.ownerReferences?.[index]?.kind ?? '';
  return index < 0 ? undefined : { name: owners[kind] ?? kind, pointer: `/metadata/ownerReferences/${index}` };
}
