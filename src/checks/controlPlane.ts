import { check, computed, fail, pass, see, undecided } from '../check.ts';
import { controlPlaneSubnets, keepsMetadata, reachNeeds, readings } from '../model/controlPlaneReach.ts';
import { allFound } from '../model/firstFound.ts';
import { namespacesWithPods } from '../model/isolation.ts';
import { seen } from '../seen.ts';

/** What pods reach of their node's metadata service, and of the API server's subnet those that have no business there. */
export const unreachable = check({
  needs: reachNeeds,
  subjects: (facts) => seen(namespacesWithPods(facts), facts.pods.gaps),
  none: 'No namespace in scope holds pods that network policies can reach.',
  judge: (namespace, _params, facts) => {
    const reads = readings(facts, namespace.metadata.name);
    const open = allFound(...reads.map((read) => () => read().filter(({ pods }) => pods > 0)));
    if (open.length > 0)
      return fail(`Pods reach ${open.map(({ target, pods, of }) => `${target} (${pods} of ${of})`).join(' and ')}.`, [
        ...open.map(({ target, pods, of }) => computed(namespace, '/metadata/name', { reaches: target, pods, of }, 'out of reach')),
        ...open.flatMap(({ by }) => by).map(({ policy, pointer }) => see(policy, pointer)),
        ...(open[0]?.isolation.engine === 'none' ? [see(facts.cluster, '/properties/networkProfile/networkPolicy', 'an engine')] : []),
      ]);
    const closed = reads.flatMap((read) => read());
    if (closed.some(({ isolation }) => isolation.engine === undefined))
      return undecided('The cluster was exported without its network profile.', see(facts.cluster, '/properties/networkProfile'));
    if (closed.some(({ unclear }) => unclear))
      return undecided('Policies of Calico and of administrators are not followed to addresses.', see(namespace, '/metadata/name'));
    const policies = new Set(closed.flatMap(({ isolation }) => isolation.effects).slice(0, 5));
    return pass('Pods reach neither.', [
      ...(keepsMetadata(facts.cluster) ? [see(facts.cluster, '/properties/networkProfile/podLinkLocalAccess')] : []),
      ...[...policies].map(({ policy, pointer }) => see(policy, pointer)),
      ...controlPlaneSubnets(facts.cluster).map(({ pointer }) => see(facts.cluster, pointer)),
    ]);
  },
});
