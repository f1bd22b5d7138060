import { check, computed, fail, ifSeen, pass, see, undecided } from '../check.ts';
import { nodeGroupOf } from '../model/addressPlan.ts';
import { clusterIdentities } from '../model/clusterIdentities.ts';
import { isTooMuch, missingRoles } from '../model/identityRoles.ts';
import { assignedTo, assignmentKeys, sayScope } from '../model/roleAssignments.ts';
import { listed } from '../model/words.ts';
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
    if (principalId === '') return undecided('The cluster does not show the object id of an identity.', identity);
    const held = assignedTo(principalId, facts);
    const broad = held.items.filter((each) => isTooMuch(each, nodeGroupOf(cluster)));
    if (broad.length > 0) {
      const roles = broad.map(({ role, scope }) => `${role.name} on ${sayScope(scope)}`);
      const evidence = broad.slice(0, 10).map(({ assignment, role }) => computed(assignment, '/properties/roleDefinitionId', role.name));
      return fail(`${what} holds ${listed(roles)}.`, [identity, ...evidence]);
    }
    const roles = held.all().map(({ role, scope }) => `${role.name} on ${sayScope(scope)}`);
    const missing = pointer.startsWith('/identity/') ? (ifSeen(() => missingRoles(principalId, facts)) ?? []) : [];
    return pass(
      `${what} holds ${roles.length > 0 ? listed(roles) : 'no role in the subscription'}.`,
      identity,
      missing.length > 0 ? `No role that it needs is seen on ${listed(missing.map((id) => sayScope(normalId(id))))}.` : undefined,
    );
  },
});
