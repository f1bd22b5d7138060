import { check, computed, count, fail, flag, ifSeen, notApplicable, pass, see, type Sight, undecided, type Verdict } from '../check.ts';
import { capability, isBurstable, sizesOf, skuFor, usageIdFor, type VmSize, vmSize } from '../model/compute.ts';
import { autoProvisions, hostsSystemNodes, isPool, isSpot, poolMode, poolSize } from '../model/nodePools.ts';
import { fitsEphemeral, leastDefaultDisk } from '../model/osDisks.ts';
import { hasGpu } from '../model/poolClasses.ts';
import { picked } from '../model/picked.ts';
import { leftOf, type QuotaNeed, quotaNeeds, restrictionOf } from '../model/quotaNeeds.ts';
import { kindOfClass } from '../model/storage.ts';
import { counted } from '../model/words.ts';
import { zonesOf } from '../model/zones.ts';
import { type Seen, seen } from '../seen.ts';
import type { AgentPool, ComputeUsage, ManagedCluster, Node, StorageClass, VmSku } from '../wire.ts';

type SizeFacts = { cluster: ManagedCluster; vmSkus: Seen<VmSku>; nodes: Seen<Node> };

/** Pools that are made of machines of their owner. */
const hasNodes = (pool: AgentPool): boolean => !['gateway', 'managedsystem'].includes(poolMode(pool));

const shownSize = (pool: AgentPool, size: string, { cores, gib, from, pointer }: VmSize, expected: string): Sight[] => [
  computed(pool, sizesOf(pool).pointer, { size, cores, ...(gib === undefined ? {} : { gib }) }, expected),
  ...(from === undefined ? [] : [see(from, pointer)]),
];

/** Judges every size that a pool's nodes may have: the first that falls short fails. */
function judgeSizes(
  pool: AgentPool,
  facts: SizeFacts,
  expected: string,
  faultOf: (size: string, found: VmSize) => string | undefined,
): Verdict {
  const { sizes, pointer } = sizesOf(pool);
  if (sizes.length === 0) return undecided('It does not say of which size its nodes are.', see(pool, pointer));
  const found = sizes.map((size) => ({ size, own: vmSize(facts.cluster, size, facts.vmSkus, facts.nodes) }));
  for (const { size, own } of found) {
    const fault = faultOf(size, own);
    if (fault !== undefined) return fail(fault, shownSize(pool, size, own, expected));
  }
  const unsized = found.find(({ own }) => own.gib === undefined);
  if (unsized !== undefined) skuFor(facts.cluster, unsized.size, facts.vmSkus); // its name does not tell the memory
  return pass(
    `Its nodes have ${found.map(({ own }) => `${own.cores} cores and ${own.gib} GiB`).join(', or ')}.`,
    found.flatMap(({ size, own }) => shownSize(pool, size, own, expected)),
  );
}

const cores = (found: VmSize): string => (found.cores === 1 ? 'one core' : `${found.cores} cores`);

/** The size of what runs the cluster's own pods. Four cores and four GiB are the least that AKS takes (AKS, "system node pools"). */
export const systemPoolSize = check({
  needs: ['cluster', 'agentPools', 'vmSkus', 'nodes'],
  params: { minSystemVcpus: count(4, 1), minSystemMemGiB: count(4, 1), maxSystemVcpus: count(16, 1) },
  subjects: ({ cluster, agentPools }) =>
    hostsSystemNodes(cluster)
      ? notApplicable('AKS hosts the system nodes itself.')
      : agentPools.filter((pool) => poolMode(pool) === 'system'),
  none: 'The cluster has no system pool.',
  judge: (pool, { minSystemVcpus, minSystemMemGiB, maxSystemVcpus }, facts) => {
    const burstable = sizesOf(pool).sizes.find(isBurstable);
    if (burstable !== undefined)
      return fail(`${burstable} is a burstable size.`, see(pool, sizesOf(pool).pointer, 'a size that is not of series B'));
    const expected = `at least ${minSystemVcpus} cores and ${minSystemMemGiB} GiB`;
    const verdict = judgeSizes(pool, facts, expected, (_size, own) =>
      own.cores < minSystemVcpus
        ? `Its nodes have ${cores(own)}.`
        : (own.gib ?? minSystemMemGiB) < minSystemMemGiB
          ? `Its nodes have ${own.gib} GiB of memory.`
          : undefined,
    );
    const large = sizesOf(pool).sizes.find(
      (size) => (ifSeen(() => vmSize(facts.cluster, size, facts.vmSkus, facts.nodes))?.cores ?? 0) > maxSystemVcpus,
    );
    return verdict.status === 'pass' && large !== undefined
      ? pass(verdict.message, verdict.evidence, `${large} is more than system pods need.`)
      : verdict;
  },
});

