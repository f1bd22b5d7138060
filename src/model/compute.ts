import { normalId, type Seen } from '../seen.ts';
import type { AgentPool, ComputeUsage, ManagedCluster, Node, VmSku } from '../wire.ts';
import { amountsOf } from './requests.ts';
import { regionName } from './zones.ts';

const typeOf = { skus: 'Microsoft.Compute/locations/skus', usages: 'Microsoft.Compute/locations/usages' } as const;

/** A size or a quota as a resource, which its list does not make it. @param subscription `unknown` of an export, which does not say */
export function computeResource<P>(of: keyof typeof typeOf, subscription: string, region: string, name: string, properties: P) {
  const id = `/subscriptions/${subscription}/providers/Microsoft.Compute/locations/${regionName(region)}/${of}/${name}`;
  return { id, name, type: typeOf[of], properties };
}

/** The one of the cluster's subscription, or of an export, which does not say of which. */
function ofCluster<T extends { id: string }>(cluster: ManagedCluster, of: keyof typeof typeOf, name: string, all: Seen<T>) {
  const subscription = /^\/subscriptions\/([^/]+)/i.exec(cluster.id)?.[1] ?? 'unknown';
  const [own, exported] = [subscription, 'unknown'].map((each) => computeResource(of, each, cluster.location ?? '', name, {}).id);
  const find = (id: string | undefined) => all.items.find((each) => normalId(each.id) === normalId(id ?? ''));
  return { found: find(own) ?? find(exported), id: own ?? '' };
}

/** NotSeen when the size is not among those that were read. */
export function skuFor(cluster: ManagedCluster, size: string, skus: Seen<VmSku>): VmSku {
  const { found, id } = ofCluster(cluster, 'skus', size, skus);
  return found ?? skus.get(id);
}
/** The id of a quota that was read, else of the one that should have been. @param name of a family, `cores` or `lowPriorityCores` */
export function usageIdFor(cluster: ManagedCluster, name: string, usages: Seen<ComputeUsage>): string {
  const { found, id } = ofCluster(cluster, 'usages', name, usages);
  return found?.id ?? id;
}

/** A capability of a size, which are strings all. */
export const capability = ({ properties }: VmSku, name: string): string | undefined =>
  properties.capabilities?.find((each) => each.name?.toLowerCase() === name.toLowerCase())?.value;

/** The sizes that a pool's nodes may have, each once, and the JSON pointer of what says so. A pool of virtual machines may have several. */
export function sizesOf({ properties }: AgentPool): { sizes: string[]; pointer: string } {
  const scale = properties.virtualMachinesProfile?.scale;
  if (scale == null) return { sizes: properties.vmSize ? [properties.vmSize] : [], pointer: '/properties/vmSize' };
  const profiles = [...[scale.manual ?? []].flat(), ...[scale.autoscale ?? []].flat()];
  return { sizes: [...new Set(profiles.flatMap(({ size }) => size ?? []))], pointer: '/properties/virtualMachinesProfile/scale' };
}

/** How large a size is, and what told: the list of sizes, a node that has it, or its name, which tells the cores alone. */
export interface VmSize {
  cores: number;
  gib: number | undefined;
  from: VmSku | Node | undefined;
  pointer: string;
}

/** NotSeen where none of them tells. */
export function vmSize(cluster: ManagedCluster, size: string, skus: Seen<VmSku>, nodes: Seen<Node>): VmSize {
  const listed = ofCluster(cluster, 'skus', size, skus).found;
  return (listed && bySku(listed)) ?? byNode(size, nodes) ?? byName(size) ?? unlisted(cluster, size, skus);
}

/** The size as it was not read: throws NotSeen. */
function unlisted(cluster: ManagedCluster, size: string, skus: Seen<VmSku>): VmSize {
  const sku = skuFor(cluster, size, skus);
  return { cores: Number.NaN, gib: undefined, from: sku, pointer: '/properties/capabilities' };
}

function bySku(sku: VmSku): VmSize | undefined {
  const [cores, gib] = [capability(sku, 'vCPUsAvailable') ?? capability(sku, 'vCPUs'), capability(sku, 'MemoryGB')].map(Number);
  if (cores === undefined || !Number.isFinite(cores)) return undefined;
  return { cores, gib: Number.isFinite(gib) ? gib : undefined, from: sku, pointer: '/properties/capabilities' };
}

/** A node has all cores of its size, and its memory but for what the kernel keeps. */
function byNode(size: string, nodes: Seen<Node>): VmSize | undefined {
  const is = ({ metadata: { labels } }: Node) =>
    [labels?.['node.kubernetes.io/instance-type'], labels?.['beta.kubernetes.io/instance-type']].some(
      (each) => each?.toLowerCase() === size.toLowerCase(),
    );
  const node = nodes.items.find((each) => is(each) && each.status?.capacity?.cpu !== undefined);
  const capacity = amountsOf(node?.status?.capacity);
  const [cores, bytes] = [capacity.get('cpu'), capacity.get('memory')];
  if (node === undefined || cores === undefined) return undefined;
  return {
    cores: cores / 1000,
    gib: bytes === undefined ? undefined : Math.ceil(bytes / 2 ** 30),
    from: node,
    pointer: '/status/capacity',
  };
}

/**
 * Cores by the naming convention of sizes (Azure, "VM sizes naming conventions"): family, cores, constrained cores, features,
 * version. Only of versions that keep it: 3 and later of all families, 2 of B and F; a `DS3_v2` has four.
 */
function byName(size: string): VmSize | undefined {
  const [, family = '', cores, constrained, version] =
    /^Standard_([A-Z]+)(\d+)(?:-(\d+))?[a-z]*(?:_[A-Za-z0-9]+)*_v(\d+)$/.exec(size) ?? [];
  const keeps = Number(version) >= 3 || (version === '2' && (family === 'B' || family === 'F'));
  return cores === undefined || !keeps ? undefined : { cores: Number(constrained ?? cores), gib: undefined, from: undefined, pointer: '' };
}

/** Sizes that save up their speed while they idle, and spend it. */
export const isBurstable = (size: string): boolean => /^(?:standard|basic)_b\d/i.test(size);
