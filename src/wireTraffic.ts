import type { KubernetesObject, LabelSelector } from './wire.ts';

/** cilium.io/v2 CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy (Cilium's policy language reference). */
export interface CiliumNetworkPolicy extends KubernetesObject {
  spec?: CiliumRule;
  specs?: CiliumRule[];
}
export interface CiliumRule {
  endpointSelector?: LabelSelector;
  nodeSelector?: LabelSelector;
  ingress?: CiliumPeerRule[];
  ingressDeny?: CiliumPeerRule[];
  egress?: CiliumPeerRule[];
  egressDeny?: CiliumPeerRule[];
  enableDefaultDeny?: { ingress?: boolean; egress?: boolean };
}
export interface CiliumPeerRule {
  fromEndpoints?: LabelSelector[];
  toEndpoints?: LabelSelector[];
  fromEntities?: string[];
  toEntities?: string[];
  fromCIDR?: string[];
  toCIDR?: string[];
  fromCIDRSet?: { cidr?: string; except?: string[] }[];
  toCIDRSet?: { cidr?: string; except?: string[] }[];
  toPorts?: unknown[];
  icmps?: unknown[];
  toFQDNs?: unknown[];
  toServices?: unknown[];
  fromRequires?: unknown[];
  toRequires?: unknown[];
  fromGroups?: unknown[];
  toGroups?: unknown[];
  fromNodes?: unknown[];
  toNodes?: unknown[];
}

/** crd.projectcalico.org/v1 and projectcalico.org/v3 NetworkPolicy and GlobalNetworkPolicy. */
export interface CalicoNetworkPolicy extends KubernetesObject {
  spec?: {
    selector?: string;
    namespaceSelector?: string;
    serviceAccountSelector?: string;
    types?: string[];
    ingress?: CalicoRule[];
    egress?: CalicoRule[];
    order?: number;
  };
}
export interface CalicoRule {
  action?: string;
  protocol?: string | number;
  notProtocol?: string | number;
  source?: CalicoEntity;
  destination?: CalicoEntity;
  http?: unknown;
  icmp?: unknown;
}
export interface CalicoEntity {
  nets?: string[];
  notNets?: string[];
  selector?: string;
  notSelector?: string;
  namespaceSelector?: string;
  ports?: unknown[];
  notPorts?: unknown[];
  serviceAccounts?: unknown;
  services?: unknown;
}

/** policy.networking.k8s.io AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy. */
export interface AdminNetworkPolicy extends KubernetesObject {
  spec?: {
    tier?: string;
    priority?: number;
    subject?: { namespaces?: LabelSelector; pods?: { namespaceSelector?: LabelSelector; podSelector?: LabelSelector } };
    ingress?: AdminPolicyRule[];
    egress?: AdminPolicyRule[];
  };
}
export interface AdminPolicyRule {
  action?: string;
  from?: Record<string, unknown>[];
  to?: Record<string, unknown>[];
  ports?: unknown[];
  protocols?: unknown[];
}

/** gateway.networking.k8s.io/v1 Gateway and HTTPRoute, as far as rules read them. */
export interface Gateway extends KubernetesObject {
  spec?: {
    gatewayClassName?: string;
    listeners?: { name?: string; port?: number; protocol?: string; hostname?: string; tls?: { mode?: string } }[];
  };
}
export interface HttpRoute extends KubernetesObject {
  spec?: {
    parentRefs?: { group?: string; kind?: string; namespace?: string; name?: string; sectionName?: string; port?: number }[];
    rules?: { filters?: { type?: string; requestRedirect?: { scheme?: string } }[] }[];
  };
}
/** networking.istio.io Gateway. */
export interface IstioGateway extends KubernetesObject {
  spec?: {
    selector?: Record<string, string>;
    servers?: {
      hosts?: string[];
      port?: { number?: number; protocol?: string; name?: string };
      tls?: { httpsRedirect?: boolean; mode?: string };
    }[];
  };
}
/** traefik.io/v1alpha1 Middleware; `ipWhiteList` is the name of old. */
export interface TraefikMiddleware extends KubernetesObject {
  spec?: { ipAllowList?: { sourceRange?: string[] }; ipWhiteList?: { sourceRange?: string[] } };
}
/** traefik.io/v1alpha1 IngressRoute. */
export interface TraefikRoute extends KubernetesObject {
  spec?: { entryPoints?: string[]; routes?: { match?: string; middlewares?: { name?: string }[] }[]; tls?: Record<string, unknown> | null };
}
