import { describe, expect, test } from 'vitest';
import { networkSources } from '../../../src/collect/azure/sourcesNetwork.ts';
import { discoverTargets } from '../../../src/collect/azure/targets.ts';
import type { Known, Page } from '../../../src/collect/source.ts';
import type { Gap, StateKey } from '../../../src/snapshot.ts';
import type { FakeArmOptions } from '../../support/fakeArm.ts';
import { baseSubscription, fakeCluster } from '../../support/fakeArmData.ts';
import { connect } from './support.ts';

const base = fakeCluster();
const far = '/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/rg-hub/providers/Microsoft.Network';

/** Reads these keys in their order, each with what came of those before it. */
async function readAll(keys: readonly StateKey[], options: FakeArmOptions = {}, first: Known = {}) {
  const { azure, arm } = await connect({ clusters: [base], ...options });
  const { targets } = await discoverTargets(azure, { subscriptions: [baseSubscription], names: ['base'], environment: {} });
  const [target] = targets;
  if (target === undefined) throw new Error('the cluster was not found');
  const known: Record<string, unknown> = { agentPools: base.agentPools, ...first };
  const gaps: Gap[] = [];
  for (const { key, read } of networkSources.filter((source) => keys.includes(source.key))) {
    const items: object[] = [];
    const pages: AsyncIterable<Page> = read(target, known as Known, { azure, kubernetes: undefined as never });
    for await (const page of pages) 'gap' in page ? gaps.push(page.gap) : items.push(...page.items);
    known[key] = items;
  }
  return { known, gaps, requests: arm.requests };
}
const names = (items: unknown) => (items as { name: string }[]).map(({ name }) => name);

test('the route table, the security group, the firewall, its policy and rules, and its address are those of the base cluster', async () => {
  const keys = networkSources.map(({ key }) => key);
  const { known, gaps } = await readAll(keys);
  expect(gaps).toEqual([]);
  const state: Readonly<Record<string, unknown>> = { ...base };
  for (const key of keys.filter((each) => each !== 'publicIPAddresses')) expect([key, known[key]]).toEqual([key, state[key]]);
  expect(names(known.publicIPAddresses)).toContain('pip-fw-hub');
});

describe('what leads out of the subscription', () => {
  const network = (id: string, more: object) => ({
    id,
    name: id.split('/').at(-1),
    type: 'Microsoft.Network/virtualNetworks',
    properties: more,
  });
  const subnet = (name: string, type: string) => ({
    id: `${far}/virtualNetworks/hub/subnets/${name}`,
    name,
    properties: { addressPrefix: '10.9.0.0/26', ipConfigurations: [{ id: `${far}/${type}/x/ipConfigurations/a` }] },
  });
  const named = (type: string, properties: object = {}) => ({
    id: `${far}/${type}/x`,
    name: 'x',
    type: `Microsoft.Network/${type}`,
    properties,
  });

  test('a firewall of another subscription is read by its id, and so are its policy and the one above that', async () => {
    const virtualNetworks = [network(`${far}/virtualNetworks/hub`, { subnets: [subnet('AzureFirewallSubnet', 'azureFirewalls')] })];
    const policies = ['child', 'parent'].map((name) => ({ ...named('firewallPolicies'), id: `${far}/firewallPolicies/${name}`, name }));
    const [child, parent] = policies;
    const firewall = named('azureFirewalls', { firewallPolicy: { id: child?.id } });
    const { known, gaps } = await readAll(
      ['firewalls', 'firewallPolicies'],
      {
        resources: {
          [firewall.id]: firewall,
          [child?.id ?? '']: { ...child, properties: { basePolicy: { id: parent?.id } } } as never,
          [parent?.id ?? '']: { ...parent, properties: { basePolicy: { id: child?.id } } } as never,
        },
      },
      { virtualNetworks: virtualNetworks as never },
    );
    expect(names(known.firewalls)).toEqual(['fw-hub', 'x']);
    expect(names(known.firewallPolicies)).toEqual(['afwp-hub', 'child', 'parent']);
    expect(gaps).toEqual([]);
  });

  test('where the list is denied, those that subnets name are read one by one, and the list is a gap of the subscription', async () => {
    const denied = { at: /providers\/Microsoft.Network\/azureFirewalls(?!\/)/, does: { deny: 'Microsoft.Network/azureFirewalls/read' } };
    const { known, gaps } = await readAll(['virtualNetworks', 'firewalls'], { faults: [denied] });
    expect(names(known.firewalls)).toEqual(['fw-hub']);
    expect(gaps).toMatchObject([{ key: 'firewalls', scope: `/subscriptions/${baseSubscription}`, why: 'forbidden' }]);
  });

  test('the cards and load balancers among which the next hop is, and the cards behind those', async () => {
    const virtualNetworks = [
      network(`${far}/virtualNetworks/hub`, {
        subnets: [
          subnet('nva', 'loadBalancers'),
          { ...subnet('other', 'networkInterfaces'), properties: { addressPrefix: '10.9.1.0/26' } },
        ],
      }),
    ];
    const routeTables = [
      {
        properties: {
          routes: [{ properties: { addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.9.0.4' } }],
        },
      },
    ];
    const balancer = named('loadBalancers', {
      backendAddressPools: [{ properties: { backendIPConfigurations: [{ id: `${far}/networkInterfaces/x/ipConfigurations/a` }] } }],
    });
    const card = named('networkInterfaces', { enableIPForwarding: true });
    const { known } = await readAll(
      ['loadBalancers', 'networkInterfaces'],
      { resources: { [balancer.id]: balancer, [card.id]: card } },
      { virtualNetworks: virtualNetworks as never, routeTables: routeTables as never },
    );
    expect([known.loadBalancers, known.networkInterfaces]).toEqual([[balancer], [card]]);
  });

  test('IP groups that rules name', async () => {
    const group = named('ipGroups', { ipAddresses: ['10.0.0.0/8'] });
    const rule = { name: 'r', sourceIpGroups: [group.id], destinationIpGroups: [group.id.toUpperCase()] };
    const groups = [{ name: 'g', properties: { ruleCollections: [{ rules: [rule] }] } }];
    const { known, requests } = await readAll(
      ['ipGroups'],
      { resources: { [group.id]: group } },
      { firewallPolicyRuleCollectionGroups: groups as never },
    );
    expect(known.ipGroups).toEqual([group]);
    expect(requests.filter(({ path }) => /ipGroups/i.test(path))).toHaveLength(1);
  });

  test('gateways and their connections, each read for its state, without the keys', async () => {
    const virtualNetworks = [network(`${far}/virtualNetworks/hub`, { subnets: [subnet('GatewaySubnet', 'virtualNetworkGateways')] })];
    const gateway = named('virtualNetworkGateways', { vpnClientConfiguration: { radiusServerSecret: 's3cret', vpnClientAddressPool: {} } });
    const connection = named('connections', { connectionStatus: 'Connected', sharedKey: 's3cret', authorizationKey: 's3cret' });
    const { known, gaps } = await readAll(
      ['virtualNetworkGateways', 'gatewayConnections'],
      { resources: { [gateway.id]: gateway, [`${far}/connections`]: [{ ...connection, properties: {} }], [connection.id]: connection } },
      { virtualNetworks: virtualNetworks as never },
    );
    expect(known.gatewayConnections).toEqual([named('connections', { connectionStatus: 'Connected' })]);
    expect(JSON.stringify(known)).not.toContain('s3cret');
    expect(gaps).toEqual([]);
  });
});
