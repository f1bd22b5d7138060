import { check, computed, count, fail, flag, notApplicable, pass, ratio, see, type Sight, texts, text, undecided } from '../check.ts';
import { isAutomatic } from '../model/automatic.ts';
import { parseImage } from '../model/images.ts';
import { autoProvisions, isSpot, poolMode, poolNameOf, poolSize } from '../model/nodePools.ts';
import { containersOf } from '../model/podSpecs.ts';
import { isStopped } from '../model/power.ts';
import { faultOf, isPartial, missesNodes } from '../model/spending.ts';
import { hasSpotTaint, offersSpot, statesSpotTaint } from '../model/spot.ts';
import { isTagged, tagOf } from '../model/tags.ts';
import { any } from '../seen.ts';
import type { AgentPool, Deployment } from '../wire.ts';

/** Whether work that can be interrupted has capacity that may be. Batch workloads are what shows that there is such work. */
export const spotPools = check({
  needs: ['cluster', 'agentPools', 'jobs', 'cronJobs', 'karpenterNodePools'],
  params: { useSpot: flag(false) },
  subjects: ({ cluster, jobs, cronJobs, inScope }, { useSpot }) => {
    const isBatch = ({ metadata }: { metadata: { namespace?: string } }) => inScope(metadata.namespace);
    const hasBatch = () =>
      any(
        () => cronJobs.some((each) => isBatch(each) && each.spec?.suspend !== true),
        () => jobs.some(isBatch),
      );
    return useSpot || hasBatch() ? [cluster] : [];
  },
  none: 'No batch workload runs here.',
  judge: (cluster, _params, { agentPools, jobs, cronJobs, karpenterNodePools, inScope }) => {
    const provisioned = autoProvisions(cluster);
    const spot = any(
      () => agentPools.some(isSpot),
      () => provisioned && karpenterNodePools.some(offersSpot),
    );
    if (spot) {
      const pools = agentPools.items.filter(isSpot).map((pool) => see(pool, '/properties/scaleSetPriority'));
      const offers = karpenterNodePools.items.filter(offersSpot).map((pool) => see(pool, '/spec/template/spec/requirements'));
      return pass('Spot capacity is there to be used.', [...pools, ...offers]);
    }
    const batch = [...cronJobs.items, ...jobs.items].filter(({ metadata }) => inScope(metadata.namespace));
    const pools = agentPools.items.map((pool) => see(pool, '/properties/scaleSetPriority', 'Spot in one pool'));
    return fail(
      batch.length > 0 ? 'Batch workloads run on regular capacity only.' : 'No pool has Spot capacity.',
      [...pools, ...batch.slice(0, 5).map((each) => see(each, '/metadata/name'))],
      { severity: 'low' },
    );
  },
});

/** What makes a Spot pool harmless: it grows and shrinks, leaves nothing behind, and only those come who tolerate it. */
export const spotPoolSettings = check({
  needs: ['agentPools', 'nodes'],
  params: { lowestMaxPrice: ratio(0, 0, 1000) },
  subjects: ({ agentPools }) => agentPools.filter(isSpot),
  none: 'No pool has Spot capacity.',
  judge: (pool, { lowestMaxPrice }, { nodes }) => {
    const faults = faultsOf(pool, lowestMaxPrice);
    if (faults.length > 0)
      return fail(
        faults.map(([message]) => message).join(' '),
        faults.map(([, sight]) => sight),
      );
    const taint = see(pool, '/properties/nodeTaints', 'kubernetes.azure.com/scalesetpriority=spot:NoSchedule');
    if (!statesSpotTaint(pool)) {
      // AKS adds it by itself, so a pool that does not say it is a template, or somebody took it off.
      const bare = nodes.find((node) => poolNameOf(node) === pool.name && !hasSpotTaint(node));
      if (bare !== undefined) return fail('Its nodes lack the taint that keeps other pods off.', [taint, see(bare, '/spec/taints')]);
    }
    const price = pool.properties.spotMaxPrice;
    const capped = price != null && price > 0 ? 'Its nodes are also evicted when the price passes its maximum.' : undefined;
    return pass('It is autoscaled, and evicted nodes are deleted.', [taint, see(pool, '/properties/scaleSetEvictionPolicy')], capped);
  },
});

function faultsOf(pool: AgentPool, lowestMaxPrice: number): [string, Sight][] {
  const { scaleSetEvictionPolicy, spotMaxPrice } = pool.properties;
  const { autoscaled } = poolSize(pool);
  const faults: [string, Sight][] = [];
  if (poolMode(pool) === 'system') faults.push(['It is a system pool.', see(pool, '/properties/mode', 'User')]);
  if ((scaleSetEvictionPolicy ?? 'Delete').toLowerCase() !== 'delete')
    faults.push(['Evicted nodes stay and count against the quota.', see(pool, '/properties/scaleSetEvictionPolicy', 'Delete')]);
  if (!autoscaled) faults.push(['Its size is fixed.', see(pool, '/properties/enableAutoScaling', 'true')]);
  if (spotMaxPrice != null && spotMaxPrice !== -1 && spotMaxPrice < lowestMaxPrice)
    faults.push([
      'Its maximum price is too low to keep nodes.',
      see(pool, '/properties/spotMaxPrice', `-1, or at least ${lowestMaxPrice}`),
    ]);
  return faults;
}

