import { type Seen, seen } from '../seen.ts';
import type { State } from '../snapshot.ts';
import type { Job, KubernetesObject, ObjectMeta, PodSpec, PodTemplate } from '../wire.ts';
import { isOfAks } from './namespaces.ts';
import { once } from './once.ts';
import { controllerOf, type Owner, ownerKey, ownerOf, topOwners } from './owners.ts';
import { hasEnded } from './replicas.ts';

/** A pod template, or the first of the pods that are alike: what a workload's pods look like. */
export interface Shape {
  /** The object that holds it. */
  source: KubernetesObject;
  /** JSON pointer of the pod spec inside `source`: `/spec/template/spec`, `/spec` of a pod. */
  pointer: string;
  metadata: Partial<ObjectMeta>;
  spec: PodSpec;
}

/**
 * Everything that runs the same pods, under its top owner, however many pods there are. The template comes first in
 * `shapes`; the pods that follow differ from it at least by what admission filled in.
 */
export interface Workload {
  /** The owner as seen, or a pod that none owns, or what the pods' reference says of an owner that was not seen. */
  resource: KubernetesObject;
  kind: string;
  name: string;
  namespace: string | undefined;
  shapes: readonly [Shape, ...Shape[]];
}

/** What the workloads are folded from: needs of every rule on workloads. */
export const workloadKeys = [
  'deployments',
  'statefulSets',
  'daemonSets',
  'replicaSets',
  'replicationControllers',
  'jobs',
  'cronJobs',
  'pods',
] as const;
type WorkloadKey = (typeof workloadKeys)[number];
export type WorkloadFacts = { readonly snapshot: object; readonly inScope: (namespace: string | undefined) => boolean } & {
  readonly [K in WorkloadKey]: Seen<State[K][number]>;
};

/**
 * The workloads in scope: every pod template whose owner was seen, and every pod, as its owner's or its own. Pods that
 * have ended are left out. The gaps are those of all kinds, so that what would be a pass is unknown while one is missing.
 */
export const workloads: (facts: WorkloadFacts) => Seen<Workload> = once((facts: WorkloadFacts) => fold(facts, facts.inScope));

/** The same of the namespaces of AKS, whose workloads are not in scope. */
export const systemWorkloads: (facts: WorkloadFacts) => Seen<Workload> = once((facts: WorkloadFacts) => fold(facts, isOfAks));

type InScope = WorkloadFacts['inScope'];

function fold(facts: WorkloadFacts, inScope: InScope): Seen<Workload> {
  const known = new Map<string, Folded>();
  foldTemplates(facts, inScope, known);
  foldInstances(facts, inScope, known);
  foldPods(facts, inScope, known);
  return seen(
    [...known.values()].filter(hasShapes),
    workloadKeys.flatMap((key) => facts[key].gaps),
  );
}

interface Folded extends Omit<Workload, 'shapes'> {
  shapes: Shape[];
  /** Pod specs that are among the shapes; `load` made equal specs one object. */
  specs: Set<PodSpec>;
}

const hasShapes = (folded: Folded): folded is Folded & Workload => folded.shapes.length > 0;

type Templated = State[Exclude<WorkloadKey, 'cronJobs' | 'pods'>][number];

function foldTemplates(facts: WorkloadFacts, inScope: InScope, known: Map<string, Folded>): void {
  const { deployments, statefulSets, daemonSets, replicaSets, replicationControllers, jobs, cronJobs } = facts;
  const lists: readonly (readonly Templated[])[] = [deployments, statefulSets, daemonSets, replicaSets, replicationControllers, jobs].map(
    ({ items }) => items,
  );
  for (const object of lists.flat()) {
    if (!inScope(object.metadata.namespace) || (isInstance(object) && controllerOf(object.metadata))) continue;
    addTemplate(entry(known, ownerOf(object), object.metadata.namespace, object), object, '/spec/template', object.spec?.template);
  }
  for (const cronJob of cronJobs.items) {
    if (!inScope(cronJob.metadata.namespace)) continue;
    const folded = entry(known, ownerOf(cronJob), cronJob.metadata.namespace, cronJob);
    addTemplate(folded, cronJob, '/spec/jobTemplate/spec/template', cronJob.spec?.jobTemplate?.spec?.template);
  }
}

/** ReplicaSets and Jobs are mostly made by another controller: their templates speak for it when it was not seen, while they run. */
function foldInstances({ replicaSets, jobs }: WorkloadFacts, inScope: InScope, known: Map<string, Folded>): void {
  const running: readonly Templated[] = [
    ...replicaSets.items.filter((each) => each.spec?.replicas !== 0),
    ...jobs.items.filter((each) => !isFinished(each)),
  ];
  for (const instance of running) {
    const owner = controllerOf(instance.metadata);
    const { namespace } = instance.metadata;
    if (owner === undefined || !inScope(namespace)) continue;
    const folded = entry(known, owner, namespace);
    if (!wasSeen(folded)) addTemplate(folded, instance, '/spec/template', instance.spec?.template);
  }
}

const isFinished = (job: Job): boolean =>
  job.status?.conditions?.some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True') ?? false;
const isInstance = (object: KubernetesObject): boolean => object.kind === 'ReplicaSet' || object.kind === 'Job';
const wasSeen = ({ shapes, resource }: Folded): boolean => shapes[0]?.source === resource;

function foldPods(facts: WorkloadFacts, inScope: InScope, known: Map<string, Folded>): void {
  const topOwner = topOwners(facts);
  for (const pod of facts.pods.items) {
    const { spec, metadata } = pod;
    if (!spec || hasEnded(pod) || !inScope(metadata.namespace)) continue;
    const owner = topOwner(pod);
    const folded = owner === undefined ? entry(known, ownerOf(pod), metadata.namespace, pod) : entry(known, owner, metadata.namespace);
    if (folded.specs.has(spec)) continue;
    folded.specs.add(spec);
    folded.shapes.push({ source: pod, pointer: '/spec', metadata, spec });
  }
}

/** @param object what was seen of it; without it, what is known by reference stands in */
function entry(known: Map<string, Folded>, owner: Owner, namespace: string | undefined, object?: KubernetesObject): Folded {
  const key = ownerKey(owner, namespace);
  const before = known.get(key);
  if (before !== undefined) return before;
  const { apiVersion, kind, name } = owner;
  const resource = object ?? { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
  const made: Folded = { resource, kind, name, namespace, shapes: [], specs: new Set() };
  known.set(key, made);
  return made;
}

function addTemplate({ shapes, specs }: Folded, source: KubernetesObject, at: string, template: PodTemplate | null | undefined): void {
  const spec = template?.spec;
  if (!spec || specs.has(spec)) return;
  specs.add(spec);
  shapes.push({ source, pointer: `${at}/spec`, metadata: template.metadata ?? {}, spec });
}
