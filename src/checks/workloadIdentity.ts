import { check, type Facts, fail, pass, pointer, type Resource, see, type Sight, undecided, type Verdict } from '../check.ts';
import { workloadsByAccount } from '../model/serviceAccounts.ts';
import {
  accountOfWorkload,
  clientIdKey,
  clientIdOf,
  clientIdSource,
  credentialsOf,
  isLabelled,
  keyOf,
  mismatch,
  namesIdentity,
  trustedAccount,
  trustsCluster,
  useKey,
  usesBinding,
} from '../model/workloadIdentity.ts';
import { listed } from '../model/words.ts';
import { type Workload, workloadKeys, workloads } from '../model/workloads.ts';
import { all, type Seen } from '../seen.ts';
import type { FederatedIdentityCredential, ServiceAccount, UserAssignedIdentity } from '../wire.ts';

const needs = [
  'cluster',
  'serviceAccounts',
  'userAssignedIdentities',
  'federatedIdentityCredentials',
  'identityBindings',
  ...workloadKeys,
] as const;
type WiringFacts = Facts<(typeof needs)[number]>;
interface Wired {
  resource: Resource;
  judge: (facts: WiringFacts) => Verdict;
}

/** Accounts that name an identity, pods that ask for a token without one, and credentials of accounts that are gone. */
export const wiring = check({
  needs,
  subjects: (facts): Seen<Wired> => {
    const accounts = facts.serviceAccounts.filter((each) => facts.inScope(each.metadata.namespace) && clientIdOf(each) !== undefined);
    const unnamed = workloads(facts).filter((each) => isLabelled(each) && !namesIdentity(each, facts.serviceAccounts));
    const known = new Set(facts.serviceAccounts.items.map(keyOf));
    const orphans = facts.federatedIdentityCredentials.filter(
      (each) => trustsCluster(each, facts.cluster) && !known.has(trustedAccount(each) ?? ''),
    );
    return accounts
      .map((account): Wired => ({ resource: account, judge: (whole) => judgeAccount(account, whole) }))
      .concat(unnamed.map((workload): Wired => ({ resource: workload.resource, judge: (whole) => judgeUnnamed(workload, whole) })))
      .concat(orphans.map((credential): Wired => ({ resource: credential, judge: (whole) => judgeOrphan(credential, whole) })));
  },
  none: 'No service account names an identity and no pod asks for its token.',
  judge: (subject, _params, facts) => subject.judge(facts),
});

const labelOf = ({ shapes: [{ source, pointer: at }] }: Workload): Sight =>
  see(source, `${at.replace(/\/spec$/, '')}${pointer('metadata', 'labels', useKey)}`, 'true');

function judgeAccount(account: ServiceAccount, facts: WiringFacts): Verdict {
  const named = see(account, pointer('metadata', 'annotations', clientIdKey));
  const users = workloadsByAccount(facts).get(keyOf(account)) ?? [];
  const bare = users.filter((each) => !isLabelled(each));
  if (bare.length > 0) {
    const names = listed(bare.map(({ kind, name }) => `${kind} ${name}`));
    return fail(`Without the label that asks for its token: ${names}.`, [named, ...bare.slice(0, 5).map(labelOf)]);
  }
  const clientId = clientIdOf(account);
  const identity = facts.userAssignedIdentities.find(({ properties }) => properties.clientId?.toLowerCase() === clientId);
  if (identity === undefined)
    return undecided('No identity that was read has its client id; it may be in another subscription or an app.', named);
  const trust = trustOf(account, identity, users, facts);
  if (trust.status === 'fail') return { ...trust, evidence: [named, ...trust.evidence] };
  workloads(facts).all();
  return { ...trust, evidence: [named, ...trust.evidence, ...users.slice(0, 5).map(labelOf)] };
}

/** Whether an identity lets an account in, by a credential or by a binding that its pods opt into. */
function trustOf(account: ServiceAccount, identity: UserAssignedIdentity, users: readonly Workload[], facts: WiringFacts): Verdict {
  const credentials = credentialsOf(identity, facts);
  const why = (each: FederatedIdentityCredential) => mismatch(each, keyOf(account), facts.cluster);
  const fitting = credentials.items.find((each) => why(each) === undefined);
  const many = credentials.items.length >= 20 ? 'The identity has 20 credentials, which is as many as there may be.' : undefined;
  if (fitting !== undefined) return pass(`Identity ${identity.name} trusts it.`, see(fitting, '/properties/subject'), many);
  const isBound = all(
    () =>
      facts.identityBindings.some(({ properties }) => properties.managedIdentity?.resourceId?.toLowerCase() === identity.id.toLowerCase()),
    () => users.some(usesBinding) || workloads(facts).some(() => false), // others may not have been seen
  );
  if (isBound)
    return pass(`Identity ${identity.name} is bound to the cluster, and its pods ask for that.`, see(identity, '/properties/clientId'));
  const near =
    credentials.all().find((each) => why(each) !== 'subject') ?? credentials.all().find((each) => trustsCluster(each, facts.cluster));
  if (near === undefined) return fail(`Identity ${identity.name} has no credential for it.`, see(identity, '/properties/clientId'));
  const property = why(near) ?? 'subject';
  return fail(
    `Identity ${identity.name} does not trust it: the ${property} of credential ${near.name} differs.`,
    see(near, `/properties/${property}`),
  );
}

function judgeUnnamed(workload: Workload, facts: WiringFacts): Verdict {
  const account = accountOfWorkload(workload, facts.serviceAccounts);
  const label = labelOf(workload);
  if (account !== undefined && clientIdOf(account) !== undefined) return pass('Its account names the identity.', label);
  const from = clientIdSource(workload);
  if (from === 'own') return pass('Its containers name the identity by AZURE_CLIENT_ID.', label);
  if (from === 'perhaps')
    return undecided('Its account names no identity; AZURE_CLIENT_ID may come from what its containers take in whole.', label);
  return fail('It asks for a token, and neither its account nor a container names an identity.', label, { severity: 'medium' });
}

function judgeOrphan(credential: FederatedIdentityCredential, facts: WiringFacts): Verdict {
  facts.serviceAccounts.all();
  const who = trustedAccount(credential) ?? credential.properties.subject;
  return fail(`It trusts ${who}, which does not exist.`, see(credential, '/properties/subject'), { severity: 'medium' });
}
