import type { StateKey } from '../snapshot.ts';
import type { Shape } from './shapes.ts';

const strings: Shape = ['string'];

/** As `bodies` of armShapes.ts: roles and identities. */
export const accessShapes: { readonly [K in StateKey]?: Shape } = {
  roleAssignments: { roleDefinitionId: 'string', principalId: 'string', principalType: 'string', scope: 'string', condition: 'string' },
  roleDefinitions: {
    roleName: 'string',
    permissions: [{ actions: strings, notActions: strings, dataActions: strings, notDataActions: strings }],
  },
  trustedAccessRoleBindings: { sourceResourceId: 'string', roles: strings },
  identityBindings: { managedIdentity: { resourceId: 'string', clientId: 'string', objectId: 'string' } },
  userAssignedIdentities: { principalId: 'string', clientId: 'string' },
  federatedIdentityCredentials: { issuer: 'string', subject: 'string', audiences: strings },
};
