import type { Reporter } from './reporter.ts';

/** One line a format; of their code, a run loads that of the formats it was asked for. */
export const reporters: Readonly<Record<string, { endings: readonly string[]; load: () => Promise<Reporter> }>> = {
  table: { endings: ['.txt'], load: async () => (await import('./console.ts')).table },
  json: { endings: ['.json'], load: async () => (await import('./json.ts')).json },
  html: { endings: ['.html', '.htm'], load: async () => (await import('./html.ts')).htmlPage },
  sarif: { endings: ['.sarif'], load: async () => (await import('./sarif.ts')).sarif },
};
