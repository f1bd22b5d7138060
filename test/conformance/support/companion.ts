import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/fixtures.ts';

const base = JSON.parse(readFileSync(join(root, 'fixtures/base/clusters/base-72e03b25/cluster.json'), 'utf8')) as {
  id: string;
  properties: { agentPoolProfiles?: object[] };
}; // our own fixture

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
  const pools = (base.properties.agentPoolProfiles ?? []).map((pool) => (subnet === undefined ? pool : { ...pool, vnetSubnetID: subnet }));
  return { ...base, id, name: id.slice(id.lastIndexOf('/') + 1), properties: { ...base.properties, agentPoolProfiles: pools } };
}
