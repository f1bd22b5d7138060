import { type Seen, seen } from '../seen.ts';
import type { Pod, PodDisruptionBudget } from '../wire.ts';
import { inNamespace } from './byNamespace.ts';
import { once } from './once.ts';
import { hasEnded } from './replicas.ts';
import { selectorIndex } from './selectorIndex.ts';
import { selects } from './selectors.ts';

/** The pods of a budget, but for those that are evicted whatever it says: ended ones, and ones on their way out. */
export interface Selection {
  pods: Seen<Pod>;
  /** A pod that another budget selects too, which the eviction call refuses. */
  shared?: { pod: Pod; other: PodDisruptionBudget };
}
export interface BudgetFacts {
  readonly snapshot: object;
  readonly inScope: (namespace: string | undefined) => boolean;
  readonly podDisruptionBudgets: Seen<PodDisruptionBudget>;
  readonly pods: Seen<Pod>;
}

/** The first budget in the namespace that selects these labels; NotSeen when none was seen to and some were not. */
export function budgetFor(
  facts: Pick<BudgetFacts, 'snapshot' | 'podDisruptionBudgets'>,
  namespace: string | undefined,
  labels: Labels,
): PodDisruptionBudget | undefined {
  const found = candidates(facts)(namespace, labels).find(({ spec }) => selects(spec?.selector, labels));
  return found ?? inNamespace(facts.podDisruptionBudgets, namespace).find(() => false);
}

type Labels = Readonly<Record<string, string | undefined>>;
const candidates = once(({ podDisruptionBudgets }: Pick<BudgetFacts, 'snapshot' | 'podDisruptionBudgets'>) =>
  selectorIndex(podDisruptionBudgets.items, ({ spec }) => (spec?.selector ? (spec.selector.matchLabels ?? {}) : undefined)),
);

/** What each budget in scope selects: pods are read once, and each budget looks only at those that carry its first label. */
export const selections: (facts: BudgetFacts) => ReadonlyMap<PodDisruptionBudget, Selection> = once(
  ({ podDisruptionBudgets, pods, inScope }: BudgetFacts) => {
    const budgets = podDisruptionBudgets.items.filter((each) => inScope(each.metadata.namespace));
    const candidates = candidatesOf(budgets, pods.items);
    const first = new Map<Pod, PodDisruptionBudget>();
    const found = new Map<PodDisruptionBudget, Selection>();
    for (const budget of budgets) {
      const { namespace } = budget.metadata;
      const selected = candidates(budget).filter((pod) => selects(budget.spec?.selector, pod.metadata.labels));
      const selection: Selection = {
        pods: seen(
          selected,
          pods.gaps.filter((gap) => gap.scope === undefined || gap.scope === namespace),
        ),
      };
      found.set(budget, selection);
      for (const pod of selected) {
        const other = first.get(pod);
        if (other === undefined) first.set(pod, budget);
        else share(pod, budget, other, found);
      }
    }
    return found;
  },
);

function share(pod: Pod, one: PodDisruptionBudget, other: PodDisruptionBudget, found: ReadonlyMap<PodDisruptionBudget, Selection>): void {
  const [ofOne, ofOther] = [found.get(one), found.get(other)];
  if (ofOne) ofOne.shared ??= { pod, other };
  if (ofOther) ofOther.shared ??= { pod, other: one };
}

const anyLabel = '';

/** Pods by namespace and the labels that budgets ask for; nothing is kept of the others. */
function candidatesOf(budgets: readonly PodDisruptionBudget[], pods: readonly Pod[]): (budget: PodDisruptionBudget) => readonly Pod[] {
  const index = new Map<string | undefined, Map<string, Map<string, Pod[]>>>();
  for (const budget of budgets) {
    const [key, value] = firstLabel(budget);
    const labels = index.get(budget.metadata.namespace) ?? new Map<string, Map<string, Pod[]>>();
    index.set(budget.metadata.namespace, labels);
    labels.set(key, (labels.get(key) ?? new Map<string, Pod[]>()).set(value, []));
  }
  for (const pod of pods) {
    if (hasEnded(pod) || pod.metadata.deletionTimestamp) continue;
    for (const [key, values] of index.get(pod.metadata.namespace) ?? [])
      values.get(key === anyLabel ? anyLabel : (pod.metadata.labels?.[key] ?? ''))?.push(pod);
  }
  return (budget) => {
    const [key, value] = firstLabel(budget);
    return index.get(budget.metadata.namespace)?.get(key)?.get(value) ?? [];
  };
}

const firstLabel = ({ spec }: PodDisruptionBudget): readonly [string, string] => {
  const [label] = Object.entries(spec?.selector?.matchLabels ?? {});
  return label?.[1] === undefined || label[1] === '' ? [anyLabel, anyLabel] : [label[0], label[1]];
};
