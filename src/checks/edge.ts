import { check, fail, pass, seeEach, undecided } from '../check.ts';
import { gatewayKeys, servingGateways } from '../model/appGateways.ts';
import { gatewayTlsFlaws } from '../model/gatewayTls.ts';
import { sentence } from '../model/words.ts';

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
