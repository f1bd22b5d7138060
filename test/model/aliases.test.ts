import { describe, expect, test } from 'vitest';
import { createAliases } from '../../src/model/aliases.ts';
import { contains, parseRange } from '../../src/model/ranges.ts';

const alias = createAliases('11111111-2222-3333-4444-555555555555');
const id = '/subscriptions/AAAAAAAA-bbbb-cccc-dddd-eeeeeeeeeeee/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub';

describe('aliases', () => {
  test('are the same for the same value in any letter case, and others with another secret', () => {
    expect(alias(id)).toBe(alias(id.replace('AAAAAAAA', 'aaaaaaaa')));
    expect(alias(id)).toMatch(/^\/subscriptions\/[\da-f-]{36}\/resourceGroups\/rg\/providers/);
    expect(alias(id)).not.toContain('bbbb-cccc');
    expect(createAliases('other')(id)).not.toBe(alias(id));
  });

  const kept = [
    '/providers/Microsoft.Authorization/policySetDefinitions/a8640138-9b0a-4a28-b8cb-1666c838647d',
    '00000000-0000-0000-0000-000000000000',
    '10.1.0.0/16',
    '0.0.0.0/0',
    '168.63.129.16',
    'nginx:1.27.0.1',
    'system:authenticated',
    'default/kubernetes.io',
  ];
  test.each(kept)('%s stays', (text) => expect(alias(text)).toBe(text));

  const replaced: [text: string, form: RegExp][] = [
    ['storefront-dns-1a2b.hcp.westeurope.azmk8s.io', /^h-[\da-f]{10}\.hcp\.westeurope\.azmk8s\.io$/],
    ['contoso.azurecr.io/team/app:1', /^h-[\da-f]{10}\.azurecr\.io\/team\/app:1$/],
    ['ada@contoso.com', /^m-[\da-f]{10}@example\.com$/],
    ['52.10.20.30', /^20\.\d+\.\d+\.\d+$/],
    ['52.10.20.0/24', /^20\.\d+\.\d+\.0\/24$/],
  ];
  test.each(replaced)('%s is replaced in its form', (text, form) => expect(alias(text)).toMatch(form));

  test('names of properties too; numbers and the rest are as they were', () => {
    const { [id]: _gone, ...others } = alias({ [id]: { count: 3, none: null, on: true } }) as Record<string, unknown>;
    expect(Object.values(others)).toEqual([{ count: 3, none: null, on: true }]);
  });

  test('what lies in a range lies in its alias, what does not does not', () => {
    const range = parseRange(alias('52.10.20.0/24'));
    const inside = (address: string) => contains(range as never, parseRange(alias(address)) as never);
    expect([inside('52.10.20.7'), inside('52.10.20.255'), inside('52.10.21.7')]).toEqual([true, true, false]);
  });
});

test.each(['privatelink.azurecr.io', '/privateDnsZones/privatelink.vaultcore.azure.net/A/kv', 'privatelink.blob.core.windows.net'])(
  'the zone %s of private endpoints is everybody’s',
  (name) => {
    expect(createAliases('secret')(name)).toBe(name);
    expect(createAliases('secret')(`acrshop.${name.replace(/^.*\/privateDnsZones\/|\/A\/kv$/g, '')}`)).not.toContain('acrshop');
  },
);
