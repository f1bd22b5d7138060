import { baselineControls } from './podSecurityBaseline.ts';
import type { Control, Fault, Level, PodToJudge } from './podSecurityControl.ts';
import { restrictedControls } from './podSecurityRestricted.ts';

/** The newest policy version that brought a change: 1.37. Later ones are judged like it. */
export const latestMinor = 37;

export const controls: readonly Control[] = [...baselineControls, ...restrictedControls];

export interface Violation extends Fault {
  /** Upstream's name of the control, such as `hostNamespaces` or `seccompProfile_restricted`. */
  control: string;
}

/**
 * What a pod, or the template of pods, does against a level of the Pod Security Standards at policy version 1.`minor`.
 * Restricted includes baseline, but for the baseline controls that a stricter one takes the place of.
 * Pointers begin with /spec or /metadata; of a template, the caller adds what leads to it.
 */
export function podSecurityViolations(pod: PodToJudge, level: Level, minor: number): Violation[] {
  const applicable = controls.filter((each) => minor >= each.since && (level === 'restricted' || each.level === 'baseline'));
  const overridden = new Set(applicable.map((each) => each.overrides));
  return applicable
    .filter((each) => !overridden.has(each.control))
    .flatMap(({ control, evaluate }) => [...evaluate(pod, minor)].map((fault) => ({ control, ...fault })));
}

/** The minor of a policy version: `latest`, `v1.29` or `1.29`, as the pod-security labels of a namespace have it. @returns undefined for anything else */
export function parsePolicyVersion(version: string): number | undefined {
  if (version === 'latest') return latestMinor;
  const minor = /^v?1\.(0|[1-9]\d{0,2})$/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}
