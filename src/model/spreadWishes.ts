import type { PodTemplate } from '../wire.ts';
import { hostnameKey, zoneKeys } from './nodeAffinity.ts';
import { selects } from './selectors.ts';

const spreads = (key: string | undefined): boolean => key === hostnameKey || zoneKeys.includes(key ?? '');

/**
 * Where a template asks for its pods to be spread over nodes or zones, required or preferred: a topology spread constraint or
 * an anti-affinity that selects its own labels. JSON pointer inside the pod spec; undefined when nothing does.
 */
export function spreadWish({ metadata, spec }: PodTemplate): string | undefined {
  const labels = metadata?.labels ?? {};
  const constraint = (spec?.topologySpreadConstraints ?? []).findIndex(
    (each) => spreads(each.topologyKey) && selects(each.labelSelector, labels),
  );
  if (constraint >= 0) return `/topologySpreadConstraints/${constraint}`;
  const { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution: preferred } =
    spec?.affinity?.podAntiAffinity ?? {};
  const terms = [...(required ?? []), ...(preferred ?? []).flatMap(({ podAffinityTerm }) => podAffinityTerm ?? [])];
  return terms.some((each) => spreads(each.topologyKey) && selects(each.labelSelector, labels)) ? '/affinity/podAntiAffinity' : undefined;
}
