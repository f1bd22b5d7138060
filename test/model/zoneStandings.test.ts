import { expect, test } from 'vitest';
import { zoneStanding } from '../../src/model/zoneStandings.ts';
import { hasZones } from '../../src/model/zones.ts';

test.each<[string, string[] | undefined, string | undefined, string]>([
  ['Microsoft.ContainerRegistry/registries', undefined, 'Basic', 'by default'],
  ['Microsoft.Network/azureFirewalls', undefined, undefined, 'by default'],
  ['Microsoft.Network/azureFirewalls', ['1'], undefined, 'one zone'],
  ['Microsoft.Network/azureFirewalls', ['1', '2'], undefined, 'spread'],
  ['Microsoft.Network/applicationGateways', undefined, 'WAF_v2', 'by default'],
  ['Microsoft.Network/applicationGateways', undefined, 'Standard_Medium', 'no zone'],
  ['Microsoft.Network/applicationGateways', undefined, undefined, 'no zone'],
  ['Microsoft.Network/applicationGateways', ['1', '1'], 'WAF_v2', 'one zone'],
  ['Microsoft.Network/publicIPAddresses', undefined, 'Standard', 'by default'],
  ['Microsoft.Network/publicIPAddresses', ['1'], 'Standard', 'one zone'],
  ['Microsoft.Network/publicIPAddresses', [], 'Basic', 'no zone'],
  ['Microsoft.Network/natGateways', ['1', '2', '3'], 'Standard', 'one zone'],
  ['Microsoft.Network/natGateways', undefined, 'StandardV2', 'spread'],
])('%s in zones %j of tier %s: %s', (type, zones, name, expected) => {
  const sku = name ? { sku: { name } } : {};
  // A gateway has its tier among its properties.
  const resource = { id: `/x/${type}/a`, name: 'a', type, ...(zones ? { zones } : {}), ...sku, properties: sku };
  expect(zoneStanding(resource).standing).toBe(expected);
});

test.each([
  ['West Europe', true],
  ['westus', false],
  ['atlantis', undefined],
])('%s has zones: %s', (region, expected) => expect(hasZones(region)).toBe(expected));
