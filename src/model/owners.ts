import type { Seen } from '../seen.ts';
import type { CronJob, Job, KubernetesObject, ObjectMeta, Pod, ReplicaSet } from '../wire.ts';

/** What an ownerReference says of the controller; it stands in the namespace of what it owns. */
export interface Owner {
  apiVersion: string;
  kind: string;
  name: string;
}

/** The one owner that manages an object (`controller: true`); others are there for garbage collection only. */
export function controllerOf(metadata: ObjectMeta): Owner | undefined {
  const owner = metadata.ownerReferences?.find((each) => each?.controller === true);
  if (owner?.kind === undefined || owner.name === undefined) return undefined;
  return { apiVersion: owner.apiVersion ?? '', kind: owner.kind, name: owner.name };
}

/** By which an owner is found: API group (Deployments of old were `extensions`), kind, namespace and name. */
export function ownerKey({ apiVersion, kind, name }: Owner, namespace: string | undefined): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `${group === 'extensions' ? 'apps' : group}/${kind}/${namespace ?? ''}/${name}`;
}

export const ownerOf = ({ apiVersion, kind, metadata }: KubernetesObject): Owner => ({ apiVersion, kind, name: metadata.name });

interface Between {
  replicaSets: Seen<ReplicaSet>;
  jobs: Seen<Job>;
  cronJobs: Seen<CronJob>;
}

/**
 * Finds the top owner of a pod: above a ReplicaSet its Deployment, above a Job its CronJob. An owner that was not seen
 * is known by its reference, or by the name it gave. Undefined for a pod that no controller owns but perhaps its node.
 */
export function topOwners({ replicaSets, jobs, cronJobs }: Between): (pod: Pod) => Owner | undefined {
  const between = new Map<string, KubernetesObject>();
  for (const object of [...replicaSets.items, ...jobs.items]) between.set(ownerKey(ownerOf(object), object.metadata.namespace), object);
  const crons = new Set(cronJobs.items.map((each) => `${each.metadata.namespace ?? ''}/${each.metadata.name}`));
  return (pod) => {
    const owner = controllerOf(pod.metadata);
    if (owner === undefined || owner.kind === 'Node') return undefined;
    if (owner.kind !== 'ReplicaSet' && owner.kind !== 'Job') return owner;
    const seen = between.get(ownerKey(owner, pod.metadata.namespace));
    if (seen !== undefined) return controllerOf(seen.metadata) ?? owner;
    if (owner.kind === 'ReplicaSet') return deploymentByName(owner, pod.metadata.labels?.['pod-template-hash']) ?? owner;
    const cron = owner.name.replace(/-\d+$/, '');
    return cron !== owner.name && crons.has(`${pod.metadata.namespace ?? ''}/${cron}`) ? { ...owner, kind: 'CronJob', name: cron } : owner;
  };
}

/** A Deployment names its ReplicaSets `<name>-<pod-template-hash>` and labels their pods with the hash. */
function deploymentByName(replicaSet: Owner, hash: string | undefined): Owner | undefined {
  if (hash === undefined || hash === '' || !replicaSet.name.endsWith(`-${hash}`)) return undefined;
  return { ...replicaSet, kind: 'Deployment', name: replicaSet.name.slice(0, -hash.length - 1) };
}
