import { isStuck, leastRestarts } from '../model/podTrouble.ts';
import { appliedBy, lastApplied, redactAnnotations, redactObject, redactPodSpec } from '../model/redact.ts';
import { isVersioned } from '../model/removedApis.ts';
import type { StateKey } from '../snapshot.ts';
import type { KubernetesObject, ObjectMeta, PodSpec, PodTemplate } from '../wire.ts';
import { findMisfit, misshapen, podSpecShape, withoutBulk } from './shapes.ts';
import { isObject } from '../model/objects.ts';

/** An object made lean, or the JSON pointer of what is not of the shape that the API server would accept. */
export type Interned = { object: KubernetesObject } | { misfit: string };
export type Interner = (object: KubernetesObject, key: StateKey) => Interned;

type Members = Record<string, unknown>;

/**
 * Makes memory follow templates, not pods: equal pod specs, labels and the like become one frozen object, and what no
 * rule reads is dropped. Of a pod, what differs between the replicas of a template leaves its spec: nodeName goes to the
 * pod, hostname and the DaemonSet controller's node affinity go, and the volume `kube-api-access-<random>` loses its
 * suffix (that it is there is evidence: the token is mounted). What may be secret is redacted, once a template.
 *
 * Equality is that of JSON text as sent, as one API server writes its fields in one order, but for the spec of the pod before:
 * pods of a template stand side by side, and comparing costs half of what writing the text does.
 */
export function createInterner(): Interner {
  const known = new Map<string, object>();
  const strings = new Map<string, string>();
  /** @param redact what is kept of a value that was not known */
  const shared = (value: unknown, redact?: (value: Members) => object): object | undefined => {
    if (typeof value !== 'object' || value === null) return undefined;
    const text = JSON.stringify(value);
    const before = known.get(text);
    if (before !== undefined) return before;
    const parsed = JSON.parse(text) as Members; // an object, as it was one
    const kept = deepFreeze(redact === undefined ? parsed : redact(parsed));
    known.set(text, kept);
    return kept;
  };
  const text = (value: string): string => {
    const before = strings.get(value);
    if (before !== undefined) return before;
    strings.set(value, value);
    return value;
  };
  const sharedSpec = (spec: unknown, pointer: string): object | string | undefined => {
    let misfit: string | undefined;
    const kept = shared(spec, (parsed) => {
      misfit = findMisfit(parsed, podSpecShape, pointer);
      return redactPodSpec(parsed);
    });
    if (misfit !== undefined) known.delete(JSON.stringify(spec));
    return misfit ?? kept;
  };
  const annotations = (sent: Members): Members =>
    shared(lastApplied in sent ? { ...sent, [lastApplied]: appliedBy(sent[lastApplied]) } : sent, redactAnnotations) as Members; // of an object, one
  const metadata = (from: ObjectMeta, key: StateKey): ObjectMeta => {
    const kept: Members = { name: from.name };
    if (from.namespace !== undefined) kept.namespace = text(from.namespace);
    for (const key of ['uid', 'resourceVersion', 'generation', 'deletionTimestamp'] as const)
      if (from[key] !== undefined) kept[key] = from[key];
    if (typeof from.creationTimestamp === 'string') kept.creationTimestamp = text(from.creationTimestamp);
    for (const key of ['labels', 'ownerReferences', 'finalizers'] as const) if (from[key]) kept[key] = shared(from[key]);
    if (from.annotations) kept.annotations = annotations(from.annotations);
    // Of most kinds nobody asks by which API an object was written, and pods are many.
    if (from.managedFields && isVersioned(key))
      kept.managedFields = shared(from.managedFields.map(({ manager, apiVersion }) => ({ manager, apiVersion })));
    return kept as ObjectMeta; // members of one, copied
  };
  /** The spec of the pod before, as sent. */
  let before: { spec: Members; kept: object } | undefined;
  return (given, key) => {
    const kept = withoutBulk(key, given);
    const isRedactedWhole = kept !== given || key === 'persistentVolumes';
    const object = held.has(key) ? withoutValues(given) : isRedactedWhole ? redactObject(kept) : given;
    const misfit = misshapen(key, object);
    if (misfit !== undefined) return { misfit };
    const { apiVersion, kind, metadata: sent } = object;
    const lean: Members = { apiVersion: text(apiVersion), kind: text(kind), metadata: metadata(sent, key) };
    if (key === 'pods') {
      const { spec, status } = object as { spec?: Members; status?: Members }; // by the shape of a pod
      if (spec) {
        if (typeof spec.nodeName === 'string') lean.nodeName = text(spec.nodeName);
        unify(spec);
        const kept = before !== undefined && same(spec, before.spec) ? before.kept : sharedSpec(spec, '/spec');
        if (typeof kept === 'string') return { misfit: kept };
        if (kept !== undefined) before = { spec, kept };
        lean.spec = kept;
      }
      if (status) lean.status = shared(podStatus(status));
      return { object: lean as unknown as KubernetesObject };
    }
    for (const member of Object.keys(object)) {
      if (member in lean || member === '__proto__') continue;
      lean[member] = (object as unknown as Members)[member];
    }
    if (key === 'nodes' && lean.status) lean.status = nodeStatus(lean.status as Members);
    const template = templateOf(lean, key);
    if (template?.metadata?.annotations)
      template.metadata.annotations = annotations(template.metadata.annotations) as Record<string, string>; // or markers
    if (template?.spec) {
      const kept = sharedSpec(template.spec, key === 'cronJobs' ? '/spec/jobTemplate/spec/template/spec' : '/spec/template/spec');
      if (typeof kept === 'string') return { misfit: kept };
      template.spec = kept as PodSpec; // equal to what it replaces
    }
    return { object: lean as unknown as KubernetesObject }; // all its members but the needless ones
  };
}

