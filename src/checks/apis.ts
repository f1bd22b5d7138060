import { check, count, fail, pass, see, undecided } from '../check.ts';
import { signedMark } from '../model/platform.ts';
import { isOfKubernetes, removedIn, removedWritings, versionedKeys, writings } from '../model/removedApis.ts';
import { clusterVersion, clusterVersionAt } from '../model/versions.ts';
import { seen } from '../seen.ts';
import type { KubernetesObject } from '../wire.ts';

/** By which APIs users and their tools wrote objects, of kinds of which an API was ever removed. */
export const removed = check({
  needs: ['cluster', ...versionedKeys],
  params: { targetDelta: count(1) },
  subjects: (facts) =>
    seen<KubernetesObject>(
      versionedKeys.flatMap((key): readonly KubernetesObject[] => facts[key].items),
      versionedKeys.flatMap((key) => facts[key].gaps),
    ).filter((object) => facts.inScope(object.metadata.namespace) && !isOfPlatform(object)),
  none: 'There is no object of a kind of which an API was removed.',
  judge: (object, { targetDelta }, { cluster }) => {
    const version = clusterVersion(cluster);
    if (version === undefined) return undecided('The version of the cluster is not given.', see(cluster, clusterVersionAt(cluster)));
    const written = writings(object);
    const [old] = removedWritings(object, version, targetDelta);
    if (old !== undefined)
      return fail(`${old.by} wrote it by ${old.apiVersion}, which Kubernetes 1.${old.minor} no longer serves.`, [
        see(object, old.pointer, 'an API that is served'),
        see(cluster, clusterVersionAt(cluster)),
      ]);
    const [first] = written;
    if (first === undefined)
      return undecided(
        'Nothing says by which API it was written: kubectl leaves that out without --show-managed-fields.',
        see(object, '/metadata/managedFields'),
      );
    const later = written.map(({ apiVersion }) => removedIn(apiVersion, object.kind)).find((minor) => minor !== undefined);
    const note = later === undefined ? undefined : `Kubernetes 1.${later} will no longer serve it.`;
    return pass(`It is written by ${first.apiVersion}.`, see(object, first.pointer), note);
  },
});

const isOfPlatform = (object: KubernetesObject): boolean =>
  object.metadata.labels?.['kubernetes.io/bootstrapping'] !== undefined ||
  signedMark(object, '/metadata', object.metadata) !== undefined ||
  isOfKubernetes(object);
