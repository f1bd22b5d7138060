import { normalId } from '../seen.ts';
import type { AgentPool, DaemonSet, Deployment, FlowLog, ManagedCluster } from '../wire.ts';
import { parseImage } from './images.ts';
import { containersOf } from './podSpecs.ts';
import { networkIdOf } from './subnets.ts';

/** Whether a flow log is on, of the network or the subnet of a pool; without a subnet, of the network that AKS made. */
export function isLogOfNetwork({ properties }: FlowLog, cluster: ManagedCluster, pools: readonly AgentPool[]): boolean {
  if (properties.enabled !== true || !properties.targetResourceId) return false;
  const target = normalId(properties.targetResourceId);
  const subnets = pools.flatMap((pool) => pool.properties.vnetSubnetID ?? []);
  if (subnets.length > 0) return subnets.some((subnet) => target === normalId(networkIdOf(subnet)) || target === normalId(subnet));
  const group = `/resourcegroups/${cluster.properties.nodeResourceGroup?.toLowerCase()}/providers/microsoft.network/virtualnetworks/`;
  return target.startsWith(cluster.id.toLowerCase().split('/').slice(0, 3).join('/')) && target.includes(group);
}

/** Flow logs of a kind of which none can be made any more. */
export const isLogOfSecurityGroup = ({ properties }: FlowLog): boolean =>
  properties.enabled === true && /\/networksecuritygroups\/[^/]+\/?$/i.test(properties.targetResourceId ?? '');

/** Retina's agent, or the relay of Cilium's Hubble, by its image. */
export const isFlowObserver = ({ spec }: Deployment | DaemonSet): boolean =>
  containersOf(spec?.template?.spec).some(({ container }) =>
    /(^|\/)(retina-agent|hubble-relay)$/.test(parseImage(container.image)?.repository ?? ''),
  );
