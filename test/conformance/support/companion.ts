import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/fixtures.ts';

const folder = join(root, 'fixtures/base/clusters/base-72e03b25');
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
// Our own fixture.
const base = read('cluster.json') as { id: string; properties: object };
const profiles = (read('azure/agentPools.json') as { name: string; properties: object }[]).map(({ name, properties }) => ({
  ...properties,
  name,
}));

/**
 * A cluster for resources that have none in their file: their own one by id, else ours; its pools stand in the first
 * subnet that the resources name, so that what is read is also joined.
 */
export function companion(bodies: readonly unknown[]): Record<string, unknown> {
  const text = JSON.stringify(bodies);
  const [id = base.id] =
    /\/subscriptions\/[^/"]+\/resource[gG]roups\/[^/"]+\/providers\/Microsoft\.ContainerService\/managedClusters\/[^/"]+/i.exec(text) ?? [];
  const [subnet] =
    /\/subscriptions\/[^/"]+\/resource[gG]roups\/[^/"]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/"]+\/subnets\/[^/"]+/i.exec(
      text,
    ) ?? [];
  const pools = profiles.map((pool) => (subnet === undefined ? pool : { ...pool, vnetSubnetID: subnet }));
  return { ...base, id, name: id.slice(id.lastIndexOf('/') + 1), properties: { ...base.properties, agentPoolProfiles: pools } };
}

/** Our own cluster with all that was read of it, as exports: for objects that then run in it. Neighbours are no part of it. */
export function companionExports(): Record<string, string> {
  const folders = [folder, join(folder, 'azure'), join(folder, 'kubernetes'), join(root, 'fixtures/base/shared/azure')];
  const files = folders.flatMap((each) => readdirSync(each, { withFileTypes: true }).filter((entry) => entry.isFile()));
  const texts = files
    .filter(({ name }) => name !== 'neighbours.json')
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'utf8')] as const);
  return Object.fromEntries(texts.filter(([, text]) => text !== ''));
}
