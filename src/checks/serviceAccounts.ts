import { check, fail, pass, pointer, see, type Verdict } from '../check.ts';
import { saySubjects, serviceAccountOf } from '../model/access.ts';
import { bindingsByName, ownBindings } from '../model/accountGrants.ts';
import { firstFound } from '../model/firstFound.ts';
import { parseImage } from '../model/images.ts';
import { containersOf } from '../model/podSpecs.ts';
import { type Binding, type BindingSubject, subjectsOf } from '../model/rbac.ts';
import { isAzureHost } from '../model/registries.ts';
import { isAccountToken } from '../model/secrets.ts';
import { accountKey, accountOf, tokenMount, workloadsByAccount } from '../model/serviceAccounts.ts';
import { type Workload, workloadKeys, workloads } from '../model/workloads.ts';
import type { KubernetesObject, ServiceAccount } from '../wire.ts';

const none = 'No workload runs in scope.';
const roleOf = ({ roleRef }: Binding): string => `${roleRef?.kind ?? ''} ${roleRef?.name ?? ''}`;

/** Workloads that run as the account that every pod of the namespace without its own shares, and bindings of such accounts. */
export const defaultUnused = check({
  needs: [...workloadKeys, 'serviceAccounts', 'roleBindings', 'clusterRoleBindings'],
  subjects: (facts) =>
    workloads(facts).concat(
      facts.roleBindings.concat(facts.clusterRoleBindings).filter((binding) => defaultsOf(binding, facts.inScope).length > 0),
    ),
  none,
  judge: (subject, _params, facts) => {
    if (!('shapes' in subject)) {
      const bound = defaultsOf(subject, facts.inScope);
      const evidence = bound.slice(0, 5).map((each) => see(subject, pointer('subjects', subjectsOf(subject).indexOf(each))));
      return fail(`${roleOf(subject)} is granted to ${saySubjects(bound)}.`, [see(subject, '/roleRef/name'), ...evidence]);
    }
    const [{ source, pointer: at, spec }] = subject.shapes;
    const account = see(source, `${at}/serviceAccountName`, 'an account of its own');
    if (accountOf(spec) !== 'default') return pass(`Runs as ${accountOf(spec)}.`, account);
    const found = firstFound<Verdict>(
      () => {
        const mount = tokenMount(subject, facts.serviceAccounts);
        return mount.mounted
          ? fail('Runs as default, with a token of it.', [account, see(mount.source, mount.pointer, 'false')])
          : undefined;
      },
      () => {
        const binding = ownBindings(accountKey(subject), facts).find(() => true);
        return binding && fail(`Runs as default, which has ${roleOf(binding)}.`, [account, see(binding, '/roleRef/name')]);
      },
    );
    return found ?? pass('Runs as default, which has no role and whose token it lacks.', account, 'It has no account of its own.');
  },
});

/** Accounts named `default` among those that a binding names, in scope. */
const defaultsOf = (binding: Binding, inScope: (namespace: string | undefined) => boolean): BindingSubject[] =>
  subjectsOf(binding).filter((each) => {
    const [namespace, name] = serviceAccountOf(each)?.split('/') ?? [];
    return name === 'default' && inScope(namespace);
  });

/** Tokens of the API server that nothing is granted to, and tokens that do not expire. */
export const tokensNeeded = check({
  needs: [...workloadKeys, 'serviceAccounts', 'roleBindings', 'clusterRoleBindings', 'secrets'],
  subjects: (facts) =>
    workloads(facts).concat(facts.secrets.filter((secret) => facts.inScope(secret.metadata.namespace) && isAccountToken(secret))),
  none,
  judge: (subject, _params, facts) => {
    if (!('shapes' in subject)) {
      const { annotations, labels } = subject.metadata;
      const whose = `Holds a token of ${annotations?.['kubernetes.io/service-account.name'] ?? 'a service account'} that does not expire.`;
      const refused = labels?.['kubernetes.io/legacy-token-invalid-since'];
      const more = refused === undefined ? {} : { severity: 'low' as const, note: `The API server refuses it since ${refused}.` };
      return fail(whose, see(subject, '/type', 'no Secret of a token'), more);
    }
    const mount = () => tokenMount(subject, facts.serviceAccounts);
    const settled = firstFound<Verdict>(
      () => (mount().mounted ? undefined : pass('No token of the API server is mounted.', see(mount().source, mount().pointer))),
      () => {
        const binding = bindingsByName(accountKey(subject), facts).find(() => true);
        return binding && pass(`Its account has ${roleOf(binding)}.`, see(binding, '/roleRef/name'));
      },
    );
    const { source, pointer: at } = subject.shapes[0];
    return (
      settled ??
      fail(`A token of ${accountOf(subject.shapes[0].spec)} is mounted, and no role is bound to it.`, [
        see(mount().source, mount().pointer, 'false'),
        see(source, `${at}/serviceAccountName`),
      ])
    );
  },
});

/** Pull secrets by what pulls with them: a registry of Azure lets the kubelet's identity pull, another may want a secret. */
export const noPullSecrets = check({
  needs: [...workloadKeys, 'serviceAccounts'],
  subjects: (facts) =>
    workloads(facts).concat(
      facts.serviceAccounts.filter(
        ({ metadata, imagePullSecrets }) => facts.inScope(metadata.namespace) && (imagePullSecrets ?? []).length > 0,
      ),
    ),
  none,
  judge: (subject, _params, facts) => {
    if ('shapes' in subject) {
      // The template's own: what its account adds is the account's finding.
      const [{ source, pointer: at, spec }] = subject.shapes;
      const names = (spec.imagePullSecrets ?? []).map(({ name }) => name ?? '');
      const evidence = see(source, `${at}/imagePullSecrets`, 'none');
      return names.length === 0 ? pass('Names no pull secret.', evidence) : pulledWith(names, [subject], source, `${at}/imagePullSecrets`);
    }
    const { namespace = '', name } = subject.metadata;
    const users = workloadsByAccount(facts).get(`${namespace}/${name}`) ?? [];
    const verdict = pulledWith(
      (subject.imagePullSecrets ?? []).map((each) => each.name ?? ''),
      users,
      subject,
      '/imagePullSecrets',
    );
    if (verdict.status === 'pass') workloads(facts).all();
    return verdict;
  },
});

function pulledWith(
  secrets: readonly string[],
  users: readonly Workload[],
  source: KubernetesObject | ServiceAccount,
  at: string,
): Verdict {
  const images = users.flatMap(({ shapes }) => shapes.flatMap(({ spec }) => containersOf(spec).map(({ container }) => container.image)));
  const hosts = [...new Set(images.map((image) => parseImage(image)?.registry ?? ''))].sort();
  const [azure, others] = [hosts.filter(isAzureHost), hosts.filter((host) => !isAzureHost(host))];
  const named = secrets.join(', ');
  if (azure.length === 0)
    return pass(
      `Pull secret ${named} is for no registry of Azure.`,
      see(source, at),
      hosts.length === 0 ? 'Nothing pulls with it.' : `Images come from ${others.join(', ')}.`,
    );
  const note = others.length === 0 ? {} : { severity: 'low' as const, note: `Images come from ${others.join(', ')} too.` };
  return fail(`Pulls from ${azure.join(', ')} with pull secret ${named}.`, see(source, at, 'none'), note);
}
