import { check, fail, flag, pass, see, seeEach, text, texts, type Verdict } from '../check.ts';
import { type Flaw, flawed, sayFlaws, sayNames } from '../model/flaws.ts';
import { hostAccess as accessToHost, ownsNode } from '../model/hostAccess.ts';
import { glob } from '../model/namespaces.ts';
import { latestMinor, parsePolicyVersion, podSecurityViolations } from '../model/podSecurity.ts';
import { isOn, type Level } from '../model/podSecurityControl.ts';
import { containersOf, isForWindows, isSidecar, type PodContainer } from '../model/podSpecs.ts';
import { rootFlaws } from '../model/rootAccess.ts';
import { type Shape, type Workload, workloadKeys, workloads } from '../model/workloads.ts';

const none = 'No workload runs in scope.';
const noneOnLinux = 'No workload runs in scope on Linux.';
const version = text('latest', '^(latest|v?1\\.(0|[1-9][0-9]{0,2}))$');

/** The baseline level of the Pod Security Standards, at a policy version: `latest` or `v1.<minor>`. */
export const baseline = check({
  needs: workloadKeys,
  params: { pssVersion: version },
  subjects: (facts) => workloads(facts),
  none,
  judge: (workload, { pssVersion }) => conformance(workload, 'baseline', pssVersion),
});

/** The restricted level, which includes the baseline. @param restrictedNamespaces names, in which `*` stands for anything */
export const restricted = check({
  needs: workloadKeys,
  params: { pssVersion: version, restrictedNamespaces: texts('*') },
  subjects: (facts, { restrictedNamespaces }) => {
    const held = restrictedNamespaces.map(glob);
    return workloads(facts).filter(({ namespace = 'default' }) => held.some((matches) => matches(namespace)));
  },
  none,
  judge: (workload, { pssVersion }) => conformance(workload, 'restricted', pssVersion),
});

function conformance(workload: Workload, level: Level, policyVersion: string): Verdict {
  const minor = parsePolicyVersion(policyVersion) ?? latestMinor;
  const found = flawed(workload, (shape) => violations(shape, level, minor));
  if (found === undefined)
    return pass(`Satisfies ${level}.`, see(workload.shapes[0].source, `${workload.shapes[0].pointer}/securityContext`));
  return fail(`Breaks ${level}: ${sayFlaws(found.all)}.`, seeEach(found.shape.source, found.flaws));
}

/** The first violation of each control, with its pointer in the shape's source. */
function violations({ pointer: at, metadata, spec }: Shape, level: Level, minor: number): Flaw[] {
  const template = at.slice(0, -'/spec'.length);
  const first = new Map<string, Flaw>();
  for (const { control, pointer, expected } of podSecurityViolations({ metadata, spec }, level, minor)) {
    if (!first.has(control)) first.set(control, { of: control, what: fieldOf(pointer), pointer: template + pointer, expected });
  }
  return [...first.values()];
}

/** `capabilities.drop` of /spec/containers/0/securityContext/capabilities/drop. */
function fieldOf(pointer: string): string {
  const field = pointer.replace(/^\/(spec|metadata)\/((initC|ephemeralC|c)ontainers\/\d+\/)?(securityContext\/)?/, '');
  return field
    .replace(/\/\d+(?=\/|$)/g, '')
    .replaceAll('/', '.')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}

