import type { Seen } from '../seen.ts';
import type { KubernetesObject, PodSpec, ServiceAccount } from '../wire.ts';
import { inNamespace } from './byNamespace.ts';
import { once } from './once.ts';
import { type Workload, type WorkloadFacts, workloads } from './workloads.ts';

/** The name of the account that pods run as; one that is not named is `default`. */
export const accountOf = ({ serviceAccountName, serviceAccount }: PodSpec): string => serviceAccountName || serviceAccount || 'default';

/** `namespace/name` of the account of a workload; of a manifest that names no namespace, `/name`. */
export const accountKey = ({ namespace = '', shapes: [{ spec }] }: Workload): string => `${namespace}/${accountOf(spec)}`;

export const workloadsByAccount = once((facts: WorkloadFacts): ReadonlyMap<string, readonly Workload[]> => {
  const known = new Map<string, Workload[]>();
  for (const workload of workloads(facts).items) {
    const key = accountKey(workload);
    const before = known.get(key);
    if (before === undefined) known.set(key, [workload]);
    else before.push(workload);
  }
  return known;
});

/** Where a workload, or else its account, says whether a token of the API server is mounted. */
export interface Mount {
  mounted: boolean;
  source: KubernetesObject;
  pointer: string;
}

/** The volume that the API server adds to pods for the token; the token of workload identity is another. */
const hasTokenVolume = ({ volumes }: PodSpec): boolean =>
  volumes?.some(({ name }) => name?.startsWith('kube-api-access') === true) ?? false;

/** Whether pods get a token: what they say comes before what their account says, and who says nothing mounts one. */
export function tokenMount({ shapes, namespace }: Workload, accounts: Seen<ServiceAccount>): Mount {
  const field = 'automountServiceAccountToken';
  const holder = shapes.find(({ spec }) => hasTokenVolume(spec));
  if (holder !== undefined) return { mounted: true, source: holder.source, pointer: `${holder.pointer}/${field}` };
  const [{ source, pointer, spec }] = shapes;
  const said = { source, pointer: `${pointer}/${field}` };
  if (typeof spec[field] === 'boolean') return { mounted: spec[field], ...said };
  const account = inNamespace(accounts, namespace).find(({ metadata }) => metadata.name === accountOf(spec));
  if (account?.[field] === false) return { mounted: false, source: account, pointer: `/${field}` };
  return { mounted: true, ...said };
}
