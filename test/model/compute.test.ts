import { describe, expect, test } from 'vitest';
import { computeResource, isBurstable, sizesOf, skuFor, vmSize } from '../../src/model/compute.ts';
import { fitsEphemeral } from '../../src/model/osDisks.ts';
import { leftOf, quotaNeeds, restrictionOf } from '../../src/model/quotaNeeds.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { AgentPool, ManagedCluster, VmSku } from '../../src/wire.ts';
import { node } from '../support/landscape.ts';

const cluster: ManagedCluster = {
  id: '/subscriptions/s/resourceGroups/g/providers/x/c',
  name: 'c',
  type: 'x',
  location: 'West Europe',
  properties: {},
};
const sku = (name: string, capabilities: Record<string, string>, subscription = 's', family = 'standardDSv5Family'): VmSku =>
  computeResource('skus', subscription, 'westeurope', name, {
    family,
    capabilities: Object.entries(capabilities).map(([each, value]) => ({ name: each, value })),
  });
const pool = (name: string, properties: AgentPool['properties']): AgentPool => ({ id: `/${name}`, name, type: 'x/agentPools', properties });
const none = seen<VmSku>([]);

describe('the size of a machine', () => {
  test.each<[string, number]>([
    ['Standard_D4s_v5', 4],
    ['Standard_D16ads_v6', 16],
    ['Standard_E8-4s_v5', 4],
    ['Standard_F8s_v2', 8],
    ['Standard_NC4as_T4_v3', 4],
    ['Standard_M416-208s_v2', Number.NaN],
    ['Standard_DS3_v2', Number.NaN],
    ['Standard_B2ms', Number.NaN],
    ['Standard_D4', Number.NaN],
  ])('%s by its name: %s cores', (size, cores) => {
    if (Number.isNaN(cores)) expect(() => vmSize(cluster, size, none, seen([]))).toThrow(NotSeen);
    else expect(vmSize(cluster, size, none, seen([])).cores).toBe(cores);
  });
  test('the list comes first, and of it the cores that are available', () => {
    const skus = seen([sku('Standard_D4s_v5', { vCPUs: '4', vCPUsAvailable: '2', MemoryGB: '16' })]);
    expect(vmSize(cluster, 'standard_d4s_v5', skus, seen([]))).toMatchObject({ cores: 2, gib: 16 });
  });
  test('then a node: 15.6 GiB of 16 are left by the kernel', () => {
    const one = node('n', { labels: { 'node.kubernetes.io/instance-type': 'Standard_DS3_v2' } });
    one.status = { capacity: { cpu: '4', memory: '16374620Ki' } };
    expect(vmSize(cluster, 'Standard_DS3_v2', none, seen([one]))).toMatchObject({ cores: 4, gib: 16 });
  });
  test('the list of the own subscription comes before an export, which does not say of which it is', () => {
    const own = sku('Standard_D4s_v5', { vCPUs: '4' });
    const exported = sku('Standard_D4s_v5', { vCPUs: '4' }, 'unknown');
    expect(skuFor(cluster, 'Standard_D4s_v5', seen([exported, own]))).toBe(own);
    expect(skuFor(cluster, 'Standard_D4s_v5', seen([exported]))).toBe(exported);
    expect(() => skuFor(cluster, 'Standard_D4s_v5', seen([sku('Standard_D4s_v5', {}, 'other')]))).toThrow(NotSeen);
  });
  test.each([
    ['Standard_B4ms', true],
    ['Standard_B4as_v2', true],
    ['Standard_D4s_v5', false],
  ])('%s is burstable: %s', (size, burstable) => expect(isBurstable(size)).toBe(burstable));
  test('all sizes of a pool of machines', () => {
    const scale = { manual: [{ size: 'a', count: 1 }], autoscale: [{ size: 'b', minCount: 1, maxCount: 2 }] };
    expect(sizesOf(pool('p', { virtualMachinesProfile: { scale } })).sizes).toEqual(['a', 'b']);
  });
});

