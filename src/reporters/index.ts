import { table } from './console.ts';
import { htmlPage } from './html.ts';
import { json } from './json.ts';
import type { Reporter } from './reporter.ts';
import { sarif } from './sarif.ts';

/** One line a format. */
export const reporters: Readonly<Record<string, { endings: readonly string[]; render: Reporter }>> = {
  table: { endings: ['.txt'], render: table },
  json: { endings: ['.json'], render: json },
  html: { endings: ['.html', '.htm'], render: htmlPage },
  sarif: { endings: ['.sarif'], render: sarif },
};
