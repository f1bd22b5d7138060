import { check, fail, flag, pass, see } from '../check.ts';
import { grantedTo } from '../model/accountGrants.ts';
import { ingressControllerNeeds, ingressControllers } from '../model/ingressControllers.ts';
import { accountOf, excessOf, isClusterWide, readsSecrets } from '../model/ingressPermissions.ts';
import { rbacKeys } from '../model/rbac.ts';

/** What the service account of an ingress controller holds beyond what it serves requests by. */
export const ingressControllerPermissions = check({
  needs: [...ingressControllerNeeds, ...rbacKeys],
  params: { acceptSecretsOfAllNamespaces: flag(true) },
  subjects: (facts) => ingressControllers(facts).filter(({ managed }) => !managed),
  none: "No ingress controller of one's own runs in the cluster.",
  judge: ({ resource }, { acceptSecretsOfAllNamespaces }, facts) => {
    const account = accountOf(resource);
    const granted = grantedTo(account, facts);
    const excesses = granted.items.flatMap((each) => {
      const what = excessOf(each, acceptSecretsOfAllNamespaces);
      return what === undefined ? [] : [{ ...each, what }];
    });
    const evidence = see(resource, '/spec/template/spec/serviceAccountName');
    if (excesses.length > 0) {
      const shown = excesses
        .slice(0, 5)
        .flatMap(({ binding, role, index }) => [see(binding, '/roleRef/name'), see(role, `/rules/${index}`)]);
      return fail(`Service account ${account} may ${[...new Set(excesses.map(({ what }) => what))].join(', ')}.`, [evidence, ...shown]);
    }
    const wide = granted.all().some((each) => isClusterWide(each) && readsSecrets(each.rule));
    return pass(
      `Service account ${account} has no more than controllers need.`,
      evidence,
      wide ? 'It reads the secrets of all namespaces, as most controllers do for certificates.' : undefined,
    );
  },
});
