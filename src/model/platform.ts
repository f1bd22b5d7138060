import type { KubernetesObject, ObjectMeta } from '../wire.ts';
import { parseImage } from './images.ts';
import { containersOf } from './podSpecs.ts';
import type { Shape, Workload, WorkloadFacts } from './workloads.ts';

/** What shows whose a workload is, and where it stands. */
export interface Mark {
  says: string;
  resource: KubernetesObject;
  pointer: string;
}

/**
 * What shows that a workload is of AKS, or of what AKS manages: its label (Azure/AKS, reserved system labels), those of the
 * add-on manager, the Helm release of an add-on, that the kubelet mirrors it, or that its images are Microsoft's own.
 * @returns undefined when nothing shows it; throws NotSeen when the object that may was not seen
 */
export function markOfAks(workload: Workload, facts: WorkloadFacts): Mark | undefined {
  const { resource, shapes, kind, namespace } = workload;
  const found = signedMark(resource, '/metadata', resource.metadata) ?? firstOf(shapes, markOfShape);
  if (found !== undefined) return found;
  const [{ source, pointer }] = shapes;
  const images = shapes.flatMap(({ spec }) => containersOf(spec)).map(({ container }) => container.image);
  if (images.every((image) => isAtHome(image, namespace)))
    return { says: 'its images', resource: source, pointer: `${pointer}/containers/0/image` };
  if (source !== resource) listOf(kind, facts)?.all();
  return undefined;
}

const firstOf = <T, U>(items: readonly T[], find: (item: T) => U | undefined): U | undefined => {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
};

const markOfShape = ({ source, pointer, metadata }: Shape): Mark | undefined =>
  signedMark(source, pointer.replace(/spec$/, 'metadata'), metadata);

const anything = /^/;
const labels: readonly (readonly [string, RegExp])[] = [
  ['kubernetes.azure.com/managedby', /^aks$/i],
  ['addonmanager.kubernetes.io/mode', /^(?:Reconcile|EnsureExists)$/],
  ['kubernetes.io/cluster-service', /^true$/],
];
const annotations: readonly (readonly [string, RegExp])[] = [
  ['meta.helm.sh/release-name', /^aks-managed-/],
  ['kubernetes.io/config.mirror', anything],
];

/** The label or annotation by which AKS and its add-ons sign an object. */
export function signedMark(resource: KubernetesObject, at: string, metadata: Partial<ObjectMeta>): Mark | undefined {
  for (const [member, signs] of [
    ['labels', labels],
    ['annotations', annotations],
  ] as const) {
    const values: Readonly<Record<string, unknown>> = metadata[member] ?? {};
    const found = signs.find(([name, value]) => typeof values[name] === 'string' && value.test(values[name]));
    if (found !== undefined)
      return { says: `${member.slice(0, -1)} ${found[0]}`, resource, pointer: `${at}/${member}/${found[0].replaceAll('/', '~1')}` };
  }
  return undefined;
}

/** Registries of Microsoft's own images: of the public cloud, and of the one in China. */
const registriesOfMicrosoft: ReadonlySet<string> = new Set(['mcr.microsoft.com', 'mcr.azure.cn', 'mcr.azk8s.cn']);
/** Repositories there whose images users run: samples, bases to build on, products. */
const forUsers =
  /^(?:azure-cli|azure-functions|azuredocs|azurelinux|azure-sql-edge|cbl-mariner|devcontainers|dotnet|mssql|openjdk|playwright|powershell|vscode|windows)(?:\/|$)/;
/** What a cluster's owner may install in the namespace that AKS would use for the same. */
const homes: Readonly<Record<string, RegExp>> = {
  'calico-system': /(?:^|\/)(?:calico|tigera)\//,
  'gatekeeper-system': /(?:^|\/)gatekeeper(?:-crds)?$/,
  'tigera-operator': /(?:^|\/)tigera\//,
};

function isAtHome(reference: string | undefined, namespace: string | undefined): boolean {
  const image = parseImage(reference);
  if (image === undefined) return false;
  const home = namespace !== undefined && Object.hasOwn(homes, namespace) ? homes[namespace] : undefined;
  return (registriesOfMicrosoft.has(image.registry) && !forUsers.test(image.repository)) || (home?.test(image.repository) ?? false);
}

/** The list that an owner known by reference alone would be in. */
function listOf(kind: string, facts: WorkloadFacts) {
  const lists = {
    Deployment: facts.deployments,
    StatefulSet: facts.statefulSets,
    DaemonSet: facts.daemonSets,
    ReplicaSet: facts.replicaSets,
    ReplicationController: facts.replicationControllers,
    Job: facts.jobs,
    CronJob: facts.cronJobs,
  };
  return Object.hasOwn(lists, kind) ? lists[kind as keyof typeof lists] : undefined; // a key, as it was just found
}
