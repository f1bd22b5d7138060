import { type Problem, UserError } from '../../errors.ts';
import { type ArmKind, kinds } from '../../kinds.ts';
import type { AzureApi } from '../source.ts';
import { isRecord } from './faults.ts';

/** The line of the table of kinds that says how clusters are read. */
export const clusterKind = armKind('cluster');

export function armKind(key: keyof typeof kinds): ArmKind {
  const kind = kinds[key];
  if (kind.plane === 'azure') return kind;
  throw new Error(`${key} is not read from Azure`);
}

const subscriptionsVersion = '2022-12-01';
const guid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Ids of subscriptions that are named by id or by name; the list of all is read only for names. */
export async function subscriptionsOfNames(azure: AzureApi, asked: readonly string[]): Promise<string[]> {
  if (asked.every((each) => guid.test(each))) return [...asked];
  const all: { id: string; name: string }[] = [];
  for await (const page of azure.list('/subscriptions', subscriptionsVersion))
    for (const item of page) {
      const { subscriptionId, displayName }: { subscriptionId?: unknown; displayName?: unknown } = item;
      if (typeof subscriptionId === 'string') all.push({ id: subscriptionId, name: typeof displayName === 'string' ? displayName : '' });
    }
  const problems: Problem[] = [];
  const found = asked.flatMap((each) => {
    if (guid.test(each)) return [each];
    const named = all.filter(({ name }) => name.toLowerCase() === each.toLowerCase());
    if (named.length === 0)
      problems.push({
        where: '-s',
        what: `No subscription that you can see is called ${each}.`,
        todo: 'az account list -o table shows them.',
      });
    if (named.length > 1)
      problems.push({
        where: '-s',
        what: `${named.length} subscriptions are called ${each}.`,
        todo: `Give the id of one: ${named.map(({ id }) => id).join(', ')}.`,
      });
    return named.map(({ id }) => id);
  });
  if (problems.length > 0) throw new UserError(problems);
  return found;
}

/** Ids of the subscriptions that hold clusters: of a management group, or all that the identity can see. */
export async function subscriptionsOfGraph(azure: AzureApi, managementGroup?: string): Promise<string[]> {
  const query = "Resources | where type =~ 'microsoft.containerservice/managedclusters' | project id, subscriptionId | order by id asc";
  const found = new Set<string>();
  const scope = managementGroup === undefined ? {} : { managementGroups: [managementGroup] };
  for await (const page of azure.graph(query, scope))
    for (const row of page) if (isRecord(row) && typeof row.subscriptionId === 'string') found.add(row.subscriptionId);
  return [...found];
}
