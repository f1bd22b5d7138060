import { type ArmKind, arm, rest } from './kindOf.ts';
import type { StateKey } from './snapshot.ts';

/** What workloads use beside the cluster, and how it is reached in private. */
export const serviceKinds = {
  registries: arm('Microsoft.ContainerRegistry/registries', '2025-11-01', 'az acr list -o json > registries.json', { listed: true }),
  registryReplications: arm(
    'Microsoft.ContainerRegistry/registries/replications',
    '2025-11-01',
    'az acr replication list -r <registry> -o json > registryReplications.json',
    { shared: true },
  ),
  // `az keyvault list` tells names only.
  vaults: arm(
    'Microsoft.KeyVault/vaults',
    '2024-11-01',
    rest('/subscriptions/<subscription>/providers/Microsoft.KeyVault/vaults?api-version=2024-11-01', 'vaults'),
    { listed: true },
  ),
  privateEndpoints: arm(
    'Microsoft.Network/privateEndpoints',
    '2026-01-01',
    'az network private-endpoint list -o json > privateEndpoints.json',
    { listed: true },
  ),
  privateDnsZoneGroups: arm(
    'Microsoft.Network/privateEndpoints/privateDnsZoneGroups',
    '2026-01-01',
    'az network private-endpoint dns-zone-group list -g <resource-group> --endpoint-name <endpoint> -o json > privateDnsZoneGroups.json',
    { shared: true },
  ),
  privateDnsZones: arm(
    'Microsoft.Network/privateDnsZones',
    '2024-06-01',
    'az network private-dns zone list -o json > privateDnsZones.json',
    { listed: true },
  ),
  privateDnsZoneLinks: arm(
    'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
    '2024-06-01',
    'az network private-dns link vnet list -g <resource-group> -z <zone> -o json > privateDnsZoneLinks.json',
    { shared: true },
  ),
  privateDnsRecords: arm(
    'Microsoft.Network/privateDnsZones/A',
    '2024-06-01',
    'az network private-dns record-set a list -g <resource-group> -z <zone> -o json > privateDnsRecords.json',
    { shared: true },
  ),
} as const satisfies { readonly [K in StateKey]?: ArmKind };
