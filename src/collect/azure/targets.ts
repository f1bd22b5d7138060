import { UserError } from '../../errors.ts';
import { normalId } from '../../seen.ts';
import type { Gap } from '../../snapshot.ts';
import type { ManagedCluster } from '../../wire.ts';
import { type AzureApi, gapOf, type LiveTarget, ReadFault } from '../source.ts';
import { AuthenticationFault } from './credentials.ts';
import { type Environment, defaultSubscription } from './profile.ts';
import { clusterKind, subscriptionsOfGraph, subscriptionsOfNames } from './subscriptions.ts';

/** What was asked for on the command line; within one list any fits, and all lists must. */
export interface TargetRequest {
  /** Ids or names. */
  subscriptions?: readonly string[];
  allSubscriptions?: boolean;
  managementGroup?: string;
  resourceGroups?: readonly string[];
  names?: readonly string[];
  /** Clusters by ARM id, beside what the other lists choose. */
  resourceIds?: readonly string[];
  /** `tag=value`; several must all fit. */
  selectors?: readonly string[];
  environment: Environment;
  cloud?: string;
}

export interface Discovery {
  /** In the order of their ids. */
  targets: readonly LiveTarget[];
  /** Subscriptions and clusters that could not be listed, each with why; the run goes on without them. */
  unread: readonly { scope: string; fault: ReadFault }[];
}

/** The clusters to read. Those of a subscription come from one list. Throws UserError, AuthenticationFault or ReadFault. */
export async function discoverTargets(azure: AzureApi, request: TargetRequest): Promise<Discovery> {
  const selectors = (request.selectors ?? []).map(selectorOf);
  const ids = (request.resourceIds ?? []).map(clusterId);
  const subscriptions = await authenticated(() => subscriptionsOf(azure, request, ids));
  const lists = await Promise.all(subscriptions.map((subscription) => listed(azure, subscription, request, ids)));
  const unread = lists.flatMap(({ unread }) => unread);
  const clusters = unique(lists.flatMap(({ clusters }) => clusters));
  const onlyIds = ids.length > 0 && !namesSubscriptions(request) && !filters(request);
  const chosen = clusters.filter((each) => ids.includes(normalId(each.id)) || (!onlyIds && fits(each, request, selectors)));
  if (chosen.length === 0) throw nothingFound(unread, subscriptions, clusters.length);
  const missing = missingOf(request, ids, clusters);
  // Where a list was refused, what is missing may be in it.
  if (missing.length > 0 && unread.length === 0) throw new UserError(missing);
  const gaps = unread.map(({ scope, fault }): Gap => gapOf('neighbours', fault, clusterKind.permission, scope));
  const others = { clusters: clusters.filter((each) => !chosen.includes(each)), gaps };
  return { targets: chosen.map((cluster) => ({ ...targetOf(cluster), others })), unread };
}

const namesSubscriptions = ({ subscriptions = [], allSubscriptions, managementGroup }: TargetRequest): boolean =>
  subscriptions.length > 0 || allSubscriptions === true || managementGroup !== undefined;
const filters = ({ resourceGroups = [], names = [], selectors = [] }: TargetRequest): boolean =>
  resourceGroups.length + names.length + selectors.length > 0;

async function subscriptionsOf(azure: AzureApi, request: TargetRequest, ids: readonly string[]): Promise<string[]> {
  const named = await subscriptionsOfNames(azure, request.subscriptions ?? []);
  const grouped =
    request.allSubscriptions || request.managementGroup !== undefined ? await subscriptionsOfGraph(azure, request.managementGroup) : [];
  const ofIds = ids.map((id) => id.split('/')[2] ?? '');
  const asked = [...named, ...grouped, ...ofIds];
  if (asked.length > 0 || namesSubscriptions(request)) return [...new Set(asked.map((each) => each.toLowerCase()))].sort();
  const current = await defaultSubscription(request.environment, request.cloud);
  if (current === undefined)
    throw new UserError({
      what: 'No subscription is named and az has no current one.',
      todo: 'Give one with -s, or run az account set -s <subscription>.',
    });
  return [current.toLowerCase()];
}

interface Listed {
  clusters: ManagedCluster[];
  unread: { scope: string; fault: ReadFault }[];
}

/** The clusters of a subscription; where its list is refused, those of the resource groups and the clusters that were named. */
async function listed(azure: AzureApi, subscription: string, request: TargetRequest, ids: readonly string[]): Promise<Listed> {
  const scope = `/subscriptions/${subscription}`;
  const whole = await attempt(scope, () => clustersOf(azure, scope));
  if (whole.unread[0]?.fault.why !== 'forbidden') return whole;
  const groups = (request.resourceGroups ?? []).map((group) => `${scope}/resourceGroups/${group}`);
  const own = ids.filter((id) => id.startsWith(`${scope}/`));
  const parts = await Promise.all([
    ...groups.map((group) => attempt(group, () => clustersOf(azure, group))),
    ...own.map((id) => attempt(id, async () => clustersIn([(await azure.get(id, clusterKind.apiVersion)) ?? []].flat()))),
  ]);
  if (parts.length === 0) return whole;
  return { clusters: parts.flatMap(({ clusters }) => clusters), unread: [...whole.unread, ...parts.flatMap(({ unread }) => unread)] };
}

