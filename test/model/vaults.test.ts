import { expect, test } from 'vitest';
import { logsAudit, type VaultFacts, vaultsInUse } from '../../src/model/vaults.ts';
import { seen } from '../../src/seen.ts';
import type { Gap } from '../../src/snapshot.ts';
import type { ManagedCluster, SecretProviderClass, SecretStore, Vault } from '../../src/wire.ts';

const subscription = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups';
const vault = (name: string, group = 'rg-team'): Vault => ({
  id: `${subscription}/${group}/providers/Microsoft.KeyVault/vaults/${name}`,
  name,
  type: 'Microsoft.KeyVault/vaults',
  properties: {},
});
const cluster = (properties: ManagedCluster['properties'] = {}): ManagedCluster => ({
  id: `${subscription}/rg-shop/providers/Microsoft.ContainerService/managedClusters/shop`,
  name: 'shop',
  type: 'Microsoft.ContainerService/managedClusters',
  properties,
});
const classOf = (provider: string, keyvaultName: string): SecretProviderClass => ({
  apiVersion: 'secrets-store.csi.x-k8s.io/v1',
  kind: 'SecretProviderClass',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { provider, parameters: { keyvaultName } },
});
const store = (vaultUrl: string): SecretStore => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'SecretStore',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { provider: { azurekv: { vaultUrl } } },
});
const facts = (vaults: Vault[], more: Partial<VaultFacts> = {}): VaultFacts => ({
  snapshot: {},
  inScope: (namespace) => namespace !== 'kube-system',
  cluster: cluster(),
  vaults: seen(vaults, [], (scope): Gap => ({ key: 'vaults', scope, why: 'not-collected' })),
  secretProviderClasses: seen([]),
  secretStores: seen([]),
  clusterSecretStores: seen([]),
  ...more,
});
const kms = (azureKeyVaultKms: object): ManagedCluster => cluster({ securityProfile: { azureKeyVaultKms } });

test.each<[string, VaultFacts, string[], string[]]>([
  ['none is tied', facts([vault('kv-a')]), [], []],
  ['in the resource group of the cluster', facts([vault('kv-a', 'RG-SHOP')]), ['kv-a /id'], []],
  [
    'by a class, in other letters',
    facts([vault('KV-a')], { secretProviderClasses: seen([classOf('Azure', 'kv-A')]) }),
    ['KV-a /spec/parameters/keyvaultName'],
    [],
  ],
  ['a class of another provider', facts([vault('kv-a')], { secretProviderClasses: seen([classOf('gcp', 'kv-a')]) }), [], []],
  [
    'a class out of scope',
    facts([vault('kv-a')], {
      secretProviderClasses: seen([{ ...classOf('azure', 'kv-a'), metadata: { name: 'x', namespace: 'kube-system' } }]),
    }),
    [],
    [],
  ],
  ['by a class, and not read', facts([vault('kv-a')], { secretProviderClasses: seen([classOf('azure', 'kv-b')]) }), [], ['kv-b']],
  [
    'by the address in a store',
    facts([vault('kv-a')], { secretStores: seen([store('https://kv-a.vault.azure.net/')]) }),
    ['kv-a /spec/provider/azurekv/vaultUrl'],
    [],
  ],
  [
    'by its own address, where host names have aliases',
    facts([{ ...vault('kv-a'), properties: { vaultUri: 'https://h-0a1b.vault.azure.net/' } }], {
      secretStores: seen([store('https://h-0a1b.vault.azure.net')]),
    }),
    ['kv-a /spec/provider/azurekv/vaultUrl'],
    [],
  ],
  ['an address that is none of a vault', facts([vault('kv-a')], { secretStores: seen([store('https://kv-a.example.com')]) }), [], []],
  [
    'by the key of the KMS',
    facts([vault('kv-a')], { cluster: kms({ enabled: true, keyId: 'https://KV-A.vault.usgovcloudapi.net/keys/k/1' }) }),
    ['kv-a /properties/securityProfile/azureKeyVaultKms/keyId'],
    [],
  ],
  [
    'by the id in the KMS, and not read',
    facts([], { cluster: kms({ enabled: true, keyVaultResourceId: vault('kv-b').id }) }),
    [],
    [vault('kv-b').id],
  ],
  ['by a KMS that is off', facts([vault('kv-a')], { cluster: kms({ enabled: false, keyVaultResourceId: vault('kv-a').id }) }), [], []],
])('vaults in use: %s', (_name, given, used, unread) => {
  const { items, gaps } = vaultsInUse(given);
  expect(items.map(({ resource, pointer }) => `${resource.name} ${pointer}`)).toEqual(used);
  expect(gaps.map(({ scope }) => scope)).toEqual(unread);
});

test.each([
  [{ category: 'AuditEvent', enabled: true }, true],
  [{ categoryGroup: 'allLogs', enabled: true }, true],
  [{ categoryGroup: 'audit', enabled: true }, true],
  [{ category: 'AuditEvent', enabled: false }, false],
  [{ category: 'AzurePolicyEvaluationDetails', enabled: true }, false],
])('%j logs who reads: %s', (log, logged) => {
  expect(logsAudit({ id: '/x', name: 'x', type: 'x', properties: { logs: [log] } })).toBe(logged);
});
