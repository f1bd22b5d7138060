import { normalId } from '../seen.ts';
import type { ApplicationGateway } from '../wire.ts';
import { legsByListener, type Leg, partOf } from './appGateways.ts';

/** What is wrong with a gateway, a clause of a sentence, and where it stands. */
export interface GatewayFlaw {
  says: string;
  pointer: string;
  expected: string;
  /** What was read does not decide. */
  unsettled?: true;
}

/** Predefined policies by the least version that they take (Application Gateway's TLS policy overview, read in November 2026). */
const old = ['appgwsslpolicy20150501', 'appgwsslpolicy20170401'];
const current = ['appgwsslpolicy20170401s', 'appgwsslpolicy20220101', 'appgwsslpolicy20220101s'];

export function gatewayTlsFlaws(gateway: ApplicationGateway): GatewayFlaw[] {
  const legs = legsByListener(gateway);
  const used = (gateway.properties.httpListeners ?? []).flatMap((listener, index) => {
    const own = legs.get(normalId(listener.id ?? ''));
    return own === undefined ? [] : [{ listener, index, legs: own }];
  });
  const flaws = used.flatMap(({ listener, index, legs: own }) => {
    const at = `/properties/httpListeners/${index}/properties`;
    const { protocol, sslProfile, sslCertificate } = listener.properties ?? {};
    const https = protocol?.toLowerCase() === 'https';
    if (https) return [tlsFlaw(gateway, sslProfile?.id), certificateFlaw(gateway, sslCertificate?.id, at)];
    const redirected = own.length > 0 && own.every((each) => leadsToHttps(gateway, each));
    return redirected ? [] : [{ says: `listener ${listener.name} takes plain HTTP`, pointer: `${at}/protocol`, expected: 'Https' }];
  });
  const settings = [
    ...new Set(used.flatMap(({ legs: own }) => own.flatMap(({ settingsId }) => (settingsId === undefined ? [] : normalId(settingsId))))),
  ];
  const plain = settings.flatMap((id) => plainBackend(gateway, id));
  const found = [...flaws.flatMap((flaw) => flaw ?? []), ...plain];
  return [...new Map(found.map((flaw) => [`${flaw.pointer} ${flaw.says}`, flaw])).values()];
}

/** A redirect to a listener with HTTPS, or to an address that begins so. */
function leadsToHttps({ properties }: ApplicationGateway, { redirectId }: Leg): boolean {
  const redirect = partOf(properties.redirectConfigurations, redirectId)?.part.properties;
  const target = partOf(properties.httpListeners, redirect?.targetListener?.id)?.part.properties;
  return target?.protocol?.toLowerCase() === 'https' || /^https:\/\//i.test(redirect?.targetUrl ?? '');
}

/** A profile of the listener goes before the policy of the gateway, and that before the default of its API version. */
function tlsFlaw({ properties }: ApplicationGateway, profileId: string | undefined): GatewayFlaw | undefined {
  const profile = partOf(properties.sslProfiles, profileId);
  const ofProfile = profile?.part.properties?.sslPolicy;
  const [policy, at] =
    ofProfile == null
      ? [properties.sslPolicy, '/properties/sslPolicy']
      : [ofProfile, `/properties/sslProfiles/${profile?.index}/properties/sslPolicy`];
  const expected = 'at least TLS 1.2';
  if (/^custom/i.test(policy?.policyType ?? '')) {
    const least = policy?.minProtocolVersion?.toLowerCase();
    const off = (policy?.disabledSslProtocols ?? []).map((each) => each.toLowerCase());
    if (least === 'tlsv1_2' || least === 'tlsv1_3' || (off.includes('tlsv1_0') && off.includes('tlsv1_1'))) return undefined;
    if (least === undefined)
      return { says: 'the least version of TLS is not given', pointer: `${at}/minProtocolVersion`, expected, unsettled: true };
    return { says: 'it takes TLS below 1.2', pointer: `${at}/minProtocolVersion`, expected };
  }
  const [name, pointer] = policy?.policyName
    ? [policy.policyName, `${at}/policyName`]
    : [properties.defaultPredefinedSslPolicy, '/properties/defaultPredefinedSslPolicy'];
  const known = name?.toLowerCase() ?? '';
  if (current.includes(known)) return undefined;
  if (old.includes(known)) return { says: 'it takes TLS below 1.2', pointer, expected };
  return { says: 'its TLS policy is not known', pointer, expected, unsettled: true };
}

function certificateFlaw(
  { properties, identity }: ApplicationGateway,
  certificateId: string | undefined,
  at: string,
): GatewayFlaw | undefined {
  const certificate = partOf(properties.sslCertificates, certificateId);
  if (certificate === undefined)
    return {
      says: 'which certificate a listener has is not given',
      pointer: `${at}/sslCertificate/id`,
      expected: 'a certificate of Key Vault',
      unsettled: true,
    };
  const pointer = `/properties/sslCertificates/${certificate.index}/properties/keyVaultSecretId`;
  if (!certificate.part.properties?.keyVaultSecretId)
    return { says: `certificate ${certificate.part.name} was uploaded`, pointer, expected: 'a secret of Key Vault' };
  if (Object.keys(identity?.userAssignedIdentities ?? {}).length > 0) return undefined;
  return { says: 'it has no identity to fetch its certificates with', pointer: '/identity', expected: 'a user-assigned identity' };
}

function plainBackend({ properties }: ApplicationGateway, id: string): GatewayFlaw[] {
  const settings = partOf(properties.backendHttpSettingsCollection, id);
  if (settings === undefined || settings.part.properties?.protocol?.toLowerCase() === 'https') return [];
  const pointer = `/properties/backendHttpSettingsCollection/${settings.index}/properties/protocol`;
  return [{ says: `setting ${settings.part.name} sends plain HTTP to the cluster`, pointer, expected: 'Https' }];
}
