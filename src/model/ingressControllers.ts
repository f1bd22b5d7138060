import { type Seen, seen } from '../seen.ts';
import type { DaemonSet, Deployment } from '../wire.ts';
import { parseImage } from './images.ts';
import { once } from './once.ts';

/** A program that serves Ingress or Gateway objects. */
export interface IngressProduct {
  name: string;
  /** Whether requests pass through pods of the cluster; else a gateway of Azure sends them to the workloads straight. */
  proxies: boolean;
  /** The repository of its image, without the registry: mirrors keep the end of the path. */
  image?: RegExp;
  /** Labels of its pods, for images of one's own making: any of them names it, all of one hold. */
  labels?: readonly Readonly<Record<string, string | RegExp>>[];
  /** What IngressClasses (`spec.controller`) and GatewayClasses (`spec.controllerName`) call it. */
  controller?: RegExp;
}

const chart = (name: string): Readonly<Record<string, string>> => ({ 'app.kubernetes.io/name': name });

/** The first that fits counts: the forms that AKS runs stand before the programs that they are made of. */
const products: readonly IngressProduct[] = [
  {
    name: 'Application routing NGINX',
    proxies: true,
    labels: [{ app: /^nginx/, 'app.kubernetes.io/managed-by': 'aks-app-routing-operator' }],
    controller: /^webapprouting\.kubernetes\.azure\.com\/nginx/,
  },
  {
    name: 'HTTP application routing',
    proxies: true,
    labels: [{ app: /^addon-http-application-routing.*ingress/ }],
  },
  // A fork that goes on being patched, under an image name of its own.
  { name: 'ingress-nginx of Chainguard', proxies: true, image: /(?:^|\/)ingress-nginx-controller(?:-fips)?$/ },
  {
    name: 'Community ingress-nginx',
    proxies: true,
    image: /(?:^|\/)(?:ingress-nginx\/controller(?:-chroot)?|nginx-ingress-controller(?:-chroot)?)$/,
    labels: [{ ...chart('ingress-nginx'), 'app.kubernetes.io/component': 'controller' }],
    controller: /^k8s\.io\/.*ingress-nginx/,
  },
  {
    name: 'Application Gateway Ingress Controller',
    proxies: false,
    image: /(?:^|\/)azure-application-gateway\/kubernetes-ingress$/,
    labels: [{ app: 'ingress-appgw' }, { app: 'ingress-azure' }],
    controller: /^azure\/application-gateway$/,
  },
  {
    name: 'Application Gateway for Containers',
    proxies: false,
    image: /(?:^|\/)application-lb\/images\/alb-controller$/,
    labels: [{ app: 'alb-controller' }],
    controller: /^alb\.networking\.azure\.io\/alb-controller$/,
  },
  {
    name: 'F5 NGINX Ingress Controller',
    proxies: true,
    image: /(?:^|\/)(?:nginx\/nginx-ingress|nginx-ic\/nginx-plus-ingress(?:-nap)?)$/,
    labels: [chart('nginx-ingress')],
    controller: /^nginx\.org\/ingress-controller$/,
  },
  {
    name: 'NGINX Gateway Fabric',
    proxies: true,
    image: /(?:^|\/)nginx-gateway-fabric\/nginx(?:-plus)?$/,
    controller: /^gateway\.nginx\.org\//,
  },
  {
    name: 'Traefik',
    proxies: true,
    image: /(?:^|\/)(?:library\/)?(?:traefik|traefik-hub|traefikee)$/,
    labels: [chart('traefik')],
    controller: /^traefik\.io\//,
  },
  {
    name: 'HAProxy',
    proxies: true,
    image: /(?:^|\/)(?:haproxytech\/kubernetes-ingress|jcmoraisjr\/haproxy-ingress)$/,
    labels: [chart('kubernetes-ingress'), chart('haproxy-ingress')],
    controller: /^(?:haproxy\.org|haproxy-ingress\.github\.io)\//,
  },
  {
    name: 'Kong',
    proxies: true,
    image: /(?:^|\/)kong\/kubernetes-ingress-controller$/,
    labels: [chart('kong')],
    controller: /^(?:ingress-controllers\.konghq\.com\/kong|konghq\.com\/)/,
  },
  {
    name: 'Contour',
    proxies: true,
    image: /(?:^|\/)projectcontour\/contour$/,
    labels: [chart('contour')],
    controller: /^projectcontour\.io\//,
  },
  {
    name: 'Emissary',
    proxies: true,
    image: /(?:^|\/)emissary-ingress\/emissary$/,
    labels: [chart('emissary-ingress')],
    controller: /^getambassador\.io\//,
  },
  {
    name: 'Istio gateway',
    proxies: true,
    labels: [
      { istio: /ingressgateway/ },
      { istio: 'ingress' },
      { 'gateway.networking.k8s.io/gateway-name': /./, 'gateway.istio.io/managed': /gateway-controller$/ },
    ],
    controller: /^istio\.(?:io|aks\.azure\.com)\//,
  },
  {
    name: 'Envoy Gateway',
    proxies: true,
    labels: [{ 'gateway.envoyproxy.io/owning-gateway-name': /./ }],
    controller: /^gateway\.envoyproxy\.io\//,
  },
  { name: 'Cilium', proxies: true, controller: /^(?:cilium\.io\/ingress-controller|io\.cilium\/gateway-controller)$/ },
];

