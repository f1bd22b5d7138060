import { check, fail, pass, see, text, texts, type Verdict } from '../check.ts';
import { type Flaw, flawed, sayFlaws, sayNames } from '../model/flaws.ts';
import { glob } from '../model/namespaces.ts';
import { latestMinor, parsePolicyVersion, podSecurityViolations } from '../model/podSecurity.ts';
import { isOn, type Level } from '../model/podSecurityControl.ts';
import { containersOf } from '../model/podSpecs.ts';
import { type Shape, type Workload, workloadKeys, workloads } from '../model/workloads.ts';

const none = 'No workload runs in scope.';
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
  return fail(
    `Breaks ${level}: ${sayFlaws(found.all)}.`,
    found.flaws.map(({ pointer, expected }) => see(found.shape.source, pointer, expected)),
  );
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
    const evidence = found.flaws.map(({ pointer, expected }) => see(found.shape.source, pointer, expected));
    const message = `Runs privileged containers: ${sayNames(found.all)}.`;
    const allowed = allowedWorkloads.some((each) => glob(each)(`${workload.namespace ?? 'default'}/${workload.name}`));
    return allowed ? pass(message, evidence, 'Allowed by the configuration.') : fail(message, evidence);
  },
});
