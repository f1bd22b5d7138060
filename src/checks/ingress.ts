import { check, count, fail, ifSeen, pass, see, type Sight, undecided, type Verdict } from '../check.ts';
import { type Flaw, sayNames } from '../model/flaws.ts';
import { weaknesses } from '../model/ingressAvailability.ts';
import { type IngressController, ingressControllerNeeds, ingressControllers } from '../model/ingressControllers.ts';
import { fronts, sourceLimit, sourceNeeds, sourcePointers } from '../model/ingressSources.ts';
import { clusterIngress, supportEnd } from '../model/ingressSupport.ts';
import { gatewayFlaws, ingressFlaws, isForEgress, istioFlaws, mayRedirect, traefikFlaws } from '../model/ingressTls.ts';
import { gather } from '../model/subnets.ts';
import type { Deployment, Gateway, Ingress, IstioGateway, KubernetesObject, ManagedCluster, TraefikRoute } from '../wire.ts';

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

/** What the cluster switches on, and what runs in it; what AKS runs is said once, of the cluster. */
export const supported = check({
  needs: ['cluster', ...ingressControllerNeeds],
  params: { warnDays: count(180) },
  subjects: (facts) => {
    const named = ifSeen(() => clusterIngress(facts.cluster).map(({ name }) => name)) ?? [];
    const others = ingressControllers(facts).filter(({ managed, product }) => !(managed && named.includes(product.name)));
    return gather<ManagedCluster | IngressController>([() => facts.cluster]).concat(others);
  },
  none: 'There is no cluster.',
  judge: (subject, { warnDays }, { at }) => {
    const used = 'product' in subject ? [{ name: subject.product.name, pointer: subject.pointer }] : clusterIngress(subject);
    const resource = 'product' in subject ? subject.resource : subject;
    const found = used.flatMap(({ name, pointer }) => {
      const end = supportEnd(name, at, warnDays);
      return end === undefined ? [] : [{ ...end, name, sight: see(resource, pointer, 'a supported ingress') }];
    });
    const say = (all: typeof found) =>
      all.map(({ ended, name, on }) => (ended ? `${name}: no support since ${on}` : `${name}: support ends ${on}`)).join(', ');
    const near = found.filter((each) => each.near);
    if (near.length > 0)
      return fail(
        `${say(near)}.`,
        near.map(({ sight }) => sight),
      );
    const evidence: Sight[] = used.map(({ pointer }) => see(resource, pointer));
    const note = found.length > 0 ? `${say(found)}.` : undefined;
    return pass(
      'product' in subject ? `${subject.product.name} is supported.` : 'It switches on no ingress that is retired.',
      evidence.length > 0 ? evidence : see(resource, '/properties/ingressProfile'),
      note,
    );
  },
});

/** The proxies that all traffic passes: how many there are, how they are spread, probed and placed. */
export const available = check({
  needs: [...ingressControllerNeeds, 'horizontalPodAutoscalers', 'pods', 'nodes'],
  params: { minReplicas: count(2, 1) },
  subjects: (facts) => ingressControllers(facts).filter(({ product, resource }) => product.proxies && !isOff(resource)),
  none: 'No ingress controller that is known here runs in the cluster.',
  judge: (controller, { minReplicas }, facts) => {
    const found = weaknesses(controller, minReplicas, facts);
    const evidence = found.map(({ resource, pointer, expected }) => see(resource, pointer, expected));
    if (found.length > 0) return fail(`${controller.product.name}: ${found.map(({ what }) => what).join(', ')}.`, evidence);
    return pass(
      `${controller.product.name} outlives a pod and a node.`,
      see(controller.resource, controller.pointer),
      controller.managed ? 'AKS sets all but its replicas.' : undefined,
    );
  },
});

const isOff = ({ kind, spec }: IngressController['resource']): boolean =>
  kind === 'Deployment' && (spec as Deployment['spec'])?.replicas === 0; // kind tells the type

/** Load balancers that lead to an ingress controller: what they, or something on the way, lets in. */
export const sources = check({
  needs: sourceNeeds,
  subjects: fronts,
  none: 'No load balancer leads to an ingress controller that is known here.',
  judge: (front, _params, facts) => {
    const limit = sourceLimit(front, facts);
    if (limit !== undefined) return pass(limit.what, see(limit.resource, limit.pointer));
    return fail(
      `${front.controller.product.name} takes traffic from everywhere that reaches it.`,
      sourcePointers(front.resource).map((at) =>
        see(front.resource, at, at.includes('deny-all') ? 'true' : 'the addresses of the gateway in front'),
      ),
    );
  },
});