const held: ReadonlySet<StateKey> = new Set(['configMaps', 'secrets']);

/** Of a Secret nothing that it holds, of a ConfigMap no binary data: no rule reads them, and they may be large. */
function withoutValues(object: KubernetesObject): KubernetesObject {
  const { data, stringData: _, binaryData: __, ...left } = object as KubernetesObject & Members;
  return redactObject(object.kind === 'Secret' ? left : { ...left, data });
}

function templateOf(object: Members, key: StateKey): PodTemplate | undefined {
  type Holder = { template?: PodTemplate; jobTemplate?: { spec?: Holder } } | null | undefined;
  const spec = object.spec as Holder; // by the shape of each kind; other kinds have another template or none
  if (key === 'cronJobs') return spec?.jobTemplate?.spec?.template;
  return ['deployments', 'statefulSets', 'daemonSets', 'replicaSets', 'replicationControllers', 'jobs'].includes(key)
    ? spec?.template
    : undefined;
}

const accessVolume = /^kube-api-access-[a-z0-9]{5}$/;
export const accessVolumeName = 'kube-api-access';

/** Takes out of a pod's spec what differs between pods of one template, in place. */
function unify(spec: Members): void {
  // Set, not deleted: JSON leaves undefined out, and a deletion would make the object slow.
  if (spec.nodeName !== undefined) spec.nodeName = undefined;
  if (spec.hostname !== undefined) spec.hostname = undefined;
  const volume = list(spec.volumes).find(
    (each) => typeof each.name === 'string' && accessVolume.test(each.name) && isObject(each.projected),
  );
  if (volume !== undefined) {
    const name = volume.name;
    volume.name = accessVolumeName;
    for (const kind of ['containers', 'initContainers', 'ephemeralContainers']) {
      for (const container of list(spec[kind]))
        for (const mount of list(container.volumeMounts)) if (mount.name === name) mount.name = accessVolumeName;
    }
  }
  const required = member(member(spec.affinity, 'nodeAffinity'), 'requiredDuringSchedulingIgnoredDuringExecution');
  for (const term of list(member(required, 'nodeSelectorTerms'))) {
    for (const field of list(term.matchFields)) if (field.key === 'metadata.name') field.values = [];
  }
}

/** Whether two values that JSON gave are equal, whatever the order of their members. */
function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((each, at) => same(each, other[at]));
  let members = 0;
  for (const name in one) {
    if (!same((one as Members)[name], (other as Members)[name])) return false;
    members += 1;
  }
  for (const _ in other) members -= 1;
  return members === 0 && !Array.isArray(other);
}

const list = (value: unknown): Members[] => (Array.isArray(value) ? value.filter(isObject) : []);
const member = (value: unknown, name: string): unknown => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);

const withoutTimes = (conditions: unknown): Members[] => list(conditions).map(({ type, status, reason }) => ({ type, status, reason }));

/** Most pods of a template have one status; the times are kept of those in trouble alone, and of the containers their images. */
function podStatus(status: Members): Members {
  const { phase, reason, conditions } = status;
  const ended = phase === 'Succeeded' || phase === 'Failed';
  const kept: Members = {
    phase,
    reason,
    conditions: list(conditions).map((each) => ({
      type: each.type,
      status: each.status,
      reason: each.reason,
      ...(ended || each.status !== 'False' ? {} : { lastTransitionTime: each.lastTransitionTime }),
    })),
  };
  for (const kind of ['containerStatuses', 'initContainerStatuses']) {
    const containers = ended ? [] : list(status[kind]).flatMap(statusOfContainer);
    if (containers.length > 0) kept[kind] = containers;
  }
  return kept;
}

/** Of one in trouble how it fares; of every one the digest of its image, which the pods of a template have in common. */
function statusOfContainer(container: Members): Members[] {
  const image =
    typeof container.imageID === 'string' && /@sha256:[0-9a-f]{64}$/.test(container.imageID) ? { imageID: container.imageID } : {};
  if (isTroubled(container)) return [{ ...leanContainer(container), ...image }];
  return 'imageID' in image ? [{ name: container.name, ...image }] : [];
}

function isTroubled({ restartCount, state }: Members): boolean {
  const reason = member(member(state, 'waiting'), 'reason');
  return (typeof restartCount === 'number' && restartCount >= leastRestarts) || (typeof reason === 'string' && isStuck(reason));
}

/** Without what the program said last, which may be anything. */
function leanContainer({ name, restartCount, state, lastState }: Members): Members {
  const waiting = member(state, 'waiting');
  const terminated = member(lastState, 'terminated');
  return {
    name,
    restartCount,
    ...(waiting === undefined ? {} : { state: { waiting: { reason: member(waiting, 'reason') } } }),
    ...(terminated === undefined
      ? {}
      : { lastState: { terminated: { reason: member(terminated, 'reason'), finishedAt: member(terminated, 'finishedAt') } } }),
  };
}

function nodeStatus({ addresses, allocatable, capacity, conditions, nodeInfo, features }: Members): Members {
  return { addresses, allocatable, capacity, conditions: withoutTimes(conditions), nodeInfo, features };
}

function deepFreeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) deepFreeze(child as object);
  return Object.freeze(value);
}
