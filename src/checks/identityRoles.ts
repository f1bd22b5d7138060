import { check, computed, fail, ifSeen, pass, see, type Sight, undecided } from '../check.ts';
import { nodeGroupOf } from '../model/addressPlan.ts';
import { clusterIdentities, kubeletObjectId } from '../model/clusterIdentities.ts';
import { isTooMuch, isTooMuchForWorkload, missingRoles } from '../model/identityRoles.ts';
import { doesMore, heldOn, inSubscriptionOf, isByRepository, pulls } from '../model/pullRoles.ts';
import { registriesInUse, registryKeys } from '../model/registries.ts';
import { type Assigned, assignedTo, assignmentKeys, sayRoles, sayScope } from '../model/roleAssignments.ts';
import { listed } from '../model/words.ts';
import { credentialsOf, federatedIdentities, trustsCluster } from '../model/workloadIdentity.ts';
import { normalId } from '../seen.ts';

/** The identities that act for the cluster: what one of them holds, whoever runs on a node can come to hold. */
export const clusterIdentityRoles = check({
  needs: ['cluster', 'agentPools', ...assignmentKeys],
  subjects: ({ cluster }) => {
    const identities = clusterIdentities(cluster);
    return identities.length > 0 ? identities : [{ resource: cluster, what: '', principalId: '', pointer: '/identity' }];
  },
  none: 'There is no cluster.',
  judge: ({ what, principalId, pointer }, _params, facts) => {
    const { cluster } = facts;
    const identity = see(cluster, pointer);
    if (principalId === '')
      return undecided(
        cluster.properties.servicePrincipalProfile?.clientId?.toLowerCase() === 'msi'
          ? 'The cluster does not show the object id of an identity.'
          : 'The cluster runs on a service principal, whose object id it does not show.',
        identity,
      );
    const held = assignedTo(principalId, facts);
    const broad = held.items.filter((each) => isTooMuch(each, nodeGroupOf(cluster)));
    if (broad.length > 0) {
      return fail(`${what} holds ${sayRoles(broad)}.`, [identity, ...showRoles(broad)]);
    }
    const roles = held.all();
    const missing = pointer.startsWith('/identity/') ? (ifSeen(() => missingRoles(principalId, facts)) ?? []) : [];
    return pass(
      `${what} holds ${roles.length > 0 ? sayRoles(roles) : 'no role in the subscription'}.`,
      identity,
      missing.length > 0 ? `No role that it needs is seen on ${listed(missing.map((id) => sayScope(normalId(id))))}.` : undefined,
    );
  },
});

const showRoles = (roles: readonly Assigned[]): Sight[] =>
  roles.slice(0, 10).map(({ assignment, role }) => computed(assignment, '/properties/roleDefinitionId', role.name));

/** Registries that images come from or nodes bootstrap from; one that merely stands beside the cluster is none of them. */
export const kubeletsPull = check({
  needs: [...registryKeys, ...assignmentKeys],
  subjects: (facts) => registriesInUse(facts).filter(({ resource, source }) => source !== resource),
  none: 'No image and no node of the cluster comes from an Azure container registry.',
  judge: ({ resource: registry, source, pointer }, _params, facts) => {
    const tie = see(source, pointer);
    const kubelet = kubeletObjectId(facts.cluster);
    if (!kubelet) return undecided('The cluster does not show the object id of the kubelets.', tie);
    const held = heldOn(registry, kubelet, facts);
    const more = held.items.filter(({ role }) => doesMore(role));
    if (more.length > 0) return fail(`The kubelets may do more than pull: ${sayRoles(more)}.`, [...showRoles(more), tie]);
    const pulling = held.items.filter(({ role }) => pulls(registry, role));
    const others = held.all().filter((each) => !pulling.includes(each));
    const mode = see(registry, '/properties/roleAssignmentMode');
    if (pulling.length > 0) return pass(`The kubelets pull by ${sayRoles(pulling)}.`, [...showRoles(pulling), mode, tie]);
    if (!inSubscriptionOf(registry.id, facts.cluster.id))
      return undecided('The registry is in another subscription, of which no role of the kubelets was seen.', [mode, tie]);
    const inVain = others.length > 0 && isByRepository(registry) ? `, where ${sayRoles(others)} has no effect` : '';
    return fail(`The kubelets hold no role that pulls from the registry${inVain}.`, [...showRoles(others), mode, tie]);
  },
});

/** What a workload may do in Azure by the identity that lets it in; whoever runs code in a pod may do the same. */
export const workloadIdentityRoles = check({
  needs: ['cluster', 'userAssignedIdentities', 'federatedIdentityCredentials', ...assignmentKeys],
  subjects: federatedIdentities,
  none: 'No identity that was read trusts a service account of the cluster.',
  judge: (identity, _params, facts) => {
    const { principalId } = identity.properties;
    if (!principalId) return undecided('The identity does not show its object id.', see(identity, '/properties/principalId'));
    const held = assignedTo(principalId, facts);
    const wide = held.items.filter(isTooMuchForWorkload);
    if (wide.length > 0) return fail(`It holds ${sayRoles(wide)}.`, showRoles(wide));
    const roles = held.all();
    const trusted = credentialsOf(identity, facts).items.filter((each) => trustsCluster(each, facts.cluster)).length;
    return pass(
      `It holds ${roles.length > 0 ? sayRoles(roles) : 'no role in the subscription'}.`,
      roles.length > 0 ? showRoles(roles) : see(identity, '/properties/principalId'),
      trusted > 1 ? `It trusts ${trusted} service accounts of the cluster, which all may do that.` : undefined,
    );
  },
});
