import { check, fail, flag, pass, see, undecided, type Verdict } from '../check.ts';
import { backupScopes } from '../model/backups.ts';
import { inNamespace } from '../model/byNamespace.ts';
import { isCopied, isRedundant, kindOfClass, kindOfVolume, skuOf, successorOf, templateOfClaim, zonesOfVolume } from '../model/storage.ts';
import { volumeOfClaim } from '../model/volumes.ts';
import { listed } from '../model/words.ts';
import { zoneOf } from '../model/zones.ts';
import { type Seen, seen } from '../seen.ts';
import type { ManagedCluster, PersistentVolume, StatefulSet, StorageClass } from '../wire.ts';

/** State that is kept in the cluster: allowed or not, and backed up. */
export const claims = check({
  needs: ['cluster', 'persistentVolumeClaims', 'persistentVolumes', 'backupInstances', 'veleroSchedules'],
  params: { allowState: flag(true) },
  subjects: ({ persistentVolumeClaims, inScope }) => persistentVolumeClaims.filter(({ metadata }) => inScope(metadata.namespace)),
  none: 'No workload in scope keeps state in the cluster.',
  judge: (claim, { allowState }, facts) => {
    const { name, namespace = 'default' } = claim.metadata;
    const volume = volumeOfClaim(facts, namespace, name);
    const evidence = [
      see(claim, '/spec/resources/requests/storage'),
      see(claim, '/spec/storageClassName'),
      ...(volume === undefined ? [] : [see(volume, '/spec/persistentVolumeReclaimPolicy')]),
    ];
    if (!allowState) return fail('It keeps state in the cluster.', evidence);
    return backupScopes(facts).some((scope) => scope.volumes && scope.includes(namespace))
      ? pass('It keeps state in the cluster, and is backed up.', evidence)
      : fail('It keeps state in the cluster, and no backup takes it.', evidence);
  },
});

/** Whether volumes outlive a zone: by their SKU, by the zones they may be attached in, or by replicas that have theirs in others. */
export const zonal = check({
  needs: ['nodes', 'persistentVolumes', 'storageClasses', 'statefulSets'],
  subjects: ({ nodes, persistentVolumes, storageClasses, inScope }) => {
    const zones = new Set(nodes.items.flatMap((each) => zoneOf(each) ?? []));
    if (zones.size < 2 && nodes.all()) return [];
    const volumes = persistentVolumes.filter(
      (each) => kindOfVolume(each) !== undefined && each.spec?.claimRef != null && inScope(each.spec.claimRef.namespace),
    );
    const used = new Set(volumes.items.map(({ spec }) => spec?.storageClassName));
    return volumes.concat(storageClasses.filter((each) => kindOfClass(each) === 'disk' && used.has(each.metadata.name)));
  },
  none: 'No volume of Azure is in use, or no node is in a second zone.',
  judge: (subject, _params, facts) =>
    subject.kind === 'StorageClass' ? bindingOf(subject as StorageClass) : outlives(subject as PersistentVolume, facts), // kind tells the type
});

type VolumeFacts = {
  snapshot: object;
  persistentVolumes: Seen<PersistentVolume>;
  storageClasses: Seen<StorageClass>;
  statefulSets: Seen<StatefulSet>;
};

function outlives(volume: PersistentVolume, facts: VolumeFacts): Verdict {
  const { claimRef, storageClassName } = volume.spec ?? {};
  const zones = zonesOfVolume(volume);
  const places = see(volume, '/spec/nodeAffinity', 'several zones');
  if (kindOfVolume(volume) === 'disk' && zones.length > 1) return pass(`It can be attached in ${zones.length} zones.`, places);
  const classOf = () => (storageClassName ? facts.storageClasses.find(({ metadata }) => metadata.name === storageClassName) : undefined);
  const found = skuOf(volume, undefined) ?? skuOf(volume, classOf());
  if (found !== undefined && isRedundant(found.sku)) return pass(`It is ${found.sku}.`, see(found.from, found.pointer));
  if (found === undefined && zones.length === 0)
    return undecided('Nothing says how it is kept.', [places, see(volume, '/spec/storageClassName')]);
  const evidence = [
    places,
    ...(found === undefined ? [] : [see(found.from, found.pointer, 'zone-redundant')]),
    see(volume, '/spec/claimRef/name'),
  ];
  const spread = zonesOfReplicas(claimRef?.namespace, claimRef?.name ?? '', facts);
  if (spread.length > 1) return pass(`The replicas of its StatefulSet have volumes in ${spread.length} zones.`, evidence);
  if (found !== undefined && isCopied(found.sku))
    return fail(`It is ${found.sku}: kept in one zone, and copied to another region.`, evidence, { severity: 'low' });
  const where = zones.length === 1 ? ` in zone ${zones[0]}` : '';
  return fail(`It is ${found?.sku ?? 'kept'}${where}, and goes with its zone.`, evidence);
}

