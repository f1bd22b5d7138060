import { check, computed, fail, notApplicable, pass, see, text, texts, undecided, type Verdict } from '../check.ts';
import { balancingKeys, type Spread, spreads } from '../model/globalBalancing.ts';
import { namesOf, wayKeys, waysInto } from '../model/publicWays.ts';
import { gather } from '../model/subnets.ts';
import { isTagged, tagOf } from '../model/tags.ts';
import { counted, listed } from '../model/words.ts';
import { normalId, type Seen } from '../seen.ts';
import type { FleetMember, ManagedCluster, Neighbour } from '../wire.ts';

const criticality = {
  criticalityTag: text('criticality'),
  multiRegionCriticality: texts('mission-critical', 'high'),
};
interface Criticality {
  readonly criticalityTag: string;
  readonly multiRegionCriticality: readonly string[];
}
const isCritical = (cluster: ManagedCluster, { criticalityTag, multiRegionCriticality }: Criticality): boolean =>
  isTagged(cluster, criticalityTag, multiRegionCriticality);
const uncritical = 'No tag of the cluster says that its workload is critical.';

/** A second cluster of the workload in another region. One that was not seen proves nothing; one that is not for production is no stand-in. */
export const secondRegion = check({
  needs: ['cluster', 'neighbours', 'fleetMembers'],
  params: {
    ...criticality,
    workloadTag: text('workload'),
    environmentTag: text('environment'),
    nonProductionTags: texts('dev', 'development', 'test', 'testing', 'qa', 'staging', 'preprod', 'uat', 'nonprod', 'non-production'),
  },
  subjects: ({ cluster }, params) => (isCritical(cluster, params) ? [cluster] : notApplicable(uncritical)),
  none: 'There is no cluster.',
  judge: (cluster, { workloadTag, environmentTag, nonProductionTags }, { neighbours, fleetMembers }) => {
    const workload = tagOf(cluster, workloadTag);
    const evidence = see(cluster, '/location');
    const others = neighbours.map((each) => each.cluster).filter((each) => !isTagged(each, environmentTag, nonProductionTags));
    const peers = workload.value
      ? others.filter((each) => isTagged(each, workloadTag, [workload.value ?? '']))
      : inItsFleet(cluster, others, fleetMembers);
    const elsewhere = peers.find((peer) => regionOf(peer) !== regionOf(cluster));
    if (elsewhere !== undefined)
      return pass(`Cluster ${elsewhere.name} runs the workload in ${elsewhere.location}.`, [evidence, see(elsewhere, '/location')]);
    const near = peers.all();
    if (near.length === 0) {
      const why = workload.value
        ? 'No other cluster of the workload was among those read.'
        : `No tag ${workloadTag} and no fleet says which clusters run its workload.`;
      return undecided(why, see(cluster, `/tags/${workload.key}`));
    }
    return fail(`The other clusters of its workload are in ${cluster.location}, too: ${listed(near.map(({ name }) => name))}.`, [
      evidence,
      ...near.slice(0, 5).map((peer) => see(peer, '/location', 'another region')),
    ]);
  },
});

const regionOf = ({ location }: ManagedCluster): string => location?.toLowerCase().replaceAll(' ', '') ?? '';

function inItsFleet(cluster: ManagedCluster, others: Seen<Neighbour['cluster']>, members: Seen<FleetMember>): Seen<ManagedCluster> {
  const fleetOf = ({ id }: FleetMember) => normalId(id).split('/').slice(0, -2).join('/');
  const all = members.all();
  const clusterOf = ({ properties }: FleetMember) => normalId(properties.clusterResourceId ?? '');
  const fleets = new Set(all.filter((each) => clusterOf(each) === normalId(cluster.id)).map(fleetOf));
  const ids = new Set(all.filter((each) => fleets.has(fleetOf(each))).map(clusterOf));
  return others.filter(({ id }) => ids.has(normalId(id)));
}

/** Something that leads users to another region when this one is lost: Front Door or Traffic Manager with two places and a probe. */
export const globalLoadBalancer = check({
  needs: [...wayKeys, ...balancingKeys],
  params: criticality,
  subjects: (facts, params) => {
    if (!isCritical(facts.cluster, params)) return notApplicable(uncritical);
    return waysInto(facts, false).some(() => true)
      ? [facts.cluster]
      : notApplicable('Nothing leads into the cluster by HTTP from the internet.');
  },
  none: 'There is no cluster.',
  judge: (cluster, _params, facts) => {
    const ways = waysInto(facts, false);
    const names = gather(ways.items.map((way) => () => namesOf(way, facts)));
    const found = spreads(new Set(names.items.flatMap((each) => [...each])), facts);
    const good = found.find((spread) => spread.leads === true && weaknessOf(spread) === undefined);
    if (good !== undefined) return passOf(good);
    const all = found.all();
    ways.all();
    names.all();
    const weak = all.find(({ leads }) => leads === true);
    if (weak !== undefined) return fail(`${weak.resource.name} leads to it, but ${weaknessOf(weak)}.`, shown(weak));
    const [perhaps] = all;
    if (perhaps !== undefined) return undecided('Whether a name that is balanced leads to it was not resolved.', shown(perhaps));
    return fail('No Front Door and no Traffic Manager leads to it.', see(cluster, '/id'));
  },
});

function weaknessOf({ places, regions, probePath }: Spread): string | undefined {
  if (places < 2) return 'to no other place';
  if (regions === 1) return 'stays in one region';
  return probePath ? undefined : 'probes no path';
}
const shown = ({ resource, places, placesAt, probeAt }: Spread) => [
  computed(resource, placesAt, counted(places, 'place'), 'places in two regions'),
  see(resource, probeAt, 'a path'),
];
const passOf = (spread: Spread): Verdict =>
  pass(
    `${spread.resource.name} leads to it and to ${counted(spread.places - 1, 'other place')}.`,
    shown(spread),
    spread.regions === undefined ? 'In which regions its places are is not said there.' : undefined,
  );
