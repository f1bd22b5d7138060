import { describe, expect, test } from 'vitest';
import { legsByListener } from '../../src/model/appGateways.ts';
import { leadsTo } from '../../src/model/frontDoors.ts';
import { policyFlaw } from '../../src/model/webFirewalls.ts';
import type { ApplicationGateway, FrontDoorOrigin, ManagedCluster, WafPolicy } from '../../src/wire.ts';

const subscription = '/subscriptions/s';
const cluster: ManagedCluster = { id: `${subscription}/x`, name: 'c', type: 't', properties: { nodeResourceGroup: 'MC_c' } };

test('the legs of a listener: straight, by path, and a redirect', () => {
  const gateway: ApplicationGateway = {
    id: '/g',
    name: 'g',
    type: 't',
    properties: {
      urlPathMaps: [
        {
          id: '/M',
          properties: {
            defaultRedirectConfiguration: { id: '/r' },
            pathRules: [{ properties: { backendHttpSettings: { id: '/s2' }, firewallPolicy: { id: '/w' } } }],
          },
        },
      ],
      requestRoutingRules: [
        { properties: { httpListener: { id: '/L1' }, backendHttpSettings: { id: '/s1' } } },
        { properties: { httpListener: { id: '/l2' }, urlPathMap: { id: '/m' } } },
      ],
    },
  };
  const none = { settingsId: undefined, redirectId: undefined, firewallPolicyId: undefined };
  expect([...legsByListener(gateway)]).toEqual([
    ['/l1', [{ ...none, settingsId: '/s1' }]],
    [
      '/l2',
      [
        { ...none, redirectId: '/r' },
        { ...none, settingsId: '/s2', firewallPolicyId: '/w' },
      ],
    ],
  ]);
});

describe('where an origin of Front Door leads', () => {
  const origin = (properties: FrontDoorOrigin['properties']): FrontDoorOrigin => ({ id: '/o', name: 'o', type: 't', properties });
  const link = (id: string) => ({ hostName: 'x.example.com', sharedPrivateLinkResource: { privateLink: { id } } });
  test.each<[name: string, properties: FrontDoorOrigin['properties'], leads: boolean | undefined]>([
    ['a name of the cluster, in capitals', { hostName: 'WEB.example.com' }, true],
    ['another address', { hostName: '20.1.1.1' }, false],
    ['a name that nobody resolved', { hostName: 'other.example.com' }, undefined],
    ['a private link into the node resource group', link(`${subscription}/resourceGroups/mc_C/providers/p/privateLinkServices/l`), true],
    ['a private link elsewhere, whatever its name', link(`${subscription}/resourceGroups/mc_c2/providers/p/privateLinkServices/l`), false],
  ])('%s', (_, properties, leads) => {
    expect(leadsTo(origin(properties), new Set(['web.example.com']), cluster)).toBe(leads);
  });
});

test.each<[name: string, properties: WafPolicy['properties'], says: string | undefined]>([
  [
    'on, prevents, has rules',
    { policySettings: { mode: 'Prevention' }, managedRules: { managedRuleSets: [{ ruleSetType: 'owasp', ruleSetVersion: '3.2' }] } },
    undefined,
  ],
  ['off', { policySettings: { state: 'Disabled', mode: 'Prevention' } }, 'is off'],
  ['its mode is not said', { policySettings: {} }, 'only detects'],
  ['no rules at all', { policySettings: { mode: 'prevention' } }, 'has no managed rules'],
])('a firewall policy that is: %s', (_, properties, says) => {
  const flaw = policyFlaw({ id: '/w', name: 'w', type: 't', properties });
  expect(flaw?.says).toBe(says === undefined ? undefined : `firewall policy w ${says}`);
});
