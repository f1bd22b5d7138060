import type { StateKey } from '../snapshot.ts';
import type { KubernetesObject } from '../wire.ts';
import { lastApplied } from './redact.ts';
import type { KubernetesVersion } from './versions.ts';

/** Kinds that a removed API once served and that users write, as the table below names them. */
export const versionedKeys = [
  'deployments',
  'statefulSets',
  'daemonSets',
  'cronJobs',
  'horizontalPodAutoscalers',
  'podDisruptionBudgets',
  'ingresses',
  'ingressClasses',
  'networkPolicies',
  'serviceCIDRs',
  'storageClasses',
  'clusterRoles',
  'clusterRoleBindings',
  'roles',
  'roleBindings',
] as const satisfies readonly StateKey[];
const versioned: ReadonlySet<StateKey> = new Set(versionedKeys);
export const isVersioned = (key: StateKey): boolean => versioned.has(key);

const access = ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];
const controllers = ['DaemonSet', 'Deployment', 'StatefulSet'];

/**
 * The minor version, of 1, that no longer serves an API, by kind (Kubernetes' Deprecated API Migration Guide, read in
 * November 2026; the last row by the lifecycle in the API's own source, six versions after its first).
 */
const removals: readonly { apiVersion: string; kinds: readonly string[]; minor: number }[] = [
  { apiVersion: 'extensions/v1beta1', kinds: [...controllers, 'NetworkPolicy'], minor: 16 },
  { apiVersion: 'apps/v1beta1', kinds: controllers, minor: 16 },
  { apiVersion: 'apps/v1beta2', kinds: controllers, minor: 16 },
  { apiVersion: 'batch/v2alpha1', kinds: ['CronJob'], minor: 21 },
  { apiVersion: 'extensions/v1beta1', kinds: ['Ingress'], minor: 22 },
  { apiVersion: 'networking.k8s.io/v1beta1', kinds: ['Ingress', 'IngressClass'], minor: 22 },
  { apiVersion: 'rbac.authorization.k8s.io/v1beta1', kinds: access, minor: 22 },
  { apiVersion: 'storage.k8s.io/v1beta1', kinds: ['StorageClass'], minor: 22 },
  { apiVersion: 'rbac.authorization.k8s.io/v1alpha1', kinds: access, minor: 23 },
  { apiVersion: 'autoscaling/v2beta1', kinds: ['HorizontalPodAutoscaler'], minor: 25 },
  { apiVersion: 'batch/v1beta1', kinds: ['CronJob'], minor: 25 },
  { apiVersion: 'policy/v1beta1', kinds: ['PodDisruptionBudget'], minor: 25 },
  { apiVersion: 'autoscaling/v2beta2', kinds: ['HorizontalPodAutoscaler'], minor: 26 },
  { apiVersion: 'networking.k8s.io/v1beta1', kinds: ['ServiceCIDR'], minor: 37 },
];
const byApi = new Map(removals.flatMap(({ apiVersion, kinds, minor }) => kinds.map((kind) => [`${apiVersion} ${kind}`, minor] as const)));

/** The minor version of Kubernetes 1 that no longer serves this API of a kind; undefined when none is known. */
export const removedIn = (apiVersion: string, kind: string): number | undefined => byApi.get(`${apiVersion} ${kind}`);

/** An API by which an object was written, by whom, and the JSON pointer of what says so. */
export interface Writing {
  apiVersion: string;
  by: string;
  pointer: string;
}

/** What Kubernetes itself writes, in the version that it is built with. */
const ofKubernetes = /^(?:kube-(?:apiserver|controller-manager|scheduler|proxy)|kubelet|cloud-controller-manager|before-first-apply)$/;

/** How users and their tools wrote an object; nothing when it does not tell, as kubectl leaves managedFields out. */
export function writings({ metadata }: KubernetesObject): Writing[] {
  const managed = (metadata.managedFields ?? []).flatMap(({ manager = '', apiVersion }, index) =>
    apiVersion === undefined || ofKubernetes.test(manager)
      ? []
      : [{ apiVersion, by: manager, pointer: `/metadata/managedFields/${index}/apiVersion` }],
  );
  const [, apiVersion] = /"apiVersion":"([^"]+)"/.exec(String(metadata.annotations?.[lastApplied] ?? '')) ?? [];
  const pointer = `/metadata/annotations/${lastApplied.replaceAll('/', '~1')}`;
  return apiVersion === undefined ? managed : [...managed, { apiVersion, by: 'kubectl apply', pointer }];
}

/** Whether nothing but Kubernetes wrote the object since managedFields are kept. */
export const isOfKubernetes = ({ metadata }: KubernetesObject): boolean =>
  (metadata.managedFields ?? []).length > 0 && metadata.managedFields?.every(({ manager = '' }) => ofKubernetes.test(manager)) === true;

/** Writings by an API that a version, or the next after it, no longer serves. */
export const removedWritings = (object: KubernetesObject, version: KubernetesVersion, ahead: number): (Writing & { minor: number })[] =>
  version.major === 1
    ? [...removedBy(writings(object), object, version.minor + ahead), ...removedBy([stated(object)], object, version.minor)]
    : [];

/** A server does not answer by an API that it does not serve: then a manifest states it. */
const stated = ({ apiVersion }: KubernetesObject): Writing => ({ apiVersion, by: 'A manifest', pointer: '/apiVersion' });

const removedBy = (all: readonly Writing[], { kind }: KubernetesObject, last: number): (Writing & { minor: number })[] =>
  all.flatMap((each) => {
    const minor = removedIn(each.apiVersion, kind);
    return minor !== undefined && minor <= last ? [{ ...each, minor }] : [];
  });