/** Cost by namespace: AKS' own, which the Free tier does not have, or OpenCost or Kubecost. */
export const costAnalysis = check({
  needs: ['cluster', 'deployments'],
  subjects: ({ cluster }) =>
    cluster.sku?.tier?.toLowerCase() === 'free' ? notApplicable('The Free tier has no cost analysis.') : [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, { deployments }) => {
    const evidence = see(cluster, '/properties/metricsProfile/costAnalysis/enabled', 'true');
    if (cluster.properties.metricsProfile?.costAnalysis?.enabled === true) return pass('Cost analysis is on.', evidence);
    const own = deployments.find(splitsCosts);
    if (own !== undefined)
      return pass('A tool of its own splits the costs.', [see(own, '/metadata/name'), evidence], 'Cost analysis is off.');
    if (cluster.sku == null)
      return undecided('The cluster was exported without its SKU, which may have no cost analysis.', [evidence, see(cluster, '/sku')]);
    return fail('Nothing splits the costs of the cluster.', evidence);
  },
});

/** OpenCost, or Kubecost, which has it inside; AKS' own agent carries it, too, and is no Deployment of the user's. */
const splitsCosts = ({ spec }: Deployment): boolean =>
  spec?.replicas !== 0 &&
  containersOf(spec?.template?.spec).some(({ container }) => {
    const image = parseImage(container.image);
    return (
      image !== undefined && image.registry !== 'mcr.microsoft.com' && /(^|\/)(opencost|cost-model|kubecost[\w-]*)$/.test(image.repository)
    );
  });

/** What a cluster for development or tests pays for as if it were for production. Those that mirror production on purpose are not tagged so. */
export const environmentTiering = check({
  needs: ['cluster', 'agentPools'],
  params: {
    environmentTag: text('environment'),
    devTags: texts('dev', 'development', 'test', 'testing', 'sandbox'),
    maxDevNodes: count(3, 1),
  },
  subjects: ({ cluster }, { environmentTag, devTags }) => (isTagged(cluster, environmentTag, devTags) ? [cluster] : []),
  none: 'No tag says that the cluster is for development or tests.',
  judge: (cluster, { environmentTag, maxDevNodes }, { agentPools }) => {
    const tag = see(cluster, `/tags/${tagOf(cluster, environmentTag).key}`);
    const tier = see(cluster, '/sku/tier', 'Free');
    const paid = !isAutomatic(cluster) && ['standard', 'premium', 'paid'].includes(cluster.sku?.tier?.toLowerCase() ?? '');
    if (paid) return fail(`It pays for the tier ${cluster.sku?.tier}.`, [tag, tier]);
    if (isStopped(cluster)) return undecided('The cluster is stopped, so the counts of its pools say nothing.', [tag, tier]);
    const running = agentPools.filter((pool) => !isStopped(pool) && poolMode(pool) !== 'managedsystem');
    const kept = running.items.reduce((sum, pool) => sum + (poolSize(pool).min ?? 0), 0);
    const sizes = running.items.map((pool) =>
      computed(pool, poolSize(pool).minPointer, poolSize(pool).min ?? 0, `at most ${maxDevNodes} in all pools`),
    );
    if (kept > maxDevNodes) return fail(`It keeps ${kept} nodes.`, [tag, ...sizes]);
    if (!running.every((pool) => poolSize(pool).min !== undefined))
      return undecided('A pool does not say how many nodes it keeps.', [tag, ...sizes]);
    if (cluster.sku == null) return undecided('The cluster was exported without its SKU.', [tag, see(cluster, '/sku')]);
    const notes = [
      running.items.some(isSpot) ? '' : 'No pool has Spot capacity.',
      running.items.some((pool) => (pool.properties.availabilityZones ?? []).length > 1) ? 'Its pools span zones.' : '',
    ];
    return pass('It is smaller than a cluster for production.', [tag, tier, ...sizes], notes.filter(Boolean).join(' ') || undefined);
  },
});

/** A budget over what the cluster costs, that has not ended and tells somebody. */
export const budgets = check({
  needs: ['cluster', 'budgets'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, { budgets, at }) => {
    const good = budgets.items.filter((budget) => faultOf(budget, cluster, at) === undefined);
    const best =
      good.find((budget) => !missesNodes(budget, cluster) && !isPartial(budget)) ??
      good.find((budget) => !missesNodes(budget, cluster)) ??
      good[0];
    if (best !== undefined) {
      const notes = [
        missesNodes(best, cluster) ? `Its nodes are paid for in ${cluster.properties.nodeResourceGroup}, which it does not cover.` : '',
        isPartial(best) ? 'Its filter takes a part of the costs.' : '',
      ];
      const evidence = [see(best, '/properties/notifications'), ...(isPartial(best) ? [see(best, '/properties/filter')] : [])];
      return pass(`Budget ${best.name} covers it.`, evidence, notes.filter(Boolean).join(' ') || undefined);
    }
    const faulty = budgets.all().map((budget) => ({ budget, fault: faultOf(budget, cluster, at) }));
    const [over, silent] = (['over', 'silent'] as const).map((wanted) => faulty.find(({ fault }) => fault === wanted)?.budget);
    if (silent !== undefined)
      return fail(`Budget ${silent.name} tells nobody.`, see(silent, '/properties/notifications', 'an enabled one with a recipient'));
    if (over !== undefined) return fail(`Budget ${over.name} has ended.`, see(over, '/properties/timePeriod/endDate'));
    return fail('No budget covers it.', see(cluster, '/id', 'a budget of its subscription or resource groups'));
  },
});
