import type { Problem } from '../errors.ts';
import { stateKeys } from '../kinds.ts';
import type { Gap, Origin, StateKey } from '../snapshot.ts';
import { keyOfType, networkParts, type WireResource } from './armShape.ts';

/** A resource as found in a file. `listed`: it came in a list, so that others of its kind would be there too. */
export interface ArmFound {
  key: StateKey | 'subnets' | 'virtualNetworkPeerings' | undefined;
  resource: WireResource;
  origin: Origin;
  /** The name under which its properties stand in the file, `properties` in some letter case; none when they are hoisted. */
  body?: string;
  listed: boolean;
}

/** What is known of a whole key: it is empty, or (part of it) was not seen. `about`: an ARM id that tells whose. */
export interface ArmStatement {
  key: StateKey;
  file: string;
  gap?: Gap;
  about?: string;
}

/** All that the ARM JSON of a run holds; the readers add to it. */
export interface ArmHarvest {
  found: ArmFound[];
  statements: ArmStatement[];
  problems: Problem[];
  warnings: Problem[];
}
export const emptyHarvest = (): ArmHarvest => ({ found: [], statements: [], problems: [], warnings: [] });

export const pointed = (origin: Origin, ...path: (string | number)[]): Origin => ({
  ...origin,
  pointer: origin.pointer + path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
});

/** @param id where the type alone does not tell: diagnostic settings are a cluster's, or those of another resource */
export function foundKey(type: string, id = ''): ArmFound['key'] {
  const key = networkParts[type.toLowerCase()] ?? keyOfType(type);
  const elsewhere = id !== '' && !/\/providers\/microsoft\.containerservice\/managedclusters\//i.test(id);
  return key === 'diagnosticSettings' && elsewhere ? 'resourceDiagnosticSettings' : key;
}

const byStem: ReadonlyMap<string, StateKey> = new Map(
  stateKeys.filter((key) => key !== 'cluster' && key !== 'neighbours').map((key) => [key.toLowerCase(), key]),
);

/** The key that a file is named after: `maintenanceConfigurations.json`, `policyassignments.prod.json`. */
export function keyOfFile(file: string): StateKey | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1).toLowerCase();
  const stem = /^[a-z]+/.exec(name)?.[0];
  return stem === undefined ? undefined : byStem.get(stem);
}

/** An id from a type and a name in a template's manner, `cluster/pool`; missing parents are `unknown`. */
export function madeId(scope: string, type: string, name: string): string {
  const [namespace, ...types] = type.split('/');
  const names = name.split('/');
  const padded = [...Array<string>(Math.max(0, types.length - names.length)).fill('unknown'), ...names];
  return `${scope}/providers/${namespace}/${types.map((each, at) => `${each}/${padded[at]}`).join('/')}`;
}

/** The name of a file as a part of an id. */
export function fileStem(file: string): string {
  return (
    file
      .replace(/\.[a-z]+$/i, '')
      .replaceAll(/[^\w.()-]+/g, '-')
      .replace(/^[-.]+/, '') || 'input'
  );
}
