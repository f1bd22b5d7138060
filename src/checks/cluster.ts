import { check, count, fail, flag, pass, see, undecided } from '../check.ts';
import { authorized } from '../model/authorizedRanges.ts';

/** Azure CLI and the portal show `enablePrivateCluster`; absent is public. Virtual network integration alone leaves a public address. */
export const privateApiServer = check({
  needs: ['cluster'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster) => {
    const { apiServerAccessProfile: access, fqdn } = cluster.properties;
    const evidence = [see(cluster, '/properties/apiServerAccessProfile/enablePrivateCluster', 'true')];
    if (access?.enablePrivateCluster === true) return pass('The API server has a private address only.', evidence);
    if (fqdn != null) evidence.push(see(cluster, '/properties/fqdn'));
    const ranges = access?.authorizedIPRanges?.length ?? 0;
    return fail(
      'The API server has a public address.',
      evidence,
      ranges > 0 ? { note: `Limited to ${ranges} authorized IP range${ranges === 1 ? '' : 's'}.` } : {},
    );
  },
});

const rangesAt = '/properties/apiServerAccessProfile/authorizedIPRanges';

/** Ranges before a public API server. They say nothing of a private one, and AKS adds the cluster's own outbound address by itself. */
export const authorizedIpRanges = check({
  needs: ['cluster'],
  params: { maxAuthorizedAddresses: count(65_536, 1) },
  subjects: ({ cluster }) => (cluster.properties.apiServerAccessProfile?.enablePrivateCluster === true ? [] : [cluster]),
  none: 'The API server has a private address only.',
  judge: (cluster, { maxAuthorizedAddresses }) => {
    const entries: readonly string[] = cluster.properties.apiServerAccessProfile?.authorizedIPRanges ?? [];
    const list = see(cluster, rangesAt, `ranges of at most ${maxAuthorizedAddresses} addresses`);
    const entry = (index: number) => see(cluster, `${rangesAt}/${index}`);
    if (entries.length === 0) return fail('Every address may reach the API server.', list);
    const { addresses, everyone, tags, unreadable, privateOnly } = authorized(entries);
    if (everyone.length > 0) return fail('The authorized ranges hold the whole internet.', everyone.map(entry));
    if (addresses > maxAuthorizedAddresses) return fail(`The authorized ranges hold ${addresses} addresses.`, list);
    if (privateOnly) return fail('The authorized ranges hold private addresses only, none that the API server sees.', list);
    const wholeCloud = tags.filter((index) => /^AzureCloud(\.|$)/i.test(entries[index] ?? ''));
    if (wholeCloud.length > 0)
      return fail('The authorized ranges hold the addresses of every customer of Azure.', wholeCloud.map(entry), { severity: 'medium' });
    if (unreadable.length > 0) return undecided('An authorized range is neither a range nor a service tag.', unreadable.map(entry));
    return pass(
      'Authorized ranges limit who reaches the API server.',
      list,
      tags.length > 0 ? 'What a service tag holds is kept by Azure and was not counted.' : undefined,
    );
  },
});

/** `az aks command invoke`: Azure runs in the cluster what it is given, without Entra ID as its administrator. Not set, it is open. */
export const runCommand = check({
  needs: ['cluster'],
  params: { allowRunCommand: flag(false) },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { allowRunCommand }) => {
    const evidence = see(cluster, '/properties/apiServerAccessProfile/disableRunCommand', 'true');
    if (cluster.properties.apiServerAccessProfile?.disableRunCommand === true) return pass('Run command is off.', evidence);
    return allowRunCommand ? pass('Run command is on.', evidence, 'The configuration accepts it.') : fail('Run command is on.', evidence);
  },
});
