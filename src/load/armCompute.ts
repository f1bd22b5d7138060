import { isObject } from '../model/objects.ts';
import { computeResource } from '../model/compute.ts';
import type { Origin } from '../snapshot.ts';
import type { ArmHarvest } from './armHarvest.ts';
import { addFound } from './armShapes.ts';

/**
 * An item of `az vm list-skus` or `az vm list-usage`, which is no resource: a size names its region, a usage has that of its
 * file's name. Neither says of which subscription it is. @returns false when it is neither
 */
export function readCompute(value: Record<string, unknown>, origin: Origin, into: ArmHarvest): boolean {
  const { name, resourceType, capabilities, locations, currentValue, limit } = value;
  if (typeof resourceType === 'string' && Array.isArray(capabilities) && typeof name === 'string' && Array.isArray(locations)) {
    if (resourceType !== 'virtualMachines') return true;
    const { family, restrictions } = value;
    for (const region of locations)
      add('vmSkus', computeResource('skus', 'unknown', String(region), name, { family, capabilities, restrictions }), origin, into);
    return true;
  }
  if (!isObject(name) || typeof name.value !== 'string' || currentValue === undefined || limit === undefined) return false;
  const region = /(?:^|\/)computeusages\.([a-z0-9]+)\.json$/i.exec(origin.file)?.[1];
  if (region !== undefined)
    add('computeUsages', computeResource('usages', 'unknown', region, name.value, { currentValue, limit }), origin, into);
  else if (!into.warnings.some(({ where }) => where === origin.file)) {
    const todo = 'Name it computeUsages.<region>.json, for example computeUsages.westeurope.json.';
    into.warnings.push({ where: origin.file, what: 'holds usages of quotas and does not say of which region.', todo });
  }
  return true;
}

function add(
  key: 'vmSkus' | 'computeUsages',
  resource: ReturnType<typeof computeResource<Record<string, unknown>>>,
  origin: Origin,
  into: ArmHarvest,
): void {
  addFound({ key, resource, origin, listed: true }, into);
}
