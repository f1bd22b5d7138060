import type { Seen } from '../seen.ts';
import type { Instrumentation, Namespace } from '../wire.ts';
import { inNamespace } from './byNamespace.ts';
import { firstFound } from './firstFound.ts';
import { once } from './once.ts';
import { containersOf } from './podSpecs.ts';
import { isServed, type ServiceFacts } from './probes.ts';
import { type Workload, type WorkloadFacts, workloads } from './workloads.ts';

export type TracingFacts = WorkloadFacts &
  ServiceFacts & { readonly namespaces: Seen<Namespace>; readonly instrumentations: Seen<Instrumentation> };

/** What makes a workload send traces, and where it stands. */
export interface TraceSource {
  what: string;
  resource: object;
  pointer: string;
}

/** Variables that tell an OpenTelemetry or Application Insights library where traces go; their value may be a secret, and is not asked. */
const exporters =
  /^(?:OTEL_EXPORTER_OTLP_(?:TRACES_)?ENDPOINT|OTEL_TRACES_EXPORTER|APPLICATIONINSIGHTS_CONNECTION_STRING|APPINSIGHTS_(?:INSTRUMENTATIONKEY|CONNECTIONSTRING))$/i;
/** OpenTelemetry's operator and Azure Monitor instrument pods by these, of the pod or of its namespace. */
const injected = /^instrumentation\.opentelemetry\.io\/inject-/;

export const traceSource = (workload: Workload, { namespaces, instrumentations }: TracingFacts): TraceSource | undefined =>
  firstFound(
    () => ofShapes(workload),
    () => {
      const found = namespaces.find(
        ({ metadata }) => metadata.name === (workload.namespace ?? 'default') && injection(metadata.annotations) !== undefined,
      );
      const name = found && injection(found.metadata.annotations);
      return found && { what: 'its namespace is instrumented', resource: found, pointer: annotationAt(name ?? '') };
    },
    () => {
      // The one of this name is for every Deployment of its namespace.
      const found = inNamespace(instrumentations, workload.namespace).find(
        ({ metadata, spec }) => metadata.name === 'default' && (spec?.settings?.autoInstrumentationPlatforms ?? []).length > 0,
      );
      return found && workload.kind === 'Deployment'
        ? { what: 'Azure Monitor instruments it', resource: found, pointer: '/spec/settings' }
        : undefined;
    },
  );

function ofShapes({ shapes }: Workload): TraceSource | undefined {
  for (const { source, pointer, spec, metadata } of shapes) {
    for (const { container, pointer: at } of containersOf(spec, pointer)) {
      const index = (container.env ?? []).findIndex(({ name = '' }) => exporters.test(name));
      if (index >= 0)
        return { what: `${container.env?.[index]?.name} says where traces go`, resource: source, pointer: `${at}/env/${index}/name` };
    }
    const name = injection(metadata.annotations);
    if (name !== undefined)
      return {
        what: 'its pods are instrumented',
        resource: source,
        pointer: pointer.replace(/spec$/, `metadata${annotationAt(name).slice('/metadata'.length)}`),
      };
  }
  return undefined;
}

const injection = (annotations: Readonly<Record<string, unknown>> | undefined): string | undefined =>
  Object.keys(annotations ?? {}).find((name) => injected.test(name) && String(annotations?.[name]).toLowerCase() !== 'false');
const annotationAt = (name: string): string => `/metadata/annotations/${name.replaceAll('/', '~1')}`;

/** Whether variables come from a ConfigMap or Secret as a whole, whose names are not read. */
export const hasHiddenVariables = ({ shapes }: Workload): boolean =>
  shapes.some(({ spec }) => containersOf(spec).some(({ container }) => (container.envFrom ?? []).length > 0));

/** Workloads that serve requests: not those that run to an end. */
export const servesRequests = (workload: Workload, facts: TracingFacts): boolean =>
  workload.kind !== 'Job' && workload.kind !== 'CronJob' && isServed(workload, facts);

/** Of the workloads that serve requests: how many send traces, and how many more may. */
export const tracedShare = once((facts: TracingFacts) => {
  const all = workloads(facts)
    .all()
    .filter((workload) => servesRequests(workload, facts));
  const dark = all.filter((workload) => traceSource(workload, facts) === undefined);
  return { total: all.length, traced: all.length - dark.length, hidden: dark.filter(hasHiddenVariables).length };
});
