const minutes: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60 };

/** Minutes of a duration as Kubernetes' tools write it: `10m`, `600s`, `1h30m`. @returns undefined for anything else */
export function parseMinutes(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^(?:\d+(?:\.\d+)?[smh])+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smh])/g)];
  return parts.reduce((sum, [, number, unit = 'm']) => sum + Number(number) * (minutes[unit] ?? 1), 0);
}
