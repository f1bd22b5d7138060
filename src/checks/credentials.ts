import { check, fail, pass, see, seeEach } from '../check.ts';
import { secretsInEnvironment } from '../model/environment.ts';
import { flawed, sayFlaws } from '../model/flaws.ts';
import { workloadKeys, workloads } from '../model/workloads.ts';


/** Secrets in the environment of containers, which child processes, crash reports and debug pages show. */
export const inEnvironment = check({
  needs: workloadKeys,
  subjects: (facts) => workloads(facts),
  none: 'No workload runs in scope.',
  judge: (workload) => {
    const found = flawed(workload, secretsInEnvironment);
    if (found !== undefined) return fail(`Secrets are in the environment: ${sayFlaws(found.all)}.`, seeEach(found.shape.source, found.flaws));
    const [{ source, pointer }] = workload.shapes;
    return pass(
      'No Secret is in the environment.',
      ['env', 'envFrom'].map((field) => see(source, `${pointer}/containers/0/${field}`)),
    );
  },
});
