/** Objects of what is installed beside Kubernetes: autoscalers, GitOps, tracing. Types only. */
import type { KubernetesObject } from './wire.ts';

/** autoscaling.k8s.io/v1 VerticalPodAutoscaler. */
export interface VerticalPodAutoscaler extends KubernetesObject {
  spec?: {
    targetRef?: { apiVersion?: string; kind?: string; name?: string };
    updatePolicy?: { updateMode?: string };
    resourcePolicy?: { containerPolicies?: { containerName?: string; mode?: string; controlledResources?: string[] }[] };
  };
}
/** keda.sh/v1alpha1 ScaledObject and ScaledJob. */
export interface ScaledObject extends KubernetesObject {
  spec?: {
    scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string };
    minReplicaCount?: number;
    triggers?: { type?: string; metadata?: Record<string, unknown>; authenticationRef?: { name?: string } }[];
  };
  status?: { conditions?: Condition[] };
}
/** As most custom resources state how they are. */
export interface Condition {
  type?: string;
  status?: string;
  reason?: string;
  lastTransitionTime?: string;
}

/** monitor.azure.com/v1 Instrumentation; that of opentelemetry.io has other settings, and acts on pods that are annotated. */
export interface Instrumentation extends KubernetesObject {
  spec?: { settings?: { autoInstrumentationPlatforms?: string[] } };
}

/** kustomize.toolkit.fluxcd.io Kustomization and helm.toolkit.fluxcd.io HelmRelease. */
export interface FluxObject extends KubernetesObject {
  spec?: {
    suspend?: boolean;
    targetNamespace?: string;
    sourceRef?: { kind?: string; name?: string; namespace?: string };
  };
  status?: { conditions?: Condition[]; inventory?: { entries?: { id?: string }[] } };
}
/** source.toolkit.fluxcd.io GitRepository. */
export interface GitRepository extends KubernetesObject {
  spec?: { url?: string; suspend?: boolean; secretRef?: { name?: string }; provider?: string };
  status?: { conditions?: Condition[] };
}
/** argoproj.io/v1alpha1 Application. */
export interface ArgoApplication extends KubernetesObject {
  spec?: {
    destination?: { namespace?: string; server?: string; name?: string };
    source?: { repoURL?: string };
    sources?: { repoURL?: string }[];
  };
  status?: { sync?: { status?: string }; health?: { status?: string } };
}
