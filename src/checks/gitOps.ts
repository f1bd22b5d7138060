import { check, fail, pass, see, seeEach, type Sight, undecided } from '../check.ts';
import { sayNames } from '../model/flaws.ts';
import { type Delivery, deliversInScope, deliveryState, gitOpsNeeds, isFlux } from '../model/gitOps.ts';

/** That Flux or Argo CD delivers to a namespace in scope. */
export const configured = check({
  needs: ['cluster', ...gitOpsNeeds],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, facts) => {
    const { extensions, fluxConfigurations, kustomizations, helmReleases, argoApplications } = facts;
    const delivers = deliversInScope(facts);
    const evidence: Sight[] = [
      ...extensions.items.filter(isFlux).map((each) => see(each, '/properties/extensionType')),
      ...fluxConfigurations.items.map((each) => see(each, '/properties/namespace')),
      ...[...kustomizations.items, ...helmReleases.items, ...argoApplications.items].map((each) => see(each, '/metadata/name')),
    ].slice(0, 5);
    const shown = evidence.length > 0 ? evidence : see(cluster, '/name', 'delivered to by Flux or Argo CD');
    if (delivers) return pass('GitOps delivers to namespaces in scope.', shown);
    if (evidence.length === 0) return fail('Neither Flux nor Argo CD delivers anything.', shown);
    const empty = evidence.length === extensions.items.filter(isFlux).length;
    return fail(empty ? 'The Flux extension has no configuration.' : 'GitOps delivers to no namespace in scope.', shown);
  },
});

/** Whether what GitOps delivers is in place, goes on being so, and comes from where it should. */
export const healthy = check({
  needs: ['fluxConfigurations', 'kustomizations', 'helmReleases', 'gitRepositories', 'argoApplications'],
  subjects: ({ fluxConfigurations, kustomizations, helmReleases, gitRepositories, argoApplications }) =>
    fluxConfigurations.concat(kustomizations).concat(helmReleases).concat(gitRepositories).concat(argoApplications),
  none: 'Neither Flux nor Argo CD delivers anything.',
  judge: (delivery: Delivery) => {
    const { flaws, open, waiting } = deliveryState(delivery);
    const found = [...flaws, ...(open ? [open] : [])];
    if (found.length > 0)
      return fail(
        `It does not deliver as it should: ${sayNames(found)}.`,
        seeEach(delivery, found),
        flaws.length === 0 ? { severity: 'low' } : {},
      );
    if (waiting) return undecided(`It cannot be told how it is: ${waiting.what}.`, seeEach(delivery, [waiting]));
    return pass('It delivers what it should.', see(delivery, 'properties' in delivery ? '/properties/complianceState' : '/status'));
  },
});
