import { AsyncLocalStorage } from 'node:async_hooks';
import type { ContainerServiceClient } from '@azure/arm-containerservice';
import type { NetworkManagementClient } from '@azure/arm-network';
import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient, Pipeline, PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';

type Live = typeof import('../live.ts');

/** Runs a call of the SDK and gives back what stood on the wire: its models drop what they do not know, and rename. */
export interface Capture {
  policy: PipelinePolicy;
  /** The last response of the call; what the SDK thinks of its body does not count. */
  wire(call: () => Promise<unknown>): Promise<PipelineResponse>;
}

export function createCapture(): Capture {
  const calls = new AsyncLocalStorage<{ response?: PipelineResponse }>();
  return {
    policy: {
      name: 'capture',
      async sendRequest(request, next) {
        const response = await next(request);
        const call = calls.getStore();
        if (call !== undefined) call.response = response;
        return response;
      },
    },
    async wire(call) {
      const seen: { response?: PipelineResponse } = {};
      try {
        await calls.run(seen, call);
      } catch (thrown) {
        if (seen.response === undefined) throw thrown;
      }
      if (seen.response === undefined) throw new Error('the SDK sent no request');
      return seen.response;
    },
  };
}

/** The SDK's clients of one subscription, on our pipeline. */
interface Clients {
  aks: ContainerServiceClient;
  network: NetworkManagementClient;
}
/** A page of a list: the first, or the one that a link leads to. */
export type PageCall = (link?: string) => Promise<unknown>;

export interface Sdk {
  /** The SDK's operation that reads this path; undefined when it is of another provider. */
  get(path: string): (() => Promise<unknown>) | undefined;
  list(path: string): PageCall | undefined;
  userCredential(clusterId: string): (() => Promise<unknown>) | undefined;
}

export function createSdk(live: Live, endpoint: string, credential: TokenCredential, pipeline: Pipeline, httpClient: HttpClient): Sdk {
  const bySubscription = new Map<string, Clients>();
  const clients = (subscription: string): Clients => {
    const known = bySubscription.get(subscription);
    if (known !== undefined) return known;
    const options = { endpoint, pipeline, httpClient };
    const made = {
      aks: new live.ContainerServiceClient(credential, subscription, options),
      network: new live.NetworkManagementClient(credential, subscription, options),
    };
    bySubscription.set(subscription, made);
    return made;
  };
  const route = <C>(routes: readonly Route<C>[], path: string): C | undefined => {
    for (const [pattern, call] of routes) {
      const [, subscription, group, name] = pattern.exec(path) ?? [];
      if (subscription !== undefined) return call(clients(subscription), decode(group), decode(name));
    }
    return undefined;
  };
  return {
    get: (path) => route(gets, path),
    list: (path) => route(lists, path),
    userCredential: (id) => route(credentials, id),
  };
}

const decode = (segment = ''): string => decodeURIComponent(segment);

type Route<C> = readonly [pattern: RegExp, call: (clients: Clients, group: string, name: string) => C];
const path = (below: string) => new RegExp(`^/subscriptions/([^/?]+)/resourceGroups/([^/?]+)/providers/${below}$`, 'i');
const cluster = 'Microsoft\\.ContainerService/managedClusters/([^/?]+)';

const gets: readonly Route<() => Promise<unknown>>[] = [
  [
    path(cluster),
    ({ aks }, group, name) =>
      () =>
        aks.managedClusters.get(group, name),
  ],
  [
    path('Microsoft\\.Network/virtualNetworks/([^/?]+)'),
    ({ network }, group, name) =>
      () =>
        network.virtualNetworks.get(group, name),
  ],
];
const lists: readonly Route<PageCall>[] = [
  [/^\/subscriptions\/([^/?]+)\/providers\/Microsoft\.ContainerService\/managedClusters$/i, ({ aks }) => pages(aks.managedClusters.list())],
  [path('Microsoft\\.ContainerService/managedClusters'), ({ aks }, group) => pages(aks.managedClusters.listByResourceGroup(group))],
  [path(`${cluster}/agentPools`), ({ aks }, group, name) => pages(aks.agentPools.list(group, name))],
  [
    path(`${cluster}/maintenanceConfigurations`),
    ({ aks }, group, name) => pages(aks.maintenanceConfigurations.listByManagedCluster(group, name)),
  ],
  [path(`${cluster}/managedNamespaces`), ({ aks }, group, name) => pages(aks.managedNamespaces.listByManagedCluster(group, name))],
  [path('Microsoft\\.Network/virtualNetworks'), ({ network }, group) => pages(network.virtualNetworks.list(group))],
];
const credentials: readonly Route<() => Promise<unknown>>[] = [
  [
    path(cluster),
    ({ aks }, group, name) =>
      () =>
        aks.managedClusters.listClusterUserCredentials(group, name),
  ],
];

interface Paged {
  byPage(settings?: { continuationToken?: string }): { next(): Promise<unknown> };
}
/** Each page by itself, so that one which the SDK's models cannot take does not end the list. */
const pages =
  (paged: Paged): PageCall =>
  (link) =>
    paged.byPage(link === undefined ? {} : { continuationToken: link }).next();
