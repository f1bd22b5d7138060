import type { Problem } from '../errors.ts';
import { notCollected } from '../kinds.ts';
import type { Gap } from '../snapshot.ts';
import { nameOfId, parentOfId } from './armId.ts';
import { pointed } from './armHarvest.ts';
import type { WireResource } from './armShape.ts';
import { bodyOf, listOf, mergeById, type Placed, without, withProperties } from './merge.ts';
import { unresolved } from './template.ts';

/** The pools that a cluster's own body lists, as resources of their own; undefined when it lists none at all. */
export function embeddedPools(cluster: Placed): Placed[] | undefined {
  const profiles = listOf(cluster.resource, 'agentPoolProfiles');
  return profiles?.map((profile, at) => {
    const stated: unknown = Object.getOwnPropertyDescriptor(profile, 'name')?.value;
    const name = typeof stated === 'string' ? stated : `pool${at}`;
    const resource: WireResource = {
      id: `${cluster.resource.id}/agentPools/${name}`,
      name,
      type: 'Microsoft.ContainerService/managedClusters/agentPools',
      properties: without(profile, 'name', 'id'),
    };
    return { resource, origin: pointed(cluster.origin, ...bodyPath(cluster), 'agentPoolProfiles', at), listed: true };
  });
}

const bodyPath = ({ body }: Placed): string[] => (body === undefined ? [] : [body]);

/**
 * The virtual networks with their subnets and peerings, those that were read by themselves included. Where only these
 * were read, the network is there with its id and name; all else of it is a gap of that id, thrown when it is read.
 */
export function networks(
  read: { networks: readonly Placed[]; subnets: readonly Placed[]; virtualNetworkPeerings: readonly Placed[] },
  warnings: Problem[],
): Placed[] {
  const whole = mergeById(read.networks, warnings);
  const known = new Set(whole.map(({ resource }) => resource.id.toLowerCase()));
  const parts = { subnets: read.subnets, virtualNetworkPeerings: read.virtualNetworkPeerings };
  const shells = shellsOf(
    Object.values(parts)
      .flat()
      .filter(({ resource }) => !known.has(parentOfId(resource.id).toLowerCase())),
  );
  return mergeById(
    [...whole.map((network) => filled(network, parts, warnings)), ...shells.map((shell) => filled(shell, parts, warnings))],
    warnings,
  );
}

type Parts = Record<'subnets' | 'virtualNetworkPeerings', readonly Placed[]>;
function filled(network: Placed, parts: Parts, warnings: Problem[]): Placed {
  const merged: Record<string, unknown> = {};
  const nested: Placed[] = [];
  for (const name of ['subnets', 'virtualNetworkPeerings'] as const) {
    const own = embedded(network, name);
    const alone = parts[name].filter(({ resource }) => parentOfId(resource.id).toLowerCase() === network.resource.id.toLowerCase());
    if (own === undefined && alone.length === 0) continue;
    const all = mergeById([...(own ?? []), ...alone], warnings);
    merged[name] = all.map(({ resource }) => resource);
    nested.push(...all);
  }
  const resource = withProperties(network.resource, merged);
  if (isShell(network)) {
    const gap: Gap = notCollected('virtualNetworks', resource.id);
    for (const name of ['addressSpace', 'dhcpOptions', 'subnets', 'virtualNetworkPeerings'])
      if (!(name in merged)) unresolved(resource.properties, name, gap);
  }
  return { ...network, resource, parts: nested };
}

/** Nested ones are in the wire's shape already, as their network is; they may lack an id, and a template's name be unresolved. */
function embedded(network: Placed, name: 'subnets' | 'virtualNetworkPeerings'): Placed[] | undefined {
  return listOf(network.resource, name)?.map((item, at) => {
    const stated = (key: string): unknown => Object.getOwnPropertyDescriptor(item, key)?.value;
    const [id, own] = [stated('id'), stated('name')];
    const called = typeof own === 'string' ? own : typeof id === 'string' ? nameOfId(id) : `${name}${at}`;
    const filledIn = {
      id: typeof id === 'string' ? id : `${network.resource.id}/${name}/${called}`,
      name: called,
      type: `Microsoft.Network/virtualNetworks/${name}`,
    };
    const resource = Object.assign(without(item, 'id', 'name', 'type'), filledIn) as unknown as WireResource; // its properties follow
    if (!Object.hasOwn(item, 'properties')) resource.properties = {};
    return { resource, origin: pointed(network.origin, ...bodyPath(network), name, at), listed: true };
  });
}

const isShell = ({ resource }: Placed): boolean => Object.keys(bodyOf(resource) ?? { set: true }).length === 0;

function shellsOf(parts: readonly Placed[]): Placed[] {
  const first = new Map<string, Placed>();
  for (const part of parts) {
    const id = parentOfId(part.resource.id);
    if (first.has(id.toLowerCase())) continue;
    const resource: WireResource = { id, name: nameOfId(id), type: 'Microsoft.Network/virtualNetworks', properties: {} };
    first.set(id.toLowerCase(), { resource, origin: part.origin, listed: false });
  }
  return [...first.values()];
}
