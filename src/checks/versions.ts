import { check, computed, count, fail, notApplicable, pass, see, type Sight, text, texts, undecided, type Verdict } from '../check.ts';
import { isWindows, autoProvisions, isPool, poolMode, provisionerOf } from '../model/nodePools.ts';
import { imageDay } from '../model/nodeImages.ts';
import { type OfferedMinor, offeredMinor } from '../model/offeredVersions.ts';
import { isStopped } from '../model/power.ts';
import { clusterRetirements, hidesRelease, type Retirement, retirementsOf } from '../model/retirements.ts';
import { calendarDate, dayOf, daysSince, supportOf } from '../model/supportedVersions.ts';
import { isTagged, tagOf } from '../model/tags.ts';
import { nodeOsChannel, nodeOsChannelAt } from '../model/upgradeChannels.ts';
import { clusterVersion, clusterVersionAt, compareVersions, type KubernetesVersion } from '../model/versions.ts';
import { seen } from '../seen.ts';
import type { AgentPool, ManagedCluster, Node } from '../wire.ts';

/** The minor version against AKS' release calendar, under the cluster's support plan; what the calendar leaves open, by the list of the region. */
export const kubernetesVersionSupported = check({
  needs: ['cluster', 'kubernetesVersions'],
  params: { warnDays: count(45) },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { warnDays }, { at, kubernetesVersions }) => {
    const version = clusterVersion(cluster);
    const shown = see(cluster, clusterVersionAt(cluster), 'a version that AKS supports');
    if (version === undefined) return undecided('Its version is not given.', shown);
    const longTerm = cluster.properties.supportPlan?.toLowerCase() === 'akslongtermsupport';
    const evidence = longTerm ? [shown, see(cluster, '/properties/supportPlan')] : [shown];
    if (longTerm && cluster.sku == null) return undecided('The cluster was exported without its SKU.', [...evidence, see(cluster, '/sku')]);
    if (longTerm && cluster.sku?.tier?.toLowerCase() !== 'premium')
      return fail('Its support plan is for the tier Premium only.', [...evidence, see(cluster, '/sku/tier', 'Premium')]);
    const support = supportOf(version, longTerm, at);
    const name = `Kubernetes ${minorOf(version)}`;
    if (support.status === 'unsettled') return judgeByOffer(offeredMinor(cluster, version, kubernetesVersions), name, longTerm, evidence);
    if (support.status === 'ended')
      return fail(`AKS ended its support of ${name} by ${support.on}.`, evidence, { note: `By AKS' calendar of ${calendarDate}.` });
    if (support.status === 'preview')
      return fail(`${name} is a preview until ${support.from}.`, evidence, {
        severity: 'high',
        note: `By AKS' calendar of ${calendarDate}.`,
      });
    const left = -daysSince(support.until, at);
    const ends = left <= warnDays ? `Its support ends on ${support.until}, by AKS' calendar of ${calendarDate}.` : undefined;
    return pass(`AKS supports ${name}.`, evidence, ends);
  },
});

/** By what the region offers. A version that it does not offer, and that is later than all it does, says nothing. */
function judgeByOffer({ list, at, offer, hasLater }: OfferedMinor, name: string, longTerm: boolean, shown: readonly Sight[]): Verdict {
  const evidence = [...shown, see(list, offer === undefined ? at : `${at}/version`)];
  if (offer === undefined)
    return hasLater ? fail(`AKS offers ${name} no more.`, evidence) : undecided(`The list of the region does not hold ${name}.`, evidence);
  if (offer.isPreview) return fail(`${name} is a preview.`, [...evidence, see(list, `${at}/isPreview`)], { severity: 'high' });
  if (offer.plans.includes(longTerm ? 'akslongtermsupport' : 'kubernetesofficial')) return pass(`AKS supports ${name}.`, evidence);
  return fail(`AKS supports ${name} under another support plan only.`, [...evidence, see(list, `${at}/capabilities/supportPlan`)]);
}

