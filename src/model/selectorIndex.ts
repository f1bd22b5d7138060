type Labels = Readonly<Record<string, string | undefined>>;
type Namespaced = { readonly metadata: { readonly namespace?: string } };

/**
 * An index of things that select pods by labels, by the first label that each asks for: so that a workload looks only
 * at those that may select it, and time is linear in both. The candidates are yet to be matched.
 * @param matchLabels what an item asks for; undefined for one that can select nothing
 */
export function selectorIndex<T extends Namespaced>(
  items: readonly T[],
  matchLabels: (item: T) => Labels | undefined,
): (namespace: string | undefined, labels: Labels) => readonly T[] {
  const index = new Map<string | undefined, Map<string, T[]>>();
  for (const item of items) {
    const asked = matchLabels(item);
    if (asked === undefined) continue;
    const [label] = Object.entries(asked);
    const key = label === undefined ? anyLabels : `${label[0]}=${label[1]}`;
    const { namespace } = item.metadata;
    const byLabel = index.get(namespace) ?? new Map<string, T[]>();
    index.set(namespace, byLabel);
    const alike = byLabel.get(key);
    if (alike === undefined) byLabel.set(key, [item]);
    else alike.push(item);
  }
  return (namespace, labels) => {
    const byLabel = index.get(namespace);
    if (byLabel === undefined) return [];
    return [anyLabels, ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)].flatMap((key) => byLabel.get(key) ?? []);
  };
}

const anyLabels = '';
