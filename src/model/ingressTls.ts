import type { Seen } from '../seen.ts';
import type { Gateway, HttpRoute, Ingress, IngressClass, IstioGateway, TraefikRoute } from '../wire.ts';
import { allFound } from './firstFound.ts';
import type { Flaw } from './flaws.ts';
import { type IngressProduct, productOfClass } from './ingressControllers.ts';
import { once } from './once.ts';

const flaw = (of: string, pointer: string, expected: string): Flaw => ({ of, what: of, pointer, expected });
const redirect = 'a redirect to HTTPS';

interface IngressFacts {
  readonly ingressClasses: Seen<IngressClass>;
}

/** Hosts that an Ingress serves without a certificate, and a redirect to HTTPS that is off. */
export const ingressFlaws = (ingress: Ingress, facts: IngressFacts): readonly Flaw[] =>
  allFound(
    () => hostFlaws(ingress),
    () => redirectFlaws(ingress, facts),
  );

/** In small letters; what was redacted is some text. */
function annotation({ metadata }: Ingress, name: string): string | undefined {
  const value: unknown = metadata.annotations?.[name];
  return value == null ? undefined : String(value).toLowerCase();
}
/** Application Gateway has a certificate of its own for the whole Ingress. */
const gatewayCertificate = 'appgw.ingress.kubernetes.io/appgw-ssl-certificate';

function hostFlaws(ingress: Ingress): Flaw[] {
  if (annotation(ingress, gatewayCertificate) !== undefined) return [];
  const { rules = [], tls = [], defaultBackend } = ingress.spec ?? {};
  const entries: readonly ({ hosts?: string[] } | null)[] = tls ?? [];
  const covered = entries.map((entry) => entry?.hosts ?? []);
  const isCovered = (host: string) =>
    covered.some((hosts) => hosts.length === 0 || host === '' || hosts.some((each) => covers(each, host)));
  const served = (rules ?? []).map((rule, index) => ({ host: rule?.host ?? '', pointer: `/spec/rules/${index}/host` }));
  if (served.length === 0 && defaultBackend) served.push({ host: '', pointer: '/spec/defaultBackend' });
  return served
    .filter(({ host }) => !isCovered(host))
    .map(({ host, pointer }) => flaw(`${host === '' ? 'any host' : host} without TLS`, pointer, 'a host that spec.tls covers'));
}

/** A wildcard stands for one label (networking/v1). */
const covers = (pattern: string, host: string): boolean =>
  pattern.toLowerCase() === host.toLowerCase() ||
  (pattern.startsWith('*.') && host.includes('.') && host.slice(host.indexOf('.')).toLowerCase() === pattern.slice(1).toLowerCase());

function redirectFlaws(ingress: Ingress, facts: IngressFacts): Flaw[] {
  const off = Object.keys(ingress.metadata.annotations ?? {}).find(
    (name) => name.endsWith('/ssl-redirect') && annotation(ingress, name) === 'false',
  );
  const forced = annotation(ingress, 'nginx.ingress.kubernetes.io/force-ssl-redirect') === 'true';
  if (off !== undefined && !forced) return [flaw('the redirect to HTTPS is off', annotationAt(off), redirect)];
  const entryPoints = annotation(ingress, traefikEntryPoints);
  if (entryPoints !== undefined)
    return plainEntryPoints(entryPoints.split(',')).map((name) => plain(name, annotationAt(traefikEntryPoints)));
  const isGateway = productOf(ingress, facts)?.name === 'Application Gateway Ingress Controller';
  return isGateway && annotation(ingress, gatewayRedirect) !== 'true'
    ? [flaw('no redirect to HTTPS', annotationAt(gatewayRedirect), redirect)]
    : [];
}

