import { check, fail, flag, ifSeen, pass, ratio, see, type Sight, texts } from '../check.ts';
import { type Flaw, type Flawed, flawed, sayFlaws } from '../model/flaws.ts';
import { parseImage } from '../model/images.ts';
import { type Bound, type ComputeResource, computeResources, hasDefault, isBounded } from '../model/limitRanges.ts';
import { highLimits, limitRatios } from '../model/limitRatios.ts';
import { glob } from '../model/namespaces.ts';
import { containersOf, type PodContainer } from '../model/podSpecs.ts';
import { hasAllProbes, isServed, probeFlaws, probeNote } from '../model/probes.ts';
import { type Shape, type Workload, workloadKeys, workloads } from '../model/workloads.ts';
import type { Seen } from '../seen.ts';
import type { LimitRange } from '../wire.ts';

const none = 'No workload runs in scope.';

const glance = ({ shapes: [{ source, pointer }] }: Workload, field: string): Sight => see(source, `${pointer}/containers/0/${field}`);
const show = ({ shape, flaws }: Flawed): Sight[] => flaws.map(({ pointer, expected }) => see(shape.source, pointer, expected));
const nameOf = ({ container, kind, index }: PodContainer): string => container.name ?? `${kind}/${index}`;

/** Image references that always mean the same image, or at least claim to. */
export const imagesPinned = check({
  needs: workloadKeys,
  params: { requireDigest: flag(false) },
  subjects: (facts) => workloads(facts),
  none,
  judge: (workload, { requireDigest }) => {
    const found = flawed(workload, ({ spec, pointer }) => containersOf(spec, pointer).flatMap((each) => unpinned(each, requireDigest)));
    if (found !== undefined) return fail(`Images are not pinned: ${sayFlaws(found.all)}.`, show(found));
    const moving = containersOf(workload.shapes[0].spec).filter(
      ({ container }) => container.imagePullPolicy === 'Always' && parseImage(container.image)?.digest === undefined,
    );
    const note =
      moving.length > 0
        ? `A tag may come to mean another image, and is pulled at every start: ${moving.map(nameOf).join(', ')}.`
        : undefined;
    return pass(
      requireDigest ? 'Every image has a digest.' : 'Every image has a tag other than latest, or a digest.',
      glance(workload, 'image'),
      note,
    );
  },
});

function unpinned(each: PodContainer, requireDigest: boolean): Flaw[] {
  const image = parseImage(each.container.image);
  const tagged = typeof each.container.image === 'string' && /:[^/]*$/.test(each.container.image);
  const what =
    image === undefined
      ? 'no valid reference'
      : image.digest !== undefined
        ? ''
        : image.tag === 'latest'
          ? tagged
            ? 'latest'
            : 'no tag'
          : requireDigest
            ? 'no digest'
            : '';
  const expected = requireDigest ? 'a reference with a digest' : 'a tag other than latest, or a digest';
  return what === '' ? [] : [{ of: nameOf(each), what, pointer: `${each.pointer}/image`, expected }];
}

/** Probes of the containers that serve a Service. A workload that has them all passes, whether or not its Service was seen. */
export const probes = check({
  needs: [...workloadKeys, 'services'],
  params: { exemptDaemonSets: texts() },
  subjects: (facts, { exemptDaemonSets }) =>
    workloads(facts).filter((workload) => {
      if (workload.kind === 'Job' || workload.kind === 'CronJob') return false;
      if (
        workload.kind === 'DaemonSet' &&
        exemptDaemonSets.some((each) => glob(each)(`${workload.namespace ?? 'default'}/${workload.name}`))
      )
        return false;
      return hasAllProbes(workload) || (ifSeen(() => isServed(workload, facts)) ?? true);
    }),
  none: 'No workload in scope serves a Service.',
  judge: (workload, _params, facts) => {
    const found = flawed(workload, (shape) => probeFlaws(workload, shape, facts));
    if (found !== undefined) return fail(`Probes are missing: ${sayFlaws(found.all)}.`, show(found));
    return pass('No probe is missing.', [glance(workload, 'readinessProbe'), glance(workload, 'livenessProbe')], probeNote(workload));
  },
});

/** CPU and memory requests: of a container, of its pod as a whole, or from a LimitRange; a limit is a request too. */
export const resourceRequests = check({
  needs: [...workloadKeys, 'limitRanges'],
  subjects: (facts) => workloads(facts),
  none,
  judge: (workload, _params, { limitRanges }) => {
    const found = flawed(workload, (shape) => unbounded(workload, shape, 'requests', computeResources, limitRanges));
    if (found !== undefined) return fail(`Requests are missing: ${sayFlaws(found.all)}.`, show(found));
    return pass('Every container requests CPU and memory.', glance(workload, 'resources'));
  },
});

/** Memory and CPU limits; one that lacks only the CPU limit is a low finding. */
export const resourceLimits = check({
  needs: [...workloadKeys, 'limitRanges'],
  params: { requireCpuLimits: flag(true) },
  subjects: (facts) => workloads(facts),
  none,
  judge: (workload, { requireCpuLimits }, { limitRanges }) => {
    const resources = requireCpuLimits ? computeResources : (['memory'] as const);
    const found = flawed(workload, (shape) => unbounded(workload, shape, 'limits', resources, limitRanges));
    if (found === undefined)
      return pass(`Every container has a ${requireCpuLimits ? 'CPU and memory' : 'memory'} limit.`, glance(workload, 'resources'));
    const onlyCpu = found.all.every(({ what }) => what === 'cpu');
    return fail(`Limits are missing: ${sayFlaws(found.all)}.`, show(found), onlyCpu ? { severity: 'low' } : {});
  },
});

/** Limits that stand near the requests, of what has both: nodes are filled by requests, and emptied by limits. */
export const limitsNearRequests = check({
  needs: workloadKeys,
  params: { maxMemoryRatio: ratio(1.5, 1, 100), maxCpuRatio: ratio(2, 1, 100) },
  subjects: (facts) => workloads(facts).filter(({ shapes }) => shapes.some(({ spec, pointer }) => limitRatios(spec, pointer).length > 0)),
  none: 'No workload in scope has both a request and a limit.',
  judge: (workload, { maxMemoryRatio, maxCpuRatio }) => {
    const found = flawed(workload, ({ spec, pointer }) => highLimits(spec, pointer, { cpu: maxCpuRatio, memory: maxMemoryRatio }));
    if (found !== undefined) return fail(`Limits stand far above requests: ${sayFlaws(found.all)}.`, show(found));
    return pass('Limits stand near requests.', glance(workload, 'resources'));
  },
});

/** Resources that containers have no bound on. Ephemeral containers cannot have any. */
function unbounded(
  { namespace }: Workload,
  { spec, pointer: at }: Shape,
  bound: Bound,
  resources: readonly ComputeResource[],
  limitRanges: Seen<LimitRange>,
): Flaw[] {
  const containers = containersOf(spec, at).filter(({ kind }) => kind !== 'ephemeralContainers');
  return containers.flatMap((each) =>
    resources
      .filter((resource) => !isBounded(each.container, spec, bound, resource) && !hasDefault(limitRanges, namespace, bound, resource))
      .map((resource) => ({
        of: nameOf(each),
        what: resource,
        pointer: `${each.pointer}/resources/${bound}/${resource}`,
        expected: 'set',
      })),
  );
}
