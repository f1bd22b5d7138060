import type { AgentPool } from '../wire.ts';

/** How many nodes at once an upgrade of a pool replaces. */
export interface UpgradePace {
  /** `maxSurge` is not set, which means 10 %. */
  unset: boolean;
  /** What `maxSurge` says: one of them, neither when it is unreadable. */
  percent?: number;
  nodes?: number;
  /** Nodes are taken away and none is added: `maxSurge` is 0. Beside a surge, `maxUnavailable` is only what is fallen back on. */
  unavailable: boolean;
}

export function upgradePace({ properties }: AgentPool): UpgradePace {
  const { maxSurge, maxUnavailable } = properties.upgradeSettings ?? {};
  const surge = amount(maxSurge);
  const away = amount(maxUnavailable);
  return {
    unset: maxSurge == null || maxSurge === '',
    unavailable: (surge.percent ?? surge.nodes) === 0 && (away.percent ?? away.nodes ?? 0) > 0,
    ...surge,
  };
}

/** `33%`, `5`; templates write numbers, too. */
function amount(text: unknown): { percent?: number; nodes?: number } {
  const [matched, number, percent] = /^\s*(\d+)\s*(%)?\s*$/.exec(String(text ?? '')) ?? [];
  if (matched === undefined) return {};
  return percent === undefined ? { nodes: Number(number) } : { percent: Number(number) };
}