export type IngressRunner = Deployment | DaemonSet;
/** What runs an ingress controller or the proxies of a gateway. */
export interface IngressController {
  product: IngressProduct;
  resource: IngressRunner;
  /** JSON pointer of what it was known by: an image, or the labels of its pods. */
  pointer: string;
  /** AKS runs it and sets its template back: an add-on, application routing, its Istio. */
  managed: boolean;
}

export const ingressControllerNeeds = ['deployments', 'daemonSets'] as const;
export interface IngressFacts {
  readonly snapshot: object;
  readonly deployments: Seen<Deployment>;
  readonly daemonSets: Seen<DaemonSet>;
}

/** Those of every namespace, known by their image or labels; what an Ingress is served by elsewhere is not among them. */
export const ingressControllers: (facts: IngressFacts) => Seen<IngressController> = once(({ deployments, daemonSets }: IngressFacts) =>
  seen<IngressRunner>([...deployments.items, ...daemonSets.items], [...deployments.gaps, ...daemonSets.gaps]).flatMap((resource) => {
    const known = productOf(resource);
    return known === undefined ? [] : [{ ...known, resource, managed: isOfAks(resource) }];
  }),
);

function productOf({ spec }: IngressRunner): Pick<IngressController, 'product' | 'pointer'> | undefined {
  const labels = spec?.template?.metadata?.labels ?? {};
  const repositories = (spec?.template?.spec?.containers ?? []).map(({ image }) => parseImage(image)?.repository ?? '');
  for (const product of products) {
    if (product.labels?.some((wanted) => areLabels(wanted, labels))) return { product, pointer: '/spec/template/metadata/labels' };
    const index = repositories.findIndex((repository) => product.image?.test(repository));
    if (index >= 0) return { product, pointer: `/spec/template/spec/containers/${index}/image` };
  }
  return undefined;
}

const areLabels = (wanted: Readonly<Record<string, string | RegExp>>, labels: Readonly<Record<string, string | undefined>>): boolean =>
  Object.entries(wanted).every(([key, value]) => {
    const own = Object.hasOwn(labels, key) ? labels[key] : undefined;
    return own !== undefined && (typeof value === 'string' ? own === value : value.test(own));
  }) && !['default-backend', 'defaultbackend'].includes(labels['app.kubernetes.io/component'] ?? '');

const namespacesOfAks: ReadonlySet<string> = new Set(['app-routing-system', 'aks-istio-ingress', 'aks-istio-system']);

/** Application routing puts the proxies of a Gateway beside it, in the user's namespace. */
function isOfAks({ metadata: { namespace = '', labels = {} } }: IngressRunner): boolean {
  return (
    namespacesOfAks.has(namespace) ||
    labels['kubernetes.azure.com/managedby'] === 'aks' ||
    labels['app.kubernetes.io/managed-by'] === 'aks-app-routing-operator' ||
    labels['gateway.networking.k8s.io/gateway-class-name'] === 'approuting-istio' ||
    (namespace === 'kube-system' &&
      (labels['addonmanager.kubernetes.io/mode'] !== undefined || labels['kubernetes.io/cluster-service'] === 'true'))
  );
}

/** The program that an IngressClass or GatewayClass names; undefined when it is not known here. */
export const productOfClass = (controller: string | null | undefined): IngressProduct | undefined =>
  controller == null ? undefined : products.find((product) => product.controller?.test(controller));
