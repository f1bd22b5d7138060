import { check, fail, pass, see, type Sight } from '../check.ts';
import { secretsInEnvironment } from '../model/environment.ts';
import { type Flawed, flawed, sayFlaws } from '../model/flaws.ts';
import { workloadKeys, workloads } from '../model/workloads.ts';

const shown = ({ shape, flaws }: Flawed): Sight[] => flaws.map(({ pointer, expected }) => see(shape.source, pointer, expected));

/** Secrets in the environment of containers, which child processes, crash reports and debug pages show. */
export const inEnvironment = check({
  needs: workloadKeys,
  subjects: (facts) => workloads(facts),
  none: 'No workload runs in scope.',
  judge: (workload) => {
    const found = flawed(workload, secretsInEnvironment);
    if (found !== undefined) return fail(`Secrets are in the environment: ${sayFlaws(found.all)}.`, shown(found));
    const [{ source, pointer }] = workload.shapes;
    return pass(
      'No Secret is in the environment.',
      ['env', 'envFrom'].map((field) => see(source, `${pointer}/containers/0/${field}`)),
    );
  },
});
