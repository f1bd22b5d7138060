import type { Gap } from '../snapshot.ts';
import { normalId, NotSeen, type Seen, seen } from '../seen.ts';

/** The resources with these ids; one that was not seen is a gap. */
export function picked<T>(list: Seen<T>, ids: readonly string[]): Seen<T> {
  const items: T[] = [];
  const gaps: Gap[] = [];
  for (const id of new Set(ids.map(normalId))) {
    try {
      items.push(list.get(id));
    } catch (thrown) {
      if (!(thrown instanceof NotSeen)) throw thrown;
      gaps.push(...thrown.gaps);
    }
  }
  return seen(items, gaps);
}

/** Those that lie below a resource. Gaps of other resources do not concern it. */
export function below<T extends { readonly id: string }>(list: Seen<T>, id: string): Seen<T> {
  const start = `${normalId(id)}/`;
  const concerns = ({ scope }: Gap) => scope === undefined || `${normalId(scope)}/`.startsWith(start);
  return seen(
    list.items.filter((each) => normalId(each.id).startsWith(start)),
    list.gaps.filter(concerns),
  );
}