describe('room for an ephemeral disk of 100 GB', () => {
  test.each<[string, Record<string, string>, boolean | undefined]>([
    ['150 GB of temporary disk', { EphemeralOSDiskSupported: 'True', MaxResourceVolumeMB: '153600' }, true],
    [
      '75 GB of temporary disk, 50 GB of cache',
      { EphemeralOSDiskSupported: 'True', MaxResourceVolumeMB: '76800', CachedDiskBytes: '53687091200' },
      false,
    ],
    ['110 GB of local NVMe', { EphemeralOSDiskSupported: 'True', NvmeDiskSizeInMiB: '112640' }, true],
    ['not supported', { EphemeralOSDiskSupported: 'False', MaxResourceVolumeMB: '153600' }, false],
    ['not said', {}, undefined],
  ])('%s', (_name, capabilities, fits) => expect(fitsEphemeral(sku('x', capabilities), 100)).toBe(fits));
});

describe('cores that pools may still ask for', () => {
  const skus = seen([sku('D4', { vCPUs: '4' }), sku('E8', { vCPUs: '8' }, 's', 'standardESv5Family')]);
  const needs = (...pools: AgentPool[]) => Object.fromEntries(quotaNeeds(cluster, pools, skus).map(({ quota, cores }) => [quota, cores]));
  const scaled = (count: number, maxCount: number, more: AgentPool['properties'] = {}): AgentPool['properties'] => ({
    vmSize: 'D4',
    count,
    maxCount,
    enableAutoScaling: true,
    upgradeSettings: { maxSurge: '1' },
    ...more,
  });
  test.each<[string, AgentPool[], Record<string, number>]>([
    ['3 to 10 nodes and 1 of an upgrade: 8 x 4 = 32', [pool('a', scaled(3, 10))], { cores: 32, standardDSv5Family: 32 }],
    [
      'a fixed pool of 3: the surge of 1 x 4 = 4',
      [pool('a', { vmSize: 'D4', count: 3, upgradeSettings: { maxSurge: '1' } })],
      { cores: 4, standardDSv5Family: 4 },
    ],
    [
      'two families: 2 x 4 + 2 x 8 = 24 of all',
      [pool('a', scaled(1, 2)), pool('b', scaled(1, 2, { vmSize: 'E8' }))],
      { cores: 24, standardDSv5Family: 8, standardESv5Family: 16 },
    ],
    ['Spot takes of its own: 2 x 4 = 8', [pool('a', scaled(1, 2, { scaleSetPriority: 'Spot' }))], { lowPriorityCores: 8 }],
    ['more than the maximum already: the surge alone', [pool('a', scaled(5, 2))], { cores: 4, standardDSv5Family: 4 }],
    [
      'no surge: 9 x 4 = 36',
      [pool('a', scaled(1, 10, { upgradeSettings: { maxSurge: '0', maxUnavailable: '1' } }))],
      { cores: 36, standardDSv5Family: 36 },
    ],
  ])('%s', (_name, pools, expected) => expect(needs(...pools)).toEqual(expected));
  test.each([
    ['10 - 4 = 6', { currentValue: '4', limit: '10' }, 6],
    ['in numbers', { currentValue: 4, limit: 10 }, 6],
    ['not said', { limit: 10 }, undefined],
  ])('left: %s', (_name, properties, left) => expect(leftOf({ id: '/u', name: 'u', type: 'x', properties })).toBe(left));
  test.each<[string, VmSku['properties']['restrictions'], string | undefined]>([
    ['nothing', [], undefined],
    ['a zone of the pool', [{ type: 'Zone', restrictionInfo: { zones: ['2', '3'] } }], 'zone 2'],
    ['a zone of others', [{ type: 'Zone', restrictionInfo: { zones: ['3'] } }], undefined],
    ['the region', [{ type: 'Location' }], 'this region'],
  ])('closed: %s', (_name, restrictions, where) =>
    expect(restrictionOf({ ...sku('D4', {}), properties: { restrictions: restrictions ?? [] } }, ['1', '2'])?.where).toBe(where),
  );
});
