import { audit } from '../../src/audit.ts';
import { loadCatalogue } from '../../src/catalogue.ts';
import { defaults } from '../../src/config.ts';
import type { Report } from '../../src/report.ts';

/** The report of shipped snapshots, as no configuration and one fixed time give it. */
export async function audited(...names: readonly string[]): Promise<Report> {
  const { report } = await audit({
    paths: names.map((name) => `fixtures/snapshots/${name}`),
    catalogue: loadCatalogue(),
    config: defaults,
    chosen: [],
    complete: false,
    clusters: [],
    keepGoing: false,
    now: '2026-11-21T00:00:00.000Z',
    tool: { name: 'aks-audit', version: '0.0.0-golden' },
  });
  return report;
}
