const minutes: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60 };

/** Minutes of a duration as Kubernetes' tools write it: `10m`, `600s`, `1h30m`. @returns undefined for anything else */
export function parseMinutes(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^(?:\d+(?:\.\d+)?[smh])+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smh])/g)];
  return parts.reduce((sum, [, number, unit = 'm']) => sum + Number(number) * (minutes[unit] ?? 1), 0);
}

/** Minutes of an ISO 8601 duration as ARM writes it: `PT5M`, `P1D`, `PT1H30M`. @returns undefined for anything else */
export function parseIsoMinutes(text: unknown): number | undefined {
  const parts = typeof text === 'string' ? /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text) : null;
  if (parts === null || parts[0].length < 3) return undefined;
  const [days = 0, hours = 0, minutesLong = 0, seconds = 0] = parts.slice(1).map((each) => Number(each ?? 0));
  return days * 1440 + hours * 60 + minutesLong + seconds / 60;
}
