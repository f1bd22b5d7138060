import { exportCommand, kinds, kubectlCommands } from '../kinds.ts';
import type { ClusterReport } from '../report.ts';
import type { Gap } from '../snapshot.ts';

/** What was not seen for one reason, the rules that it leaves open, and what would settle it. */
export interface Remedy {
  why: Gap['why'];
  what: readonly string[];
  rules: readonly string[];
  /** Commands, permissions or sentences. */
  how: readonly string[];
}

/** The gaps of a cluster, joined where one thing settles several: most rules first. */
export function remedies(gaps: ClusterReport['gaps']): Remedy[] {
  const groups = new Map<string, ClusterReport['gaps'][number][]>();
  for (const each of gaps) {
    const key = groupOf(each.gap);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()]
    .map(remedyOf)
    .sort((a, b) => b.rules.length - a.rules.length || ((a.what[0] ?? '') < (b.what[0] ?? '') ? -1 : 1));
}

function groupOf(gap: Gap): string {
  if (gap.why === 'forbidden') return `forbidden ${kinds[gap.key].plane}`;
  if (gap.why !== 'not-collected') return `${gap.why} ${gap.message}`;
  const kind = kinds[gap.key];
  if (kind.plane === 'kubernetes') return kind.optional ? 'custom' : 'kubernetes';
  return `azure ${gap.export ?? gap.key}`;
}

function remedyOf(group: readonly ClusterReport['gaps'][number][]): Remedy {
  const rules = [...new Set(group.flatMap((each) => each.rules))].sort();
  const what = group.map(({ gap }) => (gap.scope === undefined ? gap.key : `${gap.key} ${gap.scope}`));
  const [first] = group;
  return { why: first?.gap.why ?? 'not-collected', what, rules, how: howOf(group.map(({ gap }) => gap)) };
}

function howOf(gaps: readonly Gap[]): string[] {
  const [first] = gaps;
  if (first === undefined) return [];
  if (first.why === 'forbidden') return [...new Set(gaps.flatMap((gap) => (gap.why === 'forbidden' ? [gap.permission] : [])))];
  if (first.why !== 'not-collected') return [first.message];
  const kind = kinds[first.key];
  if (kind.plane === 'azure') return [first.export ?? exportCommand(first.key)];
  const commands = kubectlCommands(gaps.map(({ key }) => key));
  if (!kind.optional) return commands;
  return ['kubectl get --raw /apis > apis.json', 'It proves which of these kinds the cluster does not serve. For the others:', ...commands];
}