async function attempt(scope: string, read: () => Promise<ManagedCluster[]>): Promise<Listed> {
  try {
    return { clusters: await read(), unread: [] };
  } catch (thrown) {
    if (thrown instanceof ReadFault) return { clusters: [], unread: [{ scope, fault: thrown }] };
    throw thrown;
  }
}

async function clustersOf(azure: AzureApi, scope: string): Promise<ManagedCluster[]> {
  const clusters: ManagedCluster[] = [];
  for await (const page of azure.list(`${scope}/providers/Microsoft.ContainerService/managedClusters`, clusterKind.apiVersion))
    clusters.push(...clustersIn(page));
  return clusters;
}

function clustersIn(items: readonly object[]): ManagedCluster[] {
  return items.map((item) => {
    const { id, name, properties }: { id?: unknown; name?: unknown; properties?: unknown } = item;
    const sound =
      typeof id === 'string' &&
      clusterPattern.test(normalId(id)) &&
      typeof name === 'string' &&
      typeof properties === 'object' &&
      properties !== null;
    if (!sound) throw new ReadFault('failed', 'The list of clusters holds something that is not a cluster.');
    // Id, name and properties are there; the rest is what the API promises for its version.
    return item as ManagedCluster;
  });
}

const clusterPattern =
  /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\/providers\/microsoft\.containerservice\/managedclusters\/[^/]+$/;

function clusterId(text: string): string {
  const id = normalId(text);
  if (clusterPattern.test(id)) return id;
  throw new UserError({
    where: '--resource-id',
    what: 'is not the ARM id of an AKS cluster.',
    todo: 'az aks show -g <resource-group> -n <cluster> --query id prints it.',
  });
}

function targetOf(cluster: ManagedCluster): LiveTarget {
  const id = normalId(cluster.id);
  const [, subscription = ''] = clusterPattern.exec(id) ?? [];
  // The name of the group as Azure writes it, for messages and commands.
  const resourceGroup = cluster.id.split('/')[4] ?? '';
  return { id, name: cluster.name, subscription, resourceGroup, cluster };
}

function unique(clusters: readonly ManagedCluster[]): ManagedCluster[] {
  const byId = new Map(clusters.map((each) => [normalId(each.id), each]));
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cluster]) => cluster);
}

interface Selector {
  tag: string;
  value: string;
}
function selectorOf(text: string): Selector {
  const at = text.indexOf('=');
  if (at > 0) return { tag: text.slice(0, at).toLowerCase(), value: text.slice(at + 1) };
  throw new UserError({ where: '--selector', what: 'is not of the form tag=value.' });
}

/** Azure compares names of resources, groups and tags without regard to letter case, values of tags with it. */
function fits(cluster: ManagedCluster, { resourceGroups = [], names = [] }: TargetRequest, selectors: readonly Selector[]): boolean {
  const { resourceGroup, name } = targetOf(cluster);
  const tags = Object.entries(cluster.tags ?? {});
  return (
    isOneOf(resourceGroup, resourceGroups) &&
    isOneOf(name, names) &&
    selectors.every(({ tag, value }) => tags.some(([key, set]) => key.toLowerCase() === tag && set === value))
  );
}
const isOneOf = (value: string, asked: readonly string[]): boolean =>
  asked.length === 0 || asked.some((each) => each.toLowerCase() === value.toLowerCase());

function missingOf({ names = [] }: TargetRequest, ids: readonly string[], clusters: readonly ManagedCluster[]) {
  const unknownNames = names.filter((name) => !clusters.some((each) => isOneOf(each.name, [name])));
  const unknownIds = ids.filter((id) => !clusters.some((each) => normalId(each.id) === id));
  return [
    ...unknownNames.map((name) => ({ where: '-n', what: `There is no cluster ${name}.` })),
    ...unknownIds.map((id) => ({ where: '--resource-id', what: `There is no cluster ${id}.` })),
  ];
}

function nothingFound(unread: Discovery['unread'], subscriptions: readonly string[], seen: number): Error {
  const [first] = unread;
  const cause = unread.map(({ fault }) => fault.cause).find((each) => each instanceof AuthenticationFault);
  if (cause !== undefined) return cause;
  if (first !== undefined) {
    const refused = unread.every(({ fault }) => fault.why === 'forbidden');
    const said = unread.map(({ fault }) => fault.message).join(' ');
    return refused
      ? new AuthenticationFault(`No cluster can be read. ${said}`)
      : new ReadFault(first.fault.why, said, first.fault.permission);
  }
  const [only, ...more] = subscriptions;
  const where =
    only === undefined
      ? 'any subscription that you can see'
      : more.length === 0
        ? `subscription ${only}`
        : `${subscriptions.length} subscriptions`;
  const what = seen === 0 ? `There is no AKS cluster in ${where}.` : `None of the ${seen} AKS clusters in ${where} is what was asked for.`;
  return new UserError({ what, todo: 'Name another subscription with -s, or use --all-subscriptions.' });
}

/** Before there is a target, a credential that does not work ends the run. */
async function authenticated<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    throw thrown instanceof ReadFault && thrown.cause instanceof AuthenticationFault ? thrown.cause : thrown;
  }
}
