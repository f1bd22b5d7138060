import { expect, test } from 'vitest';
import { publicAccess } from '../../src/model/publicAccess.ts';

const acr = 'Microsoft.ContainerRegistry/registries';
const vault = 'Microsoft.KeyVault/vaults';
const cosmos = 'Microsoft.DocumentDB/databaseAccounts';
const postgres = 'Microsoft.DBforPostgreSQL/flexibleServers';
const deny = (...values: string[]) => ({ defaultAction: 'Deny', ipRules: values.map((value) => ({ value })) });

test.each<[string, string, object, 'nobody' | 'named' | 'ruled' | 'anyone', number]>([
  ['nothing is set', acr, {}, 'anyone', 0],
  ['off', acr, { publicNetworkAccess: 'disabled' }, 'nobody', 0],
  ['off, whatever the rules say', vault, { publicNetworkAccess: 'Disabled', networkAcls: { defaultAction: 'Allow' } }, 'nobody', 0],
  ['on, denied by default', vault, { networkAcls: deny() }, 'named', 0],
  ['2 ranges', acr, { publicNetworkAccess: 'Enabled', networkRuleSet: deny('203.0.113.7', '198.51.100.0/24') }, 'named', 2],
  [
    'az calls a range otherwise',
    acr,
    { networkRuleSet: { defaultAction: 'deny', ipRules: [{ ipAddressOrRange: '0.0.0.0/0' }] } },
    'anyone',
    1,
  ],
  ['half of all addresses', acr, { networkRuleSet: deny('128.0.0.0/1') }, 'anyone', 1],
  ['rules without a default', vault, { networkAcls: { ipRules: [{ value: '203.0.113.7' }] } }, 'anyone', 1],
  ['Cosmos DB without a rule', cosmos, { publicNetworkAccess: 'Enabled', ipRules: [], isVirtualNetworkFilterEnabled: false }, 'anyone', 0],
  ['Cosmos DB for 1 range', cosmos, { ipRules: [{ ipAddressOrRange: '203.0.113.0/28' }] }, 'named', 1],
  ['Cosmos DB for subnets', cosmos, { ipRules: [], isVirtualNetworkFilterEnabled: true }, 'named', 0],
  ['Cosmos DB for all of Azure', cosmos, { ipRules: [{ ipAddressOrRange: '0.0.0.0' }], isVirtualNetworkFilterEnabled: true }, 'anyone', 1],
  ['a SQL server', 'Microsoft.Sql/servers', { publicNetworkAccess: 'Enabled' }, 'ruled', 0],
  ['a perimeter', 'Microsoft.Storage/storageAccounts', { publicNetworkAccess: 'SecuredByPerimeter' }, 'nobody', 0],
  ['a server in its own subnet', postgres, { network: { publicNetworkAccess: 'Enabled', delegatedSubnetResourceId: '/s' } }, 'nobody', 0],
  ['a server that is off', postgres, { network: { publicNetworkAccess: 'Disabled' } }, 'nobody', 0],
  ['a server that says nothing', postgres, {}, 'ruled', 0],
])('public access: %s', (_name, type, properties, to, ranges) => {
  const read = publicAccess({ id: `/subscriptions/x/providers/${type}/a`, name: 'a', type, properties });
  expect({ to: read.to, ranges: read.ranges.length }).toEqual({ to, ranges });
});