/** The size of nodes for workloads: large enough for their overhead, small enough that losing one is bearable. */
export const userPoolSize = check({
  needs: ['cluster', 'agentPools', 'vmSkus', 'nodes'],
  params: { minUserVcpus: count(4, 1), minUserMemGiB: count(8, 1), maxUserVcpus: count(64, 1) },
  subjects: ({ agentPools }) => agentPools.filter((pool) => poolMode(pool) === 'user' && !isSpot(pool) && !hasGpu(pool)),
  none: 'There is no regular User pool without GPUs.',
  judge: (pool, { minUserVcpus, minUserMemGiB, maxUserVcpus }, facts) =>
    judgeSizes(pool, facts, `${minUserVcpus} to ${maxUserVcpus} cores, at least ${minUserMemGiB} GiB`, (_size, own) =>
      own.cores < minUserVcpus || own.cores > maxUserVcpus
        ? `Its nodes have ${cores(own)}.`
        : (own.gib ?? minUserMemGiB) < minUserMemGiB
          ? `Its nodes have ${own.gib} GiB of memory.`
          : undefined,
    ),
});

/** Disks of nodes inside the machine, where its size has room for one; else large managed ones. */
export const osDisk = check({
  needs: ['cluster', 'agentPools', 'vmSkus'],
  params: { minManagedOsDiskGb: count(128, 30) },
  subjects: ({ agentPools }) => agentPools.filter(hasNodes),
  none: 'There is no pool with nodes of its owner.',
  judge: (pool, { minManagedOsDiskGb }, { cluster, vmSkus }) => {
    const { osDiskType, osDiskSizeGB } = pool.properties;
    const gigabytes = osDiskSizeGB ?? 0;
    const type = see(pool, '/properties/osDiskType', 'Ephemeral');
    const evidence = [type, see(pool, '/properties/osDiskSizeGB', `at least ${minManagedOsDiskGb} when managed`)];
    if (osDiskType?.toLowerCase() === 'ephemeral') return pass('Its disks are inside its machines.', evidence);
    if (gigabytes === 0)
      return leastDefaultDisk >= minManagedOsDiskGb
        ? pass('Its disks are of the size that AKS chooses.', evidence)
        : undecided('AKS chooses the size of its disks.', evidence);
    if (gigabytes >= minManagedOsDiskGb) return pass(`Its managed disks have ${gigabytes} GB.`, evidence);
    const fits = sizesOf(pool).sizes.map((size) => fitsEphemeral(skuFor(cluster, size, vmSkus), gigabytes));
    if (fits.every((each) => each === false))
      return pass(`Its managed disks have ${gigabytes} GB, and its machines have no room for others.`, evidence);
    if (fits.includes(undefined)) return undecided('Whether its machines have room for ephemeral disks is not said.', evidence);
    if (osDiskType == null && fits.every(Boolean)) return pass('AKS puts disks inside these machines when nothing is said.', evidence);
    return fail(`Its managed disks have ${gigabytes} GB, and its machines have room for ephemeral ones.`, evidence);
  },
});

/** Caches and temporary disks encrypted where they are, on the host; and, where it is asked for, disks by keys of one's own. */
export const hostEncryption = check({
  needs: ['cluster', 'agentPools', 'storageClasses', 'vmSkus'],
  params: { requireCustomerManagedKeys: flag(false) },
  subjects: ({ cluster, agentPools, storageClasses }, { requireCustomerManagedKeys }) => {
    const pools = agentPools.filter((pool) => hasNodes(pool) && !sizesOf(pool).sizes.some(isConfidential));
    if (!requireCustomerManagedKeys) return pools;
    return pools
      .concat<ManagedCluster | StorageClass>(seen<ManagedCluster | StorageClass>([cluster]))
      .concat(storageClasses.filter((each) => kindOfClass(each) === 'disk'));
  },
  none: 'There is no pool with nodes of its owner that are not confidential.',
  judge: (subject, _params, facts) => {
    if ('metadata' in subject)
      return ownKeys(see(subject, '/parameters/diskEncryptionSetID', 'a disk encryption set'), subject.parameters?.diskEncryptionSetID);
    if (!isPool(subject))
      return ownKeys(
        see(subject, '/properties/diskEncryptionSetID', 'a disk encryption set'),
        (subject as ManagedCluster).properties.diskEncryptionSetID,
      );
    const evidence = see(subject, '/properties/enableEncryptionAtHost', 'true');
    if (subject.properties.enableEncryptionAtHost === true) return pass('Its nodes are encrypted at their host.', evidence);
    const unable = sizesOf(subject).sizes.find(
      (size) => ifSeen(() => capability(skuFor(facts.cluster, size, facts.vmSkus), 'EncryptionAtHostSupported'))?.toLowerCase() === 'false',
    );
    return fail(
      'Caches and temporary disks of its nodes are not encrypted.',
      evidence,
      unable === undefined ? {} : { note: `${unable} cannot be encrypted at its host.` },
    );
  },
});