const gatewayRedirect = 'appgw.ingress.kubernetes.io/ssl-redirect';
const traefikEntryPoints = 'traefik.ingress.kubernetes.io/router.entrypoints';
const annotationAt = (name: string): string => `/metadata/annotations/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
const plain = (name: string, pointer: string): Flaw => flaw(`entry point ${name} is plain HTTP`, pointer, 'an entry point with TLS');
/** Traefik's chart names them `web` and `websecure`. */
const plainEntryPoints = (names: readonly string[]): string[] =>
  names.map((name) => name.trim()).filter((name) => /^(?:web|http|insecure)$/i.test(name));

/** The program that serves an Ingress, by its class, or by the default class. */
function productOf(ingress: Ingress, { ingressClasses }: IngressFacts): IngressProduct | undefined {
  const name = ingress.spec?.ingressClassName ?? annotation(ingress, 'kubernetes.io/ingress.class');
  const known = name === undefined ? undefined : productOfClass(name);
  if (known !== undefined) return known;
  const found = ingressClasses.find(({ metadata }) =>
    name === undefined ? metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true' : metadata.name === name,
  );
  return productOfClass(found?.spec?.controller);
}

interface RouteFacts {
  readonly snapshot: object;
  readonly httpRoutes: Seen<HttpRoute>;
}

/** Listeners for plain HTTP that do more than redirect. */
export const gatewayFlaws = (gateway: Gateway, facts: RouteFacts): readonly Flaw[] =>
  allFound(
    ...(gateway.spec?.listeners ?? []).map((listener, index) => () => {
      if (listener?.protocol?.toUpperCase() !== 'HTTP') return [];
      const serving = routesOf(gateway, facts).find(
        ({ route, section }) => (section === undefined || section === listener.name) && !onlyRedirects(route),
      );
      if (serving === undefined) facts.httpRoutes.every(() => true);
      const name = `listener ${listener.name ?? index} serves plain HTTP`;
      return serving === undefined ? [] : [flaw(name, `/spec/listeners/${index}/protocol`, `HTTPS, or routes of ${redirect}s only`)];
    }),
  );

interface Attached {
  route: HttpRoute;
  section: string | undefined;
}
const routesOf = ({ metadata }: Gateway, facts: RouteFacts): readonly Attached[] =>
  attached(facts).get(`${metadata.namespace ?? ''}/${metadata.name}`) ?? [];

const attached = once(({ httpRoutes }: RouteFacts) => {
  const byGateway = new Map<string, Attached[]>();
  for (const route of httpRoutes.items) {
    for (const parent of route.spec?.parentRefs ?? []) {
      if ((parent.kind ?? 'Gateway') !== 'Gateway') continue;
      const key = `${parent.namespace ?? route.metadata.namespace ?? ''}/${parent.name}`;
      byGateway.set(key, [...(byGateway.get(key) ?? []), { route, section: parent.sectionName }]);
    }
  }
  return byGateway;
});

const onlyRedirects = ({ spec }: HttpRoute): boolean => {
  const rules = spec?.rules ?? [];
  return (
    rules.length > 0 &&
    rules.every((rule) =>
      rule?.filters?.some(({ type, requestRedirect }) => type === 'RequestRedirect' && requestRedirect?.scheme?.toLowerCase() === 'https'),
    )
  );
};

/** Servers of an Istio Gateway for plain HTTP that do not redirect. */
export const istioFlaws = ({ spec }: IstioGateway): readonly Flaw[] =>
  (spec?.servers ?? []).flatMap((server, index) => {
    const isPlain = /^(?:http|http2|grpc|grpc-web)$/i.test(server?.port?.protocol ?? '');
    const name = `port ${server?.port?.name ?? server?.port?.number ?? index} serves plain HTTP`;
    return isPlain && server?.tls?.httpsRedirect !== true ? [flaw(name, `/spec/servers/${index}/tls/httpsRedirect`, 'true')] : [];
  });
export const isForEgress = ({ spec }: IstioGateway): boolean => /egress/.test(spec?.selector?.istio ?? '');

/** A route of Traefik without TLS on entry points that may be plain; all of them when none is named. */
export const traefikFlaws = ({ spec }: TraefikRoute): readonly Flaw[] => {
  if (spec?.tls != null) return [];
  const named = spec?.entryPoints ?? [];
  if (named.length === 0) return [flaw('every entry point, without TLS', '/spec/tls', 'set')];
  return plainEntryPoints(named).map((name) => plain(name, '/spec/entryPoints'));
};
/** Whether every route has a middleware that by its name redirects; what it does stands elsewhere. */
export const mayRedirect = ({ spec }: TraefikRoute): boolean => {
  const routes = spec?.routes ?? [];
  return routes.length > 0 && routes.every(({ middlewares }) => middlewares?.some(({ name }) => /redirect|https/i.test(name ?? '')));
};
