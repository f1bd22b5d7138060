import { armKeys, kinds } from '../../src/kinds.ts';
import { baseState } from './fixtures.ts';

/** A cluster as Azure holds it: its body and what hangs on it, in wire JSON. */
export interface FakeCluster {
  cluster: ArmBody;
  agentPools: ArmBody[];
  maintenanceConfigurations: ArmBody[];
  managedNamespaces: ArmBody[];
  deploymentSafeguards: ArmBody[];
  dataCollectionRuleAssociations: ArmBody[];
  policyAssignments: ArmBody[];
  policySetDefinitions: ArmBody[];
  roleAssignments: ArmBody[];
  virtualNetworks: ArmBody[];
  /** What listClusterUserCredential hands out; the server of the cluster's private FQDN without it. */
  kubeconfig?: string;
}
export type ArmBody = { id: string; name: string; [property: string]: unknown };

export const baseSubscription = '11111111-2222-3333-4444-555555555555';

/** The cluster of fixtures/base under another name, subscription and resource group; its network stays in `rg-base` of that subscription. */
export function fakeCluster(
  name = 'base',
  options: { subscription?: string; resourceGroup?: string; tags?: Record<string, string>; kubeconfig?: string } = {},
): FakeCluster {
  const { subscription = baseSubscription, resourceGroup = 'rg-base', tags, kubeconfig } = options;
  const text = JSON.stringify(baseState())
    .replaceAll(baseSubscription, subscription)
    .replaceAll(
      '/resourceGroups/rg-base/providers/Microsoft.ContainerService/managedClusters/base',
      `/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${name}`,
    )
    .replaceAll('MC_rg-base_base_westeurope', `MC_${resourceGroup}_${name}_westeurope`)
    .replaceAll('base-abc123', `${name}-abc123`);
  // The fixture was written in these shapes.
  const state = JSON.parse(namedApart(text, name, `/managedClusters/${name}`)) as FakeCluster;
  const cluster: ArmBody = { ...state.cluster, name, ...(tags ? { tags } : {}) };
  // Azure lists a cluster's pools in its own body too, by name and without an id.
  const agentPoolProfiles = state.agentPools.map((pool) => ({ name: pool.name, ...(pool.properties as object) }));
  cluster.properties = { ...(cluster.properties as object), agentPoolProfiles };
  return { ...state, cluster, ...(kubeconfig === undefined ? {} : { kubeconfig }) };
}

/** What is about one cluster and lies beside it, such as an alert, is each cluster's own: it takes the cluster's name behind its own. */
function namedApart(text: string, name: string, mark: string): string {
  if (name === 'base') return text;
  const state = JSON.parse(text) as Record<string, ArmBody[]>;
  const beside = armKeys.flatMap((key) => (Array.isArray(state[key]) ? state[key] : []));
  const own = beside.filter(({ id, ...rest }) => typeof id === 'string' && !id.includes(mark) && JSON.stringify(rest).includes(mark));
  return own.reduce(
    (all, { id, name: called }) =>
      all
        .replaceAll(`"id":"${id}","name":"${called}"`, `"id":"${id}-${name}","name":"${called}-${name}"`)
        .replaceAll(`"${id}"`, `"${id}-${name}"`)
        .replaceAll(`"${id}/`, `"${id}-${name}/`),
    text,
  );
}

/** `count` clusters of one subscription, named `<prefix>-001` and on. */
export function fakeClusters(count: number, options: { prefix?: string; subscription?: string } = {}): FakeCluster[] {
  const { prefix = 'cluster', ...rest } = options;
  return Array.from({ length: count }, (_, index) => fakeCluster(`${prefix}-${String(index + 1).padStart(3, '0')}`, rest));
}

/** What Azure answers, by lower-case path: a resource, or the items of a list. */
export type Answers = Map<string, ArmBody | ArmBody[]>;

