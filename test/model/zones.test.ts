import { describe, expect, test } from 'vitest';
import { inOneZone, nodesByZone, regionHasZones, sisters, spreads, zonesOf } from '../../src/model/zones.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { Gap } from '../../src/snapshot.ts';
import type { AgentPool, ManagedCluster, Node } from '../../src/wire.ts';

const node = (zone: string | undefined): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n', labels: zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone } },
});
const pool = (availabilityZones: string[], more: AgentPool['properties'] = {}): AgentPool => ({
  id: '/p',
  name: 'p',
  type: 'x/agentPools',
  properties: { availabilityZones, ...more },
});
const cluster = (location: string): ManagedCluster => ({ id: '/c', name: 'c', type: 'x/managedClusters', location, properties: {} });
const denied: Gap[] = [{ key: 'nodes', why: 'forbidden', permission: 'list nodes' }];

describe('nodes spread over three zones', () => {
  test.each<[string, (string | undefined)[], boolean]>([
    ['3 of 3', ['r-1', 'r-2', 'r-3'], true],
    ['2 of min(3, 2) = 2', ['r-1', 'r-2'], true],
    ['1 of min(3, 1) = 1', ['r-1'], true],
    ['2 of min(3, 3) = 3', ['r-1', 'r-2', 'r-2'], false],
    ['fault domains are none: 0 of 3', ['0', '1', '2'], false],
    ['no label is none: 0 of 1', [undefined], false],
    ['0 of 0', [], true],
  ])('%s', (_name, zones, spread) => {
    expect(spreads(seen(zones.map(node)), 3)).toBe(spread);
  });
  test('three that were seen settle it; two do not', () => {
    expect(spreads(seen(['r-1', 'r-2', 'r-3'].map(node), denied), 3)).toBe(true);
    expect(() => spreads(seen(['r-1', 'r-2'].map(node), denied), 3)).toThrow(NotSeen);
  });
  test('counted by zone', () => {
    expect(nodesByZone(['r-2', 'r-1', 'r-2', '0'].map(node))).toEqual({ none: 1, 'r-1': 1, 'r-2': 2 });
  });
});

describe('the zones of a pool', () => {
  test('each once', () => expect(zonesOf(pool(['1', '1', '2']))).toEqual(['1', '2']));
  test('placed by AKS is not one zone', () => expect([inOneZone(pool(['auto'])), inOneZone(pool(['3']))]).toEqual([false, true]));
  test('sisters have the same size, mode and taints, and one zone each', () => {
    const own = pool(['1'], { vmSize: 'Standard_D4', mode: 'User', nodeTaints: ['b=1:NoSchedule', 'a=1:NoSchedule'] });
    const same = pool(['2'], { vmSize: 'standard_d4', nodeTaints: ['a=1:NoSchedule', 'b=1:NoSchedule'] });
    const others = [
      pool(['3'], { vmSize: 'Standard_D8' }),
      pool(['3'], { vmSize: 'Standard_D4' }),
      pool(['2', '3'], own.properties.nodeTaints ? { ...own.properties, availabilityZones: ['2', '3'] } : {}),
    ];
    expect(sisters(own, seen([own, same, ...others])).items).toEqual([own, same]);
  });
});

describe('whether a region has zones', () => {
  test.each<[string, string, AgentPool[], Node[], boolean | undefined]>([
    ['known', 'westeurope', [], [], true],
    ['known by its display name', 'West Europe', [], [], true],
    ['known to have none', 'westus', [], [], false],
    ['known to have had none, but a pool is in one', 'westus', [pool(['1'])], [], true],
    ['not known', 'moonbase1', [pool([])], [node('0')], undefined],
    ['not known, but a node is in one', 'moonbase1', [], [node('moonbase1-2')], true],
  ])('%s', (_name, location, pools, nodes, has) => {
    expect(regionHasZones(cluster(location), seen(pools), seen(nodes))).toBe(has);
  });
  test('not known, and the nodes that could tell were not seen', () => {
    expect(() => regionHasZones(cluster('moonbase1'), seen([pool([])]), seen<Node>([], denied))).toThrow(NotSeen);
  });
});
