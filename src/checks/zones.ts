import { check, fail, pass, see, undecided } from '../check.ts';
import { type Zoned, zonedDependencies, zonedKeys, zoneStanding } from '../model/zoneStandings.ts';
import { hasZones } from '../model/zones.ts';

/** Whether what the cluster's traffic and images pass through outlives a zone. */
export const dependencies = check({
  needs: zonedKeys,
  subjects: (facts) => zonedDependencies(facts).filter(({ location }) => hasZones(location) !== false),
  none: 'What the cluster passes through stands in a region without zones.',
  judge: (resource: Zoned) => {
    const { standing, pointer } = zoneStanding(resource);
    const evidence = see(resource, pointer, pointer === '/zones' ? 'two zones or more' : 'one that spans zones');
    if (hasZones(resource.location) === undefined)
      return undecided('It is not known whether its region has zones.', see(resource, '/location'));
    if (standing === 'spread') return pass('It stands in several zones.', evidence);
    if (standing === 'by default') return pass('Azure spreads it over the zones of its region.', evidence);
    // A NAT gateway of the Standard tier cannot stand in two.
    const severity = /\/natGateways$/i.test(resource.type) ? { severity: 'low' as const } : {};
    return fail(standing === 'one zone' ? 'It stands in one zone.' : 'It stands in no zone.', evidence, severity);
  },
});
