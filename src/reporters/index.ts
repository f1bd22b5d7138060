import { table } from './console.ts';
import type { Reporter } from './reporter.ts';

/** One line a format; the code of all but the table is loaded when it is asked for. */
export const reporters: Readonly<Record<string, { endings: readonly string[]; load: () => Promise<Reporter> }>> = {
  table: { endings: ['.txt'], load: async () => table },
  json: { endings: ['.json'], load: async () => (await import('./json.ts')).json },
  html: { endings: ['.html', '.htm'], load: async () => (await import('./html.ts')).htmlPage },
  sarif: { endings: ['.sarif'], load: async () => (await import('./sarif.ts')).sarif },
};