export function answersOf(clusters: readonly FakeCluster[]): Answers {
  const answers: Answers = new Map();
  const set = (path: string, body: ArmBody | ArmBody[]) => answers.set(path.toLowerCase(), body);
  const append = (path: string, body: ArmBody) => {
    const list = answers.get(path.toLowerCase());
    if (!Array.isArray(list)) set(path, [body]);
    else if (!list.some((each) => each.id.toLowerCase() === body.id.toLowerCase())) list.push(body);
  };
  for (const each of clusters) {
    const { id } = each.cluster;
    const subscription = subscriptionOf(id);
    append('/subscriptions', {
      id: `/subscriptions/${subscription}`,
      name: `sub-${subscription.slice(0, 8)}`,
      subscriptionId: subscription,
      displayName: `sub-${subscription.slice(0, 8)}`,
      tenantId: '99999999-8888-7777-6666-555555555555',
      state: 'Enabled',
    });
    const group = id.slice(0, id.toLowerCase().indexOf('/providers/'));
    for (const scope of [`/subscriptions/${subscription}`, group])
      append(`${scope}/providers/Microsoft.ContainerService/managedClusters`, each.cluster);
    set(id, each.cluster);
    set(`${id}/agentPools`, each.agentPools);
    set(`${id}/maintenanceConfigurations`, each.maintenanceConfigurations);
    set(`${id}/managedNamespaces`, each.managedNamespaces);
    set(`${id}/providers/Microsoft.ContainerService/deploymentSafeguards`, each.deploymentSafeguards);
    for (const safeguards of each.deploymentSafeguards)
      set(`${id}/providers/Microsoft.ContainerService/deploymentSafeguards/default`, safeguards);
    set(`${id}/providers/Microsoft.Insights/dataCollectionRuleAssociations`, each.dataCollectionRuleAssociations);
    set(`${id}/providers/Microsoft.Authorization/policyAssignments`, each.policyAssignments);
    for (const resource of [...each.policySetDefinitions, ...each.virtualNetworks]) set(resource.id, resource);
    for (const network of each.virtualNetworks) append(network.id.slice(0, network.id.lastIndexOf('/')), network);
    for (const resource of furtherOf(each)) {
      set(resource.id, resource);
      append(resource.id.slice(0, resource.id.lastIndexOf('/')), resource);
      append(`/subscriptions/${subscription}/providers/${resource.type}`, resource);
    }
    // The lists of sizes and of quotas hold items without ids.
    const flat = (of: ArmBody, name: unknown) => ({ ...(of.properties as object), name }) as unknown as ArmBody;
    const { vmSkus = [], computeUsages = [] } = stateOf(each);
    set(
      `/subscriptions/${subscription}/providers/Microsoft.Compute/skus`,
      vmSkus.map((sku) => ({ ...flat(sku, sku.name), resourceType: 'virtualMachines' })),
    );
    set(
      `/subscriptions/${subscription}/providers/Microsoft.Compute/locations/${String(each.cluster.location)}/usages`,
      computeUsages.map((usage) => flat(usage, { value: usage.name, localizedValue: usage.name })),
    );
    // The list of versions has no id of its own: it is asked for by subscription and region.
    for (const versions of stateOf(each).kubernetesVersions ?? [])
      answers.set(`/subscriptions/${subscription}${versions.id.replace(/\/default$/, '')}`.toLowerCase(), versions.properties as ArmBody);
    for (const key of armKeys) {
      const kind = kinds[key];
      const list = kind.plane === 'azure' && kind.listed ? `/subscriptions/${subscription}/providers/${kind.type}`.toLowerCase() : '';
      if (list !== '' && !answers.has(list)) set(list, []);
      // What hangs on the cluster, or like assignments of policy above it, is listed there, be it none.
      const hung = kind.plane === 'azure' && !kind.shared ? hungAt(id, kind.type ?? '').toLowerCase() : '';
      if (hung !== '' && !answers.has(hung)) set(hung, stateOf(each)[key] ?? []);
    }
    for (const identity of stateOf(each).userAssignedIdentities ?? []) {
      const credentials = `${identity.id}/federatedIdentityCredentials`.toLowerCase();
      if (!answers.has(credentials)) set(credentials, []);
    }
    const nodeGroup = `/subscriptions/${subscription}/resourceGroups/${(each.cluster.properties as { nodeResourceGroup: string }).nodeResourceGroup}`;
    const managed = `${nodeGroup}/providers/Microsoft.Network/virtualNetworks`.toLowerCase();
    if (!answers.has(managed)) set(managed, []);
  }
  return answers;
}

/** The list of a kind that hangs on a cluster: of its own parts by their name, of other providers by theirs. */
function hungAt(id: string, type: string): string {
  const own = 'Microsoft.ContainerService/managedClusters/';
  return type.startsWith(own) ? `${id}/${type.slice(own.length)}` : `${id}/providers/${type}`;
}

/** By key of the state, as the fixture has them. */
function stateOf(each: FakeCluster): Readonly<Record<string, ArmBody[] | undefined>> {
  const state: Readonly<Record<string, unknown>> = { ...each };
  return state as Record<string, ArmBody[] | undefined>;
}

/** Resources of the kinds that have no list of their own above: each stands at its id, in its parent's list and in its subscription's. */
function furtherOf(each: FakeCluster): ArmBody[] {
  const own = ['cluster', 'agentPools', 'maintenanceConfigurations', 'managedNamespaces', 'deploymentSafeguards', 'neighbours'];
  own.push('dataCollectionRuleAssociations', 'policyAssignments', 'policySetDefinitions', 'virtualNetworks');
  own.push('vmSkus', 'computeUsages');
  const state: Readonly<Record<string, unknown>> = { ...each };
  return armKeys.filter((key) => !own.includes(key)).flatMap((key) => (state[key] ?? []) as ArmBody[]); // as the fixture has them
}

export const subscriptionOf = (id: string): string => id.split('/')[2] ?? '';
