import type { Seen } from '../seen.ts';
import type { Deployment, HorizontalPodAutoscaler, ScaledObject } from '../wire.ts';
import { firstFound } from './firstFound.ts';
import { once } from './once.ts';
import { scalerOf } from './replicas.ts';

interface CoverageFacts {
  readonly snapshot: object;
  readonly inScope: (namespace: string | undefined) => boolean;
  readonly deployments: Seen<Deployment>;
  readonly horizontalPodAutoscalers: Seen<HorizontalPodAutoscaler>;
  readonly scaledObjects: Seen<ScaledObject>;
}

/** On a Deployment: says that it is not to scale, and why. */
const exemption = 'aks-audit/no-hpa';

/** Whether a Deployment is in scope, not scaled to nothing and not exempt. */
export const isScalable =
  (inScope: CoverageFacts['inScope']) =>
  ({ metadata, spec }: Deployment): boolean =>
    inScope(metadata.namespace) && spec?.replicas !== 0 && metadata.annotations?.[exemption] === undefined;

/** What scales a Deployment; KEDA makes a HorizontalPodAutoscaler of a ScaledObject, so that either says so. */
export const loadScalerOf = (deployment: Deployment, { horizontalPodAutoscalers, scaledObjects }: CoverageFacts) =>
  firstFound<HorizontalPodAutoscaler | ScaledObject>(
    () => scalerOf(horizontalPodAutoscalers, deployment),
    () => scalerOf(scaledObjects, deployment),
  );

/** How many Deployments are meant to scale, and how many of them something scales. */
export const horizontalShare = once((facts: CoverageFacts) => {
  const all = facts.deployments.all().filter(isScalable(facts.inScope));
  return { total: all.length, scaled: all.filter((each) => loadScalerOf(each, facts) !== undefined).length };
});