/** The zones of all volumes that the StatefulSet of a claim made by one template. */
function zonesOfReplicas(namespace: string | undefined, claim: string, facts: VolumeFacts): string[] {
  const sets = inNamespace(facts.statefulSets, namespace);
  const template = templateOfClaim(claim, sets.items);
  if (template === undefined) sets.all();
  if (template === undefined) return [];
  const own = facts.persistentVolumes.items.filter(
    ({ spec }) => spec?.claimRef?.namespace === namespace && spec?.claimRef?.name?.replace(/-\d+$/, '') === template.stem,
  );
  const zones = [...new Set(own.flatMap(zonesOfVolume))];
  if (zones.length < 2) facts.persistentVolumes.all();
  return zones;
}

function bindingOf(storageClass: StorageClass): Verdict {
  const mode = see(storageClass, '/volumeBindingMode', 'WaitForFirstConsumer');
  return storageClass.volumeBindingMode === 'WaitForFirstConsumer'
    ? pass('Its disks are made where their pod goes.', mode)
    : fail('Its disks are made in a zone before their pod has one.', mode, { severity: 'low' });
}

/** Volumes and classes of the CSI drivers, which also stand in for the plug-ins that Kubernetes had (CSI migration, on in AKS since 1.21). */
export const csiDrivers = check({
  needs: ['cluster', 'storageClasses', 'persistentVolumes'],
  subjects: ({ cluster, storageClasses, persistentVolumes }) =>
    seen<ManagedCluster | StorageClass | PersistentVolume>([cluster]).concat(storageClasses).concat(persistentVolumes),
  none: 'There is no cluster.',
  judge: (subject, _params, { persistentVolumes }) => {
    if ('type' in subject) return driversOf(subject, persistentVolumes);
    return subject.kind === 'StorageClass' ? provisionerOf(subject as StorageClass) : sourceOf(subject as PersistentVolume); // kind tells the type
  },
});

function driversOf(cluster: ManagedCluster, volumes: Seen<PersistentVolume>): Verdict {
  const profile = cluster.properties.storageProfile;
  const at = '/properties/storageProfile';
  const off = [
    ...(profile?.diskCSIDriver?.enabled === false ? [{ kind: 'disk', name: 'diskCSIDriver' }] : []),
    ...(profile?.fileCSIDriver?.enabled === false ? [{ kind: 'files', name: 'fileCSIDriver' }] : []),
  ];
  const lost = off.filter(({ kind }) => volumes.items.some((volume) => kindOfVolume(volume) === kind));
  const evidence = ['diskCSIDriver', 'fileCSIDriver'].map((name) => see(cluster, `${at}/${name}/enabled`, 'not false'));
  if (lost.length > 0) return fail(`The ${listed(lost.map(({ kind }) => kind))} driver is off, and volumes need it.`, evidence);
  if (off.length > 0) volumes.all();
  return pass(off.length > 0 ? 'No volume needs a driver that is off.' : 'The drivers are on.', evidence);
}

function provisionerOf(storageClass: StorageClass): Verdict {
  const successor = successorOf(storageClass);
  const evidence = see(storageClass, '/provisioner', successor);
  return successor === undefined
    ? pass('Its provisioner is not one of those that CSI drivers replace.', evidence)
    : fail(`${successor} stands in for its provisioner ${storageClass.provisioner}, which is out of support.`, evidence, {
        severity: 'medium',
      });
}

const migrated = 'pv.kubernetes.io/migrated-to';
function sourceOf(volume: PersistentVolume): Verdict {
  const member = volume.spec?.azureDisk != null ? 'azureDisk' : volume.spec?.azureFile != null ? 'azureFile' : undefined;
  if (member === undefined) return pass('Its source is not one of those that CSI drivers replace.', see(volume, '/spec/csi/driver'));
  const annotation = see(volume, `/metadata/annotations/${migrated.replace('/', '~1')}`, 'a CSI driver');
  return volume.metadata.annotations?.[migrated] !== undefined
    ? pass('A CSI driver stands in for its source.', annotation, `It is still of the source ${member}.`)
    : fail(
        `Its source ${member} is out of support, and nothing says that a driver stands in.`,
        [see(volume, `/spec/${member}`), annotation],
        { severity: 'medium' },
      );
}
