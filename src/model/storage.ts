import type { PersistentVolume, StatefulSet, StorageClass } from '../wire.ts';
import { zoneKeys } from './nodeAffinity.ts';

/** Drivers of Azure's storage, and what each makes when no SKU is asked for (the drivers' documentation of parameters). */
const drivers: Readonly<Record<string, { kind: 'disk' | 'files' | 'blob'; sku: string }>> = {
  'disk.csi.azure.com': { kind: 'disk', sku: 'StandardSSD_LRS' },
  'file.csi.azure.com': { kind: 'files', sku: 'Standard_LRS' },
  'blob.csi.azure.com': { kind: 'blob', sku: 'Standard_LRS' },
};

export type AzureVolume = { kind: 'disk' | 'files' | 'blob' };
export const kindOfVolume = ({ spec }: PersistentVolume): AzureVolume['kind'] | undefined =>
  spec?.azureDisk != null ? 'disk' : spec?.azureFile != null ? 'files' : drivers[spec?.csi?.driver ?? '']?.kind;
export const kindOfClass = ({ provisioner }: StorageClass): AzureVolume['kind'] | undefined => drivers[provisioner ?? '']?.kind;

/** The provisioners and sources that were inside Kubernetes, by the CSI driver that stands in their place. */
const inTree: Readonly<Record<string, string>> = {
  'kubernetes.io/azure-disk': 'disk.csi.azure.com',
  'kubernetes.io/azure-file': 'file.csi.azure.com',
};
export const successorOf = ({ provisioner }: StorageClass): string | undefined => inTree[provisioner ?? ''];

const skuIn = (parameters: Readonly<Record<string, unknown>> | null | undefined): [key: string, sku: string] | undefined => {
  const found = Object.entries(parameters ?? {}).find(([key]) => /^(?:skuname|storageaccounttype)$/i.test(key));
  return typeof found?.[1] === 'string' ? [found[0], found[1]] : undefined;
};

/** Where a volume's SKU was read: in the volume, in its class, or nowhere, so that it is what the driver makes by default. */
export interface Sku {
  sku: string;
  from: PersistentVolume | StorageClass;
  pointer: string;
}
/** @param storageClass of a volume that it was made by; undefined of one that a person made, of which the SKU is not known then */
export function skuOf(volume: PersistentVolume, storageClass: StorageClass | undefined): Sku | undefined {
  const own = skuIn(volume.spec?.csi?.volumeAttributes);
  if (own !== undefined) return { sku: own[1], from: volume, pointer: `/spec/csi/volumeAttributes/${own[0]}` };
  if (storageClass === undefined) return undefined;
  const asked = skuIn(storageClass.parameters);
  if (asked !== undefined) return { sku: asked[1], from: storageClass, pointer: `/parameters/${asked[0]}` };
  const byDefault = drivers[storageClass.provisioner ?? '']?.sku;
  return byDefault === undefined ? undefined : { sku: byDefault, from: storageClass, pointer: '/parameters' };
}

/** Kept in several zones: the end of every name of a SKU says so. */
export const isRedundant = (sku: string): boolean => /_(?:zrs|gzrs|ragzrs)$/i.test(sku);
/** Copied to another region later, and kept in one zone of its own, so that the loss of that zone asks for a failover. */
export const isCopied = (sku: string): boolean => /_(?:grs|ragrs)$/i.test(sku);

/** The zones that a volume may be attached in; none where it names none. */
export function zonesOfVolume({ spec }: PersistentVolume): string[] {
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const values = terms.flatMap(({ matchExpressions }) =>
    (matchExpressions ?? []).flatMap(({ key, operator, values: named }) =>
      operator === 'In' && zoneKeys.includes(key ?? '') ? (named ?? []) : [],
    ),
  );
  return [...new Set(values.filter(Boolean))].sort();
}

/** The name of the template of a StatefulSet that made a claim (`<template>-<set>-<ordinal>`), and its set; undefined of another claim. */
export function templateOfClaim(claim: string, sets: readonly StatefulSet[]): { set: StatefulSet; stem: string } | undefined {
  const stem = /^(.+)-\d+$/.exec(claim)?.[1];
  if (stem === undefined) return undefined;
  const set = sets.find(({ metadata, spec }) =>
    (spec?.volumeClaimTemplates ?? []).some((template) => `${template.metadata?.name}-${metadata.name}` === stem),
  );
  return set === undefined ? undefined : { set, stem };
}
