import type { Gap } from './snapshot.ts';

export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];
export const statuses = ['pass', 'fail', 'unknown', 'notApplicable', 'manual', 'waived'] as const;
export type Status = (typeof statuses)[number];

/** What a verdict is about. `id`: ARM id in lower case, or `<cluster id>/k8s/<group>/<kind>/<namespace>/<name>`. */
export interface Subject {
  id: string;
  kind: string;
  name: string;
  namespace?: string;
}

/** The object that a piece of evidence was read from; a symbol, so that no report ever writes it. */
export const source = Symbol('source');

/** What was looked at. `path` is a JSON pointer inside `resource`; `actual` is `{absent: true}` when it is not set. */
export interface Evidence {
  resource: string;
  path: string;
  actual: unknown;
  expected?: string;
  at?: Place;
  [source]?: object;
}

/** `file` is relative to the working directory, `/` separated; lines and columns count from 1, columns in UTF-16 units. */
export interface Place {
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export interface Finding {
  status: 'pass' | 'fail' | 'unknown';
  /** Of a fail: never harsher than the rule's. */
  severity?: Severity;
  subject: Subject;
  message: string;
  note?: string;
  evidence: readonly Evidence[];
  missing?: readonly Gap[];
}

/**
 * What a rule says of a cluster. `counts` are all subjects; `findings` holds every fail and unknown, and of the passes
 * the one of a single-subject rule or the first 5 in order. A workload is one subject, however many pods.
 */
export type Result = {
  counts: Counts;
  findings: readonly Finding[];
} & (
  | { status: 'pass' | 'fail' }
  | { status: 'unknown'; missing: readonly Gap[]; because?: string; crash?: string }
  | { status: 'notApplicable'; because: string }
  | { status: 'manual'; ask: string }
);
export interface Counts {
  pass: number;
  fail: number;
  unknown: number;
  waived: number;
}
