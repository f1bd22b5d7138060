import type { KubernetesVersion } from './versions.ts';

/** One minor version in AKS' release calendar. */
interface Lifecycle {
  minor: number;
  /** Month of general availability: `2026-06`. */
  available: string;
  /** Last day of community support, and of long-term support. */
  end: string;
  longTermEnd: string;
}

/** The day on which Microsoft published the calendar below. What lies after it is a plan. */
export const calendarDate = '2026-08-05';

/**
 * AKS' release calendar (learn.microsoft.com/azure/aks/supported-kubernetes-versions; the first two rows from earlier
 * editions). A month without a day ends support on its last day, as the calendar says.
 */
const calendar: readonly Lifecycle[] = [
  { minor: 27, available: '2023-07', end: '2024-07-31', longTermEnd: '2025-07-31' },
  { minor: 28, available: '2023-11', end: '2025-01-31', longTermEnd: '2026-02-28' },
  { minor: 29, available: '2024-03', end: '2025-03-31', longTermEnd: '2026-04-30' },
  { minor: 30, available: '2024-07', end: '2025-08-22', longTermEnd: '2026-07-31' },
  { minor: 31, available: '2024-11', end: '2025-11-01', longTermEnd: '2026-11-30' },
  { minor: 32, available: '2025-04', end: '2026-03-31', longTermEnd: '2027-03-31' },
  { minor: 33, available: '2025-06', end: '2026-07-31', longTermEnd: '2027-07-31' },
  { minor: 34, available: '2025-11', end: '2026-11-30', longTermEnd: '2027-11-30' },
  { minor: 35, available: '2026-03', end: '2027-03-31', longTermEnd: '2028-03-31' },
  { minor: 36, available: '2026-06', end: '2027-06-30', longTermEnd: '2028-06-30' },
  { minor: 37, available: '2026-10', end: '2027-10-31', longTermEnd: '2028-10-31' },
];

/** Plans were put off by up to two months between editions, and never brought forward. */
const slipDays = 90;

export type Support =
  /** `until`: the last day. */
  | { status: 'supported'; until: string }
  /** `from`: the month in which it is to become generally available. */
  | { status: 'preview'; from: string }
  /** `on`: the last day of support; of versions older than the calendar, the last day on which one of them may have had it. */
  | { status: 'ended'; on: string }
  | { status: 'unsettled'; because: string };

/** Whether AKS supports a version at a time, by the calendar; unsettled past its reach, and while a planned date may have slipped. */
export function supportOf({ major, minor }: KubernetesVersion, longTerm: boolean, at: Date): Support {
  const day = dayOf(at);
  const name = `${major}.${minor}`;
  const row = major === 1 ? calendar.find((each) => each.minor === minor) : undefined;
  if (row === undefined) {
    const [oldest] = calendar;
    if (major === 1 && oldest !== undefined && minor < oldest.minor && day > oldest.end) return { status: 'ended', on: oldest.end };
    return unsettled(`AKS' calendar of ${calendarDate} does not hold version ${name} at that time.`);
  }
  const end = longTerm ? row.longTermEnd : row.end;
  if (day > end) {
    if (end > calendarDate && day <= daysAfter(end, slipDays)) return unsettled(planned(`the end of support of ${name}`, end));
    return { status: 'ended', on: end };
  }
  const month = day.slice(0, 7);
  if (month < row.available) return { status: 'preview', from: row.available };
  const isPlan = row.available > calendarDate.slice(0, 7);
  if (month === row.available || (isPlan && day <= daysAfter(`${row.available}-28`, slipDays)))
    return unsettled(planned(`the general availability of ${name}`, row.available));
  return { status: 'supported', until: end };
}

const unsettled = (because: string): Support => ({ status: 'unsettled', because });
const planned = (what: string, when: string): string => `AKS' calendar of ${calendarDate} planned ${what} for ${when}, and plans slip.`;

/** ISO 8601 day in UTC. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
/** Whole days from an ISO day to a time. */
export const daysSince = (day: string, at: Date): number => Math.floor((at.getTime() - Date.parse(`${day}T00:00:00Z`)) / 86_400_000);
const daysAfter = (day: string, days: number): string => dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000));
