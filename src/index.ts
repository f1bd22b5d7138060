/** The public API: the pipeline of the command line, for programs. */
export { type AuditRequest, audit } from './audit.ts';
export { loadCatalogue } from './catalogue.ts';
export { type Config, defaults as defaultConfig, readConfig } from './config.ts';
export { type Problem, UserError } from './errors.ts';
export type { ClusterReport, Entry, Report, Score } from './report.ts';
export { reporters } from './reporters/index.ts';
export type { Reporter, RenderOptions } from './reporters/reporter.ts';
export type { Evidence, Finding, Result, Severity, Status, Subject } from './result.ts';
export type { Catalogue, Rule } from './rule.ts';
export type { Gap, Snapshot, State, StateKey } from './snapshot.ts';
