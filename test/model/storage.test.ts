import { describe, expect, test } from 'vitest';
import { isRedundant, skuOf, templateOfClaim, zonesOfVolume } from '../../src/model/storage.ts';
import type { PersistentVolume, StatefulSet, StorageClass } from '../../src/wire.ts';

const volume = (spec: object): PersistentVolume => ({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' }, spec });
const storageClass = (provisioner: string, parameters?: Record<string, string>): StorageClass =>
  ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'c' },
    provisioner,
    ...(parameters === undefined ? {} : { parameters }),
  }) as StorageClass;

describe('the SKU of a volume', () => {
  test.each<[string, object, StorageClass | undefined, string | undefined]>([
    [
      'its own word comes first',
      { csi: { driver: 'disk.csi.azure.com', volumeAttributes: { skuname: 'Premium_ZRS' } } },
      storageClass('disk.csi.azure.com', { skuName: 'Premium_LRS' }),
      'Premium_ZRS',
    ],
    [
      'then its class, by the old name of the parameter',
      { csi: {} },
      storageClass('disk.csi.azure.com', { storageaccounttype: 'Premium_LRS' }),
      'Premium_LRS',
    ],
    ['a class of disks that asks for none', { csi: {} }, storageClass('disk.csi.azure.com'), 'StandardSSD_LRS'],
    ['a class of shares that asks for none', { csi: {} }, storageClass('file.csi.azure.com'), 'Standard_LRS'],
    ['a class of another driver', { csi: {} }, storageClass('example.com'), undefined],
    ['without a class nothing is known', { csi: { driver: 'disk.csi.azure.com' } }, undefined, undefined],
  ])('%s', (_name, spec, of, sku) => expect(skuOf(volume(spec), of)?.sku).toBe(sku));
});

test.each([
  ['Premium_ZRS', true],
  ['StandardSSD_ZRS', true],
  ['Standard_RAGRS', false],
  ['Standard_GZRS', true],
  ['Premium_LRS', false],
  ['UltraSSD_LRS', false],
])('%s is kept in several zones: %s', (sku, redundant) => expect(isRedundant(sku)).toBe(redundant));

test('zones, each once; an empty one is for nodes outside zones', () => {
  const term = (...values: string[]) => ({ matchExpressions: [{ key: 'topology.disk.csi.azure.com/zone', operator: 'In', values }] });
  expect(zonesOfVolume(volume({ nodeAffinity: { required: { nodeSelectorTerms: [term('r-2'), term('r-1'), term('r-1', '')] } } }))).toEqual(
    ['r-1', 'r-2'],
  );
});

describe('the StatefulSet that a claim is of', () => {
  const set = {
    metadata: { name: 'db', namespace: 'shop' },
    spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
  } as StatefulSet;
  test.each([
    ['data-db-0', 'data-db'],
    ['data-db-12', 'data-db'],
    ['data-db', undefined],
    ['data-other-0', undefined],
  ])('%s: %s', (claim, stem) => expect(templateOfClaim(claim, [set])?.stem).toBe(stem));
});
