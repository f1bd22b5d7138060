import { companion } from './companion.ts';
import type { Given, Manifest } from './cases.ts';

/** A cluster whose engine enforces every kind of policy that cases use, and that has no managed namespaces. */
export const policyEngine: Given = {
  what: 'a cluster with Cilium',
  beside: { 'cluster.json': companion([]), 'managedNamespaces.json': [] },
};

export const cluster: Given = { what: 'a cluster', beside: { 'cluster.json': companion([]) } };

/** Accounts do nothing by themselves. */
export const populated: Given = {
  what: 'a pod that runs as each account',
  adapt: (objects) => [
    ...objects,
    ...objects.map(
      ({ metadata }): Manifest => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'given', ...(metadata?.namespace === undefined ? {} : { namespace: metadata.namespace }) },
        spec: { serviceAccountName: metadata?.name, containers: [{ name: 'given', image: 'given:1' }] },
      }),
    ),
  ],
};

const scalable = new Set(['Deployment', 'StatefulSet']);

export const twoReplicas: Given = {
  what: 'two replicas where the case says none',
  adapt: (objects) =>
    objects.map((each) =>
      scalable.has(each.kind ?? '') && each.spec?.replicas === undefined ? { ...each, spec: { ...each.spec, replicas: 2 } } : each,
    ),
};

/** Labels on the pods and a Service that selects them: probes are asked of what serves. */
export const served: Given = {
  what: 'a Service of its pods',
  adapt: (objects) => [
    ...objects.map(labelled),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'given' }, spec: { selector: { given: 'given' }, ports: [{ port: 80 }] } },
  ],
};

function labelled(object: Manifest): Manifest {
  if (object.kind === 'Pod') return { ...object, metadata: withLabel(object.metadata) };
  const template = object.spec?.template as Manifest | undefined;
  return template === undefined
    ? object
    : { ...object, spec: { ...object.spec, template: { ...template, metadata: withLabel(template.metadata) } } };
}
const withLabel = (metadata: Manifest['metadata']): NonNullable<Manifest['metadata']> => ({
  ...metadata,
  labels: { ...metadata?.labels, given: 'given' },
});

/** Namespaces without workloads are not judged. No policy of Azure covers for a label that is not there. */
export const inhabited: Given = {
  what: 'a pod in every namespace, and a cluster without policies of Azure',
  adapt: (objects) => [
    ...objects,
    ...objects
      .filter(({ kind }) => kind === 'Namespace')
      .map(
        ({ metadata }): Manifest => ({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'given', namespace: metadata?.name ?? '' },
          spec: { containers: [{ name: 'given', image: 'given:1' }] },
        }),
      ),
  ],
  beside: { 'cluster.json': companion([]), 'policyAssignments.json': [], 'deploymentSafeguards.json': [] },
};

/** The pods that a workload's replicas come to, by its autoscaler's least if it has one: budgets count pods. */
export const running: Given = {
  what: 'the pods of its replicas, and two replicas where the case says none',
  adapt: (objects) => {
    const all = twoReplicas.adapt?.(objects) ?? objects;
    return [...all, ...all.filter(({ kind }) => scalable.has(kind ?? '')).flatMap((owner) => podsOf(owner, all))];
  },
};

function podsOf(owner: Manifest, all: readonly Manifest[]): Manifest[] {
  const { name = '', namespace } = owner.metadata ?? {};
  const template = owner.spec?.template as Manifest | undefined;
  const scaler = all.find(
    ({ kind, spec }) => kind === 'HorizontalPodAutoscaler' && (spec?.scaleTargetRef as { name?: string } | undefined)?.name === name,
  );
  const count = Number(scaler === undefined ? (owner.spec?.replicas ?? 1) : (scaler.spec?.minReplicas ?? 1));
  return Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...template?.metadata,
      name: `${name}-${index}`,
      ...(namespace === undefined ? {} : { namespace }),
      ownerReferences: [{ apiVersion: owner.apiVersion, kind: owner.kind, name, uid: name, controller: true }],
    },
    spec: { ...template?.spec },
    status: { phase: 'Running' },
  }));
}

/** Budgets select; these have no selector, and an API version of old. */
export const budgeted: Given = {
  what: 'twenty running pods that the budget selects',
  adapt: (objects) => {
    const labels = { given: 'given' };
    const budgets = objects.map((each) => ({
      ...each,
      apiVersion: 'policy/v1',
      spec: { ...each.spec, selector: { matchLabels: labels } },
    }));
    const owner: Manifest = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'given' },
      spec: { replicas: 20, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [] } } },
    };
    return [...budgets, owner, ...podsOf(owner, [])];
  },
};

/** What the API server keeps of a manifest that is applied: by which API it was written. */
export const written: Given = {
  what: 'a manager that wrote each object by the API that it states, and a cluster with a version',
  adapt: (objects) =>
    objects.map((each) => ({
      ...each,
      metadata: { ...each.metadata, managedFields: [{ manager: 'given', operation: 'Apply', apiVersion: each.apiVersion }] },
    })),
  beside: { 'cluster.json': companion([]) },
};

/** The sizes of machines that pools of PSRule's tests have, as the list of each of their regions would give them. */
export const roomy: Given = {
  what: 'machines with room for an ephemeral disk of a hundred GB',
  beside: {
    'vmSkus.json': ['australiaeast', 'auatraliaeast', 'antarcticanorth', 'antarcticasouth', 'eastus'].flatMap((region) =>
      ['Standard_B2ms', 'Standard_D2s_v3', 'Standard_F2s_v2'].map((name) => ({
        name,
        resourceType: 'virtualMachines',
        locations: [region],
        capabilities: [
          { name: 'EphemeralOSDiskSupported', value: 'True' },
          { name: 'CachedDiskBytes', value: String(128 * 1024 ** 3) },
        ],
        restrictions: [],
      })),
    ),
  },
};
