import type { Seen } from '../seen.ts';
import type {
  Deployment,
  HorizontalPodAutoscaler,
  LimitRange,
  PodSpec,
  ScaledObject,
  StatefulSet,
  VerticalPodAutoscaler,
} from '../wire.ts';
import { inNamespace } from './byNamespace.ts';
import { allFound } from './firstFound.ts';
import type { Flaw } from './flaws.ts';
import { type ComputeResource, computeResources, hasDefault, isBounded } from './limitRanges.ts';
import { longRunningContainers } from './podSpecs.ts';

export interface ScalingFacts {
  readonly deployments: Seen<Deployment>;
  readonly statefulSets: Seen<StatefulSet>;
  readonly limitRanges: Seen<LimitRange>;
  readonly verticalPodAutoscalers: Seen<VerticalPodAutoscaler>;
}
type Target = Deployment | StatefulSet;

/** What a HorizontalPodAutoscaler does not do well or not at all. */
export const autoscalerFlaws = (autoscaler: HorizontalPodAutoscaler, least: number, facts: ScalingFacts): readonly Flaw[] =>
  allFound(
    () => boundFlaws(autoscaler, least),
    () => conditionFlaws(autoscaler),
    () => requestFlaws(autoscaler, facts),
    () => verticalFlaws(autoscaler, facts),
  );

const flaw = (what: string, pointer: string, expected: string): Flaw => ({ of: what, what, pointer, expected });

/** Of a ScaledObject: KEDA itself scales from none to one, and its HorizontalPodAutoscaler begins there. */
const isOfKeda = ({ metadata }: HorizontalPodAutoscaler): boolean =>
  metadata.ownerReferences?.some(({ kind }) => kind === 'ScaledObject') ?? false;

function boundFlaws(autoscaler: HorizontalPodAutoscaler, least: number): Flaw[] {
  const min = autoscaler.spec?.minReplicas ?? 1;
  const max = autoscaler.spec?.maxReplicas ?? min;
  return [
    ...(min < least && !isOfKeda(autoscaler) ? [flaw(`the minimum is ${min}`, '/spec/minReplicas', `at least ${least}`)] : []),
    ...(max <= min ? [flaw(`the maximum of ${max} is not above the minimum of ${min}`, '/spec/maxReplicas', `more than ${min}`)] : []),
  ];
}

/** Scaled to zero by hand, it is off on purpose. */
const conditionFlaws = ({ status }: HorizontalPodAutoscaler): Flaw[] =>
  (status?.conditions ?? []).flatMap(({ type, status: state, reason }, index) =>
    (type === 'AbleToScale' || type === 'ScalingActive') && state === 'False' && reason !== 'ScalingDisabled'
      ? [flaw(`${type} is False${reason ? ` (${reason})` : ''}`, `/status/conditions/${index}/status`, 'True')]
      : [],
  );

/** A metric in percent of the requests; `container` is that of a ContainerResource metric. */
interface Utilization {
  resource: ComputeResource;
  container?: string;
  pointer: string;
}

/** Without metrics the API server fills in 80 percent of CPU (autoscaling/v2). */
function utilizations({ spec }: HorizontalPodAutoscaler): Utilization[] {
  const metrics = spec?.metrics ?? [];
  if (metrics.length === 0) return [{ resource: 'cpu', pointer: '/spec/metrics' }];
  return metrics.flatMap(({ resource, containerResource }, index) => {
    const metric = resource ?? containerResource;
    const name = computeResources.find((each) => each === metric?.name);
    if (name === undefined || metric?.target?.type !== 'Utilization') return [];
    const pointer = `/spec/metrics/${index}`;
    return [{ resource: name, pointer, ...(containerResource?.container === undefined ? {} : { container: containerResource.container }) }];
  });
}

/** Percent of nothing is no number: the controller gives up on a pod of which one container requests none. */
function requestFlaws(autoscaler: HorizontalPodAutoscaler, facts: ScalingFacts): Flaw[] {
  const wanted = utilizations(autoscaler);
  const target = wanted.length === 0 ? undefined : targetOf(autoscaler, facts);
  const spec = target?.spec?.template?.spec;
  if (!spec) return [];
  return wanted.flatMap(({ resource, container, pointer }) =>
    withoutRequest(spec, resource, container).length > 0 && !hasDefault(facts.limitRanges, target.metadata.namespace, 'requests', resource)
      ? [flaw(`${resource} in percent, and ${withoutRequest(spec, resource, container).join(', ')} requests none`, pointer, 'requests')]
      : [],
  );
}

const withoutRequest = (spec: PodSpec, resource: ComputeResource, container: string | undefined): string[] =>
  longRunningContainers(spec)
    .filter(({ container: { name } }) => container === undefined || name === container)
    .filter((each) => !isBounded(each.container, spec, 'requests', resource))
    .map((each) => each.container.name ?? '');

function targetOf({ spec, metadata }: HorizontalPodAutoscaler, { deployments, statefulSets }: ScalingFacts): Target | undefined {
  const { kind, name } = spec?.scaleTargetRef ?? {};
  const isTarget = (each: Target) => each.metadata.name === name;
  if (kind === 'Deployment') return inNamespace(deployments, metadata.namespace).find(isTarget);
  return kind === 'StatefulSet' ? inNamespace(statefulSets, metadata.namespace).find(isTarget) : undefined;
}

/** Two autoscalers on one metric: the vertical one changes the requests that the horizontal one divides by. */
function verticalFlaws(autoscaler: HorizontalPodAutoscaler, { verticalPodAutoscalers }: ScalingFacts): Flaw[] {
  const resources = [...new Set(utilizations(autoscaler).map(({ resource }) => resource))];
  if (resources.length === 0) return [];
  const { kind, name } = autoscaler.spec?.scaleTargetRef ?? {};
  const vertical = inNamespace(verticalPodAutoscalers, autoscaler.metadata.namespace).find(
    ({ spec }) => spec?.targetRef?.kind === kind && spec?.targetRef?.name === name && resources.some((resource) => sets(spec, resource)),
  );
  return vertical === undefined
    ? []
    : [flaw(`VerticalPodAutoscaler ${vertical.metadata.name} sets what it measures`, '/spec/metrics', 'metrics that nothing else sets')];
}

/** Whether a VerticalPodAutoscaler changes the requests of running pods; mode Auto when not set, and both resources. */
function sets(spec: VerticalPodAutoscaler['spec'], resource: ComputeResource): boolean {
  const mode = spec?.updatePolicy?.updateMode ?? 'Auto';
  if (!['Auto', 'Recreate', 'InPlaceOrRecreate'].includes(mode)) return false;
  const policies = spec?.resourcePolicy?.containerPolicies ?? [];
  const isSet = policies.some((each) => each.mode !== 'Off' && (each.controlledResources ?? computeResources).includes(resource));
  return isSet || !policies.some(({ containerName }) => containerName === '*');
}

/** Whether it asks for more than its maximum at present. */
export const isAtMaximum = ({ status }: HorizontalPodAutoscaler): boolean =>
  status?.conditions?.some(
    ({ type, status: state, reason }) => type === 'ScalingLimited' && state === 'True' && reason === 'TooManyReplicas',
  ) ?? false;

/** Triggers that take their credentials from environment variables of the workload, and so from a Secret. */
export const triggersWithSecrets = ({ spec }: ScaledObject): string[] =>
  (spec?.triggers ?? []).flatMap(({ type, metadata }) =>
    Object.keys(metadata ?? {}).some((key) => /FromEnv$/.test(key)) ? (type ?? []) : [],
  );
