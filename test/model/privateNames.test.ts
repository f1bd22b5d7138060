import { expect, test } from 'vitest';
import { missingPiece, type NameFacts } from '../../src/model/privateNames.ts';
import { isServiceZone, isZoneOf } from '../../src/model/privateZones.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { Gap } from '../../src/snapshot.ts';
import type { PrivateDnsRecord, PrivateDnsZone, PrivateDnsZoneGroup, PrivateDnsZoneLink, PrivateEndpoint } from '../../src/wire.ts';

const endpointId = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe';
const zoneId = (group: string, name: string) =>
  `/subscriptions/s/resourceGroups/${group}/providers/Microsoft.Network/privateDnsZones/${name}`;
const vaultZone = 'privatelink.vaultcore.azure.net';
const endpoint = (...addresses: string[]): PrivateEndpoint => ({
  id: endpointId,
  name: 'pe',
  type: 'x',
  properties: { customDnsConfigs: addresses.map((address) => ({ fqdn: 'kv.vault.azure.net', ipAddresses: [address] })) },
});
const group = (id: string, ...addresses: string[]): PrivateDnsZoneGroup => ({
  id: `${endpointId}/privateDnsZoneGroups/default`,
  name: 'default',
  type: 'x',
  properties: {
    privateDnsZoneConfigs: [{ properties: { privateDnsZoneId: id, recordSets: addresses.map((address) => ({ ipAddresses: [address] })) } }],
  },
});
const zone = (at: string, name = vaultZone, links?: number): PrivateDnsZone => ({
  id: zoneId(at, name),
  name,
  type: 'x',
  properties: { ...(links === undefined ? {} : { numberOfVirtualNetworkLinks: links }) },
});
const link = (at: string, network: string, name = vaultZone): PrivateDnsZoneLink => ({
  id: `${zoneId(at, name)}/virtualNetworkLinks/${network}`,
  name: network,
  type: 'x',
  properties: { virtualNetwork: { id: `/${network}` }, virtualNetworkLinkState: 'Completed' },
});
const record = (at: string, address: string, name = vaultZone): PrivateDnsRecord => ({
  id: `${zoneId(at, name)}/A/kv`,
  name: 'kv',
  type: 'x',
  properties: { aRecords: [{ ipv4Address: address }] },
});
const missing =
  (key: Gap['key']) =>
  (scope: string): Gap => ({ key, scope, why: 'not-collected' });
const facts = (
  zones: PrivateDnsZone[],
  links: PrivateDnsZoneLink[],
  records: PrivateDnsRecord[],
  groups: PrivateDnsZoneGroup[] = [],
): NameFacts => ({
  cluster: { id: '/subscriptions/s/resourceGroups/rg/providers/x/c/c', name: 'c', type: 'x', properties: {} },
  agentPools: seen([{ id: 'a', name: 'a', type: 'x', properties: { vnetSubnetID: '/subscriptions/s/net/subnets/n' } }]),
  virtualNetworks: seen([{ id: '/subscriptions/s/net', name: 'net', type: 'x', properties: {} }]),
  privateDnsZones: seen(zones, [], missing('privateDnsZones')),
  privateDnsZoneLinks: seen(links, [], missing('privateDnsZoneLinks')),
  privateDnsRecords: seen(records, [], missing('privateDnsRecords')),
  privateDnsZoneGroups: seen(groups, [], missing('privateDnsZoneGroups')),
});
const a = zoneId('a', vaultZone);

test.each<[string, PrivateEndpoint, NameFacts, string]>([
  ['all is there', endpoint(), facts([zone('a')], [link('a', 'n1')], [record('a', '10.0.0.4')], [group(a, '10.0.0.4')]), 'none'],
  ['all is there, by hand', endpoint('10.0.0.4'), facts([zone('a')], [link('a', 'n1')], [record('a', '10.0.0.4')]), 'none'],
  ['a group without records yet', endpoint(), facts([zone('a')], [link('a', 'n1')], [], [group(a)]), 'none'],
  [
    'of two zones of the name the other is linked and has it',
    endpoint(),
    facts(
      [zone('a', vaultZone, 0), zone('b')],
      [link('b', 'n1')],
      [record('a', '10.0.0.4'), record('b', '10.0.0.4')],
      [group(a, '10.0.0.4')],
    ),
    'none',
  ],
  [
    'of two zones of the name the other is linked and lacks it',
    endpoint(),
    facts(
      [zone('a', vaultZone, 0), zone('b')],
      [link('b', 'n1')],
      [record('a', '10.0.0.4'), record('b', '10.0.0.9')],
      [group(a, '10.0.0.4')],
    ),
    'record b',
  ],
  ['not linked', endpoint(), facts([zone('a')], [link('a', 'n2')], [record('a', '10.0.0.4')], [group(a, '10.0.0.4')]), 'link a'],
  [
    '1 of 2 addresses',
    endpoint(),
    facts([zone('a')], [link('a', 'n1')], [record('a', '10.0.0.4')], [group(a, '10.0.0.4', '10.0.0.5')]),
    'record a',
  ],
  ['no zone', endpoint('10.0.0.4'), facts([zone('a', 'privatelink.azurecr.io')], [], []), 'zone'],
  [
    'the zone of another service',
    endpoint(),
    facts([zone('a', 'privatelink.azurecr.io')], [], [], [group(zoneId('a', 'privatelink.azurecr.io'), '10.0.0.4')]),
    'wrong zone a',
  ],
  ['the zone was not read', endpoint(), facts([], [], [], [group(a, '10.0.0.4')]), 'NotSeen'],
  ['neither a group nor names were read', endpoint(), facts([zone('a')], [], []), 'NotSeen'],
])('of an endpoint is missing: %s', (_name, given, within, expected) => {
  const told = () => {
    const found = missingPiece(given, ['vault'], ['/N1'], within);
    return found === undefined ? 'none' : [found.piece, ...(found.zone ? [found.zone.id.split('/')[4]] : [])].join(' ');
  };
  if (expected === 'NotSeen') expect(told).toThrow(NotSeen);
  else expect(told()).toBe(expected);
});

test.each<[string, string, boolean | undefined]>([
  ['privatelink.azurecr.io', 'registry', true],
  ['privatelink.azurecr.cn', 'Registry', true],
  ['westeurope.privatelink.azurecr.io', 'registry', false],
  ['privatelink.blob.core.windows.net', 'blob', true],
  ['privatelink.blob.core.windows.net', 'blob_secondary', true],
  ['privatelink.file.core.windows.net', 'blob', false],
  ['privatelink.table.core.windows.net', 'table', true],
  ['privatelink.table.cosmos.azure.com', 'Table', true],
  ['privatelink.ods.opinsights.azure.com', 'azuremonitor', true],
  ['privatelink.westeurope.prometheus.monitor.azure.com', 'prometheusMetrics', true],
  ['privatelink.azurecr.io', 'someService', undefined],
  ['privatelink.azurecr.io', 'constructor', undefined],
])('zone %s answers for %s: %s', (name, of, expected) => {
  expect(isZoneOf(name, of)).toBe(expected);
});

test('zones of services are known from others', () => {
  expect(isServiceZone('Privatelink.Database.Windows.Net')).toBe(true);
  expect(isServiceZone('corp.example.com')).toBe(false);
});
