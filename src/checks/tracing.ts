import { check, fail, ifSeen, pass, ratio, see, undecided } from '../check.ts';
import { hasHiddenVariables, servesRequests, tracedShare, traceSource } from '../model/tracing.ts';
import { workloadKeys, workloads } from '../model/workloads.ts';
import { seen } from '../seen.ts';

/** Traces of workloads that serve requests: of each, or of as many as are asked for. */
export const traces = check({
  needs: [...workloadKeys, 'services', 'namespaces', 'instrumentations'],
  params: { minTracingShare: ratio(0.5) },
  subjects: (facts) => {
    const { items, gaps } = workloads(facts);
    const serving = items.filter((workload) => ifSeen(() => servesRequests(workload, facts)));
    return seen(serving, [...gaps, ...facts.services.gaps]);
  },
  none: 'No workload in scope serves a Service.',
  judge: (workload, { minTracingShare }, facts) => {
    const found = traceSource(workload, facts);
    if (found !== undefined) return pass(`It sends traces: ${found.what}.`, see(found.resource, found.pointer));
    const { total, traced, hidden } = tracedShare(facts);
    const [{ source, pointer }] = workload.shapes;
    const evidence = see(source, `${pointer}/containers/0/env`, 'where traces go, or an annotation that instruments it');
    const share = `${traced} of ${total} workloads that serve requests send traces.`;
    if (traced >= minTracingShare * total) return pass('Enough others send traces.', evidence, share);
    if (hasHiddenVariables(workload) || traced + hidden >= minTracingShare * total)
      return undecided('Variables come from ConfigMaps or Secrets as a whole, and their names are not read.', evidence);
    return fail('It sends no traces.', evidence, { note: share });
  },
});
