import type { Reporter } from './reporter.ts';

/** One line a format; a format's code loads when it is asked for. */
export const reporters: Readonly<Record<string, { endings: readonly string[]; load: () => Promise<Reporter> }>> = {
  table: { endings: ['.txt'], load: async () => (await import('./console.ts')).table },
  json: { endings: ['.json'], load: async () => (await import('./json.ts')).json },
  sarif: { endings: ['.sarif'], load: async () => (await import('./sarif.ts')).sarif },
};
