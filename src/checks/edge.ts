import { check, type Facts, fail, flag, pass, see, seeEach, undecided, type Verdict } from '../check.ts';
import { gatewayKeys, servingGateways, wafPolicyIds } from '../model/appGateways.ts';
import { firstFound } from '../model/firstFound.ts';
import { frontDoorKeys, guardingFrontDoor, unresolvedOrigin } from '../model/frontDoors.ts';
import { gatewayTlsFlaws } from '../model/gatewayTls.ts';
import { isController, isGateway, namesOf, type Way, wayKeys, waysInto } from '../model/publicWays.ts';
import { controllerFirewallFlaw, type FirewallFlaw, gatewayFirewallFlaws, knowsBots } from '../model/webFirewalls.ts';
import { listed, sentence } from '../model/words.ts';

/** Versions of TLS, certificates and the way to the cluster, of each Application Gateway that leads into it. */
export const appGatewayTls = check({
  needs: gatewayKeys,
  subjects: servingGateways,
  none: 'No Application Gateway leads into the cluster.',
  judge: (gateway) => {
    const flaws = gatewayTlsFlaws(gateway);
    const certain = flaws.filter(({ unsettled }) => unsettled !== true);
    if (certain.length > 0) return fail(sentence(certain.slice(0, 5).map(({ says }) => says)), seeEach(gateway, certain));
    if (flaws.length > 0) return undecided(sentence(flaws.slice(0, 5).map(({ says }) => says)), seeEach(gateway, flaws));
    const places = ['/properties/httpListeners', '/properties/sslPolicy', '/properties/backendHttpSettingsCollection'];
    return pass(
      'It takes TLS 1.2 or later, and encrypts to the cluster too.',
      seeEach(
        gateway,
        places.map((pointer) => ({ pointer })),
      ),
    );
  },
});

const firewallKeys = [...wayKeys, ...frontDoorKeys, 'wafPolicies', 'trafficControllerPolicies'] as const;

/** Whether each public way to the cluster by HTTP has a firewall that prevents: its own, or that of a Front Door before it. */
export const webFirewall = check({
  needs: firewallKeys,
  params: { requireWafForInternal: flag(false) },
  subjects: (facts, { requireWafForInternal }) => waysInto(facts, requireWafForInternal),
  none: 'Nothing leads into the cluster by HTTP from the internet.',
  judge: (way, _params, facts) => {
    const own = () => firewallFlaws(way, facts);
    const found = firstFound<Verdict>(
      () => (own().length === 0 ? passOf(way, facts) : undefined),
      () => {
        const door = guardingFrontDoor(namesOf(way, facts), facts);
        const note = 'Its own address has no firewall, and is open to who knows it unless it takes requests of Front Door only.';
        return door && pass(`Front Door ${door.name} stands before it with a firewall.`, see(door, '/name'), note);
      },
    );
    if (found !== undefined) return found;
    const flaws = own();
    const evidence = flaws.slice(0, 5).map(({ resource, pointer, expected }) => see(resource, pointer, expected));
    const unresolved = unresolvedOrigin(namesOf(way, facts), facts);
    if (unresolved !== undefined)
      return undecided('Whether an origin of Front Door leads to it by its name was not resolved.', [
        ...evidence,
        see(unresolved, '/properties/hostName'),
      ]);
    return fail(sentence(flaws.slice(0, 5).map(({ says }) => says)), evidence);
  },
});

type FirewallFacts = Facts<(typeof firewallKeys)[number]>;
/** A load balancer has no firewall of its own; a gateway before it is a way of its own. */
function firewallFlaws(way: Way, facts: FirewallFacts): readonly FirewallFlaw[] {
  if (isGateway(way)) return gatewayFirewallFlaws(way, facts.wafPolicies);
  if (isController(way)) return [controllerFirewallFlaw(way, facts.trafficControllerPolicies, facts.wafPolicies) ?? []].flat();
  return [
    {
      says: 'its load balancer is open to the internet without a firewall',
      resource: way,
      pointer: '/status/loadBalancer/ingress',
      expected: 'a firewall before it',
    },
  ];
}

function passOf(way: Way, { wafPolicies }: FirewallFacts): Verdict {
  if (isController(way))
    return pass('A firewall that prevents is attached.', see(way, '/id'), 'For which routes it holds is set in the cluster.');
  const ids = isGateway(way) ? wafPolicyIds(way) : [];
  const blind = ids.map((id) => wafPolicies.get(id)).filter((policy) => !knowsBots(policy));
  const note = blind.length > 0 ? `Firewall policy ${listed(blind.map(({ name }) => name))} has no rules on bots.` : undefined;
  return pass('Each listener has a firewall that prevents.', see(way, '/properties/firewallPolicy/id'), note);
}
