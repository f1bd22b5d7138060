import { check, computed, fail, pass, see, type Sight } from '../check.ts';
import { isPrivateAddress } from '../model/ranges.ts';
import { all } from '../seen.ts';
import type { AgentPool, Node } from '../wire.ts';

/** Instance-level public addresses of nodes; pools of mode Gateway are for static egress and have one by intent. */
export const noNodePublicIp = check({
  needs: ['cluster', 'agentPools', 'nodes'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, { agentPools, nodes }) => {
    const shown: Sight[] = [];
    const publicPool = (pool: AgentPool) => {
      if (pool.properties.mode?.toLowerCase() === 'gateway' || pool.properties.enableNodePublicIP !== true) return false;
      shown.push(see(pool, '/properties/enableNodePublicIP', 'false'));
      return true;
    };
    const publicNode = (node: Node) => {
      const address = node.status?.addresses?.find((each) => each.type === 'ExternalIP' && each.address !== undefined && !isPrivateAddress(each.address));
      if (address === undefined || isGateway(node)) return false;
      shown.push(computed(node, '/status/addresses', address.address, 'no public ExternalIP'));
      return true;
    };
    const hidden = all(
      () => agentPools.every((pool) => !publicPool(pool)),
      () => nodes.every((node) => !publicNode(node)),
    );
    if (!hidden) return fail('Nodes have public addresses of their own.', shown);
    return pass('No pool and no node has a public address.', agentPools.items.map((pool) => see(pool, '/properties/enableNodePublicIP')));
  },
});

const isGateway = (node: Node): boolean => node.metadata.labels?.['kubernetes.azure.com/mode']?.toLowerCase() === 'gateway';
