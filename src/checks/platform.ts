import { check, fail, pass, see } from '../check.ts';
import { isAutomatic } from '../model/automatic.ts';
import { isPool } from '../model/nodePools.ts';
import { clusterPreviews, isRegisteredPreview, poolPreviews } from '../model/previews.ts';
import { listed } from '../model/words.ts';
import { seen } from '../seen.ts';
import type { AgentPool, Feature, ManagedCluster } from '../wire.ts';

/** Whether people can change what AKS made for the cluster. */
export const nodeResourceGroupLockdown = check({
  needs: ['cluster'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster) => {
    const { restrictionLevel } = cluster.properties.nodeResourceGroupProfile ?? {};
    const evidence = see(cluster, '/properties/nodeResourceGroupProfile/restrictionLevel', 'ReadOnly');
    if (restrictionLevel?.toLowerCase() === 'readonly') return pass('The node resource group is locked.', evidence);
    if (isAutomatic(cluster)) return pass('AKS Automatic locks the node resource group.', [see(cluster, '/sku/name'), evidence]);
    return fail('The node resource group can be edited.', evidence);
  },
});

/** Previews that are in use, and those that are registered, which changes AKS in the whole subscription, used or not. */
export const previewFeatures = check({
  needs: ['cluster', 'agentPools', 'features'],
  subjects: ({ cluster, agentPools, features }) =>
    seen<ManagedCluster | AgentPool | Feature>([cluster]).concat(agentPools).concat(features.filter(isRegisteredPreview)),
  none: 'There is no cluster.',
  judge: (subject) => {
    if (isFeature(subject))
      return fail('The preview is registered in the subscription.', see(subject, '/properties/state', 'NotRegistered'));
    const used = isPool(subject) ? poolPreviews(subject) : clusterPreviews(subject);
    const shown = used.map(({ pointer }) => see(subject, pointer, 'a generally available value'));
    if (used.length > 0) return fail(`It uses a preview: ${listed(used.map(({ value }) => value))}.`, shown);
    const pointers = isPool(subject) ? ['/properties/workloadRuntime', '/properties/osSKU'] : ['/properties/networkProfile/outboundType'];
    return pass(
      'It uses no preview.',
      pointers.map((pointer) => see(subject, pointer)),
    );
  },
});

const isFeature = (subject: ManagedCluster | AgentPool | Feature): subject is Feature => subject.type.toLowerCase().endsWith('/features');
