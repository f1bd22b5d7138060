import { type Seen, seen } from '../seen.ts';
import type { Container, Probe, Service } from '../wire.ts';
import type { Flaw } from './flaws.ts';
import { once } from './once.ts';
import { longRunningContainers, type PodContainer } from './podSpecs.ts';
import { isRedacted } from './redact.ts';
import { selectorIndex } from './selectorIndex.ts';
import { selects } from './selectors.ts';
import type { Shape, Workload } from './workloads.ts';

export interface ServiceFacts {
  readonly snapshot: object;
  readonly services: Seen<Service>;
}

/** The services that select the pods of a shape, and the gaps of those of its namespace. */
export function servicesOf({ name, namespace }: Workload, { metadata }: Shape, facts: ServiceFacts): Seen<Service> {
  const labels = metadata.labels ?? {};
  const found = candidates(facts)(namespace, labels).filter(({ spec }) => {
    const { [podName]: pod, ...selector } = spec?.selector ?? {};
    return selects({ matchLabels: selector }, labels) && (pod === undefined || isPodOf(pod, name));
  });
  return seen(
    found,
    facts.services.gaps.filter((gap) => gap.scope === undefined || gap.scope === namespace),
  );
}

/** A label that differs from pod to pod of a StatefulSet, so that templates lack it; services for single pods select by it. */
const podName = 'statefulset.kubernetes.io/pod-name';
const isPodOf = (pod: unknown, workload: string): boolean =>
  typeof pod === 'string' && pod.startsWith(`${workload}-`) && /^\d+$/.test(pod.slice(workload.length + 1));

const candidates = once(({ services }: ServiceFacts) =>
  selectorIndex(services.items, ({ spec }) => {
    const { [podName]: _pod, ...selector } = spec?.selector ?? {};
    return Object.keys(spec?.selector ?? {}).length === 0 || spec?.type === 'ExternalName' ? undefined : selector;
  }),
);

/** Whether a Service selects the pods of a workload. */
export const isServed = (workload: Workload, facts: ServiceFacts): boolean =>
  workload.shapes.some((shape) => servicesOf(workload, shape, facts).items.length > 0) ||
  servicesOf(workload, workload.shapes[0], facts).some(() => true);

/** On a template or its owner: says that a liveness probe was left out on purpose, and why. */
export const noLivenessAnnotation = 'aks-audit/no-liveness-probe';

type ProbeName = 'readinessProbe' | 'livenessProbe';
/** The probes that a container should have and has not; one without ports is ready when it runs. */
function missingProbes(
  { container: { ports, readinessProbe, livenessProbe }, pointer, container, kind, index }: PodContainer,
  onPurpose: boolean,
): Flaw[] {
  const flaw = (what: ProbeName): Flaw => ({
    of: container.name ?? `${kind}/${index}`,
    what,
    pointer: `${pointer}/${what}`,
    expected: 'a probe',
  });
  return [
    ...(ports?.length && !readinessProbe ? [flaw('readinessProbe')] : []),
    ...(livenessProbe || onPurpose ? [] : [flaw('livenessProbe')]),
  ];
}

/** Whether every long-running container has its probes; then no Service needs to be seen. */
export const hasAllProbes = (workload: Workload): boolean => workload.shapes.every((shape) => allMissing(workload, shape).length === 0);
const allMissing = (workload: Workload, shape: Shape): Flaw[] =>
  longRunningContainers(shape.spec, shape.pointer).flatMap((each) => missingProbes(each, isOnPurpose(workload, shape)));
const isOnPurpose = ({ resource }: Workload, { metadata }: Shape): boolean =>
  [metadata.annotations, resource.metadata.annotations].some((annotations) => annotations?.[noLivenessAnnotation] !== undefined);

/** The probes that the containers that serve a Service have not. */
export function probeFlaws(workload: Workload, shape: Shape, facts: ServiceFacts): Flaw[] {
  if (allMissing(workload, shape).length === 0) return [];
  const services = servicesOf(workload, shape, facts);
  const serving = services.some(() => true) ? servingContainers(shape, services) : [];
  const flaws = serving.flatMap((each) => missingProbes(each, isOnPurpose(workload, shape)));
  if (flaws.length === 0) services.all();
  return flaws;
}

/**
 * The long-running containers that serve these services: those with a port that a service targets (every port, of a
 * headless one without ports), or, when none says so, all that are no sidecars, as ports need not be declared.
 */
function servingContainers({ spec, pointer }: Shape, services: Seen<Service>): PodContainer[] {
  const running = longRunningContainers(spec, pointer);
  const serving = running.filter(({ container }) =>
    container.ports?.some((port) => services.items.some((service) => targets(service, port))),
  );
  return serving.length > 0 || services.all().length === 0 ? serving : running.filter(({ kind }) => kind === 'containers');
}

type ContainerPort = NonNullable<Container['ports']>[number];
function targets({ spec }: Service, { name, containerPort }: ContainerPort): boolean {
  const ports = spec?.ports ?? [];
  return (
    ports.length === 0 ||
    ports.some(({ port, targetPort }) => (typeof targetPort === 'string' ? targetPort === name : (targetPort || port) === containerPort))
  );
}

/** What is worth knowing of probes that are there; undefined when nothing is. */
export function probeNote({ shapes: [{ spec }] }: Workload): string | undefined {
  const running = longRunningContainers(spec).filter(({ container }) => container.ports?.length);
  const names = (test: (container: Container) => boolean): string =>
    running.flatMap(({ container }) => (test(container) ? [container.name ?? ''] : [])).join(', ');
  const notes: [string, string][] = [
    [
      'Readiness and liveness ask the same and give up equally soon',
      names(({ readinessProbe, livenessProbe }) => areAlike(readinessProbe, livenessProbe)),
    ],
    ['No startup probe', names(({ startupProbe }) => !startupProbe)],
    ['No preStop hook', names(({ lifecycle }) => !lifecycle?.preStop)],
  ];
  const said = notes.flatMap(([what, who]) => (who === '' ? [] : [`${what}: ${who}.`]));
  return said.length === 0 ? undefined : said.join(' ');
}

/**
 * A container whose two probes are alike is restarted where it should only get no traffic. Of commands that redaction
 * took out it is not known.
 */
const areAlike = (one: Probe | undefined, other: Probe | undefined): boolean =>
  !!one && !!other && !one.exec?.command?.some(isRedacted) && JSON.stringify(asked(one)) === JSON.stringify(asked(other));

const asked = ({ httpGet, tcpSocket, exec, grpc, failureThreshold = 3, periodSeconds = 10, timeoutSeconds = 1 }: Probe) => [
  httpGet && [httpGet.host, httpGet.port, httpGet.path ?? '/'],
  tcpSocket && [tcpSocket.host, tcpSocket.port],
  exec?.command,
  grpc && [grpc.port, grpc.service],
  failureThreshold,
  periodSeconds,
  timeoutSeconds,
];
