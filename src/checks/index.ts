import type { Check } from '../check.ts';
import * as cluster from './cluster.ts';
import * as exposure from './exposure.ts';
import * as workloads from './workloads.ts';

/** One line a subject; a rule's `check: subject.name` is the constant of that name in src/checks/<subject>.ts. */
export const checks: Readonly<Record<string, Readonly<Record<string, Check>>>> = { cluster, exposure, workloads };
