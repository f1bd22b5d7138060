import { check, fail, pass, see, undecided, type Verdict } from '../check.ts';
import { type Flaw, sayNames } from '../model/flaws.ts';
import { gatewayFlaws, ingressFlaws, isForEgress, istioFlaws, mayRedirect, traefikFlaws } from '../model/ingressTls.ts';
import type { Gateway, Ingress, IstioGateway, KubernetesObject, TraefikRoute } from '../wire.ts';

/** Where managed gateways stand, whose objects are users' own. */
const gatewayNamespaces: ReadonlySet<string> = new Set(['aks-istio-ingress', 'istio-system', 'app-routing-system']);
/** cert-manager answers a challenge over plain HTTP for a minute. */
const isChallenge = ({ metadata }: Ingress): boolean => metadata.labels?.['acme.cert-manager.io/http01-solver'] === 'true';

/** What lets traffic in takes HTTPS, and plain HTTP only to redirect. */
export const tls = check({
  needs: ['ingresses', 'ingressClasses', 'gateways', 'httpRoutes', 'istioGateways', 'ingressRoutes'],
  subjects: ({ ingresses, gateways, istioGateways, ingressRoutes, inScope }) => {
    const isJudged = ({ metadata: { namespace = '' } }: KubernetesObject) => inScope(namespace) || gatewayNamespaces.has(namespace);
    return ingresses
      .filter((ingress) => isJudged(ingress) && !isChallenge(ingress))
      .concat(gateways.filter(isJudged))
      .concat(istioGateways.filter((gateway) => isJudged(gateway) && !isForEgress(gateway)))
      .concat(ingressRoutes.filter(isJudged));
  },
  none: 'There is no Ingress, Gateway or IngressRoute.',
  judge: (subject, _params, facts) => {
    if (isIngress(subject)) return verdictOf(subject, ingressFlaws(subject, facts), '/spec/tls');
    if (isTraefik(subject)) {
      const flaws = traefikFlaws(subject);
      return flaws.length > 0 && mayRedirect(subject)
        ? undecided('Its middlewares may redirect to HTTPS.', see(subject, '/spec/routes'))
        : verdictOf(subject, flaws, '/spec/tls');
    }
    return isIstio(subject)
      ? verdictOf(subject, istioFlaws(subject), '/spec/servers')
      : verdictOf(subject, gatewayFlaws(subject, facts), '/spec/listeners');
  },
});

type Entrance = Ingress | Gateway | IstioGateway | TraefikRoute;
const isIngress = (subject: Entrance): subject is Ingress => subject.kind === 'Ingress';
const isTraefik = (subject: Entrance): subject is TraefikRoute => subject.kind === 'IngressRoute';
const isIstio = (subject: Entrance): subject is IstioGateway => subject.apiVersion.startsWith('networking.istio.io/');

const verdictOf = (subject: Entrance, flaws: readonly Flaw[], at: string): Verdict =>
  flaws.length > 0
    ? fail(
        `Plain HTTP gets in: ${sayNames(flaws)}.`,
        flaws.map(({ pointer, expected }) => see(subject, pointer, expected)),
      )
    : pass('It takes HTTPS only.', see(subject, at));
