import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { audit } from '../../../src/audit.ts';
import { loadCatalogue } from '../../../src/catalogue.ts';
import { type Config, defaults } from '../../../src/config.ts';
import { UserError } from '../../../src/errors.ts';
import type { Report } from '../../../src/report.ts';

export const catalogue = loadCatalogue();
export const ruleNames: ReadonlySet<string> = new Set(catalogue.rules.map(({ name }) => name));

/** What an audit came to: a report, or the message with which it was refused. Anything else is thrown. */
export type Audited = { report: Report; warnings: readonly string[]; refused?: never } | { report?: never; refused: string };

/** Audits as the command line does, by all rules. @param complete as `--complete` @param rules as in a configuration */
export async function auditPaths(paths: readonly string[], complete = false, rules: Config['rules'] = {}): Promise<Audited> {
  try {
    return await audit({
      paths,
      catalogue,
      config: { ...defaults, rules },
      chosen: [],
      complete,
      clusters: [],
      keepGoing: false,
      // When the other tools gave their verdicts: before what Azure retired in 2026.
      takenAt: '2026-01-01T00:00:00.000Z',
      now: '2026-01-01T00:00:00.000Z',
      tool: { name: 'aks-audit', version: 'conformance' },
    });
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    return { refused: thrown.message };
  }
}

/** Audits files that stand nowhere: by name, their text or the value that becomes JSON. */
export async function auditFiles(
  files: Readonly<Record<string, unknown>>,
  complete = false,
  rules: Config['rules'] = {},
): Promise<Audited> {
  const folder = mkdtempSync(join(tmpdir(), 'aks-audit-conformance-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    }
    return await auditPaths([folder], complete, rules);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
