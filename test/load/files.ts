import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Loaded, type LoadOptions, load } from '../../src/load/load.ts';

/** Files in a new folder, which is gone after the test; what is no text is written as JSON. */
export function folderOf(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'aks-audit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }
  return folder;
}

/** Loads files as a user's folder of exports. */
export function loadFiles(files: Readonly<Record<string, unknown>>, options: Partial<LoadOptions> = {}): Promise<Loaded> {
  const cwd = folderOf(files);
  const clusters = (options.clusters ?? []).map(({ name, path }) => ({ name, path: join(cwd, path) }));
  return load([cwd], { complete: false, keepGoing: false, cwd, ...options, clusters });
}

export const group = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-shop';
export const clusterId = (name: string): string => `${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;
export const networkId = `${group}/providers/Microsoft.Network/virtualNetworks/hub`;

/** A cluster as REST sends it. */
export function clusterBody(name: string, properties: object = {}): { id: string; name: string; type: string; properties: object } {
  return {
    id: clusterId(name),
    name,
    type: 'Microsoft.ContainerService/ManagedClusters',
    properties: { nodeResourceGroup: `MC_${name}`, ...properties },
  };
}
export const profile = (name: string, more: object = {}) => ({ name, count: 3, type: 'VirtualMachineScaleSets', ...more });
