import { check, computed, fail, pass, see, type Sight, texts } from '../check.ts';
import { approvedFqdnTags, approvedHosts, approvedServiceTags } from '../model/approvedEgress.ts';
import { clusterExits, type EgressFacts, egressKeys, firewallsOf } from '../model/egress.ts';
import { excessOf, inForce, missingNames } from '../model/firewallReach.ts';
import { type FirewallFacts, firewallKeys, firewallRules, policyChain } from '../model/firewallRules.ts';
import type { Range } from '../model/ranges.ts';
import { ipv4Prefixes } from '../model/subnets.ts';
import { normalId, type Seen, seen } from '../seen.ts';
import type { Firewall } from '../wire.ts';

/** What the firewall in the way of egress lets nodes and pods out to: what AKS and the configuration name, and no more. */
export const egressRules = check({
  needs: [...egressKeys, ...firewallKeys],
  params: {
    approvedFqdns: texts(...approvedHosts),
    approvedAddresses: texts(),
    approvedServiceTags: texts(...approvedServiceTags),
    approvedFqdnTags: texts(...approvedFqdnTags),
  },
  subjects: (facts) => guardedBy(facts),
  none: 'Egress ends at no Azure Firewall.',
  judge: ({ resource: firewall, ranges }, approved, facts) => {
    const rules = firewallRules(firewall, facts);
    const counting = inForce(rules.items, ranges);
    const wrong = counting
      .map((placed) => ({ placed, excess: excessOf(placed, approved) }))
      .filter(({ excess }) => excess.length > 0)
      // What leads anywhere stands first.
      .sort((a, b) => Number(b.excess.some(({ anywhere }) => anywhere)) - Number(a.excess.some(({ anywhere }) => anywhere)));
    const [first] = wrong;
    if (first !== undefined) {
      const names = first.excess.map(({ what }) => what).slice(0, 3);
      const note = wrong.length > 1 ? `Of its rules, ${wrong.length} lead beyond what is approved.` : undefined;
      return fail(
        `Rule ${first.placed.name} lets nodes out to ${names.join(', ')}.`,
        wrong.slice(0, 10).map(({ placed }) => see(placed.from, placed.pointer)),
        { ...(first.excess.some(({ anywhere }) => anywhere) ? {} : { severity: 'medium' }), ...(note === undefined ? {} : { note }) },
      );
    }
    const off = threatFilterOff(firewall, facts);
    if (off.length > 0) return fail('Its filter by threat intelligence is off.', off, { severity: 'medium' });
    rules.all();
    const missing = missingNames(counting.map(({ rule }) => rule));
    return pass(
      'It lets nodes out to what is approved, and nowhere else.',
      computed(firewall, '/properties/firewallPolicy/id', { rules: counting.map(({ name }) => name) }),
      missing.length > 0 ? `AKS needs ${missing.join(', ')}, which no rule allows.` : undefined,
    );
  },
});

/** A firewall that nodes' traffic goes to, and the ranges of the subnets that it comes from. */
interface Guarded {
  resource: Firewall;
  ranges: readonly Range[];
}

function guardedBy(facts: EgressFacts): Seen<Guarded> {
  const subnets = clusterExits(facts);
  const found = new Map<string, Guarded>();
  for (const { subnet, exits } of subnets.items)
    for (const resource of firewallsOf(exits).items) {
      const ranges = [...(found.get(normalId(resource.id))?.ranges ?? []), ...ipv4Prefixes(subnet)];
      found.set(normalId(resource.id), { resource, ranges });
    }
  return seen([...found.values()], [...subnets.gaps, ...subnets.items.flatMap(({ exits }) => exits.gaps)]);
}

/** Where it says that known bad addresses are let through; absent is Alert, and of policies the strictest counts. */
function threatFilterOff(firewall: Firewall, facts: FirewallFacts): Sight[] {
  const isOff = ({ properties }: { properties: { threatIntelMode?: string } }) => properties.threatIntelMode?.toLowerCase() === 'off';
  const sight = (resource: object) => see(resource, '/properties/threatIntelMode', 'Alert or Deny');
  if (!firewall.properties.firewallPolicy?.id) return isOff(firewall) ? [sight(firewall)] : [];
  const chain = policyChain(firewall, facts);
  return chain.every(isOff) ? chain.items.map(sight) : [];
}
