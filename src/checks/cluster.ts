import { check, fail, pass, see } from '../check.ts';

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
    return fail('The API server has a public address.', evidence, ranges > 0 ? { note: `Limited to ${ranges} authorized IP ranges.` } : {});
  },
});