/** Containers of any kind that are privileged. @param allowedWorkloads `namespace/name`, in which `*` stands for anything */
export const unprivileged = check({
  needs: workloadKeys,
  params: { allowedWorkloads: texts() },
  subjects: (facts) => workloads(facts),
  none,
  judge: (workload, { allowedWorkloads }) => {
    const found = flawed(workload, ({ spec, pointer: at }) =>
      containersOf(spec, at)
        .filter(({ container }) => isOn(container.securityContext?.privileged))
        .map(({ container, pointer }) => ({
          of: container.name ?? '',
          what: 'privileged',
          pointer: `${pointer}/securityContext/privileged`,
          expected: 'false or not set',
        })),
    );
    const [shape] = workload.shapes;
    if (found === undefined)
      return pass('No container is privileged.', see(shape.source, `${shape.pointer}/containers/0/securityContext/privileged`));
    const evidence = seeEach(found.shape.source, found.flaws);
    const message = `Runs privileged containers: ${sayNames(found.all)}.`;
    const allowed = allowedWorkloads.some((each) => glob(each)(`${workload.namespace ?? 'default'}/${workload.name}`));
    return allowed ? pass(message, evidence, 'Allowed by the configuration.') : fail(message, evidence);
  },
});

/**
 * What pods have of their node: its namespaces, paths and ports.
 * @param allowedHostPaths folders of the node that may be mounted read-only, as agents do that ship its logs
 */
export const hostAccess = check({
  needs: workloadKeys,
  params: { allowedHostPaths: texts() },
  subjects: (facts) => workloads(facts),
  none,
  judge: (workload, { allowedHostPaths }) => {
    const found = flawed(workload, (shape) => accessToHost(shape, allowedHostPaths));
    const [{ source, pointer }] = workload.shapes;
    if (found === undefined)
      return pass(
        'Has nothing of its node.',
        ['hostNetwork', 'volumes'].map((field) => see(source, `${pointer}/${field}`)),
      );
    const owning = [...new Set(found.all.map(({ what }) => what).filter((what) => what.startsWith('/') && ownsNode(what)))];
    return fail(
      `Has of its node: ${sayFlaws(found.all)}.`,
      seeEach(found.shape.source, found.flaws),
      owning.length > 0 ? { note: `Whoever writes to ${owning.join(' or ')} is root on the node.` } : {},
    );
  },
});

/** Containers that can write to the file system of their image. @param includeInit whether init containers count */
export const readOnlyRoot = check({
  needs: workloadKeys,
  params: { includeInit: flag(false) },
  subjects: (facts) => workloads(facts).filter(({ shapes: [{ spec }] }) => !isForWindows(spec)),
  none: noneOnLinux,
  judge: (workload, { includeInit }) => {
    const judged = (each: PodContainer): boolean =>
      each.kind === 'containers' || isSidecar(each) || (includeInit && each.kind === 'initContainers');
    const found = flawed(workload, ({ spec, pointer: at }) =>
      containersOf(spec, at)
        .filter((each) => judged(each) && each.container.securityContext?.readOnlyRootFilesystem !== true)
        .map(({ container, pointer }) => ({
          of: container.name ?? '',
          what: 'writable',
          pointer: `${pointer}/securityContext/readOnlyRootFilesystem`,
          expected: 'true',
        })),
    );
    const [shape] = workload.shapes;
    if (found === undefined)
      return pass(
        'No container can write to its root file system.',
        see(shape.source, `${shape.pointer}/containers/0/securityContext/readOnlyRootFilesystem`),
      );
    return fail(`Containers can write to their root file system: ${sayNames(found.all)}.`, seeEach(found.shape.source, found.flaws));
  },
});

/** Containers that may be root, or that do not forbid what makes them root. */
export const nonRoot = check({
  needs: workloadKeys,
  subjects: (facts) => workloads(facts).filter(({ shapes: [{ spec }] }) => !isForWindows(spec)),
  none: noneOnLinux,
  judge: (workload) => {
    const found = flawed(workload, rootFlaws);
    const [shape] = workload.shapes;
    if (found === undefined)
      return pass('No container is root or can become it.', [
        see(shape.source, `${shape.pointer}/securityContext/runAsNonRoot`),
        see(shape.source, `${shape.pointer}/containers/0/securityContext`),
      ]);
    return fail(`Containers may be root or become it: ${sayFlaws(found.all)}.`, seeEach(found.shape.source, found.flaws));
  },
});
