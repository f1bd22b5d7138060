import { normalId, type Seen, seen } from '../seen.ts';
import type { ImageVulnerability, KubernetesObject, Pod, Registry, SecurityAssessment } from '../wire.ts';
import { parseImage } from './images.ts';
import { once } from './once.ts';
import { loginServerOf } from './registries.ts';
import { type WorkloadPodFacts, workloadPods } from './workloadPods.ts';

/** An image that runs, by its digest: a tag may have moved since. */
export interface RunningImage {
  registry: string;
  digest: string;
  pod: Pod;
  /** JSON pointer, inside the pod, of its id. */
  pointer: string;
}

/** The images of each workload in scope. Pods that `load` found alike share one status, and are looked at once. */
export function runningImages(facts: WorkloadPodFacts & { inScope: (namespace: string) => boolean }): Seen<Running> {
  const running = [...workloadPods(facts).values()].flatMap(({ apiVersion, kind, name, namespace, pods }): Running[] => {
    if (!facts.inScope(namespace)) return [];
    const alike = [...new Map(pods.map((pod) => [pod.status, pod])).values()].flatMap(imagesOf);
    const images = [...new Map(alike.map((image) => [`${image.registry} ${image.digest}`, image])).values()];
    return images.length === 0 ? [] : [{ resource: { apiVersion, kind, metadata: { name, namespace } }, images }];
  });
  return seen(running, facts.pods.gaps);
}
export interface Running {
  resource: KubernetesObject;
  images: readonly RunningImage[];
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
