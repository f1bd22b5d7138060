import { describe, expect, test } from 'vitest';
import { clusterExits, type EgressFacts, type Exit } from '../../src/model/egress.ts';
import { seen } from '../../src/seen.ts';
import type {
  AgentPool,
  Firewall,
  LoadBalancer,
  ManagedCluster,
  NetworkInterface,
  RouteTable,
  Subnet,
  VirtualNetwork,
} from '../../src/wire.ts';

const group = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network';
const idOf = (type: string, name: string) => `${group}/${type}/${name}`;
const subnet = (network: string, name: string, addressPrefix: string, ...holders: string[]): Subnet => ({
  id: `${idOf('virtualNetworks', network)}/subnets/${name}`,
  name,
  type: 'x',
  properties: {
    addressPrefix,
    routeTable: { id: idOf('routeTables', 't') },
    ipConfigurations: holders.map((id) => ({ id: `${group}/${id}/ipConfigurations/a` })),
  },
});
const network = (name: string, remotes: string[], ...subnets: Subnet[]): VirtualNetwork => ({
  id: idOf('virtualNetworks', name),
  name,
  type: 'x',
  properties: {
    subnets,
    virtualNetworkPeerings: remotes.map((id) => ({ id: '/p', name: 'p', type: 'x', properties: { remoteVirtualNetwork: { id } } })),
  },
});
const hubId = idOf('virtualNetworks', 'hub');
const spoke = network('spoke', [hubId], subnet('spoke', 'nodes', '10.1.0.0/24'));
const wanSpoke = network(
  'spoke',
  ['/subscriptions/m/resourceGroups/RG/providers/Microsoft.Network/virtualNetworks/HV_wan_1'],
  subnet('spoke', 'nodes', '10.1.0.0/24'),
);
const hub = (...holders: string[]) => network('hub', [], subnet('hub', 'edge', '10.2.0.0/24', ...holders));
const table: RouteTable = {
  id: idOf('routeTables', 't'),
  name: 't',
  type: 'x',
  properties: {
    routes: [{ name: 'r', properties: { addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.2.0.4' } }],
  },
};
const pool: AgentPool = { id: '/pool', name: 'p', type: 'x', properties: { vnetSubnetID: `${spoke.id.toUpperCase()}/subnets/nodes` } };
const cluster: ManagedCluster = { id: '/c', name: 'c', type: 'x', properties: {} };
const firewall = (network: string): Firewall => ({
  id: idOf('azureFirewalls', 'f'),
  name: 'f',
  type: 'x',
  properties: {
    ipConfigurations: [
      { properties: { privateIPAddress: '10.2.0.4', subnet: { id: `${idOf('virtualNetworks', network)}/subnets/edge` } } },
    ],
  },
});
const card = (address: string): NetworkInterface => ({
  id: idOf('networkInterfaces', 'n'),
  name: 'n',
  type: 'x',
  properties: { ipConfigurations: [{ properties: { privateIPAddress: address } }] },
});
const balancer: LoadBalancer = {
  id: idOf('loadBalancers', 'b'),
  name: 'b',
  type: 'x',
  properties: {
    frontendIPConfigurations: [{ properties: { privateIPAddress: '10.2.0.9' } }, { properties: { privateIPAddress: '10.2.0.4' } }],
    backendAddressPools: [{ properties: { backendIPConfigurations: [{ id: `${idOf('networkInterfaces', 'n')}/ipConfigurations/a` }] } }],
  },
};
const facts = (more: Partial<EgressFacts> = {}): EgressFacts => ({
  cluster,
  agentPools: seen([pool]),
  virtualNetworks: seen([spoke, hub()]),
  routeTables: seen([table]),
  firewalls: seen<Firewall>([]),
  loadBalancers: seen<LoadBalancer>([]),
  networkInterfaces: seen<NetworkInterface>([]),
  ...more,
});
const shown = (exit: Exit): string => (exit.kind === 'appliance' ? exit.hop.kind : exit.kind === 'direct' ? exit.to : exit.kind);
const exitsIn = (more: Partial<EgressFacts>) => clusterExits(facts(more)).items.flatMap(({ exits }) => exits.all().map(shown));

describe('10.2.0.4 leads to', () => {
  test.each<[string, Partial<EgressFacts>, string]>([
    ['nothing in a hub without it', {}, 'nothing'],
    ['the firewall of the peered hub', { firewalls: seen([firewall('hub')]) }, 'firewall'],
    [
      'a firewall in the same network',
      { virtualNetworks: seen([network('spoke', [], subnet('spoke', 'nodes', '10.1.0.0/24'))]), firewalls: seen([firewall('spoke')]) },
      'firewall',
    ],
    ['no firewall of the same address elsewhere', { firewalls: seen([firewall('far')]) }, 'nothing'],
    [
      'a network card',
      { virtualNetworks: seen([spoke, hub('networkInterfaces/n')]), networkInterfaces: seen([card('10.2.0.4')]) },
      'interface',
    ],
    [
      'no card of another address',
      { virtualNetworks: seen([spoke, hub('networkInterfaces/n')]), networkInterfaces: seen([card('10.2.0.5')]) },
      'nothing',
    ],
    [
      'the second front end of a load balancer, with its cards',
      {
        virtualNetworks: seen([spoke, hub('loadBalancers/b')]),
        loadBalancers: seen([balancer]),
        networkInterfaces: seen([card('10.2.0.5')]),
      },
      'balancer',
    ],
    [
      'a scale set',
      {
        virtualNetworks: seen([
          spoke,
          network('hub', [], {
            ...subnet('hub', 'edge', '10.2.0.0/24'),
            properties: {
              addressPrefix: '10.2.0.0/24',
              ipConfigurations: [
                {
                  id: `${group.replace('Network', 'Compute')}/virtualMachineScaleSets/v/virtualMachines/0/networkInterfaces/n/ipConfigurations/a`,
                },
              ],
            },
          }),
        ]),
      },
      'scaleSet',
    ],
    [
      'the firewall of a hub of Virtual WAN',
      {
        virtualNetworks: seen([wanSpoke]),
        firewalls: seen([{ ...firewall('x'), properties: { hubIPAddresses: { privateIPAddress: '10.2.0.4' } } }]),
      },
      'firewall',
    ],
  ])('%s', (_name, more, kind) => expect(exitsIn(more)).toEqual([kind]));

  test.each<[string, Partial<EgressFacts>, string[]]>([
    ['the hub', { virtualNetworks: seen([spoke]) }, ['virtualNetworks']],
    ['a card that the hub lists', { virtualNetworks: seen([spoke, hub('networkInterfaces/n')]) }, ['networkInterfaces']],
    ['a firewall that the hub lists', { virtualNetworks: seen([spoke, hub('azureFirewalls/f')]) }, ['firewalls']],
    [
      'what is behind a load balancer',
      { virtualNetworks: seen([spoke, hub('loadBalancers/b')]), loadBalancers: seen([balancer]) },
      ['networkInterfaces'],
    ],
    ['what is in a hub of Virtual WAN', { virtualNetworks: seen([wanSpoke]) }, ['firewalls']],
    ['the route table', { routeTables: seen<RouteTable>([]) }, ['routeTables']],
  ])('nobody knows what without %s', (_name, more, keys) => {
    const missing = (key: 'virtualNetworks' | 'networkInterfaces' | 'firewalls' | 'routeTables') => (id: string) => ({
      key,
      scope: id,
      why: 'not-collected' as const,
    });
    const blind = facts({ ...more });
    const named: EgressFacts = {
      ...blind,
      virtualNetworks: seen(blind.virtualNetworks.items, [], missing('virtualNetworks')),
      networkInterfaces: seen(blind.networkInterfaces.items, [], missing('networkInterfaces')),
      firewalls: seen(blind.firewalls.items, [], missing('firewalls')),
      routeTables: seen(blind.routeTables.items, [], missing('routeTables')),
    };
    const subnets = clusterExits(named);
    expect([...subnets.gaps, ...subnets.items.flatMap(({ exits }) => exits.gaps)].map(({ key }) => key)).toEqual(keys);
  });
});

describe('without a route of the user', () => {
  const bare = { ...table, properties: {} };
  test.each<[string, Partial<EgressFacts>, boolean]>([
    ['nothing else gives one', {}, false],
    [
      'the gateway of the hub may give one',
      {
        virtualNetworks: seen([
          {
            ...spoke,
            properties: {
              ...spoke.properties,
              virtualNetworkPeerings: [{ id: '/p', name: 'p', type: 'x', properties: { useRemoteGateways: true } }],
            },
          },
        ]),
      },
      true,
    ],
    ['a hub of Virtual WAN may give one', { virtualNetworks: seen([wanSpoke]) }, true],
    [
      'a gateway of its own may give one',
      {
        virtualNetworks: seen([
          network(
            'spoke',
            [],
            ...(spoke.properties.subnets ?? []),
            subnet('spoke', 'GatewaySubnet', '10.1.9.0/27', 'virtualNetworkGateways/g'),
          ),
        ]),
      },
      true,
    ],
    [
      'an empty subnet for one gives none',
      {
        virtualNetworks: seen([network('spoke', [], ...(spoke.properties.subnets ?? []), subnet('spoke', 'GatewaySubnet', '10.1.9.0/27'))]),
      },
      false,
    ],
    [
      'the table takes none from a gateway',
      { virtualNetworks: seen([wanSpoke]), routeTables: seen([{ ...bare, properties: { disableBgpRoutePropagation: true } }]) },
      false,
    ],
  ])('%s', (_name, more, learned) => {
    const [one] = clusterExits(facts({ routeTables: seen([bare]), ...more })).items;
    expect(one?.exits.items).toMatchObject([{ kind: 'unrouted', learned }]);
  });
});
