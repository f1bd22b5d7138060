import { expect, test } from 'vitest';
import { ingressControllers, productOfClass } from '../../src/model/ingressControllers.ts';
import { seen } from '../../src/seen.ts';
import type { DaemonSet, Deployment } from '../../src/wire.ts';

interface Given {
  image?: string;
  labels?: Record<string, string>;
  of?: Record<string, string>;
  namespace?: string;
}
const runner = (kind: string, { image = 'example.azurecr.io/a', labels = {}, of = {}, namespace = 'shop' }: Given) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'x', namespace, labels: of },
  spec: { template: { metadata: { labels }, spec: { containers: [{ name: 'a', image }] } } },
});
const found = (given: Given, kind = 'Deployment') => {
  const [item] = ingressControllers({
    snapshot: {},
    deployments: seen(kind === 'Deployment' ? [runner(kind, given) as unknown as Deployment] : []),
    daemonSets: seen(kind === 'DaemonSet' ? [runner(kind, given) as unknown as DaemonSet] : []),
  }).items;
  return item && [item.product.name, item.managed];
};

test.each<[string, Given, [string, boolean] | undefined]>([
  ['the community image', { image: 'registry.k8s.io/ingress-nginx/controller:v1.12.1' }, ['Community ingress-nginx', false]],
  ['its mirror in a registry', { image: 'shop.azurecr.io/mirror/ingress-nginx/controller:v1' }, ['Community ingress-nginx', false]],
  [
    'its older image',
    { image: 'quay.io/kubernetes-ingress-controller/nginx-ingress-controller:0.33.0' },
    ['Community ingress-nginx', false],
  ],
  [
    'an image of ones own with the labels of the chart',
    { labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' } },
    ['Community ingress-nginx', false],
  ],
  [
    'its default backend',
    { labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'default-backend' } },
    undefined,
  ],
  ['a fork under another name', { image: 'cgr.dev/example/ingress-nginx-controller:1' }, ['ingress-nginx of Chainguard', false]],
  ['a web server', { image: 'nginx:1.27' }, undefined],
  [
    'application routing, though of the community image',
    {
      image: 'mcr.microsoft.com/oss/kubernetes/ingress/nginx-ingress-controller:v1.13.1',
      namespace: 'app-routing-system',
      labels: { app: 'nginx', 'app.kubernetes.io/managed-by': 'aks-app-routing-operator' },
    },
    ['Application routing NGINX', true],
  ],
  ['F5 NGINX', { image: 'nginx/nginx-ingress:5.0.0' }, ['F5 NGINX Ingress Controller', false]],
  ['Traefik', { image: 'docker.io/traefik:v3.1' }, ['Traefik', false]],
  [
    'AGIC as an add-on',
    {
      image: 'mcr.microsoft.com/azure-application-gateway/kubernetes-ingress:1.8.1',
      namespace: 'kube-system',
      of: { 'addonmanager.kubernetes.io/mode': 'Reconcile' },
    },
    ['Application Gateway Ingress Controller', true],
  ],
  ['a gateway of Istio', { labels: { istio: 'ingressgateway' }, image: 'auto' }, ['Istio gateway', false]],
  [
    'a gateway of the mesh of AKS',
    { labels: { istio: 'aks-istio-ingressgateway-internal' }, namespace: 'aks-istio-ingress' },
    ['Istio gateway', true],
  ],
  ['an egress gateway of Istio', { labels: { istio: 'egressgateway' } }, undefined],
  [
    'proxies of a Gateway of application routing',
    {
      labels: { 'gateway.networking.k8s.io/gateway-name': 'web', 'gateway.istio.io/managed': 'istio.io-gateway-controller' },
      of: { 'gateway.networking.k8s.io/gateway-class-name': 'approuting-istio' },
    },
    ['Istio gateway', true],
  ],
  [
    'a waypoint is within the mesh',
    { labels: { 'gateway.networking.k8s.io/gateway-name': 'waypoint', 'gateway.istio.io/managed': 'istio.io-mesh-controller' } },
    undefined,
  ],
])('%s', (_name, given, expected) => {
  expect(found(given)).toEqual(expected);
  expect(found(given, 'DaemonSet')).toEqual(expected);
});

test.each([
  ['k8s.io/ingress-nginx', 'Community ingress-nginx'],
  ['k8s.io/internal-ingress-nginx', 'Community ingress-nginx'],
  ['webapprouting.kubernetes.azure.com/nginx/internal', 'Application routing NGINX'],
  ['azure/application-gateway', 'Application Gateway Ingress Controller'],
  ['alb.networking.azure.io/alb-controller', 'Application Gateway for Containers'],
  ['traefik.io/ingress-controller', 'Traefik'],
  ['istio.aks.azure.com/gateway-controller', 'Istio gateway'],
  ['io.cilium/gateway-controller', 'Cilium'],
  ['example.com/own', undefined],
])('class of %s', (controller, name) => {
  expect(productOfClass(controller)?.name).toBe(name);
});
