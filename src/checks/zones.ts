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
    return fail(standing === 'one zone' ? 'It stands in one zone.' : 'It stands in no zone.', evidence, excuse(resource));
  },
});

/** What makes it milder: a NAT gateway of the Standard tier cannot stand in two zones, and of a firewall it may be over. */
function excuse({ type }: Zoned): { severity?: 'low'; note?: string } {
  if (/\/natGateways$/i.test(type)) return { severity: 'low' };
  if (/\/azureFirewalls$/i.test(type))
    return { severity: 'low', note: 'Azure is moving firewalls of one zone to all of its region, and goes on naming the one.' };
  return {};
}