/** Sizes of confidential machines, whose disks are encrypted by themselves. */
const isConfidential = (size: string): boolean => /^standard_(?:dc|ec)\d+[a-z]*a/i.test(size);
const ownKeys = (evidence: Sight, value: unknown): Verdict =>
  value ? pass('Its disks are encrypted by keys of your own.', evidence) : fail('Its disks are encrypted by keys of Azure.', evidence);

/** Whether the subscription may have what pools may grow to: cores of each family and of all, and the sizes in their zones. */
export const quota = check({
  needs: ['cluster', 'agentPools', 'vmSkus', 'computeUsages'],
  subjects: ({ cluster, agentPools, vmSkus, computeUsages }) => {
    const pools = agentPools.filter((pool) => hasNodes(pool) && sizesOf(pool).sizes.length > 0);
    if (pools.items.length === 0 && pools.all()) return [];
    const sized = pools.filter((pool) => sizesOf(pool).sizes.every((size) => ifSeen(() => skuFor(cluster, size, vmSkus)) !== undefined));
    const needs = quotaNeeds(cluster, sized.items, vmSkus);
    const ids = needs.map(({ quota }) => usageIdFor(cluster, quota, computeUsages));
    const quotas = picked(computeUsages, ids).flatMap((resource) =>
      needs.filter(({ quota }) => quota.toLowerCase() === resource.name.toLowerCase()).map((need) => ({ resource, need })),
    );
    return pools.concat(quotas).concat(seen<ManagedCluster>(autoProvisions(cluster) ? [cluster] : []));
  },
  none: 'There is no pool with nodes of its owner.',
  judge: (subject, _params, { cluster, agentPools, vmSkus }) => {
    if ('need' in subject) return quotaFor(subject.resource, subject.need, { cluster, agentPools, vmSkus });
    if (!isPool(subject))
      return undecided(
        'Node auto-provisioning adds nodes of sizes that are not known beforehand.',
        see(subject, '/properties/nodeProvisioningProfile/mode'),
      );
    const { sizes, pointer } = sizesOf(subject);
    for (const size of sizes) {
      const sku = skuFor(cluster, size, vmSkus);
      const closed = restrictionOf(sku, zonesOf(subject));
      if (closed !== undefined) return fail(`${size} cannot be had in ${closed.where}.`, [see(subject, pointer), see(sku, closed.pointer)]);
    }
    return pass('Its sizes can be had in its zones.', see(subject, pointer));
  },
});

type QuotaFacts = { cluster: ManagedCluster; agentPools: Seen<AgentPool>; vmSkus: Seen<VmSku> };

function quotaFor(usage: ComputeUsage, { cores: needed, pools, unsaid }: QuotaNeed, facts: QuotaFacts): Verdict {
  const left = leftOf(usage);
  const evidence = [
    see(usage, '/properties/currentValue'),
    see(usage, '/properties/limit', `room for ${needed} cores more`),
    ...pools.map((pool) => see(pool, poolSize(pool).maxPointer)),
  ];
  if (left === undefined) return undecided('It does not say how much is used.', evidence);
  const message = `Pools may ask for ${counted(needed, 'core')} more, and ${left} ${left === 1 ? 'is' : 'are'} left.`;
  if (left < needed) return fail(message, evidence);
  if (unsaid.length > 0) return undecided(`Pool ${unsaid[0]?.name} does not say how large it may become.`, evidence);
  // A pool of which the size was not read may ask for more of this.
  for (const pool of facts.agentPools.all())
    if (hasNodes(pool)) for (const size of sizesOf(pool).sizes) skuFor(facts.cluster, size, facts.vmSkus);
  return pass(message, evidence);
}
