import { normalId, type Seen } from '../seen.ts';
import type { ApplicationGateway, FrontDoorWafPolicy, TrafficController, TrafficControllerPolicy, WafPolicy } from '../wire.ts';
import { legsByListener } from './appGateways.ts';

/** What is wrong with a firewall before a way into the cluster, a clause of a sentence, and where it stands. */
export interface FirewallFlaw {
  says: string;
  resource: object;
  pointer: string;
  expected: string;
}

const managed = /^(?:owasp|microsoft_defaultruleset)$/i;
const bots = /^microsoft_botmanagerruleset$/i;
export const knowsBots = ({ properties }: WafPolicy | FrontDoorWafPolicy): boolean =>
  (properties.managedRules?.managedRuleSets ?? []).some(({ ruleSetType }) => bots.test(ruleSetType ?? ''));

/** A policy keeps attacks out when it is on, prevents and has Microsoft's rules. It is on unless it says otherwise; none prevents by default. */
export function policyFlaw(policy: WafPolicy | FrontDoorWafPolicy): FirewallFlaw | undefined {
  const settings: { state?: string; enabledState?: string; mode?: string } = policy.properties.policySettings ?? {};
  const { state, enabledState, mode } = settings;
  const flaw = (says: string, pointer: string, expected: string): FirewallFlaw => ({ says, resource: policy, pointer, expected });
  const at = '/properties/policySettings';
  if ((state ?? enabledState)?.toLowerCase() === 'disabled')
    return flaw(`firewall policy ${policy.name} is off`, `${at}/${state === undefined ? 'enabledState' : 'state'}`, 'Enabled');
  if (mode?.toLowerCase() !== 'prevention') return flaw(`firewall policy ${policy.name} only detects`, `${at}/mode`, 'Prevention');
  const sets = policy.properties.managedRules?.managedRuleSets ?? [];
  if (!sets.some(({ ruleSetType }) => managed.test(ruleSetType ?? '')))
    return flaw(`firewall policy ${policy.name} has no managed rules`, '/properties/managedRules/managedRuleSets', 'a default rule set');
  return undefined;
}

/** Of each listener that serves something, and of each of its paths: the policy nearest to it holds. */
export function gatewayFirewallFlaws(gateway: ApplicationGateway, policies: Seen<WafPolicy>): FirewallFlaw[] {
  const { properties } = gateway;
  const flaw = (says: string, pointer: string, expected: string): FirewallFlaw => ({ says, resource: gateway, pointer, expected });
  if (!/^waf/i.test(properties.sku?.tier ?? '')) return [flaw('its SKU has no firewall', '/properties/sku/tier', 'WAF_v2')];
  const legs = legsByListener(gateway);
  const flaws = (properties.httpListeners ?? []).flatMap((listener, index) => {
    const served = (legs.get(normalId(listener.id ?? '')) ?? []).filter(({ settingsId }) => settingsId !== undefined);
    const ids = new Set(
      served.map((leg) => leg.firewallPolicyId ?? listener.properties?.firewallPolicy?.id ?? properties.firewallPolicy?.id),
    );
    return [...ids].flatMap((id) => {
      if (id !== undefined) return policyFlaw(policies.get(id)) ?? [];
      const old = properties.webApplicationFirewallConfiguration;
      if (old?.enabled !== true)
        return flaw(
          `listener ${listener.name} has no firewall`,
          `/properties/httpListeners/${index}/properties/firewallPolicy`,
          'a policy',
        );
      if (old.firewallMode?.toLowerCase() === 'prevention') return [];
      return flaw('its firewall only detects', '/properties/webApplicationFirewallConfiguration/firewallMode', 'Prevention');
    });
  });
  return [...new Map(flaws.map((each) => [each.says, each])).values()];
}

/** The flaws of the policy that is best, as one may be for some routes; none at all is the flaw where nothing is attached. */
export function controllerFirewallFlaw(
  controller: TrafficController,
  attached: Seen<TrafficControllerPolicy>,
  policies: Seen<WafPolicy>,
): FirewallFlaw | undefined {
  const own = attached.filter(
    ({ id, properties }) => normalId(id).startsWith(`${normalId(controller.id)}/`) && properties.wafPolicy?.id != null,
  );
  const flawOf = ({ properties }: TrafficControllerPolicy) => policyFlaw(policies.get(properties.wafPolicy?.id ?? ''));
  if (own.find((each) => flawOf(each) === undefined) !== undefined) return undefined;
  const [first] = own.all();
  return first === undefined
    ? { says: 'no firewall policy is attached', resource: controller, pointer: '/id', expected: 'a security policy with a firewall' }
    : flawOf(first);
}
