import { check, count, fail, notApplicable, oneOf, pass, see, undecided } from '../check.ts';
import { isStandard, plansOf } from '../model/defenderPlans.ts';
import { byDigest, counts, isScanned, nameOf, runningImages } from '../model/imageVulnerabilities.ts';
import { listed } from '../model/words.ts';

/** What Defender for Containers found in the images that run: grave, with a fix, and known for long. */
export const imageVulnerabilities = check({
  needs: [
    'cluster',
    'securityPricings',
    'pods',
    'replicaSets',
    'jobs',
    'cronJobs',
    'imageVulnerabilities',
    'securityAssessments',
    'registries',
  ],
  params: { maxAgeDays: count(30), minSeverity: oneOf('High', 'Critical') },
  subjects: (facts) => {
    const { containers } = plansOf(facts.cluster, facts.securityPricings);
    if (containers === undefined || !isStandard(containers))
      return notApplicable('The subscription has no plan of Defender for Containers.');
    return runningImages(facts);
  },
  none: 'No image runs whose digest is known.',
  judge: ({ images }, { maxAgeDays, minSeverity }, facts) => {
    const threshold = { maxAgeDays, minSeverity, at: facts.at };
    const found = images.flatMap((image) =>
      (byDigest(facts).get(image.digest) ?? [])
        .filter((each) => counts(each, threshold))
        .map((vulnerability) => ({ image, vulnerability })),
    );
    const [first] = found;
    if (first !== undefined) {
      const names = [...new Set(found.map(({ vulnerability }) => nameOf(vulnerability)))].sort();
      const shown = found
        .slice(0, 5)
        .map(({ vulnerability }) => see(vulnerability, '/properties/additionalData/softwareDetails/fixedVersion'));
      const message = `Its images have grave vulnerabilities that were fixed elsewhere for more than ${maxAgeDays} days: ${listed(names)}.`;
      return fail(message, [see(first.image.pod, first.image.pointer), ...shown]);
    }
    facts.imageVulnerabilities.all();
    const evidence = images.slice(0, 5).map(({ pod, pointer }) => see(pod, pointer));
    const unread = images.filter(({ registry }) => !isScanned(registry, facts)).map(({ registry }) => registry);
    if (unread.length > 0) return undecided(`Defender said nothing of the images of ${listed([...new Set(unread)].sort())}.`, evidence);
    return pass('Defender found nothing grave in its images that has had a fix for long.', evidence);
  },
});