/** The patch against those that AKS offers of the same minor version in the region. */
export const kubernetesPatchCurrent = check({
  needs: ['cluster', 'kubernetesVersions'],
  params: { maxPatchBehind: count(2), maxPatchBehindLongTerm: count(1) },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { maxPatchBehind, maxPatchBehindLongTerm }, { kubernetesVersions }) => {
    const version = clusterVersion(cluster);
    const shown = see(cluster, clusterVersionAt(cluster));
    if (version?.patch === undefined) return undecided('Which patch it runs is not given.', shown);
    const { list, at, offer } = offeredMinor(cluster, version, kubernetesVersions);
    if (offer === undefined) return fail(`AKS offers no patch of Kubernetes ${minorOf(version)} any more.`, [shown, see(list, at)]);
    const later = offer.patches.filter((each) => compareVersions(each.version, version) > 0);
    const latest = later.at(-1);
    const evidence = [
      shown,
      computed(
        list,
        `${at}/patchVersions`,
        offer.patches.map(({ text }) => text),
        'its patch among the latest',
      ),
    ];
    if (latest === undefined) return pass('It runs the latest patch.', evidence);
    const message = `It is ${later.length} behind ${latest.text}, the latest patch.`;
    if (!offer.patches.some((each) => compareVersions(each.version, version) === 0))
      return fail(`AKS offers its patch no more; ${latest.text} is the latest.`, evidence);
    const most = cluster.properties.supportPlan?.toLowerCase() === 'akslongtermsupport' ? maxPatchBehindLongTerm : maxPatchBehind;
    return later.length > most ? fail(message, evidence) : pass(message, evidence);
  },
});

const minorOf = ({ major, minor }: KubernetesVersion): string => `${major}.${minor}`;

/**
 * The age of the image that nodes are made from. A release takes up to two weeks through the regions, and which one the
 * region offers was not read: within that time an image over age may still be the newest there is.
 */
export const nodeImageAge = check({
  needs: ['cluster', 'agentPools', 'nodes'],
  params: { maxNodeImageAgeDays: count(14, 1), maxWindowsImageAgeDays: count(45, 1), rolloutDays: count(14) },
  subjects: ({ cluster, agentPools, nodes }) => {
    if (isStopped(cluster)) return notApplicable('The cluster is stopped, so no node runs an image.');
    const pools = agentPools.filter((pool) => !isStopped(pool) && poolMode(pool) !== 'managedsystem');
    return autoProvisions(cluster) ? pools.concat(nodes.filter((node) => provisionerOf(node) !== undefined)) : pools;
  },
  none: 'No pool of its own runs.',
  judge: (subject, { maxNodeImageAgeDays, maxWindowsImageAgeDays, rolloutDays }, { cluster, at }) => {
    const { image, imageAt, windows } = imageOf(subject);
    const day = imageDay(image);
    if (day === undefined) return undecided('The date of its image is not given.', see(subject, imageAt));
    const age = daysSince(day, at);
    const most = windows ? maxWindowsImageAgeDays : maxNodeImageAgeDays;
    const evidence = [see(subject, imageAt), computed(subject, imageAt, `${age} days`, `at most ${most} days`)];
    if (age <= most) return pass(`Its image is ${age} days old.`, evidence);
    if (age <= most + rolloutDays)
      return undecided(`Its image is ${age} days old, and whether the region has a newer one was not read.`, evidence);
    const patched = nodeOsChannel(cluster) === 'securitypatch' && !windows;
    return patched
      ? fail(`Its image is ${age} days old.`, [...evidence, see(cluster, nodeOsChannelAt)], {
          severity: 'low',
          note: 'AKS patches its nodes live.',
        })
      : fail(`Its image is ${age} days old.`, evidence);
  },
});

function imageOf(subject: AgentPool | Node): { image: string | undefined; imageAt: string; windows: boolean } {
  if (isPool(subject))
    return { image: subject.properties.nodeImageVersion, imageAt: '/properties/nodeImageVersion', windows: isWindows(subject) };
  const { labels } = subject.metadata;
  return {
    image: labels?.['kubernetes.azure.com/node-image-version'],
    imageAt: '/metadata/labels/kubernetes.azure.com~1node-image-version',
    windows: labels?.['kubernetes.io/os'] === 'windows',
  };
}

