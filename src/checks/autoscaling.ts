import { check, computed, count, fail, oneOf, pass, ratio, see, undecided, type Verdict } from '../check.ts';
import { isAutomatic } from '../model/automatic.ts';
import { sayNames } from '../model/flaws.ts';
import { autoscalerFlaws, isAtMaximum, triggersWithSecrets } from '../model/horizontalScaling.ts';
import { horizontalShare, isScalable, loadScalerOf } from '../model/horizontalCoverage.ts';
import { seen } from '../seen.ts';
import type { Deployment, ManagedCluster, ScaledObject } from '../wire.ts';

const kedaAt = '/properties/workloadAutoScalerProfile/keda/enabled';
const hasKeda = (cluster: ManagedCluster): boolean =>
  isAutomatic(cluster) || cluster.properties.workloadAutoScalerProfile?.keda?.enabled === true;
const isOwnKeda = ({ metadata, status }: Deployment): boolean => metadata.name === 'keda-operator' && (status?.readyReplicas ?? 0) > 0;
const isCluster = (subject: ManagedCluster | ScaledObject): subject is ManagedCluster => 'properties' in subject;

/** KEDA, where something is to scale by events; and whether what it scales is ready. */
export const keda = check({
  needs: ['cluster', 'deployments', 'scaledObjects', 'scaledJobs'],
  params: { requireKeda: oneOf('auto', 'always') },
  subjects: ({ cluster, scaledObjects, scaledJobs, inScope }, { requireKeda }) => {
    const scalers = scaledObjects.concat(scaledJobs).filter(({ metadata }) => inScope(metadata.namespace));
    const isWanted = requireKeda === 'always' || hasKeda(cluster) || scalers.some(() => true);
    return isWanted ? seen<ManagedCluster | ScaledObject>([cluster]).concat(scalers) : [];
  },
  none: 'Nothing in scope scales by events.',
  judge: (subject, _params, { deployments }) => {
    if (!isCluster(subject)) return scalerVerdict(subject);
    const evidence = see(subject, kedaAt, 'true');
    if (hasKeda(subject)) return pass('AKS runs KEDA.', evidence);
    const own = deployments.find(isOwnKeda);
    return own === undefined
      ? fail('KEDA is not enabled.', evidence)
      : pass('KEDA runs in the cluster.', [see(own, '/status/readyReplicas'), evidence], 'AKS does not maintain it.');
  },
});

function scalerVerdict(scaler: ScaledObject): Verdict {
  const index = scaler.status?.conditions?.findIndex(({ type }) => type === 'Ready') ?? -1;
  const ready = scaler.status?.conditions?.[index];
  const evidence = see(scaler, index < 0 ? '/status/conditions' : `/status/conditions/${index}/status`, 'Ready is True');
  if (ready?.status === 'False') return fail(`KEDA cannot scale it${ready.reason ? `: ${ready.reason}` : ''}.`, evidence);
  if (ready?.status !== 'True') return undecided('KEDA has not said whether it is ready.', evidence);
  const triggers = triggersWithSecrets(scaler);
  return pass(
    'KEDA scales it.',
    evidence,
    triggers.length > 0 ? `Credentials come from the environment: ${triggers.join(', ')}.` : undefined,
  );
}

/** Deployments that something scales by load: each has one, or as many of all as are asked for. */
export const horizontalCoverage = check({
  needs: ['deployments', 'horizontalPodAutoscalers', 'scaledObjects'],
  params: { minHpaCoverage: ratio(0.7) },
  subjects: ({ deployments, inScope }) => deployments.filter(isScalable(inScope)),
  none: 'No Deployment in scope is meant to scale.',
  judge: (deployment, { minHpaCoverage }, facts) => {
    const scaler = loadScalerOf(deployment, facts);
    if (scaler !== undefined) return pass(`${scaler.kind} ${scaler.metadata.name} scales it.`, see(scaler, '/spec/scaleTargetRef'));
    const { total, scaled } = horizontalShare(facts);
    const evidence = computed(deployment, '/spec/replicas', deployment.spec?.replicas ?? 1, 'set by an autoscaler');
    const share = `${scaled} of ${total} Deployments have an autoscaler.`;
    return scaled >= minHpaCoverage * total
      ? pass('Enough others scale.', evidence, share)
      : fail('Nothing scales it.', evidence, { note: share });
  },
});

/** Bounds, metrics that can be measured, and conditions of each HorizontalPodAutoscaler. */
export const horizontalConfiguration = check({
  needs: ['horizontalPodAutoscalers', 'deployments', 'statefulSets', 'limitRanges', 'verticalPodAutoscalers'],
  params: { minHpaReplicas: count(2, 1) },
  subjects: ({ horizontalPodAutoscalers, inScope }) => horizontalPodAutoscalers.filter(({ metadata }) => inScope(metadata.namespace)),
  none: 'There is no HorizontalPodAutoscaler in scope.',
  judge: (autoscaler, { minHpaReplicas }, facts) => {
    const flaws = autoscalerFlaws(autoscaler, minHpaReplicas, facts);
    const evidence = flaws.map(({ pointer, expected }) => see(autoscaler, pointer, expected));
    if (flaws.length > 0) return fail(`It does not scale well: ${sayNames(flaws)}.`, evidence);
    const note = isAtMaximum(autoscaler) ? 'It has its maximum at present and asks for more.' : undefined;
    return pass('Its bounds and metrics are sound.', [see(autoscaler, '/spec/minReplicas'), see(autoscaler, '/spec/maxReplicas')], note);
  },
});
