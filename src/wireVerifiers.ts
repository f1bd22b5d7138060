import type { KubernetesObject, LabelSelector } from './wire.ts';

/** What verifies signatures of images when pods are admitted. */

/** constraints.gatekeeper.sh/v1beta1 of Ratify's template: without a word it denies. */
export interface RatifyConstraint extends KubernetesObject {
  spec?: {
    enforcementAction?: string;
    match?: { namespaces?: string[]; excludedNamespaces?: string[]; namespaceSelector?: LabelSelector };
  };
}
/** kyverno.io/v1 ClusterPolicy: without a word it audits. */
export interface KyvernoClusterPolicy extends KubernetesObject {
  spec?: { validationFailureAction?: string; rules?: { name?: string; verifyImages?: { failureAction?: string }[] }[] };
}
/** policies.kyverno.io ImageValidatingPolicy: without a word it denies. */
export interface KyvernoImagePolicy extends KubernetesObject {
  spec?: { validationActions?: string[] };
}
/** policy.sigstore.dev ClusterImagePolicy: without a word it enforces, in namespaces with the label alone. */
export interface SigstorePolicy extends KubernetesObject {
  spec?: { mode?: string };
}
