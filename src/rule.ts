import type { Check } from './check.ts';
import type { Severity } from './result.ts';

/** What should be: a file of rules/, in prose by a person. Exactly one of `check` and `ask`. */
export interface RuleFile {
  title: string;
  severity: Severity;
  why: string;
  applies: string;
  links: readonly { title: string; url: string }[];
  refs?: Readonly<Record<string, readonly string[]>>;
  nonProduction?: 'off' | Severity;
  aliases?: readonly string[];
  fix?: Fix;
  check?: string;
  with?: Readonly<Record<string, unknown>>;
  ask?: string;
  whyManual?: string;
  evidence?: string;
}

export interface Fix {
  steps: readonly FixStep[];
  reach: 'in-place' | 'new-pool' | 'new-cluster';
  notes?: { restart?: boolean; oneWay?: boolean; downtime?: boolean };
  change?: Readonly<Record<string, unknown>>;
  after?: readonly string[];
}
export const fixForms = ['az', 'kubectl', 'bicep', 'terraform', 'yaml', 'portal', 'text'] as const;
export type FixStep = { readonly [F in (typeof fixForms)[number]]?: string };

/** A rule file with its name and chapter, bound to its check and to its thresholds. */
export interface Rule extends Omit<RuleFile, 'check' | 'with'> {
  /** Kebab-case file name. */
  name: string;
  /** Folder. */
  chapter: string;
  checkName?: string;
  check?: Check;
  /** The check's defaults with the rule's own values over them. */
  with: Readonly<Record<string, unknown>>;
}

/** Weights, grades and caps of rules/weights.yaml. */
export interface Weights {
  weights: Readonly<Record<Severity, number>>;
  grades: Readonly<Record<Exclude<Grade, 'F'>, number>>;
  caps: readonly { open: Severity; atLeast: number; grade: Grade }[];
  coverageCaps: readonly { below: number; grade: Grade | null }[];
}
export const grades = ['A', 'B', 'C', 'D', 'F'] as const;
export type Grade = (typeof grades)[number];

export interface Chapter {
  name: string;
  title: string;
}

export interface Catalogue {
  rules: readonly Rule[];
  chapters: readonly Chapter[];
  weights: Weights;
}

/** What a rule file on disk says and where it stands. */
export interface RuleSource {
  chapter: string;
  name: string;
  file: RuleFile;
}
export interface RuleFiles {
  rules: readonly RuleSource[];
  chapters: readonly Chapter[];
  weights: Weights;
}
