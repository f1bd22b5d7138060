import { normalId, type Seen } from '../seen.ts';
import type { ImageVulnerability, KubernetesObject, Pod, Registry, SecurityAssessment } from '../wire.ts';
import { parseImage } from './images.ts';
import { once } from './once.ts';
import { loginServerOf } from './registries.ts';
import type { Workload } from './workloads.ts';

/** An image that runs, by its digest: a tag may have moved since. */
export interface RunningImage {
  registry: string;
  digest: string;
  pod: KubernetesObject;
  /** JSON pointer, inside the pod, of its id. */
  pointer: string;
}

/** Of a workload's pods, those that differ in more than their names; what runs nowhere has no digest. */
export function runningImages({ shapes }: Workload): RunningImage[] {
  const all = shapes.flatMap(({ source }) => (source.kind === 'Pod' ? imagesOf(source as Pod) : [])); // by its kind
  return [...new Map(all.map((image) => [`${image.registry} ${image.digest}`, image])).values()];
}

function imagesOf(pod: Pod): RunningImage[] {
  return (['containerStatuses', 'initContainerStatuses'] as const).flatMap((kind) =>
    (pod.status?.[kind] ?? []).flatMap(({ imageID }, index) => {
      const image = parseImage(imageID?.replace(/^[a-z-]+:\/\//, ''));
      if (image?.digest === undefined) return [];
      return [{ registry: image.registry, digest: image.digest, pod, pointer: `/status/${kind}/${index}/imageID` }];
    }),
  );
}

const severities = ['low', 'medium', 'high', 'critical'];
/** What counts: at least this grave, known for more than so many days, and with a fix. */
export interface Threshold {
  minSeverity: string;
  maxAgeDays: number;
  at: Date;
}

export function counts({ properties }: ImageVulnerability, { minSeverity, maxAgeDays, at }: Threshold): boolean {
  const { softwareDetails: software, vulnerabilityDetails: vulnerability } = properties.additionalData ?? {};
  const fixed = !!software?.fixedVersion || software?.fixStatus?.toLowerCase() === 'fixavailable';
  const age = at.getTime() - Date.parse(vulnerability?.publishedDate ?? '');
  const grave = severities.indexOf(vulnerability?.severity?.toLowerCase() ?? '') >= severities.indexOf(minSeverity.toLowerCase());
  return properties.status?.code?.toLowerCase() === 'unhealthy' && fixed && grave && age > maxAgeDays * 86_400_000;
}

/** Of whatever image, whether it counts or not; in the order of their ids. */
export const byDigest = once(({ imageVulnerabilities }: { readonly snapshot: object } & ScanFacts) => {
  const found = new Map<string, ImageVulnerability[]>();
  for (const each of imageVulnerabilities.items) {
    const digest = each.properties.additionalData?.artifactDetails?.digest?.toLowerCase() ?? '';
    const same = found.get(digest);
    if (same === undefined) found.set(digest, [each]);
    else same.push(each);
  }
  return found;
});
export const nameOf = ({ name, properties }: ImageVulnerability): string => properties.additionalData?.vulnerabilityDetails?.cveId ?? name;

export interface ScanFacts {
  readonly imageVulnerabilities: Seen<ImageVulnerability>;
  readonly securityAssessments: Seen<SecurityAssessment>;
  readonly registries: Seen<Registry>;
}
/** Whether Defender reads the images of a registry: it found something there, or says that it looked. */
export function isScanned(host: string, { imageVulnerabilities, securityAssessments, registries }: ScanFacts): boolean {
  const isAt = ({ properties }: ImageVulnerability) => properties.additionalData?.artifactDetails?.registryHost?.toLowerCase() === host;
  if (imageVulnerabilities.items.some(isAt)) return true;
  const registry = registries.find((each) => loginServerOf(each) === host);
  return registry !== undefined && securityAssessments.some((each) => isOf(each, registry) && looked(each));
}
const isOf = ({ id }: SecurityAssessment, registry: Registry): boolean => normalId(id).startsWith(`${normalId(registry.id)}/`);
const looked = ({ properties }: SecurityAssessment): boolean =>
  ['healthy', 'unhealthy'].includes(properties.status?.code?.toLowerCase() ?? '');
