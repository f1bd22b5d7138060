import { normalId, type Seen } from '../seen.ts';
import type { FrontDoorOrigin, FrontDoorOriginGroup, ManagedCluster, TrafficManagerProfile } from '../wire.ts';
import { isOn, leadsTo } from './frontDoors.ts';
import { isOfNodes } from './publicWays.ts';
import { parseAddress } from './ranges.ts';

export const balancingKeys = ['cluster', 'trafficManagerProfiles', 'frontDoorOriginGroups', 'frontDoorOrigins'] as const;
export interface BalancingFacts {
  readonly cluster: ManagedCluster;
  readonly trafficManagerProfiles: Seen<TrafficManagerProfile>;
  readonly frontDoorOriginGroups: Seen<FrontDoorOriginGroup>;
  readonly frontDoorOrigins: Seen<FrontDoorOrigin>;
}

/** What spreads requests over places, of which one is the cluster, or may be. */
export interface Spread {
  resource: TrafficManagerProfile | FrontDoorOriginGroup;
  /** Undefined where a name that nobody resolved may lead to the cluster. */
  leads: boolean | undefined;
  /** Places that are switched on. */
  places: number;
  /** Of those, in how many regions; undefined where they do not say. */
  regions: number | undefined;
  placesAt: string;
  probePath: string | null | undefined;
  probeAt: string;
}

/** Every profile of Traffic Manager and origin group of Front Door that leads to one of these names, or may. */
export function spreads(names: ReadonlySet<string>, facts: BalancingFacts): Seen<Spread> {
  const profiles = facts.trafficManagerProfiles
    .filter(({ properties }) => isOn(properties.profileStatus))
    .map((each) => ofProfile(each, names, facts.cluster));
  const groups = facts.frontDoorOriginGroups.map((group) => ofGroup(group, names, facts));
  return profiles.concat(groups).filter(({ leads }) => leads !== false);
}

function ofProfile(profile: TrafficManagerProfile, names: ReadonlySet<string>, cluster: ManagedCluster): Spread {
  const endpoints = (profile.properties.endpoints ?? []).flatMap(({ properties }) =>
    properties && isOn(properties.endpointStatus) ? [properties] : [],
  );
  const answers = endpoints.map(({ target, targetResourceId }) => {
    if (targetResourceId) return names.has(normalId(targetResourceId)) || isOfNodes(targetResourceId, cluster);
    if (names.has(normalId(target ?? ''))) return true;
    return parseAddress(target) === undefined ? undefined : false;
  });
  const places = endpoints.flatMap(({ endpointLocation }) =>
    endpointLocation ? [endpointLocation.toLowerCase().replaceAll(' ', '')] : [],
  );
  return {
    resource: profile,
    leads: either(answers),
    places: endpoints.length,
    regions: places.length < endpoints.length ? undefined : new Set(places).size,
    placesAt: '/properties/endpoints',
    probePath: profile.properties.monitorConfig?.path,
    probeAt: '/properties/monitorConfig/path',
  };
}

function ofGroup(group: FrontDoorOriginGroup, names: ReadonlySet<string>, { frontDoorOrigins, cluster }: BalancingFacts): Spread {
  const own = frontDoorOrigins.filter(({ id }) => normalId(id).startsWith(`${normalId(group.id)}/`)).all();
  const on = own.filter(({ properties }) => isOn(properties.enabledState));
  return {
    resource: group,
    leads: either(on.map((origin) => leadsTo(origin, names, cluster))),
    places: new Set(on.map(({ properties }) => properties.hostName?.toLowerCase())).size,
    regions: undefined,
    placesAt: '/id',
    probePath: group.properties.healthProbeSettings?.probePath,
    probeAt: '/properties/healthProbeSettings/probePath',
  };
}

const either = (answers: readonly (boolean | undefined)[]): boolean | undefined =>
  answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
