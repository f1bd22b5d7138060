import { NotSeen, normalId, type Seen, seen } from '../seen.ts';
import type { Gap } from '../snapshot.ts';
import type { Subnet, VirtualNetwork } from '../wire.ts';
import { parseRange, type Range, size } from './ranges.ts';

/** A subnet inside the network that holds it; `pointer` leads from the network to it. */
export interface PlacedSubnet {
  network: VirtualNetwork;
  subnet: Subnet;
  pointer: string;
}

/** The id of the virtual network that a subnet id is of. */
export const networkIdOf = (subnetId: string): string => subnetId.replace(/\/subnets\/[^/]*\/?$/i, '');

/** The subnet of this id; throws NotSeen when its network, or the subnet in it, was not seen. */
export function subnetOf(networks: Seen<VirtualNetwork>, id: string): PlacedSubnet {
  const network = networks.get(networkIdOf(id));
  const subnets = network.properties.subnets ?? [];
  const index = subnets.findIndex((each) => normalId(each.id) === normalId(id));
  const subnet = subnets[index];
  if (subnet === undefined) throw new NotSeen([{ key: 'virtualNetworks', scope: id, why: 'not-collected' }]);
  return { network, subnet, pointer: `/properties/subnets/${index}` };
}

/** Each read that succeeds, and the gaps of those that met NotSeen. */
export function gather<T>(reads: readonly (() => T)[]): Seen<T> {
  const items: T[] = [];
  const gaps: Gap[] = [];
  for (const read of reads) {
    try {
      items.push(read());
    } catch (thrown) {
      if (!(thrown instanceof NotSeen)) throw thrown;
      gaps.push(...thrown.gaps);
    }
  }
  return seen(items, gaps);
}

/** The IPv4 prefixes of a subnet; both the one property and the list are in use, sometimes at once. */
export function ipv4Prefixes({ properties }: Subnet): Range[] {
  const written = new Set([properties.addressPrefix, ...(properties.addressPrefixes ?? [])]);
  return [...written].flatMap((text) => parseRange(text) ?? []).filter((range) => range.family === 4);
}

/** Addresses that a subnet can give out: of each IPv4 prefix Azure keeps some. undefined when the body says no IPv4 prefix */
export function usableAddresses(subnet: Subnet, reserved: number): number | undefined {
  const prefixes = ipv4Prefixes(subnet);
  if (prefixes.length === 0) return undefined;
  return prefixes.reduce((sum, prefix) => sum + Math.max(0, Number(size(prefix)) - reserved), 0);
}

/** Who holds an address of a subnet, read from the id of its ipConfiguration. */
export interface Holder {
  /** `/subscriptions/<id>/resourcegroups/<name>`, in lower case. */
  group: string;
  /** A node's own address, or that of a pod on it: counted by the pools. */
  node: boolean;
  privateEndpoint: boolean;
  /** Made by AKS: in a resource group of the default name, or a scale set or network card named as AKS names them. */
  aks: boolean;
}

export function holders({ properties }: Subnet): Holder[] {
  return (properties.ipConfigurations ?? []).map(({ id = '' }) => {
    const lower = id.toLowerCase();
    const group = /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+/.exec(lower)?.[0] ?? '';
    const scaleSet = /\/virtualmachinescalesets\/([^/]+)/.exec(lower)?.[1];
    const card = /\/networkinterfaces\/([^/]+)/.exec(lower)?.[1];
    const privateEndpoint =
      lower.includes('/ipconfigurations/privateendpointipconfig') ||
      (scaleSet === undefined && card?.startsWith('kube-apiserver') === true);
    const node = scaleSet !== undefined || (card !== undefined && !privateEndpoint);
    const aks = group.includes('/resourcegroups/mc_') || scaleSet?.startsWith('aks') === true || card?.startsWith('aks-') === true;
    return { group, node, privateEndpoint, aks };
  });
}
