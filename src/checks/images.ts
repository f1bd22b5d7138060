import { check, fail, ifSeen, pass, see, seeEach, texts } from '../check.ts';
import { strangeImages } from '../model/approvedImages.ts';
import { flawed, sayFlaws } from '../model/flaws.ts';
import { imageVerifier, verifierKeys } from '../model/imageVerifiers.ts';
import { appliesTo } from '../model/policies.ts';
import { workloadKeys, workloads } from '../model/workloads.ts';
import type { PolicyAssignment } from '../wire.ts';

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

/** Whether something refuses images without a signature. What only reports, or looks at something else, is a note. */
export const signaturesVerified = check({
  needs: [...verifierKeys, 'cluster', 'policyAssignments'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, facts) => {
    const verifier = imageVerifier(facts);
    const shown = verifier && see(verifier.resource, verifier.pointer, 'refuses');
    const name = `${verifier?.resource.kind} ${verifier?.resource.metadata.name}`;
    if (verifier?.refuses && shown) return pass(`${name} refuses images without a signature.`, shown, verifier.limits);
    const integrity = ifSeen(() => facts.policyAssignments.find((each) => isImageIntegrity(each) && appliesTo(each, cluster.id)));
    const notes = [
      ...(verifier?.limits ? [verifier.limits] : []),
      ...(integrity ? ['Image Integrity is assigned, which audits and never refuses.'] : []),
      ...(cluster.properties.securityProfile?.defender?.securityGating?.enabled
        ? ['Gating by Defender is on, which looks at vulnerabilities and not at signatures.']
        : []),
    ];
    const evidence = [
      shown ?? see(cluster, '/id', 'a verifier of signatures'),
      ...(integrity ? [see(integrity, '/properties/policyDefinitionId')] : []),
    ];
    return fail(
      verifier ? `${name} does not refuse images without a signature.` : 'Nothing refuses images without a signature.',
      evidence,
      notes.length > 0 ? { note: notes.join(' ') } : {},
    );
  },
});

/** Microsoft's initiative for signatures, whose effects are Audit and Disabled (Azure Policy, AKS_ImageIntegrity 1.1.0-preview). */
const isImageIntegrity = ({ properties }: PolicyAssignment): boolean =>
  /\/policySetDefinitions\/af28bf8b-c669-4dd3-9137-1e68fdc61bd6$/i.test(properties.policyDefinitionId ?? '');
