import { check, fail, pass, see, seeEach, texts } from '../check.ts';
import { strangeImages } from '../model/approvedImages.ts';
import { flawed, sayFlaws } from '../model/flaws.ts';
import { workloadKeys, workloads } from '../model/workloads.ts';

/**
 * Where images come from.
 * @param approvedRegistries hosts, or hosts with a path; without any, the registries of Azure that are the owner's
 * @param systemRegistries those of the platform, whose add-ons put containers into users' pods
 */
export const approvedRegistries = check({
  needs: [...workloadKeys, 'registries'],
  params: { approvedRegistries: texts(), systemRegistries: texts('mcr.microsoft.com', 'mcr.azure.cn') },
  subjects: (facts) => workloads(facts),
  none: 'No workload runs in scope.',
  judge: (workload, params, { registries }) => {
    const approved = { named: params.approvedRegistries, platform: params.systemRegistries, registries };
    const found = flawed(workload, (shape) => strangeImages(shape, approved));
    if (found !== undefined) return fail(`Images come from elsewhere: ${sayFlaws(found.all)}.`, seeEach(found.shape.source, found.flaws));
    const [{ source, pointer }] = workload.shapes;
    return pass('Every image comes from an approved registry.', see(source, `${pointer}/containers/0/image`));
  },
});
