import { type Seen, seen } from '../seen.ts';
import type { KubernetesObject } from '../wire.ts';

type Lookup = (namespace: string | undefined) => Seen<KubernetesObject>;
const lookups = new WeakMap<object, Lookup>();

/** The objects of one namespace, with the gaps that concern it; the list is indexed once, however often it is asked. */
export function inNamespace<T extends KubernetesObject>(list: Seen<T>, namespace: string | undefined): Seen<T> {
  const lookup = lookups.get(list) ?? indexed(list);
  lookups.set(list, lookup);
  return lookup(namespace) as Seen<T>; // the lookup was made from this very list
}

function indexed(list: Seen<KubernetesObject>): Lookup {
  const index = new Map<string | undefined, KubernetesObject[]>();
  for (const item of list.items) {
    const found = index.get(item.metadata.namespace);
    if (found === undefined) index.set(item.metadata.namespace, [item]);
    else found.push(item);
  }
  return (namespace) =>
    seen(
      index.get(namespace) ?? [],
      list.gaps.filter((gap) => gap.scope === undefined || gap.scope === namespace),
    );
}
