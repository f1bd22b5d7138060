import type { AgentPool, ManagedCluster, Neighbour } from '../../wire.ts';
import type { Source } from '../source.ts';
import { listOf, source } from './reading.ts';
import { accessSources } from './sourcesAccess.ts';
import { computeSources } from './sourcesCompute.ts';
import { edgeSources } from './sourcesEdge.ts';
import { governanceSources } from './sourcesGovernance.ts';
import { monitorSources } from './sourcesMonitor.ts';
import { networkSources } from './sourcesNetwork.ts';
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
  ...computeSources,
  ...edgeSources,
  ...networkSources,
  ...monitorSources,
  ...serviceSources,
  ...accessSources,
  source('neighbours', async function* ({ others }) {
    yield { items: (others?.clusters ?? []).map(neighbour) };
    for (const gap of others?.gaps ?? []) yield { gap };
  }),
];

/** Another cluster of a list, its pools as its own body tells them: with names of their own and without ids. */
function neighbour(cluster: ManagedCluster): Neighbour {
  const pools = (cluster.properties.agentPoolProfiles ?? []).map(({ name = '', ...properties }): AgentPool => {
    const id = `${cluster.id}/agentPools/${name}`;
    return { id, name, type: 'Microsoft.ContainerService/managedClusters/agentPools', properties };
  });
  return { id: cluster.id, cluster, pools };
}