/** What AKS retired, by dates of its notices; what is going to be is a note. */
export const retiredFeatures = check({
  needs: ['cluster', 'agentPools'],
  params: { warnDays: count(365) },
  subjects: ({ cluster, agentPools }) =>
    seen<AgentPool | ManagedCluster>([cluster]).concat(agentPools.filter((pool) => poolMode(pool) !== 'managedsystem')),
  none: 'There is no cluster.',
  judge: (subject, { warnDays }, { at }) => {
    const found = isPool(subject) ? retirementsOf(subject) : clusterRetirements(subject);
    const retired = found.filter(({ on }) => on <= dayOf(at));
    const show = ({ pointer }: Retirement) => see(subject, pointer);
    if (retired.length > 0) return judgeRetired(retired, retired.map(show), at);
    if (isPool(subject) && hidesRelease(subject))
      return undecided('Which release of its system it runs is not given.', [
        see(subject, '/properties/nodeImageVersion'),
        see(subject, '/properties/osSKU'),
      ]);
    const coming = found.filter(({ on }) => -daysSince(on, at) <= warnDays);
    const note = coming.map(({ feature, on }) => `${feature} is retired on ${on}.`).join(' ');
    const system = isPool(subject)
      ? see(subject, subject.properties.nodeImageVersion ? '/properties/nodeImageVersion' : '/properties/osSKU')
      : [];
    return pass('It uses nothing that AKS has retired.', found.length > 0 ? found.map(show) : system, note || undefined);
  },
});

function judgeRetired(retired: readonly Retirement[], evidence: readonly ReturnType<typeof see>[], at: Date): Verdict {
  const says = retired.map(({ feature, on }) => `${feature}, retired on ${on}`).join('; ');
  const gone = retired.filter((each) => each.gone !== undefined && each.gone <= dayOf(at));
  return fail(`It uses ${says}.`, evidence, gone.length > 0 ? { note: 'Its images are removed, so it can add no nodes.' } : {});
}

/** Another cluster of the workload that is not for production, and gets versions first. One that was not seen proves nothing. */
export const preproductionFirst = check({
  needs: ['cluster', 'neighbours'],
  params: {
    environmentTag: text('environment'),
    workloadTag: text('workload'),
    nonProductionTags: texts('dev', 'development', 'test', 'testing', 'qa', 'staging', 'preprod', 'uat', 'nonprod', 'non-production'),
  },
  subjects: ({ cluster }, { environmentTag, nonProductionTags }) => (isTagged(cluster, environmentTag, nonProductionTags) ? [] : [cluster]),
  none: 'This is a pre-production cluster itself.',
  judge: (cluster, { environmentTag, workloadTag, nonProductionTags }, { neighbours }) => {
    const workload = tagOf(cluster, workloadTag);
    const own = clusterVersion(cluster);
    if (!workload.value)
      return undecided(`No tag ${workloadTag} says of which workload the cluster is.`, see(cluster, `/tags/${workload.key}`));
    if (own === undefined) return undecided('Its version is not given.', see(cluster, clusterVersionAt(cluster)));
    const wanted = [workload.value];
    const peers = neighbours
      .map((neighbour) => neighbour.cluster)
      .filter((peer) => isTagged(peer, workloadTag, wanted) && isTagged(peer, environmentTag, nonProductionTags));
    const evidence = see(cluster, clusterVersionAt(cluster));
    const show = (peer: ManagedCluster) => see(peer, clusterVersionAt(peer));
    const leads = (peer: ManagedCluster): boolean => {
      const version = clusterVersion(peer);
      return version !== undefined && compareVersions(version, own) >= 0;
    };
    const leader = peers.find(leads);
    if (leader !== undefined)
      return pass(`Pre-production cluster ${leader.name} has its version or a later one.`, [evidence, show(leader)]);
    const behind = peers.all();
    if (behind.length === 0)
      return undecided('No pre-production cluster of the workload was among those read.', see(cluster, `/tags/${workload.key}`));
    if (behind.some((peer) => clusterVersion(peer) === undefined))
      return undecided('The version of a pre-production cluster is not given.', [evidence, ...behind.map(show)]);
    return fail(`Pre-production cluster ${behind.map(({ name }) => name).join(' and ')} is behind.`, [evidence, ...behind.map(show)]);
  },
});
