import type { Report } from '../report.ts';

export interface RenderOptions {
  /** Columns of the terminal, or 80. */
  width: number;
  color: boolean;
  /** false where the terminal shows no more than ASCII. */
  unicode: boolean;
  /** Of the table: the worst rules in full and a few lines of each other, or all of every rule. */
  show: 'worst' | 'all';
  sarifProfile: 'github' | 'ado' | 'full';
  /** Environment variables that a CI system sets, for formats that name the pipeline. */
  environment: Readonly<Record<string, string | undefined>>;
}

/** A view of the report: pure, in chunks of text or bytes, because one string ends at 512 MiB. */
export type Reporter = (report: Report, options: RenderOptions) => Iterable<string | Uint8Array>;
