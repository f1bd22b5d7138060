import { networkIdOf } from '../../model/subnets.ts';
import type { AgentPool, ManagedCluster, Neighbour } from '../../wire.ts';
import { gapOf, type LiveTarget, type Page, ReadFault, type Source } from '../source.ts';
import { byId, type From, listOf, source } from './reading.ts';
import { edgeSources } from './sourcesEdge.ts';
import { governanceSources } from './sourcesGovernance.ts';
import { monitorSources } from './sourcesMonitor.ts';
import { serviceSources } from './sourcesServices.ts';

/** Every key of the state that Azure tells: where it is read, in what order. */
export const azureSources: readonly Source[] = [
  source('cluster', async function* ({ cluster }) {
    yield { items: [cluster] };
  }),
  listOf('agentPools', 'agentPools'),
  listOf('maintenanceConfigurations', 'maintenanceConfigurations'),
  listOf('managedNamespaces', 'managedNamespaces'),
  // There is one of these or none, which is asked for by name.
  source('deploymentSafeguards', async function* ({ cluster }, { azure, apiVersion }) {
    const found = await azure.get(`${cluster.id}/providers/Microsoft.ContainerService/deploymentSafeguards/default`, apiVersion);
    yield { items: found === undefined ? [] : [found] };
  }),
  listOf('dataCollectionRuleAssociations', 'providers/Microsoft.Insights/dataCollectionRuleAssociations'),
  listOf('extensions', 'providers/Microsoft.KubernetesConfiguration/extensions'),
  listOf('fluxConfigurations', 'providers/Microsoft.KubernetesConfiguration/fluxConfigurations'),
  ...governanceSources,
  source('virtualNetworks', virtualNetworks, ['agentPools']),
  ...edgeSources,
  ...monitorSources,
  ...serviceSources,
  source('neighbours', async function* ({ others }) {
    yield { items: (others?.clusters ?? []).map(neighbour) };
    for (const gap of others?.gaps ?? []) yield { gap };
  }),
];

/** The networks of the subnets that nodes, pods and the API server are in; without any, the one that AKS made. */
async function* virtualNetworks({ subscription, cluster }: LiveTarget, from: From): AsyncGenerator<Page, void, void> {
  const { agentPoolProfiles, apiServerAccessProfile, nodeResourceGroup } = cluster.properties;
  const pools = from.known.agentPools?.map(({ properties }) => properties) ?? agentPoolProfiles ?? [];
  const nodeSubnets = pools.flatMap(({ vnetSubnetID }) => vnetSubnetID ?? []);
  const others = [...pools.map(({ podSubnetID }) => podSubnetID), apiServerAccessProfile?.subnetId].flatMap((id) => id ?? []);
  yield* byId([...nodeSubnets, ...others].map(networkIdOf), from);
  if (nodeSubnets.length > 0 || nodeResourceGroup == null) return;
  const group = `/subscriptions/${subscription}/resourceGroups/${nodeResourceGroup}`;
  try {
    for await (const items of from.azure.list(`${group}/providers/Microsoft.Network/virtualNetworks`, from.apiVersion)) yield { items };
  } catch (thrown) {
    if (!(thrown instanceof ReadFault)) throw thrown;
    yield { gap: gapOf(from.key, thrown, `${from.permission} on ${group}`, group) };
  }
}

/** Another cluster of a list, its pools as its own body tells them: with names of their own and without ids. */
function neighbour(cluster: ManagedCluster): Neighbour {
  const pools = (cluster.properties.agentPoolProfiles ?? []).map(({ name = '', ...properties }): AgentPool => {
    const id = `${cluster.id}/agentPools/${name}`;
    return { id, name, type: 'Microsoft.ContainerService/managedClusters/agentPools', properties };
  });
  return { id: cluster.id, cluster, pools };
}
