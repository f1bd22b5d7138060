import { type ArmKind, arm, rest } from './kindOf.ts';
import type { StateKey } from './snapshot.ts';

/** What one command says of each that another lists, in one file. */
const each = (list: string, command: string): string =>
  `az ${list} --query '[].[resourceGroup,name]' -o tsv | while read -r group name; do az ${command} -g $group -o json; done`;

/** What hangs below each id that one command lists, in one file. */
const eachId = (list: string, path: string): string =>
  `for id in $(az ${list} --query '[].id' -o tsv); do az rest --method get --url "$id/${path}"; done`;

/** What workloads use beside the cluster, and how it is reached in private. */
export const serviceKinds = {
  registries: arm('Microsoft.ContainerRegistry/registries', '2025-11-01', 'az acr list -o json > registries.json', { listed: true }),
  registryReplications: arm(
    'Microsoft.ContainerRegistry/registries/replications',
    '2025-11-01',
    `for name in $(az acr list --query '[].name' -o tsv); do az acr replication list -r $name -o json; done > registryReplications.json`,
    { shared: true },
  ),
  // `az keyvault list` tells names only.
  vaults: arm(
    'Microsoft.KeyVault/vaults',
    '2024-11-01',
    rest('/subscriptions/<subscription>/providers/Microsoft.KeyVault/vaults?api-version=2024-11-01', 'vaults'),
    { listed: true },
  ),
  resourceDiagnosticSettings: arm(
    'Microsoft.Insights/diagnosticSettings',
    '2021-05-01-preview',
    `for type in Microsoft.KeyVault/vaults Microsoft.ContainerRegistry/registries Microsoft.Network/azureFirewalls Microsoft.Network/applicationGateways; do for id in $(az resource list --resource-type $type --query '[].id' -o tsv); do az monitor diagnostic-settings list --resource $id -o json; done; done > resourceDiagnosticSettings.json`,
    { listed: true },
  ),
  storageAccounts: arm('Microsoft.Storage/storageAccounts', '2024-01-01', 'az storage account list -o json > storageAccounts.json', {
    listed: true,
  }),
  sqlServers: arm('Microsoft.Sql/servers', '2023-08-01', 'az sql server list -o json > sqlServers.json', { listed: true }),
  sqlDatabases: arm(
    'Microsoft.Sql/servers/databases',
    '2023-08-01',
    `${each('sql server list', 'sql db list -s $name')} > sqlDatabases.json`,
    { shared: true },
  ),
  sqlBackupRetentions: arm(
    'Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies',
    '2023-08-01',
    `${eachId('resource list --resource-type Microsoft.Sql/servers/databases', 'backupShortTermRetentionPolicies?api-version=2023-08-01')} > sqlBackupRetentions.json`,
    { shared: true },
  ),
  blobServices: arm(
    'Microsoft.Storage/storageAccounts/blobServices',
    '2024-01-01',
    `${eachId('storage account list', 'blobServices?api-version=2024-01-01')} > blobServices.json`,
    { shared: true },
  ),
  cosmosAccounts: arm('Microsoft.DocumentDB/databaseAccounts', '2024-11-15', 'az cosmosdb list -o json > cosmosAccounts.json', {
    listed: true,
  }),
  postgresServers: arm(
    'Microsoft.DBforPostgreSQL/flexibleServers',
    '2024-08-01',
    'az postgres flexible-server list -o json > postgresServers.json',
    { listed: true },
  ),
  mysqlServers: arm('Microsoft.DBforMySQL/flexibleServers', '2023-12-30', 'az mysql flexible-server list -o json > mysqlServers.json', {
    listed: true,
  }),
  dataCollectionEndpoints: arm(
    'Microsoft.Insights/dataCollectionEndpoints',
    '2023-03-11',
    'az monitor data-collection endpoint list -o json > dataCollectionEndpoints.json',
    { shared: true },
  ),
  privateLinkScopes: arm(
    'Microsoft.Insights/privateLinkScopes',
    '2021-07-01-preview',
    'az monitor private-link-scope list -o json > privateLinkScopes.json',
    { shared: true },
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
    `${each('network private-endpoint list', 'network private-endpoint dns-zone-group list --endpoint-name $name')} > privateDnsZoneGroups.json`,
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
    `${each('network private-dns zone list', 'network private-dns link vnet list -z $name')} > privateDnsZoneLinks.json`,
    { shared: true },
  ),
  privateDnsRecords: arm(
    'Microsoft.Network/privateDnsZones/A',
    '2024-06-01',
    `${each('network private-dns zone list', 'network private-dns record-set a list -z $name')} > privateDnsRecords.json`,
    { shared: true },
  ),
} as const satisfies { readonly [K in StateKey]?: ArmKind };
