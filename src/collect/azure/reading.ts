import { normalId } from '../../seen.ts';
import type { State, StateKey } from '../../snapshot.ts';
import { type AzureApi, gapOf, type Known, type LiveTarget, type Page, ReadFault, type Source } from '../source.ts';
import { armKind } from './subscriptions.ts';

/** What a source of Azure reads with. */
export interface From {
  azure: AzureApi;
  known: Known;
  key: StateKey;
  apiVersion: string;
  permission: string;
}
type Read = (target: LiveTarget, from: From) => AsyncIterable<Page>;
/** Ids or paths that the cluster, or what was read before, names. */
type Names = (target: LiveTarget, known: Known) => readonly string[];

/** What every source of Azure shares; the permission stands beside the type, in the table of kinds. */
export const source = (key: StateKey, read: Read, after: readonly StateKey[] = []): Source => {
  const { permission, apiVersion, shared } = armKind(key);
  return {
    key,
    plane: 'azure',
    after,
    shared,
    permissions: [{ action: permission }],
    read: (target, known, { azure }) => read(target, { azure, known, key, apiVersion, permission }),
  };
};

/** A list that hangs on the cluster. */
export const listOf = (key: StateKey, below: string): Source =>
  source(key, async function* ({ cluster }, { azure, apiVersion }) {
    for await (const items of azure.list(`${cluster.id}/${below}`, apiVersion)) yield { items };
  });

/** All resources of the kind in the cluster's subscription, read once for all its clusters. */
export const inSubscription = (key: StateKey): Source => source(key, subscriptionList);

/** All resources of the kind in the cluster's subscription, and those elsewhere that others name by id. */
export const inSubscriptionAnd = (key: StateKey, after: readonly StateKey[], ids: Names): Source =>
  source(
    key,
    async function* (target, from) {
      yield* subscriptionList(target, from);
      const here = `/subscriptions/${target.subscription}/`.toLowerCase();
      yield* byId(
        ids(target, from.known).filter((id) => !id.toLowerCase().startsWith(here)),
        from,
      );
    },
    after,
  );

/** The one list of the kind in the cluster's subscription. */
export async function* subscriptionList({ subscription }: LiveTarget, { azure, key, apiVersion }: From): AsyncGenerator<Page, void, void> {
  yield { items: await azure.whole(`/subscriptions/${subscription}/providers/${armKind(key).type}`, apiVersion) };
}

/** Resources that others name by id, wherever they are. */
export const linked = (key: StateKey, after: readonly StateKey[], ids: Names): Source =>
  source(key, (target, from) => byId(ids(target, from.known), from), after);

/** Lists that hang on other resources: a path each, of which a part may be denied. A 404 is an empty list where `mayLack`. */
export const listsAt = (key: StateKey, after: readonly StateKey[], paths: Names, mayLack = false): Source =>
  source(
    key,
    async function* (target, from) {
      yield { items: [] };
      const reads = distinct(paths(target, from.known)).map((path) => listAt(path, from, mayLack));
      for (const read of reads) yield await read;
    },
    after,
  );

/** What a query of Resource Graph finds in the cluster's subscription. */
export const inGraph = (key: StateKey, query: string): Source =>
  source(key, async function* ({ subscription }, { azure }) {
    yield { items: await azure.found(query, subscription) };
  });

/** What a query of Resource Graph finds in all subscriptions that the caller may read. */
export const inReach = (key: StateKey, query: string): Source =>
  source(key, async function* (_, { azure }) {
    yield { items: await azure.found(query, '') };
  });

/** One list that hangs on a resource, or its gap. */
export async function listAt(path: string, { azure, key, apiVersion, permission }: From, mayLack: boolean): Promise<Page> {
  try {
    return { items: await azure.whole(path, apiVersion) };
  } catch (thrown) {
    if (!(thrown instanceof ReadFault)) throw thrown;
    if (mayLack && thrown.missing) return { items: [] };
    const scope = path.replace(/\?.*$/, '');
    return { gap: gapOf(key, thrown, `${permission} on ${scope}`, scope) };
  }
}

/** Each resource by its id, wherever it is; one that cannot be read is a gap of its id alone. */
export async function* byId(ids: readonly string[], { azure, key, apiVersion, permission }: From): AsyncGenerator<Page, void, void> {
  const reads = distinct(ids).map(async (id): Promise<Page> => {
    try {
      const found = await azure.get(id, apiVersion);
      return found === undefined
        ? { gap: gapOf(key, new ReadFault('failed', `Azure has no resource ${id}.`), permission, id) }
        : { items: [found] };
    } catch (thrown) {
      if (!(thrown instanceof ReadFault)) throw thrown;
      return { gap: gapOf(key, thrown, `${permission} on ${id}`, id) };
    }
  });
  yield { items: [] };
  for (const read of reads) yield await read;
}

const distinct = (ids: readonly string[]): string[] => [...new Map(ids.map((id) => [normalId(id), id])).values()];

/** What was read before. Throws ReadFault, as nothing can be told of what it would have named. */
export function readBefore<K extends StateKey>(known: Known, key: K): State[K] {
  const value = known[key];
  if (value === undefined) throw new ReadFault('failed', `${key}, which tell what to read, were not read.`);
  return value as State[K]; // undefined is gone; Known holds the state's own types
}
